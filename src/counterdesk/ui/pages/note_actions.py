"""What can be done with a credit note of a list: by its menu, by keys, and by what one clicks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from counterdesk import services
from counterdesk.core.credit import NoteStatus
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.ui import messages
from counterdesk.ui.dialogs.credit_paper import print_note, save_note
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.row_actions import Action, RowActions
from counterdesk.ui.tables.credit_notes_table import payment_words
from counterdesk.ui.tables.paged_table import PagedTable

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.credit_details import NoteDetails
    from counterdesk.services.credit_lines import CreditNoteLine

_NO_PAPER = (NoteStatus.PENDING, NoteStatus.REJECTED)


class NoteActions(RowActions):
    """What can be done with a credit note."""

    note_asked = Signal(object)
    """Id of the note whose details somebody wants to see: a `UUID`."""

    paper_asked = Signal(object)
    """Id of the note whose paper somebody wants to see: a `UUID`."""

    payment_asked = Signal(object)
    """Id of the payment whose details somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs, table: PagedTable) -> None:
        super().__init__(jobs, table, "noteMenu")
        self.offer(
            Action(_("View details"), "Enter", self._open),
            (
                Action(_("Print"), "Ctrl+P", self._print, self._may_print),
                Action(_("View paper"), "Ctrl+R", self._view, self._has_paper),
                Action(_("Download PDF"), "Ctrl+S", self._save, self._may_print),
                Action(_("Open payment"), "Ctrl+J", self._open_payment, _is_linked),
                Action(_("Open consumer"), "Ctrl+U", self._open_consumer, self._may_find),
            ),
        )

    @Slot(str, object)
    def _follow(self, column: str, note: CreditNoteLine) -> None:
        match column:
            case "consumer" if self._may_find(note):
                self._open_consumer(note)
            case "payment":
                self._open_payment(note)
            case "number":
                self._open(note)

    @Slot(object)
    def _open(self, note: CreditNoteLine) -> None:
        self.note_asked.emit(note.note_id)

    def _view(self, note: CreditNoteLine) -> None:
        self.paper_asked.emit(note.note_id)

    def _open_payment(self, note: CreditNoteLine) -> None:
        self._jobs.read(
            self._table,
            lambda read: services.credit_details.linked_payment(read, note.note_id),
            self._show_payment,
        )

    def _show_payment(self, payment_id: object) -> None:
        if payment_id is None:
            messages.tell(self._table, _("This payment is not known here any more."))
        else:
            self.payment_asked.emit(payment_id)

    def _print(self, note: CreditNoteLine) -> None:
        self._with_details(note, lambda details: print_note(
            self._table, self._jobs, details, self._show_queued, self._show_refusal
        ))  # fmt: skip

    def _save(self, note: CreditNoteLine) -> None:
        self._with_details(note, lambda details: save_note(
            self._table, self._jobs, details.note, self._show_saved, self._show_refusal
        ))  # fmt: skip

    def _with_details(self, note: CreditNoteLine, act: Callable[[NoteDetails], None]) -> None:
        self._jobs.read(
            self._table,
            partial(services.credit_details.note_details, note_id=note.note_id),
            act,
            self._show_refusal,
        )

    def _show_queued(self, _document: object) -> None:
        messages.toast(self._table, _("The credit note is on its way to the printer."))

    def _show_saved(self, path: Path) -> None:
        messages.toast(self._table, _("Saved as {name}").format(name=path.name))

    def _may_print(self, note: CreditNoteLine) -> bool:
        return self._has_paper(note) and self._may(Permission.PRINT_RECEIPT)

    def _has_paper(self, note: CreditNoteLine) -> bool:
        return note.status not in _NO_PAPER


def _is_linked(note: CreditNoteLine) -> bool:
    return payment_words(note) != ""
