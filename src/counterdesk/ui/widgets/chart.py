"""What all painted charts have: bars that keys and the mouse reach, each with its words."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One bar: what it is called, how long it is, and what it says to whoever asks."""

    label: str
    value: int
    before: int | None
    """What it is compared with; None for nothing."""
    words: str
    """A sentence with its figures, for the tool tip and the screen reader."""
    record: Any = None
    """What it stands for."""
    figure: str = ""
    """Its value, written out."""
    change: str = ""
    tone: str = "muted"
    """Whether the change is welcome: good, bad or muted."""


class Chart(QWidget):
    """Arrows go from bar to bar, Enter or a click opens what is behind one."""

    opened = Signal(object)
    """The record of the bar that somebody wants to look behind."""

    _steps: ClassVar[dict[Qt.Key, int]]
    """How far each arrow goes."""

    def __init__(self, name: str, title: str) -> None:
        """Make an empty chart.

        Args:
            name: Its object name.
            title: What it shows, for screen readers.
        """
        super().__init__()
        self.setObjectName(name)
        self._title = title
        self.bars: tuple[ChartBar, ...] = ()
        self._current = self._pointed = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(title)

    def show_bars(self, bars: Sequence[ChartBar]) -> None:
        """Show other bars; the one with the cursor keeps it where its label is there still."""
        labels = [bar.label for bar in bars]
        kept = self.bars[self._current].label if self._current >= 0 else ""
        self.bars = tuple(bars)
        first = 0 if self.hasFocus() and bars else -1
        self._current = labels.index(kept) if kept in labels else first
        self._pointed = -1
        self._say()
        self.updateGeometry()
        self.update()

    @property
    def current(self) -> ChartBar | None:
        """The bar under the cursor."""
        return self.bars[self._current] if self._current >= 0 else None

    @abstractmethod
    def bar_rect(self, place: int) -> QRectF:
        """Return where the bar at a place is, with all that belongs to it."""

    def _is_marked(self, place: int) -> bool:
        return place == self._pointed or (self.hasFocus() and place == self._current)

    def _go_to(self, place: int) -> None:
        self._current = min(max(place, 0), len(self.bars) - 1)
        self._say()
        self.update()

    def _say(self) -> None:
        bar = self.current
        self.setAccessibleName(f"{self._title}. {bar.words}" if bar else self._title)

    def _place_at(self, point: QPointF) -> int:
        places = range(len(self.bars))
        return next((one for one in places if self.bar_rect(one).contains(point)), -1)

    def _open(self, place: int) -> None:
        if 0 <= place < len(self.bars):
            self.opened.emit(self.bars[place].record)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor, or look behind the bar under it."""
        key = Qt.Key(event.key())
        ends: dict[Qt.Key, Callable[[], int]] = {
            Qt.Key.Key_Home: lambda: 0, Qt.Key.Key_End: lambda: len(self.bars) - 1
        }  # fmt: skip
        if not self.bars:
            super().keyPressEvent(event)
        elif key in self._steps:
            self._go_to(self._current + self._steps[key])
        elif key in ends:
            self._go_to(ends[key]())
        elif key in _ENTER and not event.isAutoRepeat():
            self._open(self._current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have a bar under the cursor as soon as keys arrive."""
        if self._current < 0 and self.bars:
            self._go_to(0)
        super().focusInEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the bar that is pointed at."""
        self._point_at(self._place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Mark nothing."""
        self._point_at(-1)
        super().leaveEvent(event)

    def _point_at(self, place: int) -> None:
        if place != self._pointed:
            self._pointed = place
            hand = Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(hand)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Look behind the bar that was clicked."""
        place = self._place_at(event.position())
        if place >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._go_to(place)
            self._open(place)

    def event(self, event: QEvent) -> bool:
        """Show the words of the bar that is pointed at."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            words = self.bars[place].words if place >= 0 else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
