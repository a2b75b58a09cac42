"""A box in which one of a few is chosen, with keys or a click."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class ChoiceBox(QComboBox):
    """The wheel passes by: scrolling over it must not choose another channel or account."""

    def choose(self, value: object) -> None:
        """Choose the item that stands for a value; the first, where none does."""
        values = [self.itemData(place) for place in range(self.count())]
        self.setCurrentIndex(values.index(value) if value in values else 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what lies beneath."""
        event.ignore()
