"""Disputes as facts: all of one or nothing, numbers accounted for, proved by verify, put back."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Row, select

from counterdesk.core.clock import Clock
from counterdesk.core.permissions import Actor
from counterdesk.models.base import table_of
from counterdesk.models.disputes import DisputeClosed, DisputeRaised
from counterdesk.models.ledger import NumberBlock
from counterdesk.services import disputes
from counterdesk.services.put_back import put_back
from counterdesk.services.shifts import open_shift
from counterdesk.services.verification import verify
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store
from tests.conftest import UNLOCK, find_person
from tests.net_payments import NET_PAYMENT
from tests.services.crediting import pay
from tests.services.doubting import (
    closed,
    closing,
    doubt,
    elsewhere,
    of_payment,
    raised,
    tell_disputes,
)
from tests.services.edited import tamper
from tests.services.till import Till, cash

_blocks = table_of(NumberBlock)


@pytest.mark.req("DISP-1")
def test_a_dispute_that_is_cut_short_leaves_nothing_and_uses_no_number(
    jane: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = doubt(pay(jane))

    def cut(_session: Session, *_more: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(disputes, "find_dispute", cut)  # all is written by then
        with pytest.raises(OSError, match="power"):
            raised(jane, asked)
    assert jane.count(DisputeRaised) == 0
    assert raised(jane, asked).number == "DSP-2025-000001"


@pytest.mark.req("NUM-2")
def test_with_no_numbers_left_it_carries_the_counter_s_code(
    jane: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (pay(jane, cash(20_000)) for _visit in range(3))
    assert raised(jane, doubt(first, 100)).number == "DSP-2025-000001"
    monkeypatch.setattr(ReadSession, "today", lambda _read: date(2026, 1, 2))  # none leased
    numbers = [raised(jane, doubt(paid, 100)).number for paid in (second, third)]
    assert numbers == ["DSP-2026-C07-000001", "DSP-2026-C07-000002"]
    assert jane.findings() == ()


@pytest.fixture
def settled(store: Store, cashier: Actor, supervisor: Actor) -> Store:
    """A ledger with a dispute that was raised and closed there."""
    jane = Till(store, cashier)
    jane.act(lambda session: open_shift(session, 10_000))
    closed(Till(store, supervisor), closing(raised(jane, doubt(pay(jane), 5_000))))
    assert jane.findings() == ()
    return store


_COLUMNS = [
    (table.name, column)
    for table in map(table_of, (DisputeRaised, DisputeClosed))
    for column in table.columns
    if column.name != "id"
]


@pytest.mark.req("AUD-1", "DISP-1")
@pytest.mark.parametrize(("table", "column"), _COLUMNS, ids=str)
def test_a_dispute_that_was_changed_is_named(
    settled: Store, table: str, column: Column[Any]
) -> None:
    value = {"DATE": "'2001-01-01'", "INTEGER": "9", "BIGINT": "9", "CHAR(32)": f"'{'9' * 32}'"}
    other = value.get(str(column.type), "'edited'")
    found = tamper(settled, f"update {table} set {column.name} = {other}")
    assert any(f"has another {column.name} than event" in sentence for sentence in found), found


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize("table", ["dispute", "dispute_closed"])
def test_one_that_is_gone_or_was_added_is_named(settled: Store, table: str) -> None:
    fields = table_of(DisputeRaised if table == "dispute" else DisputeClosed).columns.keys()
    taken = {"id": f"'{'8' * 32}'", "number": "'DSP-2025-000002'"}
    names = ", ".join(taken.get(name, name) for name in fields)
    found = tamper(
        settled, f"insert into {table} ({', '.join(fields)}) select {names} from {table}"
    )
    assert f"{table.replace('_', ' ')}: 1 rows stand in no event." in found
    found = tamper(settled, f"delete from {table}")
    assert any("is missing" in sentence for sentence in found)


@pytest.mark.req("NUM-2", "AUD-1")
def test_a_number_that_was_drawn_and_stands_on_no_dispute_is_named(settled: Store) -> None:
    found = tamper(settled, "update number_block set next = next + 1 where series = 'dispute'")
    assert "Number DSP-2025-000002 was drawn but stands on no row." in found


def facts(read: ReadSession) -> list[Sequence[Row[Any]]]:
    rows = [
        read.execute(select(one).order_by(*one.primary_key)).all()
        for one in map(table_of, (DisputeRaised, DisputeClosed))
    ]
    drawn = read.execute(select(_blocks.c.series, _blocks.c.next).order_by(_blocks.c.series))
    return [*rows, drawn.all()]


@pytest.mark.req("SYNC-3", "DISP-1")
def test_disputes_are_put_back_whole(
    data_folder: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(data_folder, tmp_path / "lost")
    lost, older = (Store.open(path, UNLOCK, clock) for path in (tmp_path / "lost", data_folder))
    jane, boss = (Till(lost, find_person(lost, login)) for login in ("jane", "supervisor"))
    jane.act(lambda session: open_shift(session, 10_000))
    tell_disputes(jane, elsewhere(NET_PAYMENT))
    own = raised(jane, doubt(pay(jane), 5_000, "Twice, \u202eI say \U0001f4a7."))
    for one in (own, *of_payment(jane, NET_PAYMENT)):
        closed(boss, closing(one))
    raised(jane, doubt(own.payment_id))
    with monkeypatch.context() as patch:
        patch.setattr(ReadSession, "today", lambda _read: date(2026, 1, 2))
        raised(jane, doubt(NET_PAYMENT, 1))  # from the fallback numbers
    journal = lost.read_journal()
    older.write(lambda s: put_back(s, journal.entries[s.head.seq :])).result()
    before, after = (store.read(facts).result() for store in (lost, older))
    report = older.write(lambda s: verify(s, journal)).result()
    lost.close()
    older.close()
    assert before == after
    assert [len(rows) for rows in before[:2]] == [3, 2]
    assert report.findings == ()
