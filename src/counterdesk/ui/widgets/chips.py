"""What a list is narrowed by, each part as a chip that changes it or takes it away."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_S, colours
from counterdesk.ui.widgets.flow_layout import FlowLayout

_REMOVING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LONGEST = 360


class Chip(QPushButton):
    """Enter or a click changes it; Delete or a click on its cross takes it away."""

    removed = Signal()
    """It is not wanted any more."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "chip")
        self.setAccessibleDescription(_("Enter changes it, Delete takes it away."))
        self.setToolTip(_("Enter changes it, Delete takes it away."))

    def say(self, text: str) -> None:
        """Show what is chosen."""
        self.setAccessibleName(text)
        elided = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, _LONGEST)
        self.setText(elided.replace("&", "&&"))

    def sizeHint(self) -> QSize:
        """Leave room for the cross."""
        return super().sizeHint() + QSize(SPACE_M, 0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the chip away where its cross is clicked."""
        if self._cross().contains(event.position()) and self.isDown():
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the chip away with Delete, change it with Enter."""
        if event.key() in _REMOVING:
            self.removed.emit()
        elif event.key() in _ENTER:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cross behind the text."""
        super().paintEvent(event)
        middle, half = self._cross().center(), SPACE_S / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours().accent), 2))
        for way in (1, -1):
            painter.drawLine(
                round(middle.x() - half), round(middle.y() - half * way),
                round(middle.x() + half), round(middle.y() + half * way),
            )  # fmt: skip

    def _cross(self) -> QRectF:
        right = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return QRectF(0 if right else self.width() - SPACE_L - SPACE_S / 2, 0,
                      SPACE_L + SPACE_S / 2, self.height())  # fmt: skip


class Chips(QWidget):
    """A line of chips, or several; out of sight where there are none."""

    chosen = Signal(str)
    """Name of the part that somebody wants to change."""

    removed = Signal(str)
    """Name of the part that somebody takes away."""

    def __init__(self, *after: QWidget) -> None:
        """Make an empty line.

        Args:
            after: What stands behind the chips.
        """
        super().__init__()
        self._chips: dict[str, Chip] = {}
        self._after = after
        self._line = FlowLayout(self)
        for part in after:
            self._line.addWidget(part)
        self.hide()

    def show_chips(self, parts: Mapping[str, str]) -> None:
        """Show other chips; the focus stays where it was, or goes to what stands there now.

        Args:
            parts: What each says, by its name, in their order.
        """
        had_focus = [at for at, chip in enumerate(self._chips.values()) if chip.hasFocus()]
        gone = [chip for name, chip in self._chips.items() if name not in parts]
        chips = {name: self._chips.get(name) or self._chip(name) for name in parts}
        for part in (*self._chips.values(), *self._after):
            self._line.removeWidget(part)
        for name, chip in chips.items():
            chip.say(parts[name])
        for part in (*chips.values(), *self._after):
            self._line.addWidget(part)
            part.show()
        self._chips = chips
        self.setVisible(bool(parts))
        if had_focus and chips:
            list(chips.values())[min(had_focus[0], len(chips) - 1)].setFocus()
        for chip in gone:
            chip.hide()
            chip.setObjectName("")
            chip.deleteLater()

    def _chip(self, name: str) -> Chip:
        chip = Chip(f"{name}Chip")
        chip.clicked.connect(partial(self.chosen.emit, name))
        chip.removed.connect(partial(self.removed.emit, name))
        return chip
