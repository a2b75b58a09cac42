"""Filters that have a name: chosen, kept, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter
from counterdesk.core.text import clean
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SAVED_SIZE
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.buttons import named_button
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from counterdesk.services.saved_filters import SavedFilter

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FILTER = Qt.ItemDataRole.UserRole
_LONGEST_NAME = 40


class SavedPanel(Overlay):
    """Each person's own, for one list."""

    chosen = Signal(object)
    """The `ListFilter` that somebody wants again."""

    def __init__(self, jobs: Jobs, of_list: str, home: QWidget) -> None:
        super().__init__(f"{of_list}SavedPanel", _("Saved filters"), home)
        self._jobs, self._of_list = jobs, of_list
        self._now = ListFilter()
        self.names = QListWidget()
        self.names.setObjectName(f"{of_list}Saved")
        self.names.setAccessibleName(_("Saved filters"))
        self._none = wrapped_label(
            _("None yet. Filter the list, then give the filter a name here."), "muted"
        )
        self._hint = plain_label(_("Enter shows it, Delete forgets it."), "muted")
        self.name = QLineEdit(maxLength=_LONGEST_NAME)
        self.name.setObjectName("savedName")
        self._field = Field(_("Keep what is listed now as"), self.name)
        self._save = named_button(_("Keep"), f"{of_list}Keep", "primary")
        self.body.addWidget(self.names, 1)
        self.body.addWidget(self._none, 1, Qt.AlignmentFlag.AlignTop)
        for part in (self._hint, self._field):
            self.body.addWidget(part)
        self.body.addLayout(row(None, self._save))
        self.ask_room(*SAVED_SIZE)
        self.names.itemActivated.connect(self._choose)
        self.names.itemClicked.connect(self._choose)
        self.name.returnPressed.connect(self._keep)
        self._save.clicked.connect(self._keep)

    def show_under(self, button: QWidget, now: ListFilter) -> None:
        """Open beneath a button; `now` is what can be kept."""
        self._now = now
        self._field.refuse("")
        self.name.clear()
        for part in (self._field, self._save):
            part.setVisible(now != ListFilter())
        self.open_under(button)
        self._read()

    def begin(self) -> None:
        """Begin with the names, or with the name that is to be given; Esc closes it always."""
        first = self.names if self.names.count() else self.name
        if first.isVisibleTo(self):
            first.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            super().begin()

    def _read(self) -> None:
        of_list = self._of_list
        self._jobs.read(
            self, lambda read: services.saved_filters.saved_filters(read, of_list), self._show
        )

    def _show(self, saved: tuple[SavedFilter, ...]) -> None:
        here = self.names.currentRow()
        self.names.clear()
        for one in saved:
            QListWidgetItem(clean(one.name), self.names).setData(_FILTER, one)
        self.names.setVisible(bool(saved))
        self._hint.setVisible(bool(saved))
        self._none.setVisible(not saved)
        wide, high = SAVED_SIZE
        self.ask_room(wide, high if saved else self.heightForWidth(wide))
        self.names.setCurrentRow(max(0, min(here, len(saved) - 1)))
        if self.isVisible() and not self.name.text():
            self.begin()

    @Slot(QListWidgetItem)
    def _choose(self, item: QListWidgetItem) -> None:
        saved: SavedFilter = item.data(_FILTER)
        self.close_up()
        self.chosen.emit(saved.filter)

    @Slot()
    def _keep(self) -> None:
        of_list, name, now = self._of_list, self.name.text(), self._now
        self._jobs.write(
            self,
            lambda session: services.saved_filters.keep_filter(session, of_list, name, now),
            self._show_kept,
            self._refuse,
        )

    def _show_kept(self, _none: None) -> None:
        self.name.clear()
        self._field.refuse("")
        self._read()

    def _refuse(self, error: UserError) -> None:
        self._field.refuse(error.message)
        self.name.setFocus()

    def _forget(self, item: QListWidgetItem) -> None:
        of_list, name = self._of_list, item.data(_FILTER).name
        self._jobs.write(
            self,
            lambda session: services.saved_filters.drop_filter(session, of_list, name),
            lambda _none: self._read(),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Forget the marked filter with Delete."""
        here = self.names.currentItem()
        if event.key() == Qt.Key.Key_Delete and self.names.hasFocus() and here is not None:
            self._forget(here)
        elif event.key() in _ENTER and self.names.hasFocus() and here is not None:
            self._choose(here)
        else:
            super().keyPressEvent(event)
