"""A credit note on paper, with a supervisor's yes where there are many copies, or as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.documents import Document
from counterdesk.core.errors import ApprovalNeeded, UserError
from counterdesk.core.i18n import _
from counterdesk.ui import messages
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.receipt_file import write_pdf

if TYPE_CHECKING:
    from counterdesk.core.credit import NoteNow
    from counterdesk.services.credit_details import NoteDetails
    from counterdesk.services.people import Attempt
    from counterdesk.store.session import Session

    Failed = Callable[[UserError], None]


def print_note(
    owner: QWidget,
    jobs: Jobs,
    details: NoteDetails,
    done: Callable[[Document], None],
    failed: Failed,
) -> None:
    """Print a note: its original, or a copy as one that was asked for at the counter."""
    note, reason = details.note, _("Asked for at the counter") if details.papers else ""

    def refused(error: UserError) -> None:
        if isinstance(error, ApprovalNeeded):
            _ask_supervisor(owner, jobs, note, reason, error.message, done)
        else:
            failed(error)

    jobs.write(
        owner,
        lambda session: services.credit_printing.print_credit_note(session, note.id, reason),
        done=done,
        failed=refused,
    )


def _ask_supervisor(
    owner: QWidget,
    jobs: Jobs,
    note: NoteNow,
    reason: str,
    sentence: str,
    done: Callable[[Document], None],
) -> None:
    def allow(session: Session, attempt: Attempt, secret: str) -> Document:
        printing = services.credit_printing
        return printing.allow_credit_note_copy(session, attempt, secret, note.id, reason)

    dialog = StepUpDialog(jobs, _("Another copy"), sentence, _("Allow"), allow, owner)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.done_by_supervisor.connect(done)
    dialog.open()


def save_note(
    owner: QWidget, jobs: Jobs, note: NoteNow, done: Callable[[Path], None], failed: Failed
) -> None:
    """Ask for a place and write a note there as a PDF, an electronic copy."""
    path = messages.save_as(owner, _("Save as PDF"), f"{note.number}.pdf", "PDF (*.pdf)")
    if not path:
        return

    def write(document: Document) -> None:
        page = jobs.store.settings.document_page
        jobs.read(owner, lambda _read: write_pdf(Path(path), document, page), done, failed)

    jobs.write(
        owner,
        lambda session: services.credit_printing.electronic_credit_note(session, note.id),
        done=write,
        failed=failed,
    )
