"""Filling `ref.db`: whole, swapped at once, and never half."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select, text

from counterdesk.core.clock import Clock
from counterdesk.core.settings import Settings
from counterdesk.models import ref
from counterdesk.models.base import RefBase, table_of
from counterdesk.store.reference import flush_to_disk
from counterdesk.store.store import Store
from counterdesk.sync.records import (
    AccountFacts,
    ChargeFacts,
    ConsumerFacts,
    PastCreditFacts,
    PastDisputeFacts,
    PastPaymentFacts,
    PlanFacts,
)
from counterdesk.sync.reference import Progress, build_reference
from tests.conftest import UNLOCK

AT = datetime(2025, 4, 20, 9, 59, 59, 123_456, UTC)


def account(place: int = 1) -> AccountFacts:
    """Every value differs from every default and every other, so that no column can be swapped."""
    return AccountFacts(
        ConsumerFacts(
            UUID(int=place), f"WU-{place}", "Nämé", "1 Street", "(555) 1", "e@example.com", "pref",
            "circ", cash_only=True, disconnected=True,
        ),
        (
            ChargeFacts(
                UUID(int=1_000_000 + place), "Bill", f"INV-{place}", date(2025, 3, 1),
                date(2025, 4, 2), 501, 102, "desc", "2025-03", "PP-9", 7, 33, "cheque,card",
                disputed=True, online_pending=True, replaced_by_plan=True, applied_through=44,
            ),
        ),
        (PlanFacts(f"PP-{place}", "Late"),),
        (
            PastPaymentFacts(
                UUID(int=2_000_000 + place), f"R-{place}", date(2025, 4, 3), "Service", "Card", 88,
                "Pending", "PAY-8", "TXN-9", "Mobile", "C07", "Ann Ash", "Ünal", "WU-0", AT, 87,
            ),
        ),
        (PastCreditFacts(UUID(int=3_000_000 + place), f"CN-{place}", 77, 66, "Held"),),
        disputes=(
            PastDisputeFacts(
                UUID(int=4_000_000 + place), f"DSP-{place}", UUID(int=2_000_000 + place), "PAY-8",
                f"R-{place}", f"WU-{place}", "Nämé", 88, "duplicate", 80, "Paid twice",
                date(2025, 4, 4), AT, "Ann Ash", "C07", "refunded", "Given back", AT, "Bo Elm",
            ),
        ),
    )  # fmt: skip


def fill(
    store: Store,
    accounts: Iterable[AccountFacts],
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> int:
    return build_reference(
        store.folder.reference,
        store.data_key,
        accounts,
        settings or Settings(),
        as_of_utc=AT,
        progress=progress,
    )


def rows(store: Store, model: type[RefBase]) -> list[dict[str, Any]]:
    query = select(table_of(model))
    return store.read(lambda read: [dict(row) for row in read.execute(query).mappings()]).result()


def test_every_fact_comes_back_as_it_was_given(store: Store) -> None:
    assert fill(store, [account()]) == 1
    store.reload_reference()
    given = account()
    for model, facts in (
        (ref.Consumer, given.consumer), (ref.Charge, given.charges[0]), (ref.Plan, given.plans[0]),
        (ref.PastPayment, given.payments[0]), (ref.PastCredit, given.credits[0]),
        (ref.PastDispute, given.disputes[0]),
    ):  # fmt: skip
        (row,) = rows(store, model)
        assert row["consumer_id"] == given.consumer.consumer_id
        for item in fields(facts):
            assert row[item.name] == getattr(facts, item.name)


def test_what_a_search_reads_is_folded(store: Store) -> None:
    fill(store, [account(12)])
    store.reload_reference()
    (row,) = rows(store, ref.SearchText)
    assert row == {"row_id": 1, "name": "name", "address": "1 street", "codes": "wu12 inv12 5551"}
    (consumer,) = rows(store, ref.Consumer)
    assert (consumer["account_digits"], consumer["phone_digits"]) == ("12", "5551")


def test_settings_and_the_moment_come_with_it(store: Store) -> None:
    given = Settings(utility_name="Other Water", idle_lock_seconds=60)
    fill(store, [], settings=given)
    store.reload_reference()
    assert store.settings == given
    (refreshed,) = rows(store, ref.Refreshed)
    assert refreshed["as_of_utc"] == AT


def test_the_file_is_encrypted_whole_and_of_its_format(store: Store) -> None:
    fill(store, map(account, range(1, 300)))
    content = store.folder.reference.read_bytes()
    assert not content.startswith(b"SQLite")
    assert b"Street" not in content
    connection = sqlcipher.connect(":memory:")
    connection.execute(
        "attach ? as ref key ?", (str(store.folder.reference), f"x'{store.data_key.hex()}'")
    )
    assert connection.execute("pragma ref.user_version").fetchone() == (ref.REF_FORMAT,)
    assert connection.execute("pragma ref.integrity_check").fetchall() == [("ok",)]
    assert connection.execute("pragma ref.journal_mode").fetchone() == ("wal",)
    for index in ("search_words", "search_parts"):
        connection.execute(f"insert into ref.{index}({index}, rank) values('integrity-check', 1)")
    connection.close()


def test_every_declared_index_is_there(store: Store) -> None:
    fill(store, [account()])
    store.reload_reference()
    query = text("select name from ref.sqlite_schema where type = 'index'")
    found = set(store.read(lambda read: read.execute(query).scalars().all()).result())
    declared = {index.name for table in RefBase.metadata.sorted_tables for index in table.indexes}
    assert declared <= found


def test_open_readers_see_the_old_file_until_they_reload(store: Store) -> None:
    before = rows(store, ref.Consumer)
    fill(store, [account()])
    assert rows(store, ref.Consumer) == before
    store.reload_reference()
    assert [row["name"] for row in rows(store, ref.Consumer)] == ["Nämé"]


def test_a_fill_that_breaks_off_leaves_the_file_in_use(store: Store) -> None:
    def broken() -> Iterator[AccountFacts]:
        yield account()
        raise ConnectionError("the centre is gone")

    before = store.folder.reference.read_bytes()
    with pytest.raises(ConnectionError):
        fill(store, broken())
    assert store.folder.reference.read_bytes() == before
    assert not list(store.folder.path.glob("ref.db.*"))


def test_whoever_watches_can_stop_it(store: Store) -> None:
    def cancel(_count: int) -> None:
        raise InterruptedError

    before = store.folder.reference.read_bytes()
    with pytest.raises(InterruptedError):
        fill(store, [account()], progress=cancel)
    assert store.folder.reference.read_bytes() == before
    assert not list(store.folder.path.glob("ref.db.*"))


def test_one_account_twice_is_refused_whole(store: Store) -> None:
    with pytest.raises(sqlcipher.IntegrityError):
        fill(store, [account(), account()])
    store.reload_reference()
    assert len(rows(store, ref.Consumer)) == 1


def test_progress_tells_how_far_it_is(store: Store) -> None:
    told: list[int] = []
    fill(store, map(account, range(1, 6_001)), progress=told.append)
    assert told[:2] == [5_000, 6_000]
    assert set(told[2:]) == {6_000}


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal", ".new"])
def test_what_a_crash_left_beside_is_not_taken_for_the_new_file_s(
    data_folder: Path, clock: Clock, suffix: str
) -> None:
    store = Store.open(data_folder, UNLOCK, clock)
    key = store.data_key
    store.close()
    left = data_folder / f"ref.db{suffix}"
    left.write_bytes(b"left over")
    build_reference(data_folder / "ref.db", key, [account()], Settings(), as_of_utc=AT)
    assert not left.exists()
    store = Store.open(data_folder, UNLOCK, clock)
    assert len(rows(store, ref.Consumer)) == 1
    store.close()


def test_a_file_is_flushed_by_who_may_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses everybody else, and then no till would open there."""
    (tmp_path / "ref.db").write_bytes(b"whole")
    monkeypatch.setattr(os, "fsync", lambda file: os.write(file, b""))
    flush_to_disk(tmp_path / "ref.db")
