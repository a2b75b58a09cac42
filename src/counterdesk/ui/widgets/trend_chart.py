"""The trend: a column for each day or month, with a mark of what it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import ClassVar

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen

from counterdesk.core.scales import round_steps
from counterdesk.ui.theme import BADGE_PX, SPACE_M, SPACE_S, SPACE_XS, colours, text_font
from counterdesk.ui.widgets.chart import Chart, ChartBar

_WIDEST_BAR = 40
_BAR_SHARE = 0.66
_MARK = 2
_SIGN = 12
_ROUND = 3
_LEAST_HEIGHT, _HEIGHT = 200, 224
_BETWEEN_LABELS = 12


class TrendChart(Chart):
    """Left and right go from day to day."""

    _steps: ClassVar = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}

    def __init__(self, name: str, title: str, write: Callable[[int], str]) -> None:
        """Make an empty chart.

        Args:
            name: Its object name.
            title: What it shows, for screen readers.
            write: Writes a value at the axis.
        """
        super().__init__(name, title)
        self._write = write
        self._font = text_font(BADGE_PX)
        self._names = ("", "")
        self.setMinimumHeight(_LEAST_HEIGHT)

    def sizeHint(self) -> QSize:
        """Be high enough to tell the columns apart."""
        return QSize(480, _HEIGHT)

    def show_bars(self, bars: tuple[ChartBar, ...]) -> None:  # type: ignore[override]
        """Show other columns, on a scale that holds them all."""
        self.__dict__.pop("_lines", None)
        super().show_bars(bars)

    def show_periods(self, now: str, before: str) -> None:
        """Say what columns and marks stand for; "" where nothing is compared."""
        self._names = (now, before)

    @cached_property
    def _lines(self) -> range:
        values = [0, *(bar.value for bar in self.bars), *(bar.before or 0 for bar in self.bars)]
        return round_steps(min(values), max(values))

    def bar_rect(self, place: int) -> QRectF:
        """Return the whole height that belongs to a column."""
        inside = self._inside()
        wide = inside.width() / max(len(self.bars), 1)
        along = place if not self.isRightToLeft() else len(self.bars) - 1 - place
        return QRectF(inside.left() + along * wide, inside.top(), wide, inside.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axis, columns and marks."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        self._paint_axis(painter)
        for place in range(len(self.bars)):
            self._paint_bar(painter, place)
        self._paint_labels(painter)
        self._paint_legend(painter)
        painter.end()

    def _inside(self) -> QRectF:
        metrics = QFontMetricsF(self._font)
        side = max(metrics.horizontalAdvance(self._write(one)) for one in self._lines) + SPACE_S
        foot = metrics.height() + SPACE_XS
        top = metrics.height() * 1.5 + SPACE_S
        whole = QRectF(0, top, self.width() - side, self.height() - foot - top)
        return whole if self.isRightToLeft() else whole.translated(side, 0)

    def _y(self, value: int) -> float:
        inside, lines = self._inside(), self._lines
        return inside.bottom() - (value - lines[0]) / (lines[-1] - lines[0]) * inside.height()

    def _paint_axis(self, painter: QPainter) -> None:
        inside, height = self._inside(), QFontMetricsF(self._font).height()
        start = inside.right() + SPACE_S if self.isRightToLeft() else 0.0
        wide = self.width() - inside.width() - SPACE_S
        for value in self._lines:
            y = round(self._y(value)) + 0.5
            painter.setPen(QPen(QColor(colours().field_line if value == 0 else colours().line), 1))
            painter.drawLine(QLineF(inside.left(), y, inside.right(), y))
            painter.setPen(QColor(colours().muted))
            place = QRectF(start, y - height / 2, wide, height)
            along = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, int(along), self._write(value))

    def _paint_bar(self, painter: QPainter, place: int) -> None:
        bar, slot, now = self.bars[place], self.bar_rect(place), colours()
        if self._is_marked(place):
            painter.fillRect(slot, QColor(now.soft))
        wide = min(slot.width() * _BAR_SHARE, _WIDEST_BAR)
        body = QRectF(0, self._y(max(bar.value, 0)), wide, 0)
        body.setBottom(self._y(min(bar.value, 0)))
        body.moveLeft(slot.center().x() - wide / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.accent if bar.value >= 0 else now.danger))
        if bar.value:
            painter.drawRoundedRect(body, _ROUND, _ROUND)
        if bar.before is not None:
            painter.setPen(QPen(QColor(now.text), _MARK))
            y = self._y(bar.before)
            painter.drawLine(QLineF(slot.left() + 1, y, slot.right() - 1, y))
        if self.hasFocus() and place == self._current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(now.focus), _MARK))
            painter.drawRect(slot.adjusted(1, 1, -1, -1))

    def _paint_legend(self, painter: QPainter) -> None:
        metrics, now = QFontMetricsF(self._font), colours()
        start = self._inside().left()
        for name, ink, high in zip(
            self._names, (now.accent, now.text), (_SIGN, _MARK), strict=True
        ):
            if not name:
                continue
            wide = metrics.horizontalAdvance(name) + SPACE_XS
            sign = QRectF(start, (metrics.height() - high) / 2, _SIGN, high)
            words = QRectF(sign.right() + SPACE_XS, 0, wide, metrics.height())
            painter.fillRect(self._mirrored(sign), QColor(ink))
            painter.setPen(QColor(now.muted))
            painter.drawText(self._mirrored(words), int(Qt.AlignmentFlag.AlignCenter), name)
            start = words.right() + SPACE_M

    def _mirrored(self, place: QRectF) -> QRectF:
        if self.isRightToLeft():
            inside = self._inside()
            place.moveRight(inside.left() + inside.right() - place.left())
        return place

    def _paint_labels(self, painter: QPainter) -> None:
        """As many labels as there is room for, evenly apart."""
        metrics = QFontMetricsF(self._font)
        widest = max((metrics.horizontalAdvance(bar.label) for bar in self.bars), default=0)
        slot = self.bar_rect(0).width() if self.bars else 1
        every = int((widest + _BETWEEN_LABELS) // slot) + 1
        painter.setPen(QColor(colours().muted))
        for place in range(0, len(self.bars), every):
            label = self.bars[place].label
            wide = metrics.horizontalAdvance(label)
            left = self.bar_rect(place).center().x() - wide / 2
            left = min(max(left, 0), self.width() - wide)
            foot = QRectF(left, self.height() - metrics.height(), wide + 1, metrics.height())
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), label)
