"""Rows of a document painted with Qt: for what a printer cannot spell, and for the screen.

Text needs a QGuiApplication; painting on a QImage is allowed on any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGlyphRun, QImage, QPainter, QRawFont

from counterdesk.core.documents import Align, Logo
from counterdesk.printing.layout import Cell, Row
from counterdesk.printing.profiles import LETTER_DOTS, ROW_DOTS
from counterdesk.printing.qr import dark_runs, qr_modules
from counterdesk.printing.shaping import ShapedLine, shaped
from counterdesk.printing.typefaces import MONO, typeface_path

_QUIET_MODULES = 4
_LETTER_PIXELS = 20
BLACK_PIXEL = 0xFF000000
WHITE_PIXEL = 0xFFFFFFFF
"""White in any format; by its name, Qt fills an image of single bits with black."""

_BASELINE = 22
"""Dots from the upper edge of a row down to where its letters stand."""


class _Opened(threading.local):
    """Shipped typefaces: Qt lends one to the thread that opened it, and to no other."""

    def __init__(self) -> None:
        self._typefaces: dict[tuple[str, int], QRawFont] = {}

    def typeface(self, name: str, pixels: int) -> QRawFont:
        """Return a typeface; the machine's own fonts are never asked."""
        if (name, pixels) not in self._typefaces:
            self._typefaces[name, pixels] = QRawFont(typeface_path(name), pixels)
        return self._typefaces[name, pixels]


_opened = _Opened()


def row_height(row: Row) -> int:
    """Return the height of a row in dots."""
    return ROW_DOTS * (2 if row.big else 1)


def paint_row(painter: QPainter, row: Row, top: int) -> None:
    """Paint a row on a grid of letters 12 dots wide, black on what is there.

    Args:
        painter: Open on an image; its units are dots.
        row: Its cells stand from left to right.
        top: Distance from the upper edge, in dots.
    """
    scale = 2 if row.big else 1
    for cell in row.cells:
        left, width = cell.column * LETTER_DOTS * scale, cell.columns * LETTER_DOTS * scale
        place = QRectF(left, top, width, row_height(row))
        _paint_cell(painter, cell, place, scale)


def _paint_cell(painter: QPainter, cell: Cell, place: QRectF, scale: int) -> None:
    if cell.style.invert:
        painter.fillRect(place, Qt.GlobalColor.black)
    painter.setPen(Qt.GlobalColor.white if cell.style.invert else Qt.GlobalColor.black)
    _paint_text(painter, cell, place, scale)
    if cell.style.underline:
        painter.fillRect(
            QRectF(place.left(), place.bottom() - 2, place.width(), 2), painter.pen().color()
        )


def _paint_text(painter: QPainter, cell: Cell, place: QRectF, scale: int) -> None:
    line = shaped(cell.text, MONO, from_right=cell.from_right)
    pixels = _LETTER_PIXELS * scale
    needed = line.width * pixels
    # A text wider than its columns is squeezed: nothing of a line is ever cut off.
    squeeze = min(1.0, place.width() / needed) if needed else 1.0
    gap = place.width() - needed * squeeze
    left = {Align.START: 0.0, Align.CENTRE: gap / 2, Align.END: gap}[cell.align]
    painter.save()
    painter.translate(place.left() + round(left), place.top() + _BASELINE * scale)
    painter.scale(squeeze, 1)
    for glyphs in glyph_runs(line, pixels):
        # Bold is struck twice, one dot apart, as a receipt printer does it.
        for offset in (0, 1) if cell.style.bold else (0,):
            painter.drawGlyphRun(QPointF(offset, 0), glyphs)
    painter.restore()


def glyph_runs(line: ShapedLine, pixels: int) -> Iterator[QGlyphRun]:
    """Yield a shaped line as Qt draws it, in letters of so many pixels."""
    at = 0.0
    for name, group in groupby(line.glyphs, key=lambda glyph: glyph.typeface):
        numbers, places = [], []
        for glyph in group:
            numbers.append(glyph.number)
            places.append(QPointF((at + glyph.right) * pixels, -glyph.up * pixels))
            at += glyph.advance
        run = QGlyphRun()
        run.setRawFont(_opened.typeface(name, pixels))
        run.setGlyphIndexes(numbers)
        run.setPositions(places)
        yield run


def paint_qr(painter: QPainter, data: str, top: int, dots: int) -> None:
    """Paint a QR code in the middle of so many dots."""
    modules, module = qr_modules(data), qr_module(data, dots)
    left, first = (dots - len(modules) * module) // 2, top + _QUIET_MODULES * module
    for y, line in enumerate(modules):
        for start, count in dark_runs(line):
            place = (left + start * module, first + y * module, count * module, module)
            painter.fillRect(*place, Qt.GlobalColor.black)


def qr_module(data: str, dots: int) -> int:
    """Return how many dots wide a module can be, at most 4: 0.5 mm on paper."""
    return max(1, min(4, dots // (len(qr_modules(data)) + 2 * _QUIET_MODULES)))


def qr_height(data: str, dots: int) -> int:
    """Return the height of a QR code with its quiet zone on so many dots across."""
    return (len(qr_modules(data)) + 2 * _QUIET_MODULES) * qr_module(data, dots)


def paint_logo(painter: QPainter, logo: Logo, left: int, top: int) -> None:
    """Paint the dots of a logo as they are."""
    dots = logo.dots  # an image only borrows them
    kind = QImage.Format.Format_Mono
    image = QImage(dots, logo.width, logo.height, logo.bytes_across, kind)
    image.setColorTable([WHITE_PIXEL, BLACK_PIXEL])
    painter.drawImage(left, top, image)


def blank(width: int, height: int, kind: QImage.Format) -> QImage:
    """Return a white image."""
    image = QImage(width, height, kind)
    image.fill(WHITE_PIXEL)
    return image
