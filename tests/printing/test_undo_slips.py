"""What the papers of an undo say, line by line, as it was agreed."""

from __future__ import annotations

import os
import re
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from counterdesk.core.documents import Align, Document, document_from_json
from counterdesk.core.undoing import UndoAsked, UndoKind
from counterdesk.models.ledger import PrintJob, Tender
from counterdesk.printing.layout import Line, Row, lay_out
from counterdesk.services.people import begin_attempt
from counterdesk.services.shifts import open_shift
from counterdesk.services.undoing import undo_payment
from counterdesk.store.store import Store
from tests.conftest import PASSWORD, find_person
from tests.services.till import Till, ask, card, cash, line_of
from tests.services.undo_till import cheque

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "slips"


def slip_of(store: Store, kind: UndoKind) -> Document:
    """The slip of one undo of the sample's visit, with credit kept of it."""
    jane = Till(store, find_person(store, "jane"))
    jane.act(lambda session: open_shift(session, 10_000))
    given = (cheque(15_000),) if kind is UndoKind.BOUNCED else (card(10_000), cash(5_000))
    taken = jane.take(ask(line_of(jane.view(), extra=450, most=1), pay=given))
    tender: UUID | None = None
    if kind is UndoKind.BOUNCED:
        tender = jane.one(select(Tender.id))
    asked = UndoAsked(
        UUID(int=8), kind, taken.transaction_id, "Wrong amount", "keyed twice", tender_id=tender
    )
    attempt = store.write(lambda s: begin_attempt(s, "supervisor")).result()
    jane.act(lambda s: undo_payment(s, attempt, PASSWORD, asked))
    query = select(PrintJob.document).where(PrintJob.transaction_id.is_(None))
    return document_from_json(jane.one(query))


@pytest.mark.req("PAY-20", "RCT-3", "RCT-4")
@pytest.mark.parametrize("kind", [UndoKind.VOID, UndoKind.BOUNCED])
def test_a_slip_reads_as_it_was_agreed(store: Store, kind: UndoKind) -> None:
    slip = slip_of(store, kind)
    for columns in (32, 48):
        lines = [_text(line) for line in lay_out(slip, columns)]
        written = re.sub(r"(C07-\d+)  [0-9a-f]{8}", r"\1  ********", "\n".join(lines)) + "\n"
        golden = GOLDEN / f"{kind}-{columns}.txt"
        if "GOLDEN" in os.environ:
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(written, encoding="utf-8")
        assert written == golden.read_text(encoding="utf-8")


def _text(line: Line) -> str:
    if not isinstance(line, Row):
        return f"[{type(line).__name__}]"
    text = ""
    for cell in line.cells:
        gap = cell.columns - len(cell.text)
        left = {Align.START: 0, Align.CENTRE: gap // 2, Align.END: gap}[cell.align]
        text = text.ljust(cell.column) + " " * left + cell.text
    return ("# " if line.big else "") + text.rstrip()
