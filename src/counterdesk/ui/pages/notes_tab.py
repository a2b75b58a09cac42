"""Credit notes: the other list on the landing page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.credit_notes_table import credit_notes_model
from counterdesk.ui.tables.record_table import RecordTable

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.credit_details import CreditNoteRow


class NotesTab(QWidget):
    """The newest credit notes."""

    note_asked = Signal(object)
    """A `CreditNoteRow` that somebody wants to look at."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self.table = RecordTable(
            "creditNotesTable", _("Credit notes"), credit_notes_model(jobs.store.settings)
        )
        self.tools = QWidget()
        """What stands beside the tabs while this one is chosen."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.table.opened.connect(self.note_asked)

    def begin(self) -> None:
        """Put the focus on the list."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Read the list anew, for who may see it."""
        actor = self._jobs.actor
        if actor is not None and actor.may(Permission.SEE_PAYMENTS):
            self._jobs.read(self, services.credit_details.newest_credit_notes, self._show_notes)

    def _show_notes(self, notes: tuple[CreditNoteRow, ...]) -> None:
        self.table.records.show_records(notes)
        self.table.say_when_empty(
            _("No credit notes yet. Paying more than is due makes one, and Ctrl+G on a payment.")
        )
