"""What can be done with a row of a list: by its menu, by keys, and by what one clicks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from counterdesk.core.errors import UserError
from counterdesk.core.permissions import Permission
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.widgets.boxes import named


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the menu."""

    text: str
    key: str
    do: Callable[[Any], None]
    allowed: Callable[[Any], bool] = lambda _record: True


class RowActions(QObject):
    """Belongs to a table; what a role or a row does not allow is left out."""

    consumer_asked = Signal(object)
    """Id of the consumer whom somebody wants to see: a `UUID`."""

    def __init__(self, jobs: Jobs, table: PagedTable, menu: str) -> None:
        """Make it without anything to do.

        Args:
            jobs: Carry what is done.
            table: Whose rows.
            menu: Object name of the menu.
        """
        super().__init__(table)
        self._jobs, self._table, self._menu = jobs, table, menu
        self._actions: tuple[Action, ...] = ()
        table.link_opened.connect(self._follow)
        table.menu_wanted.connect(self._show_menu)

    def offer(self, opening: Action, others: Sequence[Action]) -> None:
        """Say what can be done, in the order of the menu; a row is opened with Enter."""
        self._actions = (opening, *others)
        self._table.opened.connect(opening.do)
        for action in others:
            keys = QShortcut(QKeySequence(action.key), self._table)
            keys.activated.connect(self._doing(action))

    def do(self, key: str) -> None:
        """Do what a key does, with the row under the cursor."""
        for action in self._actions:
            if action.key == key:
                self._doing(action)()

    def menu_of(self, record: Any) -> QMenu:
        """Return what can be done with a row."""
        menu = named(QMenu(self._table), self._menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._actions:
            if action.allowed(record):
                menu.addAction(f"{action.text}\t{action.key}").triggered.connect(
                    self._doing(action)
                )
        return menu

    def _doing(self, action: Action) -> Callable[[], None]:
        def do() -> None:
            record = self._table.record()
            if record is not None and action.allowed(record):
                action.do(record)

        return do

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        record = self._table.record()
        if record is not None:
            self.menu_of(record).popup(place)

    @Slot(str, object)
    def _follow(self, column: str, record: Any) -> None:
        raise NotImplementedError

    def _open_consumer(self, record: Any) -> None:
        self.consumer_asked.emit(record.consumer_id)

    def _may_find(self, _record: Any) -> bool:
        return self._may(Permission.FIND_CONSUMER)

    def _may(self, permission: Permission) -> bool:
        return self._jobs.actor is not None and self._jobs.actor.may(permission)

    def _show_refusal(self, error: UserError) -> None:
        messages.tell(self._table, error.message)
