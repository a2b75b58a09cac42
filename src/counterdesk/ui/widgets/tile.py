"""One figure of the dashboard, with what it was before."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QToolTip, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.status_badge import show_status
from counterdesk.ui.theme import SPACE_M, SPACE_S, SPACE_XS, set_role
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.labels import FittedLabel, badge, plain_label, wrapped_label

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_READING_MS = 600_000
"""Whoever came by a key reads as long as they stay; the mouse has its own, shorter time."""


class Tile(QFrame):
    """What it is, how much, the change against the period before, and whether that is amiss.

    Keys reach it, and are told how it is worked out, as the mouse is.
    """

    opened = Signal()
    """Somebody wants to see what is behind the figure, and there is a list of it."""

    def __init__(
        self, name: str, title: str, definition: str = "", parent: QWidget | None = None
    ) -> None:
        """Make a tile without a figure.

        Args:
            name: Object name of the tile.
            title: What it counts.
            definition: How that is worked out; shown where somebody points or comes with a key.
            parent: Owns the tile.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "tile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._definition = definition
        self._leads_on = False
        self._title = plain_label(title, "muted")
        self._figure = FittedLabel("", "figure", f"{name}Figure")
        self._change = wrapped_label("", "muted", name=f"{name}Change")
        self._badge = badge("", "warn")
        self._badge.setObjectName(f"{name}Alert")
        self._badge.hide()
        self._way_on = plain_label("\u203a", "muted", name=f"{name}WayOn")
        self._way_on.hide()
        self.setToolTip(f"<p>{escape(definition)}</p>")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_XS)
        layout.addLayout(row(self._title, None, self._way_on))
        for part in (self._figure, self._badge, self._change):
            layout.addWidget(part)
        layout.addStretch(1)

    def show_figure(self, figure: str, change: str, tone: str = "muted") -> None:
        """Show a figure.

        Args:
            figure: How much, written out.
            change: The change in words and numbers.
            tone: "good", "bad" or "muted": whether the change is welcome.
        """
        self._figure.setText(figure)
        self._change.setText(change)
        set_role(self._change, tone)
        self._say()

    def show_alert(self, words: str) -> None:
        """Say that the figure is beyond its limit; "" where it is not."""
        show_status(self._badge, "warn", words)
        self._badge.setVisible(bool(words))
        self._say()

    def lead_on(self) -> None:
        """Offer what is behind the figure, to Enter, Space and a click."""
        self._leads_on = True
        self._way_on.show()
        self.setProperty("leadsOn", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        how = _("Enter or a click shows what is behind it.")
        self.setAccessibleDescription(how)
        self.setToolTip(f"{self.toolTip()}<p>{escape(how)}</p>")

    def title(self) -> str:
        """Return what it counts."""
        return self._title.text()

    def figure(self) -> str:
        """Return what is shown."""
        return self._figure.text()

    def _say(self) -> None:
        figure = f"{self._title.text()}: {self._figure.text()}"
        told = (figure, self._change.text(), self._badge.accessibleName(), self._definition)
        self.setAccessibleName(". ".join(filter(None, told)))

    def _open(self) -> None:
        if self._leads_on:
            QToolTip.hideText()
            self.opened.emit()

    def _explain(self) -> None:
        if self.hasFocus():
            below = self.mapToGlobal(QPoint(0, self.height() - SPACE_M))
            QToolTip.showText(below, self.toolTip(), self, QRect(), _READING_MS)

    def event(self, event: QEvent) -> bool:
        """Let Esc put away the explanation before it means anything else."""
        explained = self.hasFocus() and QToolTip.isVisible()
        wanted = event.type() == QEvent.Type.ShortcutOverride and explained
        if wanted and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Explain the figure to whoever comes with a key."""
        super().focusInEvent(event)
        if event.reason() in _BY_KEY:
            # Every change of the focus puts a tool tip away: this one comes after it.
            QTimer.singleShot(0, self, self._explain)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show what is behind the figure; put the explanation away."""
        if event.key() in _ENTER and not event.isAutoRepeat():
            self._open()
        elif event.key() == Qt.Key.Key_Escape and QToolTip.isVisible():
            QToolTip.hideText()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Show what is behind the figure."""
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self._open()
        super().mouseReleaseEvent(event)
