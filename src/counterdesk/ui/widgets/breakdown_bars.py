"""A breakdown: a line for each part with its name, figure and change, and a bar under it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen

from counterdesk.ui.theme import BADGE_PX, SPACE_S, SPACE_XS, TEXT_PX, colours, text_font
from counterdesk.ui.widgets.chart import Chart

_ROW = 44
_BAR = 8
_MARK = 2


class BreakdownBars(Chart):
    """Up and down go from part to part."""

    _steps: ClassVar = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}

    def sizeHint(self) -> QSize:
        """Be as high as all the lines together."""
        return QSize(240, _ROW * max(len(self.bars), 1))

    def minimumSizeHint(self) -> QSize:
        """Never cut a line."""
        return QSize(160, self.sizeHint().height())

    def bar_rect(self, place: int) -> QRectF:
        """Return the whole line of a part."""
        return QRectF(0, place * _ROW, self.width(), _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every line."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in range(len(self.bars)):
            self._paint_line(painter, place)
        painter.end()

    def _paint_line(self, painter: QPainter, place: int) -> None:
        whole, now = self.bar_rect(place).adjusted(1, 1, -1, -1), colours()
        painter.setPen(Qt.PenStyle.NoPen)
        if self._is_marked(place):
            painter.setBrush(QColor(now.soft))
            painter.drawRoundedRect(whole, SPACE_XS, SPACE_XS)
        if self.hasFocus() and place == self._current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(now.focus), _MARK))
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), SPACE_XS, SPACE_XS)
        inside = whole.adjusted(SPACE_S, SPACE_XS, -SPACE_S, -SPACE_XS)
        self._paint_words(painter, place, inside)
        self._paint_bar(painter, place, inside)

    def _paint_words(self, painter: QPainter, place: int, inside: QRectF) -> None:
        bar, now = self.bars[place], colours()
        inks = {"good": now.ok, "bad": now.danger}
        left, font = inside.width(), text_font(TEXT_PX)
        named = QFontMetrics(font).horizontalAdvance(bar.label)
        for text, ink, face in (
            (bar.figure, now.text, text_font(TEXT_PX, bold=True)),
            (bar.change, inks.get(bar.tone, now.muted), text_font(BADGE_PX)),
        ):
            wide = QFontMetrics(face).horizontalAdvance(text) + SPACE_S
            if text == bar.change and named + wide > left:
                continue  # the name matters more; the tool tip says both
            self._put(painter, inside, left, text, QColor(ink), face, at_end=True)
            left -= wide
        name = QFontMetrics(font).elidedText(bar.label, Qt.TextElideMode.ElideRight, int(left))
        self._put(painter, inside, left, name, QColor(now.text), font, at_end=False)

    def _put(
        self, painter: QPainter, inside: QRectF, wide: float, text: str, ink: QColor, font: QFont,
        *, at_end: bool,
    ) -> None:  # fmt: skip
        painter.setFont(font)
        painter.setPen(ink)
        start = inside.right() - wide if self.isRightToLeft() else inside.left()
        place = QRectF(start, inside.top(), wide, inside.height() - _BAR)
        to_right = at_end is not self.isRightToLeft()
        along = Qt.AlignmentFlag.AlignRight if to_right else Qt.AlignmentFlag.AlignLeft
        flags = int(along | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
        painter.drawText(place, flags, text)

    def _paint_bar(self, painter: QPainter, place: int, inside: QRectF) -> None:
        bar, now = self.bars[place], colours()
        most = max(max(abs(one.value), abs(one.before or 0)) for one in self.bars) or 1
        track = QRectF(inside.left(), inside.bottom() - _BAR, inside.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.line))
        painter.drawRoundedRect(track.adjusted(0, 2, 0, -2), 2, 2)
        painter.setBrush(QColor(now.accent if bar.value >= 0 else now.danger))
        painter.drawRoundedRect(self._part(track, abs(bar.value) / most), _BAR / 2, _BAR / 2)
        if bar.before is not None:
            end = self._part(track, abs(bar.before) / most)
            x = end.left() if self.isRightToLeft() else end.right()
            painter.setPen(QPen(QColor(now.text), _MARK))
            painter.drawLine(QLineF(x, track.top() - 2, x, track.bottom() + 2))

    def _part(self, track: QRectF, share: float) -> QRectF:
        part = QRectF(track)
        part.setWidth(track.width() * share)
        if self.isRightToLeft():
            part.moveRight(track.right())
        return part
