"""The one search box: what is typed while a look-up runs is not lost, it waits."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from counterdesk.core.i18n import _

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key that was typed for the page that comes next."""

    key: int
    modifiers: Qt.KeyboardModifier
    text: str


class SearchBox(QLineEdit):
    """The one search box. While a look-up is under way it keeps what is typed for later."""

    moved = Signal(int)
    """The marked row moves by so many."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("consumerSearch")
        self.setProperty("role", "search")
        self.setMaxLength(_LONGEST)
        self.setPlaceholderText(_("Name, account, phone, address or invoice"))
        self.setClearButtonEnabled(True)
        self.held: list[HeldKey] | None = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, move in the results, or keep the key while the look-up runs."""
        rows = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8,
                Qt.Key.Key_PageUp: -8}.get(Qt.Key(event.key()))  # fmt: skip
        if self.held is not None and event.key() != Qt.Key.Key_Escape:
            if not event.isAutoRepeat():
                self.held.append(HeldKey(event.key(), event.modifiers(), event.text()))
        elif rows is not None:
            self.moved.emit(rows)
        else:
            super().keyPressEvent(event)
