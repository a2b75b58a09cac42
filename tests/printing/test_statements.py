"""A statement of account in five languages, as it was agreed, and as sums that hold.

After a change that is meant: `GOLDEN=1 python -m pytest tests/printing/test_statements.py`.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from counterdesk.core.documents import Align, Document, KeyValue, Table
from counterdesk.core.periods import Period
from counterdesk.models.ledger import Payment
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.preview import preview_image
from counterdesk.services.statements import print_statement
from counterdesk.store.session import Session
from tests.printing.agreed_text import as_agreed
from tests.printing.office_receipts import COLUMNS, LANGUAGES, in_words, receipt_in

YEAR = Period(date(2024, 4, 21), date(2025, 4, 20))


@pytest.fixture(params=LANGUAGES)
def paper(request: pytest.FixtureRequest, session: Session) -> Document:
    """A year of the sample's consumer, who paid a bill in one office."""
    receipt_in(session, request.param)
    who: UUID = session.execute(select(Payment.consumer_id)).scalars().first()  # type: ignore[assignment]
    return in_words(print_statement(session, who, YEAR), request.param)


@pytest.mark.req("RCT-4", "RCT-2", "USE-1")
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_statement_reads_as_it_was_agreed(paper: Document, columns: int) -> None:
    written, agreed = as_agreed("statements", f"{paper.language}-{columns}", paper, columns)
    assert written == agreed


@pytest.mark.req("RCT-4")
@pytest.mark.parametrize("paper", ["en"], indirect=True)
def test_the_lines_of_a_statement_add_up_from_its_first_balance_to_its_last(
    paper: Document,
) -> None:
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    shown = {one.key: one.value for one in paper.blocks if isinstance(one, KeyValue)}
    balance = minor(shown["Balance before"])
    for _entry, amount, after in table.rows:
        balance += minor(amount)
        assert balance == minor(after)
    assert balance == minor(shown["Balance after"])
    charged, paid = minor(shown["Charged"]), minor(shown["Paid"])
    assert minor(shown["Balance before"]) + charged - paid == balance
    assert [column.align for column in table.columns[1:]] == [Align.END, Align.END]


@pytest.mark.req("RCT-2", "RCT-4")
@pytest.mark.parametrize("page", ["A4", "roll80"])
def test_a_statement_becomes_a_pdf_and_a_picture(
    qapp: QApplication, paper: Document, page: str
) -> None:
    assert pdf_bytes(paper, page).startswith(b"%PDF")
    assert preview_image(paper, 42).height() > 300


def minor(text: str) -> int:
    figures = int("".join(filter(str.isdecimal, text)))
    return -figures if "-" in text else figures
