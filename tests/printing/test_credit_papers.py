"""A credit note on paper in five languages, and the voucher of a refund, as they were agreed.

After a change that is meant: `GOLDEN=1 python -m pytest tests/printing/test_credit_papers.py`.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from counterdesk.core.documents import Document, as_copy, document_from_json
from counterdesk.models.ledger import Payment, PrintJob
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.preview import preview_image
from counterdesk.services.credit_notes import CreditRequest, raise_approved_credit_note
from counterdesk.services.credit_payouts import Refund, refund_credit_note
from counterdesk.services.credit_printing import print_credit_note
from counterdesk.services.people import begin_attempt
from counterdesk.store.session import Session
from tests.conftest import PASSWORD
from tests.printing.agreed_text import as_agreed
from tests.printing.office_receipts import COLUMNS, LANGUAGES, in_words, receipt_in


@pytest.fixture(params=LANGUAGES)
def paper(request: pytest.FixtureRequest, session: Session) -> Document:
    """A note of a payment in one office, of which a part was paid back."""
    receipt_in(session, request.param)
    payment_id = session.execute(select(Payment.id)).scalar_one()
    asked = CreditRequest(uuid4(), payment_id, 2_500, "Billing error", "The meter was misread.")
    yes = begin_attempt(session, "supervisor")
    note = raise_approved_credit_note(session, yes, PASSWORD, asked)
    refund = Refund(uuid4(), note.id, 1_000, "cash", "asked for it")
    refund_credit_note(session, begin_attempt(session, "supervisor"), PASSWORD, refund)
    return in_words(print_credit_note(session, note.id), request.param)


@pytest.mark.req("RCT-4", "RCT-2", "CN-7", "USE-1")
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_credit_note_reads_as_it_was_agreed(paper: Document, columns: int) -> None:
    copy = as_copy(paper, 1, "42")
    name = f"{paper.language}-{columns}"
    written, agreed = as_agreed("credit_notes", name, copy, columns)
    assert written == agreed


@pytest.mark.req("RCT-4", "CN-5")
@pytest.mark.parametrize("paper", ["en"], indirect=True)
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_refund_s_voucher_reads_as_it_was_agreed(
    session: Session, paper: Document, columns: int
) -> None:
    assert paper.kind == "credit_note"
    texts = session.execute(select(PrintJob.document)).scalars()
    [voucher] = [one for one in map(document_from_json, texts) if one.kind == "voucher"]
    written, agreed = as_agreed("credit_notes", f"voucher-{columns}", voucher, columns)
    assert written == agreed


@pytest.mark.req("RCT-2", "RCT-4")
@pytest.mark.parametrize("page", ["A4", "roll80"])
def test_a_credit_note_becomes_a_pdf_and_a_picture(
    qapp: QApplication, paper: Document, page: str
) -> None:
    assert pdf_bytes(paper, page).startswith(b"%PDF")
    assert preview_image(paper, 42).height() > 300
