"""A receipt as a file for the payer."""

from __future__ import annotations

from pathlib import Path

from counterdesk.core.documents import Document, as_electronic
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _


def save_pdf(path: Path, document: Document, page: str) -> Path:
    """Write a document as a PDF that says it is an electronic copy, and return where it is.

    Args:
        path: As chosen; ".pdf" is put behind it where it has no ending.
        document: The original.
        page: Which paper it is for: the setting `document_page`.

    Raises:
        UserError: The file cannot be written there.
    """
    from counterdesk.printing.pdf import pdf_bytes  # noqa: PLC0415 - late: shaping takes 20 ms to load

    target = path if path.suffix else path.with_suffix(".pdf")
    try:
        target.write_bytes(pdf_bytes(as_electronic(document), page))
    except OSError as error:
        text = _("The file cannot be written there: {reason}.")
        raise UserError(text.format(reason=error.strerror)) from error
    return target
