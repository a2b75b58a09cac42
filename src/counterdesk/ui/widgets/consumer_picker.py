"""Whose a list shows: one consumer, found as one types."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.list_filter import ListFilter
from counterdesk.core.text import clean
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.pickers import Picker

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumers import ConsumerHit

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FROM_LETTERS = 2
_TYPING_MS = 100
_MOST = 50
_VALUE = Qt.ItemDataRole.UserRole


class ConsumerPicker(Picker):
    """Down leads from the search into what it found, Enter takes the marked one."""

    def __init__(self, jobs: Jobs, title: str) -> None:
        super().__init__("consumer", title)
        self._jobs = jobs
        self._chosen: tuple[str, ...] = ()
        self.search = named(QLineEdit(maxLength=100), "filterConsumer")
        self.search.setPlaceholderText(_("Name, account, phone, address or invoice"))
        self.search.setAccessibleName(_("Find a consumer"))
        self.search.setClearButtonEnabled(True)
        self.found = named(QListWidget(), "filterConsumers")
        self.found.setAccessibleName(_("Consumers found"))
        self.found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._soon = QTimer(self, singleShot=True, interval=_TYPING_MS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.search)
        layout.addWidget(self.found, 1)
        self.search.textEdited.connect(self._soon.start)
        self.search.textChanged.connect(self._forget)
        self._soon.timeout.connect(self._look)
        self.found.itemActivated.connect(self._take)
        self.found.itemClicked.connect(self._take)

    def begin(self) -> None:
        """Begin in the search."""
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
        self.search.selectAll()

    def show_filter(self, wanted: ListFilter) -> None:
        """Write who is chosen."""
        if wanted.of(self.name) != self._chosen:
            self._chosen = wanted.of(self.name)
            self.search.setText(self.words(wanted))

    def read(self, wanted: ListFilter) -> ListFilter:
        """Return a filter with who is chosen."""
        return wanted.with_values(self.name, self._chosen)

    def clear(self, wanted: ListFilter) -> ListFilter:
        """Return a filter for all consumers."""
        return wanted.with_values(self.name, ())

    def words(self, wanted: ListFilter) -> str:
        """Return the name and the account."""
        chosen = wanted.of(self.name)
        return clean(chosen[1]) if len(chosen) > 1 else ""

    @Slot()
    def _forget(self) -> None:
        """Whoever empties the box wants everybody's again."""
        if not self.search.text() and self._chosen:
            self._choose(())

    @Slot()
    def _look(self) -> None:
        typed = self.search.text().strip()
        if len(typed) < _FROM_LETTERS:
            self._show_hits(typed, ())
            return
        self._jobs.search(
            self,
            lambda read: services.consumers.search_consumers(read, typed)[:_MOST],
            done=partial(self._show_hits, typed),
        )

    def _show_hits(self, typed: str, hits: tuple[ConsumerHit, ...]) -> None:
        if typed != self.search.text().strip():
            return
        self.found.clear()
        for hit in hits:
            words = clean(f"{hit.name} \N{MIDDLE DOT} {hit.account_number}")
            item = QListWidgetItem(words, self.found)
            item.setData(_VALUE, (str(hit.consumer_id), words))
        self.found.setCurrentRow(0)

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem) -> None:
        self._choose(tuple(item.data(_VALUE)))

    def _choose(self, chosen: tuple[str, ...]) -> None:
        if chosen == self._chosen:
            return
        self._chosen = chosen
        self.search.setText(chosen[1] if chosen else "")
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lead with Down into what was found; Enter takes what is marked there."""
        here = self.found.currentItem()
        if self.search.hasFocus() and event.key() == Qt.Key.Key_Down and here is not None:
            self.found.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in _ENTER:
            if here is not None:
                self._take(here)
        else:
            super().keyPressEvent(event)
