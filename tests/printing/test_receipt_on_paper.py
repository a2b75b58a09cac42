from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from counterdesk.core.documents import Document, document_from_json
from counterdesk.core.errors import UserError
from counterdesk.core.receipt_code import Certificate, ReceiptFacts
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.printing.code_reading import codes_in
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.preview import preview_image
from counterdesk.printing.profiles import PrinterProfile
from counterdesk.services.consumers import account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.services.print_jobs import next_print_job
from counterdesk.services.receipt_check import make_certificate, verify_receipt_code
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from tests.printing.counter_printers import FRONT, add_printer
from tests.printing.escpos_reader import read_job

UTILITY = Ed25519PrivateKey.from_private_bytes(b"u" * 32)
UTILITY_KEY = UTILITY.public_key().public_bytes_raw()


@pytest.fixture
def receipt(session: Session) -> Document:
    """The sample payment's receipt, from a counter that the utility has certified."""
    who = session.counter
    papers = Certificate(
        who.counter_id, who.code, who.public_key, date(2025, 1, 1), date(2025, 12, 31)
    )
    session.counter = replace(who, certificate=make_certificate(UTILITY, papers))
    open_shift(session, 10_000)
    hit = find_exactly(session, "10001")
    assert hit is not None
    view = account_view(session, hit.consumer_id)
    bill = view.charges[0]
    line = AccountLine(view.account, (Share(bill, bill.outstanding_minor),), 0, view.charges)
    given = (TenderGiven("cash", 15_000),)
    take_payment(session, PaymentRequest(uuid4(), "Walk-in", (line,), given))
    add_printer(session)
    job = next_print_job(session, FRONT)
    assert job is not None
    return document_from_json(job.document)


def code_in(image: QImage) -> str:
    (code,) = codes_in(image)
    return code


def is_sample(facts: ReceiptFacts) -> bool:
    figures = (facts.receipt_number, facts.accounts, facts.paid_minor, facts.change_minor)
    return figures == ("R-5001", ("WU-10001",), 14_550, 450)


@pytest.mark.req("RCT-1", "RCT-2")
def test_the_code_on_every_kind_of_paper_is_verified_with_the_utilitys_key(
    qapp: QApplication, receipt: Document
) -> None:
    (printed,) = read_job(escpos_bytes(receipt, PrinterProfile())).codes
    for code in (printed, code_in(preview_image(receipt)), code_in(preview_image(receipt, 32))):
        assert is_sample(verify_receipt_code(code, UTILITY_KEY))


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize("page", ["A4", "roll80"])
def test_the_code_in_the_pdf_is_verified(tmp_path: Path, receipt: Document, page: str) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler-utils is not installed: nobody to look at the PDF with")
    (tmp_path / "receipt.pdf").write_bytes(pdf_bytes(receipt, page))
    draw = ["pdftoppm", "-r", "200", "-png", "-singlefile", "receipt.pdf", "receipt"]
    subprocess.run(draw, check=True, cwd=tmp_path)
    code = code_in(QImage(str(tmp_path / "receipt.png")))
    assert is_sample(verify_receipt_code(code, UTILITY_KEY))


@pytest.mark.req("RCT-1")
def test_one_changed_letter_anywhere_is_noticed(receipt: Document) -> None:
    (code,) = read_job(escpos_bytes(receipt, PrinterProfile())).codes
    for at in range(4, len(code), 7):
        other = "0" if code[at] != "0" else "1"
        with pytest.raises(UserError):
            verify_receipt_code(code[:at] + other + code[at + 1 :], UTILITY_KEY)


@pytest.mark.req("RCT-1")
def test_the_receipt_says_what_was_paid(receipt: Document) -> None:
    lines = read_job(escpos_bytes(receipt, PrinterProfile())).lines
    for words in ("R-5001", "TXN-2025-008934", "PAY-2025-004521", "John Doe", "WU-10001",
                  "123 Main Street, Cityville", "Jane Smith", "INV-2025-001234", "$145.50",
                  "$150.00", "$4.50", "$454.75"):  # fmt: skip
        assert any(words in line for line in lines), words
