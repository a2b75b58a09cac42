"""A receipt as an email: its facts as plain text, the PDF beside them, both marked as a copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final
from uuid import UUID

from counterdesk.core.documents import Block, Document, Feed, KeyValue, Rule, Table, Text
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, in_language
from counterdesk.core.mail_address import mail_address
from counterdesk.core.settings import MailSetting
from counterdesk.core.text import clean
from counterdesk.printing.pdf import pdf_bytes

_POLICY: Final = SMTP.clone(cte_type="7bit")  # any server takes it


def receipt_mail(
    document: Document,
    setting: MailSetting,
    mail_to: str,
    job_id: UUID,
    queued_at_utc: datetime,
    page: str = "A4",
) -> EmailMessage:
    """Return the email that carries a document; the same job always has the same Message-ID.

    Names come from settings and receipts: a line break in them must not begin another header.

    Args:
        document: Says already that it is an electronic copy.
        setting: Who sends.
        mail_to: Who gets it, as `mail_address` returned it.
        job_id: By it a mailbox knows a mail that came twice.
        queued_at_utc: The mail's date.
        page: Which paper the PDF is for.

    Raises:
        UserError: The settings name no sender.
    """
    sender = _sender(setting)
    mail = EmailMessage(_POLICY)
    mail["From"] = sender
    mail["To"] = Address(addr_spec=mail_to)
    with in_language(document.language):
        mail["Subject"] = _subject(document)
        words = plain_text(document)
    mail["Date"] = queued_at_utc
    mail["Message-ID"] = f"<{job_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(words)
    name = re.sub(r"[^\w.-]", "_", document.number, flags=re.ASCII) + ".pdf"
    pdf = pdf_bytes(document, page)
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    return mail


def _sender(setting: MailSetting) -> Address:
    try:
        address = mail_address(setting.from_address)
    except UserError as error:
        text = _("The sender's address in the settings is no email address.")
        raise UserError(text) from error
    return Address(clean(setting.from_name), addr_spec=address)


def _subject(document: Document) -> str:
    first = document.blocks[0] if document.blocks else None
    if not isinstance(first, Text):
        return clean(document.title)
    text = _("{title}, {utility}").format(title=document.title, utility=first.text)
    return clean(text)


def plain_text(document: Document) -> str:
    """Return what a document says as plain text, line by line; its marks frame it."""
    lines = [line for block in document.blocks for line in _lines(block)]
    whole = [*document.marks, "", *lines, "", _("The receipt is attached as PDF."), *document.marks]
    text = "\n".join(line if not line else clean(line) for line in whole)
    return re.sub(r"\n{3,}", "\n\n", text) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Text(text=text):
            yield text
        case KeyValue(key=key, value=value):
            yield _("{label}: {value}").format(label=key, value=value)
        case Table():
            yield from _table(block)
        case Rule() | Feed():
            yield ""


def _table(table: Table) -> Iterator[str]:
    """A paragraph for each row: columns would not stand beneath each other in most mailboxes."""
    for row in table.rows:
        yield row[0]
        for column, cell in zip(table.columns[1:], row[1:], strict=True):
            if cell:
                yield "  " + _("{label}: {value}").format(label=column.title, value=cell)
