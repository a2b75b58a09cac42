"""A receipt as a file for the payer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.documents import Document, as_electronic
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.print_list import PrintLine


def save_pdf(path: Path, document: Document, page: str) -> Path:
    """Write a document as a PDF that says it is an electronic copy, and return where it is.

    Args:
        path: As chosen; ".pdf" is put behind it where it has no ending.
        document: The original.
        page: Which paper it is for: the setting `document_page`.

    Raises:
        UserError: The file cannot be written there.
    """
    return write_pdf(path, as_electronic(document), page)


def write_pdf(path: Path, document: Document, page: str) -> Path:
    """Write a document as a PDF as it is, and return where it is.

    Args:
        path: As chosen; ".pdf" is put behind it where it has no ending.
        document: What it says.
        page: Which paper it is for: the setting `document_page`.

    Raises:
        UserError: The file cannot be written there.
    """
    from counterdesk.printing.pdf import pdf_bytes  # noqa: PLC0415 - late: shaping takes 20 ms to load

    target = path if path.suffix else path.with_suffix(".pdf")
    try:
        target.write_bytes(pdf_bytes(document, page))
    except OSError as error:
        text = _("The file cannot be written there: {reason}.")
        raise UserError(text.format(reason=error.strerror)) from error
    return target


def save_job_as_pdf(
    owner: QWidget, jobs: Jobs, line: PrintLine, done: Callable[[Path], None]
) -> None:
    """Ask for a place and write there what a print job prints.

    Args:
        owner: Asks.
        jobs: Carry the work.
        line: The job.
        done: Gets the path, once the file is written.
    """
    path = messages.save_as(owner, _("Save as PDF"), f"{line.number}.pdf", "PDF (*.pdf)")
    if path:
        documents = services.print_list
        jobs.read(
            owner,
            lambda read: save_pdf(
                Path(path), documents.print_document(read, line.job_id), read.settings.document_page
            ),
            done=done,
            failed=lambda error: messages.tell(owner, error.message),
        )
