"""A list in which any number of things is ticked; typing finds one among many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.text import clean, fold
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.boxes import named

_FEW = 8
"""Up to so many are seen at once: they need no search."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TICKS = (Qt.Key.Key_Space, *_ENTER)
_VALUE = Qt.ItemDataRole.UserRole


class CheckList(QWidget):
    """Space or a click ticks; what is ticked stands in the order of the list."""

    changed = Signal()
    """Something else is ticked."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.search = named(QLineEdit(), f"{name}Search")
        self.search.setPlaceholderText(_("Find"))
        self.search.setAccessibleName(_("Find in the list: {list}").format(list=title))
        self.list = _Ticks(self)
        self.list.setObjectName(name)
        self.list.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        self.search.hide()
        self.search.textChanged.connect(self._narrow)
        self.list.itemClicked.connect(self.turn)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer values, each with its word; what is ticked stays ticked, and stays offered."""
        ticked, here = self.chosen(), self.list.currentRow()
        known = {value for value, _word in choices}
        kept = [(value, value) for value in ticked if value not in known]
        self.list.clear()
        for value, word in (*choices, *kept):
            self._add(value, word)
        self.choose(ticked)
        self.search.setVisible(self.list.count() > _FEW)
        self.list.setCurrentRow(max(0, min(here, self.list.count() - 1)))
        self._narrow(self.search.text())

    def chosen(self) -> tuple[str, ...]:
        """Return the values that are ticked."""
        return tuple(
            item.data(_VALUE) for item in self._items() if item.checkState() is _CHECKED
        )  # fmt: skip

    def choose(self, values: Sequence[str]) -> None:
        """Tick some values and no others; one that is not offered yet is from now on."""
        offered = [item.data(_VALUE) for item in self._items()]
        for value in values:
            if value not in offered:
                self._add(value, value)
        for item in self._items():
            item.setCheckState(_CHECKED if item.data(_VALUE) in values else _OPEN)

    def begin(self) -> None:
        """Put the focus where the first key is expected."""
        first = self.search if self.search.isVisibleTo(self) else self.list
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(QListWidgetItem)
    def turn(self, item: QListWidgetItem) -> None:
        """Tick what is open, and the other way round."""
        item.setCheckState(_OPEN if item.checkState() is _CHECKED else _CHECKED)
        self.changed.emit()

    @Slot(str)
    def _narrow(self, typed: str) -> None:
        wanted = fold(typed)
        for item in self._items():
            item.setHidden(wanted not in fold(item.text()))
        here = self.list.currentItem()
        if here is None or here.isHidden():
            seen = (item for item in self._items() if not item.isHidden())
            self.list.setCurrentItem(next(seen, None))  # type: ignore[arg-type]

    def _add(self, value: str, word: str) -> None:
        item = QListWidgetItem(clean(word), self.list)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        item.setData(_VALUE, value)
        item.setCheckState(_OPEN)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lead with Down from the search into the list; Enter there ticks what is marked."""
        here = self.list.currentItem()
        if self.search.hasFocus() and event.key() == Qt.Key.Key_Down:
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.search.hasFocus() and event.key() in _ENTER and here is not None:
            self.turn(here)
        else:
            super().keyPressEvent(event)


class _Ticks(QListWidget):
    """Its owner ticks, wherever in the line one clicks."""

    def __init__(self, owner: CheckList) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick the marked line with Space or Enter."""
        here = self.currentItem()
        if event.key() in _TICKS and here is not None:
            self._owner.turn(here)
        else:
            super().keyPressEvent(event)


_CHECKED, _OPEN = Qt.CheckState.Checked, Qt.CheckState.Unchecked
