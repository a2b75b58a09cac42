"""A box in which one of a few is chosen, with keys or a click."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox

from counterdesk.ui.theme import SPACE_L, SPACE_XS, colours


class ChoiceBox(QComboBox):
    """The wheel passes by: scrolling over it must not choose another channel or account."""

    def choose(self, value: object) -> None:
        """Choose the item that stands for a value; the first, where none does."""
        values = [self.itemData(place) for place in range(self.count())]
        self.setCurrentIndex(values.index(value) if value in values else 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what lies beneath."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show that there is more to choose from: the style sheet takes the style's arrow away."""
        super().paintEvent(event)
        theme, wide = colours(), SPACE_XS + 1
        right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        middle = QPointF(SPACE_L if right else self.width() - SPACE_L, self.height() / 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.muted if self.isEnabled() else theme.line), 2))
        painter.drawPolyline(
            [middle + QPointF(x, y) for x, y in ((-wide, -2), (0, wide - 2), (wide, -2))]
        )
