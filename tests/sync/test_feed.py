"""Pages of the feed in `ref.db`: whole, found by the search at once, and no lock for a payment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select

from counterdesk.core.clock import Clock
from counterdesk.core.permissions import Actor
from counterdesk.models import ref
from counterdesk.models.base import RefBase, table_of
from counterdesk.services.consumers import search_consumers
from counterdesk.store.reference import open_reference
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.feed import Told, apply_page, read_told
from counterdesk.sync.link import Cursor, FeedPage, FeedRow
from counterdesk.sync.records import AccountFacts
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC, UNLOCK
from tests.sync.tills import account

TAG = UUID(int=77)


@pytest.fixture
def town(store: Store) -> Iterator[Store]:
    """A store that was told of two accounts; its search indexes must be sound afterwards."""
    people = [account(1, 100, 200), account(2, 300)]
    build_reference(
        store.folder.reference, store.data_key, people, store.settings, as_of_utc=START_UTC
    )
    store.reload_reference()
    yield store
    raw = open_reference(store.folder.reference, store.data_key)
    for index in ("search_words", "search_parts"):
        raw.execute(f"insert into ref.{index} ({index}, rank) values ('integrity-check', 1)")
    assert raw.execute("pragma ref.integrity_check").fetchall() == [("ok",)]
    raw.close()


def tell(store: Store, *rows: FeedRow, seq: int = 1) -> bool:
    page = FeedPage(False, rows, Cursor(seq, TAG), seq)
    return apply_page(store.folder.reference, store.data_key, page, START_UTC)


def as_json(facts: Any, **more: Any) -> dict[str, Any]:
    """What the centre's views make of facts."""
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in (asdict(facts) | more).items()
    }
    return {name: str(v) if isinstance(v, UUID) else v for name, v in plain.items()}


def consumer(one: AccountFacts, **changes: Any) -> FeedRow:
    facts = replace(one.consumer, **changes)
    return FeedRow("consumer", str(facts.consumer_id), as_json(facts))


def charge(one: AccountFacts, place: int = 0, **changes: Any) -> FeedRow:
    facts = replace(one.charges[place], **changes)
    row = as_json(facts, consumer_id=one.consumer.consumer_id)
    return FeedRow("charge", str(facts.charge_id), row)


def gone(row: FeedRow) -> FeedRow:
    return replace(row, row=None)


def found(store: Store, text: str, actor: Actor) -> list[str]:
    hits = store.read(lambda read: search_consumers(read, text), actor).result()
    return [hit.account_number for hit in hits]


def rows(store: Store, model: type[RefBase]) -> list[Any]:
    return list(store.read(lambda read: read.execute(select(table_of(model))).all()).result())


@pytest.mark.req("SYNC-5", "SRCH-1")
def test_a_new_consumer_is_found_by_name_number_and_bill(town: Store, cashier: Actor) -> None:
    new = account(3, 500)
    tell(town, charge(new), consumer(new))
    assert found(town, "WU-3", cashier) == ["WU-3"]
    assert found(town, "INV-00301", cashier) == ["WU-3"]
    assert "WU-3" in found(town, "nora", cashier)


@pytest.mark.req("SYNC-5", "SRCH-1")
def test_a_consumer_with_another_name_is_found_by_it_and_not_by_the_old_one(
    town: Store, cashier: Actor
) -> None:
    tell(town, consumer(account(2), name="Olga Petrova", phone="(555) 777-1234"))
    assert found(town, "petrova", cashier) == found(town, "7771234", cashier) == ["WU-2"]
    assert found(town, "nora", cashier) == ["WU-1"]
    assert found(town, "INV-00201", cashier) == ["WU-2"]


@pytest.mark.req("SRCH-1")
def test_a_new_bill_and_a_cancelled_one_change_what_is_found(town: Store, cashier: Actor) -> None:
    coming = charge(account(1, 100, 200, 400), 2)
    tell(town, coming, gone(charge(account(2, 300))))
    assert found(town, "INV-00103", cashier) == ["WU-1"]
    assert found(town, "0201", cashier) == []
    assert found(town, "WU-2", cashier) == ["WU-2"]


def test_a_bill_that_moves_to_another_account_is_found_there(town: Store, cashier: Actor) -> None:
    moved = charge(account(2, 300))
    assert moved.row is not None
    tell(town, replace(moved, row={**moved.row, "consumer_id": str(UUID(int=1 << 32))}))
    assert found(town, "0201", cashier) == ["WU-1"]


def test_a_consumer_who_is_gone_is_found_no_more(town: Store, cashier: Actor) -> None:
    tell(town, gone(consumer(account(2))), gone(charge(account(2, 300))))
    assert found(town, "nora", cashier) == ["WU-1"]
    assert [row.number for row in rows(town, ref.Charge)] == ["INV-00101", "INV-00102"]


def test_a_number_that_another_consumer_gets_is_theirs(town: Store, cashier: Actor) -> None:
    new = account(3)
    tell(town, consumer(new, account_number="WU-1"), gone(consumer(account(1))))
    assert found(town, "WU-1", cashier) == ["WU-1"]
    assert {row.consumer_id for row in rows(town, ref.Consumer)} == {
        UUID(int=2 << 32), UUID(int=3 << 32)
    }  # fmt: skip


def test_two_exchanged_numbers_come_right_over_two_pages(town: Store, cashier: Actor) -> None:
    tell(town, consumer(account(1), account_number="WU-2"), seq=1)
    tell(town, consumer(account(2), account_number="WU-1"), seq=2)
    numbers = {row.consumer_id.int >> 32: row.account_number for row in rows(town, ref.Consumer)}
    assert numbers == {1: "WU-2", 2: "WU-1"}
    assert sorted(found(town, "nora", cashier)) == ["WU-1", "WU-2"]


def test_a_page_told_twice_is_told_once(town: Store, cashier: Actor) -> None:
    new = account(3, 500)
    for _turn in range(2):
        tell(town, consumer(new), charge(new), consumer(account(1), name="Ann Ash"))
    assert found(town, "ann ash", cashier) == ["WU-1"]
    assert len(rows(town, ref.Consumer)) == len(rows(town, ref.SearchText)) == 3


def test_payments_credits_plans_and_exceptions_come_and_go(town: Store) -> None:
    owner = str(UUID(int=1 << 32))
    told = (
        FeedRow("payment", str(UUID(int=5)), {
            "payment_id": str(UUID(int=5)), "consumer_id": owner, "receipt_number": "R-1",
            "business_date": "2025-04-20", "type": "Bill", "method": "Cash", "amount_minor": 100,
            "status": "Posted",
        }),
        FeedRow("credit", str(UUID(int=6)), {
            "credit_note_id": str(UUID(int=6)), "consumer_id": owner, "number": "CN-1",
            "amount_minor": 50, "remaining_minor": 20, "status": "Active",
        }),
        FeedRow("dispute", str(UUID(int=7)), {
            "dispute_id": str(UUID(int=7)), "consumer_id": owner, "number": "DSP-1",
            "payment_id": str(UUID(int=5)), "payment_number": "PAY-1", "receipt_number": "R-1",
            "account_number": "WU-1", "consumer_name": "Ann Ash", "payment_amount_minor": 100,
            "category": "duplicate", "amount_minor": 60, "words": "Paid twice",
            "raised_on": "2025-04-20", "raised_at_utc": "2025-04-20T10:00:00+00:00",
            "raised_by": "Jane", "counter": "C02", "outcome": None, "closed_at_utc": None,
        }),
        FeedRow("plan", "PP-1", {"number": "PP-1", "consumer_id": owner, "status": "Late"}),
        FeedRow("exception", "12", {"seq": 12, "reason": "no such charge", "state": "open"}),
    )  # fmt: skip
    tables = (ref.PastPayment, ref.PastCredit, ref.PastDispute, ref.Plan, ref.ExceptionItem)
    tell(town, *told)
    assert [len(rows(town, model)) for model in tables] == [1, 1, 1, 1, 1]
    assert rows(town, ref.PastPayment)[0].business_date == date(2025, 4, 20)
    assert rows(town, ref.ExceptionItem)[0].reason == "no such charge"
    tell(town, *map(gone, told))
    assert [len(rows(town, model)) for model in tables] == [0, 0, 0, 0, 0]


def test_what_a_newer_centre_tells_is_left_alone(
    town: Store, caplog: pytest.LogCaptureFixture
) -> None:
    known = consumer(account(1), name="Ann Ash")
    assert known.row is not None
    row = replace(known, row={**known.row, "shoe_size": 42})
    tell(town, FeedRow("reading", "1", {"a": 1}), FeedRow("charge", "not an id", {}), row)
    assert rows(town, ref.Consumer)[0].name == "Ann Ash"
    assert "cannot be read: charge" in caplog.text


@pytest.mark.req("SYNC-3")
def test_a_page_and_its_cursor_stand_or_fall_together(
    town: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(town, seq=3)

    def cut(*_arguments: object) -> None:
        raise sqlcipher.OperationalError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr("counterdesk.sync.feed.write_refreshed", cut)
        with pytest.raises(sqlcipher.OperationalError):
            tell(town, consumer(account(1), name="Ann Ash"), seq=4)
    assert town.read(read_told).result() == Told(START_UTC, Cursor(3, TAG))
    assert rows(town, ref.Consumer)[0].name == "Nóra Number 1"


def test_a_payment_under_way_and_a_page_do_not_wait_for_each_other(town: Store) -> None:
    def while_paying(session: Session) -> str:
        before = session.execute(select(ref.Consumer.name)).scalars().first()
        tell(town, consumer(account(1), name="Ann Ash"))
        assert session.execute(select(ref.Consumer.name)).scalars().first() == before
        session.record("thing.done", {})
        return str(before)

    assert town.write(while_paying).result(timeout=20) == "Nóra Number 1"
    assert rows(town, ref.Consumer)[0].name == "Ann Ash"


def test_a_new_file_takes_the_place_of_one_that_is_read(town: Store) -> None:
    rows(town, ref.Consumer)
    tell(town, consumer(account(1), name="Only in the log of the old file"))
    beside = town.folder.path / "beside"
    build_reference(beside, town.data_key, [account(9)], town.settings, as_of_utc=START_UTC)
    town.replace_reference(beside)
    assert [row.account_number for row in rows(town, ref.Consumer)] == ["WU-9"]
    tell(town, consumer(account(9), name="Ann Ash"))
    assert [row.name for row in rows(town, ref.Consumer)] == ["Ann Ash"]


def test_a_file_that_cannot_take_the_place_leaves_the_old_one_in_use(town: Store) -> None:
    with pytest.raises(FileNotFoundError):
        town.replace_reference(town.folder.path / "nothing")
    assert len(rows(town, ref.Consumer)) == 2
    town.write(lambda s: s.record("thing.done", {})).result()


def test_a_till_opens_though_pages_still_lie_in_the_log(data_folder: Path, clock: Clock) -> None:
    store = Store.open(data_folder, UNLOCK, clock)
    tell(store, consumer(account(1)))
    store.close()
    assert (data_folder / "ref.db-wal").stat().st_size
    store = Store.open(data_folder, UNLOCK, clock)
    assert "WU-1" in {row.account_number for row in rows(store, ref.Consumer)}
    store.close()
