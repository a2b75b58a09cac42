"""The paper of a credit note on the screen, as it would print now."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_L, SPACE_M
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.receipt_paper import ReceiptPaper

if TYPE_CHECKING:
    from counterdesk.core.documents import Document


class CreditPaperView(Aside):
    """Shows, and changes nothing: only what is printed or saved carries the stamp."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("creditPaperView", "")
        self._jobs = jobs
        self._note_id: UUID | None = None
        self._paper = ReceiptPaper("creditPaper")
        self._paper.setAccessibleName(_("Credit note"))
        stamp = _("This is how it would print now. The stamp is set when it is printed or saved.")
        self._words = wrapped_label(stamp, "muted", name="creditPaperWords")
        self._error = wrapped_label("", "error", name="creditPaperError")
        self.go_back.say(_("Close"))
        columns = row(self._paper, spacing=SPACE_L)
        side = QVBoxLayout()
        side.setSpacing(SPACE_M)
        side.addWidget(self._words)
        side.addWidget(self._error)
        side.addStretch(1)
        columns.addLayout(side, 1)
        self.body.addLayout(columns, 1)

    def show_note(self, note_id: UUID) -> None:
        """Show a note's paper."""
        self._note_id = note_id
        self.title.setText(_("Credit note"))
        self._paper.clear()
        self._error.hide()
        self._jobs.read(
            self,
            lambda read: services.credit_printing.shown_credit_note(read, note_id),
            self._show_paper,
            self._show_refusal,
        )

    def _show_paper(self, document: Document) -> None:
        self.title.setText(document.title)
        columns = self._jobs.printing.columns
        self._paper.show_document(document, columns, max(self.width() // 2, 1))

    def _show_refusal(self, error: UserError) -> None:
        self._error.setText(error.message)
        self._error.show()
