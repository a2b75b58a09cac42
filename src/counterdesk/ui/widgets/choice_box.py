"""A box in which one of a few is chosen, with keys or a click."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class ChoiceBox(QComboBox):
    """The wheel passes by: scrolling over it must not choose another channel or account."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what lies beneath."""
        event.ignore()
