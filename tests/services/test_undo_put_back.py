"""What was undone and then lost is put back with its rows, its numbers and its paper."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.clock import Clock
from counterdesk.core.undoing import UndoAsked, UndoKind
from counterdesk.models.base import table_of
from counterdesk.models.ledger import NumberBlock, PrintJob
from counterdesk.models.undoing import OwnCharge, Undo, UndoneSettlement, UndoTender
from counterdesk.services.put_back import put_back
from counterdesk.services.shifts import open_shift
from counterdesk.services.verification import verify
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from tests.conftest import UNLOCK, find_person
from tests.services.till import Till, ask, cash, line_of
from tests.services.undo_till import WHY, reversal, undo, void
from tests.told_payments import CHEQUE, VISIT, told_payment

_TABLES = [table_of(one) for one in (Undo, UndoneSettlement, UndoTender, OwnCharge)]


def facts(read: ReadSession) -> list[object]:
    blocks = table_of(NumberBlock)
    drawn = read.execute(select(blocks.c.series, blocks.c.next).order_by(blocks.c.series))
    rows = [read.execute(select(one).order_by(*one.primary_key)).all() for one in _TABLES]
    return [*map(str, rows), drawn.all()]


def slips(read: ReadSession) -> list[str]:
    jobs = select(PrintJob.document).where(PrintJob.transaction_id.is_(None))
    return sorted(read.execute(jobs).scalars())


@pytest.mark.req("PAY-20", "SYNC-3")
def test_an_undo_is_put_back_whole(data_folder: Path, tmp_path: Path, clock: Clock) -> None:
    shutil.copytree(data_folder, tmp_path / "lost")
    lost, older = (Store.open(path, UNLOCK, clock) for path in (tmp_path / "lost", data_folder))
    jane = Till(lost, find_person(lost, "jane"))
    jane.act(lambda session: open_shift(session, 10_000))
    for asked in (void, lambda taken: reversal(jane, taken)):
        line = line_of(jane.view(), extra=450, most=1)
        undo(jane, asked(jane.take(ask(line, pay=(cash(15_000),)))))
    of_another = UndoAsked(uuid4(), UndoKind.BOUNCED, VISIT, WHY, tender_id=CHEQUE)
    undo(jane, replace(of_another, told=told_payment()))
    journal = lost.read_journal()
    acts = journal.entries
    older.write(lambda s: put_back(s, acts[s.head.seq :])).result()
    before, after = (store.read(facts).result() for store in (lost, older))
    papers = [store.read(slips).result() for store in (lost, older)]
    report = older.write(lambda s: verify(s, journal)).result()
    lost.close()
    older.close()
    assert (after, papers[1], report.findings) == (before, papers[0], ())
