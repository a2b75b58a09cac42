"""Undoing on the receipt page: the button, and the receipt as it counts afterwards."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.undoing import UndoKind
from counterdesk.ui.dialogs.undo_asking import ask_undo
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.widgets.key_button import key_button

if TYPE_CHECKING:
    from counterdesk.services.print_jobs import KeptReceipt
    from counterdesk.services.taken import PaymentTaken
    from counterdesk.services.undone import Undone


class ReceiptUndo(QObject):
    """Undoes the visit whose receipt is in sight, and no other."""

    undone = Signal(object, object)
    """The `Undone`, and the receipt's `Document` as it is marked now."""

    def __init__(self, jobs: Jobs, page: QWidget) -> None:
        super().__init__(page)
        self._jobs = jobs
        self._page = page
        self._taken: PaymentTaken | None = None
        self.button = key_button(_("Undo"), "Ctrl+B", "undoButton", "")
        self.button.clicked.connect(self._ask)

    def show_taken(self, taken: PaymentTaken | None) -> None:
        """Offer it for a visit; None for none."""
        self._taken = taken
        self.button.show()

    @Slot()
    def _ask(self) -> None:
        if self._taken is not None:
            ask_undo(self._page, self._jobs, self._taken.transaction_id, done=self._read_marked)

    def _read_marked(self, undone: Undone) -> None:
        self._jobs.read(
            self,
            lambda read: services.print_jobs.kept_receipt(read, undone.transaction_id),
            partial(self._show_marked, undone),
        )

    def _show_marked(self, undone: Undone, kept: KeptReceipt) -> None:
        if self._taken is not None and self._taken.transaction_id == undone.transaction_id:
            self.button.setVisible(undone.kind is not UndoKind.VOID)
            self.undone.emit(undone, kept.document)
