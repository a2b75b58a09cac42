"""What can be done with a credit note of a list: by its menu, by keys, and by what one clicks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from counterdesk import services
from counterdesk.core.credit import NoteStatus
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.ui import messages
from counterdesk.ui.dialogs.credit_paper import print_note, save_note
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.credit_notes_table import payment_words
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.widgets.boxes import named

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.credit_details import NoteDetails
    from counterdesk.services.credit_lines import CreditNoteLine

_NO_PAPER = (NoteStatus.PENDING, NoteStatus.REJECTED)


@dataclass(frozen=True, slots=True)
class _Action:
    """One line of the menu."""

    text: str
    key: str
    do: Callable[[CreditNoteLine], None]
    allowed: Callable[[CreditNoteLine], bool]


class NoteActions(QObject):
    """Belongs to a table of notes; what a role or a note does not allow is left out."""

    note_asked = Signal(object)
    """Id of the note whose details somebody wants to see: a `UUID`."""

    paper_asked = Signal(object)
    """Id of the note whose paper somebody wants to see: a `UUID`."""

    payment_asked = Signal(object)
    """Id of the payment whose details somebody wants to see: a `UUID`."""

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs, table: PagedTable) -> None:
        super().__init__(table)
        self._jobs, self._table = jobs, table
        self._actions = (
            _Action(_("View details"), "Enter", self._open, lambda _note: True),
            _Action(_("Print"), "Ctrl+P", self._print, self._may_print),
            _Action(_("View paper"), "Ctrl+R", self._view, self._has_paper),
            _Action(_("Download PDF"), "Ctrl+S", self._save, self._may_print),
            _Action(_("Open payment"), "Ctrl+J", self._open_payment, _is_linked),
            _Action(_("Open consumer"), "Ctrl+U", self._open_consumer, self._may_find),
        )
        for action in self._actions[1:]:
            keys = QShortcut(QKeySequence(action.key), table)
            keys.activated.connect(self._doing(action))
        table.opened.connect(self._open)
        table.link_opened.connect(self._follow)
        table.menu_wanted.connect(self._show_menu)

    def menu_of(self, note: CreditNoteLine) -> QMenu:
        """Return what can be done with a note of the list."""
        menu = named(QMenu(self._table), "noteMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._actions:
            if action.allowed(note):
                menu.addAction(f"{action.text}\t{action.key}").triggered.connect(
                    self._doing(action)
                )
        return menu

    def _doing(self, action: _Action) -> Callable[[], None]:
        def do() -> None:
            note = self._table.record()
            if note is not None and action.allowed(note):
                action.do(note)

        return do

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        note = self._table.record()
        if note is not None:
            self.menu_of(note).popup(place)

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

    def _open_consumer(self, note: CreditNoteLine) -> None:
        self.consumer_asked.emit(note.consumer_id)

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

    def _show_refusal(self, error: UserError) -> None:
        messages.tell(self._table, error.message)

    def _may_print(self, note: CreditNoteLine) -> bool:
        return self._has_paper(note) and self._may(Permission.PRINT_RECEIPT)

    def _has_paper(self, note: CreditNoteLine) -> bool:
        return note.status not in _NO_PAPER

    def _may_find(self, _note: CreditNoteLine) -> bool:
        return self._may(Permission.FIND_CONSUMER)

    def _may(self, permission: Permission) -> bool:
        return self._jobs.actor is not None and self._jobs.actor.may(permission)


def _is_linked(note: CreditNoteLine) -> bool:
    return payment_words(note) != ""
