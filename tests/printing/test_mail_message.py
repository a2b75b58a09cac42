from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.documents import Document, Text, as_electronic
from counterdesk.core.errors import UserError
from counterdesk.core.settings import MailSetting
from counterdesk.printing.mail_message import plain_text, receipt_mail
from counterdesk.printing.pdf import pdf_bytes
from tests.printing.sample_receipt import sample_receipt

JOB = UUID(int=7)
NOW = datetime(2025, 4, 20, 10, tzinfo=UTC)
OFFICE = MailSetting("mail.example.test", from_address="till@example.test", from_name="Our till")
RECEIPT = as_electronic(sample_receipt())


def written(document: Document = RECEIPT, setting: MailSetting = OFFICE) -> EmailMessage:
    """Return the mail as a mailbox reads it from its bytes."""
    raw = receipt_mail(document, setting, "john@example.test", JOB, NOW).as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.req("PAY-10")
def test_the_mail_says_whose_receipt_it_is_from_whom_and_when() -> None:
    mail = written()
    assert mail["From"] == "Our till <till@example.test>"
    assert mail["To"] == "john@example.test"
    assert mail["Subject"] == "Receipt R-5001, Cityville Water"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == f"<{JOB}@example.test>"


@pytest.mark.req("RCT-6")
def test_the_body_holds_the_receipts_facts_and_says_that_it_is_a_copy() -> None:
    lines = body(written()).splitlines()
    assert lines[0] == lines[-1] == "ELECTRONIC COPY"
    for line in ("Receipt: R-5001", "Consumer: John Doe", "Account: WU-10001"):
        assert line in lines
    assert "  Paid: 145.50" in lines
    assert not any(line.startswith("CD1:") for line in lines)


@pytest.mark.req("RCT-6")
def test_the_pdf_beside_it_is_marked_too_and_named_after_the_receipt() -> None:
    (pdf,) = written().iter_attachments()
    assert (pdf.get_content_type(), pdf.get_filename()) == ("application/pdf", "R-5001.pdf")
    assert pdf.get_content() == pdf_bytes(RECEIPT)
    assert pdf.get_content() != pdf_bytes(sample_receipt())


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("evil", ["\r\nBcc: x@example.test", "\nBcc: x@example.test", "\rBcc: x"])
def test_a_line_break_in_a_name_begins_no_header(evil: str) -> None:
    document = replace(
        RECEIPT, title=f"Receipt{evil}", number=f"R-1{evil}/..", blocks=(Text(f"Water{evil}"),)
    )
    mail = written(document, replace(OFFICE, from_name=f"Till{evil}"))
    assert mail["Bcc"] is None
    assert [part.get_filename() for part in mail.iter_attachments()]
    assert all("\n" not in value and "\r" not in value for value in mail.values())


@pytest.mark.req("AUD-4")
@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_names_say_the_headers_stay_what_they_are(title: str, name: str) -> None:
    document = replace(RECEIPT, title=title, blocks=(Text(name),))
    mail = written(document, replace(OFFICE, from_name=name))
    usual = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    assert set(mail.keys()) == usual | {"MIME-Version", "Content-Type"}


def test_a_sender_that_is_no_address_is_refused_in_words() -> None:
    with pytest.raises(UserError, match="sender's address"):
        written(setting=replace(OFFICE, from_address="till@example.test\r\nBcc: x@example.test"))


def test_any_script_arrives() -> None:
    mail = written(as_electronic(sample_receipt("जॉन यादव", "شكرا")))
    assert "Consumer: जॉन यादव" in body(mail).splitlines()


def test_plain_text_has_no_holes() -> None:
    text = plain_text(RECEIPT)
    assert "\n\n\n" not in text
    assert text.endswith("ELECTRONIC COPY\n")
