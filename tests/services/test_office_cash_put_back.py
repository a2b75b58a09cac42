"""What became of a shift's money is put back whole after a loss: rows, and the slip."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from counterdesk.core.clock import Clock
from counterdesk.models import cash_office
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PrintJob
from counterdesk.services.deposits import validate_deposit
from counterdesk.services.handover import hand_over
from counterdesk.services.people import begin_attempt
from counterdesk.services.put_back import put_back
from counterdesk.services.settling import SettleRequest, open_differences, settle_difference
from counterdesk.services.shift_closing import ShiftClose
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from tests.conftest import PASSWORD, UNLOCK, find_person
from tests.services.closed_shifts import a_closed_shift, accept, deposit, offer, refuse
from tests.services.counting import close_shift, count_shift
from tests.services.till import Till

FACTS = (
    cash_office.ShiftHandover, cash_office.TurnIn, cash_office.TurnInPiece,
    cash_office.TurnInAnswer, cash_office.Deposit, cash_office.DepositShift,
    cash_office.DepositPiece, cash_office.DepositCheque, cash_office.DepositValidated,
    cash_office.DifferenceSettled,
)  # fmt: skip


@pytest.fixture
def two(data_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[tuple[Store, Store]]:
    """A counter that will be lost, and an older copy of it."""
    shutil.copytree(data_folder, tmp_path / "lost")
    stores = tuple(Store.open(path, UNLOCK, clock) for path in (tmp_path / "lost", data_folder))
    yield stores[0], stores[1]
    for store in stores:
        store.close()


def a_whole_day(store: Store) -> None:
    """Every fact there is about a shift's money after the shift."""
    jane = Till(store, find_person(store, "jane"))
    boss = Till(store, find_person(store, "supervisor"))
    jane.act(lambda s: open_shift(s, 10_000))
    shift = a_closed_shift(jane)
    offer(jane, shift)
    refuse(jane, shift, "once more")
    offer(jane, shift)
    accept(jane, shift)
    banked = deposit(boss, shift).deposit_id
    boss.act(lambda s: validate_deposit(s, banked, "B-77", s.today()))
    jane.act(lambda s: open_shift(s, 10_000))
    jane.act(lambda s: close_shift(s, 9_900, "a coin"))
    off = store.read(open_differences, boss.actor).result()[0].shift_method_id
    boss.act(lambda s: settle_difference(s, SettleRequest(s.new_id(), off, -100, "found")))
    jane.act(lambda s: open_shift(s, 10_000))
    counted = jane.act(lambda s: count_shift(s, 10_000)).count_id
    attempt = jane.act(lambda s: begin_attempt(s, "supervisor"))
    jane.act(lambda s: hand_over(s, attempt, PASSWORD, ShiftClose(counted)))


def facts(read: ReadSession) -> dict[str, list[object]]:
    tables = [table_of(model) for model in FACTS]
    found: dict[str, list[object]] = {
        table.name: sorted(map(tuple, read.execute(select(table))), key=repr) for table in tables
    }
    papers = read.execute(select(PrintJob.document).where(PrintJob.transaction_id.is_(None)))
    return found | {"papers": sorted(papers.scalars())}


@pytest.mark.req("AUD-1", "CASH-4", "CASH-5")
def test_every_fact_after_the_shift_is_put_back(two: tuple[Store, Store]) -> None:
    lost, older = two
    a_whole_day(lost)
    acts = lost.read_journal().entries
    older.write(lambda s: put_back(s, acts[s.head.seq :])).result()
    before, after = (store.read(facts).result() for store in two)
    assert all(before.values())
    assert after == before
