"""Rows of a document painted with Qt: for what a printer cannot spell, and for the screen.

Text needs a QGuiApplication; painting on a QImage is allowed on any thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QPainter,
    QTextLayout,
    QTextOption,
)

from counterdesk.core.documents import Align, Logo
from counterdesk.printing.layout import Cell, Row
from counterdesk.printing.profiles import LETTER_DOTS, ROW_DOTS
from counterdesk.printing.qr import qr_modules
from counterdesk.printing.typefaces import MONO, set_in, typeface_path

_QUIET_MODULES = 4
_LETTER_PIXELS = 20
_BLACK_PIXEL = 0xFF000000
_WHITE_PIXEL = 0xFFFFFFFF
"""White in any format; by its name, Qt fills an image of single bits with black."""

_BASELINE = 22
"""Dots from the upper edge of a row down to where its letters stand."""

_PIXELS = {"DroidSansFallback": 22}
"""Size of letters where it is not `_LETTER_PIXELS`: a Chinese one fills two columns."""


def can_paint() -> bool:
    """Tell whether there is an application that lends its fonts."""
    return QGuiApplication.instance() is not None


@lru_cache(maxsize=8)
def _family(typeface: str) -> str:
    """Return Qt's name of a shipped typeface."""
    number = QFontDatabase.addApplicationFont(typeface_path(typeface))
    return QFontDatabase.applicationFontFamilies(number)[0]


@lru_cache(maxsize=64)
def _font(typeface: str, scale: int, *, smooth: bool) -> QFont:
    font = QFont(_family(typeface))
    font.setPixelSize(_PIXELS.get(typeface, _LETTER_PIXELS) * scale)
    # What a typeface lacks is never taken from the machine: `set_in` has chosen for each letter.
    strategy = QFont.StyleStrategy.NoFontMerging
    font.setStyleStrategy(strategy if smooth else strategy | QFont.StyleStrategy.NoAntialias)
    return font


def row_height(row: Row) -> int:
    """Return the height of a row in dots."""
    return ROW_DOTS * (2 if row.big else 1)


def paint_row(painter: QPainter, row: Row, top: int, *, smooth: bool) -> None:
    """Paint a row on a grid of letters 12 dots wide, black on what is there.

    Args:
        painter: Open on an image; its units are dots.
        row: Its cells stand from left to right.
        top: Distance from the upper edge, in dots.
        smooth: Grey edges for a screen; False for the black dots of a printer.
    """
    scale = 2 if row.big else 1
    for cell in row.cells:
        left, width = cell.column * LETTER_DOTS * scale, cell.columns * LETTER_DOTS * scale
        place = QRectF(left, top, width, row_height(row))
        _paint_cell(painter, cell, place, scale, smooth=smooth)


def _paint_cell(painter: QPainter, cell: Cell, place: QRectF, scale: int, *, smooth: bool) -> None:
    if cell.style.invert:
        painter.fillRect(place, Qt.GlobalColor.black)
    painter.setPen(Qt.GlobalColor.white if cell.style.invert else Qt.GlobalColor.black)
    _paint_text(painter, cell, place, scale, smooth=smooth)
    if cell.style.underline:
        painter.fillRect(
            QRectF(place.left(), place.bottom() - 2, place.width(), 2), painter.pen().color()
        )


def _paint_text(painter: QPainter, cell: Cell, place: QRectF, scale: int, *, smooth: bool) -> None:
    layout, needed = _laid_out(cell, scale, smooth=smooth)
    # A text wider than its columns is squeezed: nothing of a line is ever cut off.
    squeeze = min(1.0, place.width() / needed) if needed else 1.0
    gap = place.width() - needed * squeeze
    left = {Align.START: 0.0, Align.CENTRE: gap / 2, Align.END: gap}[cell.align]
    painter.save()
    painter.translate(place.left() + round(left), place.top() + _BASELINE * scale)
    painter.scale(squeeze, 1)
    # Bold is struck twice, one dot apart, as a receipt printer does it.
    for offset in (0, 1) if cell.style.bold else (0,):
        layout.draw(painter, QPointF(offset, -layout.lineAt(0).ascent()))
    painter.restore()


def _laid_out(cell: Cell, scale: int, *, smooth: bool) -> tuple[QTextLayout, float]:
    """Return a cell's text as one line in the shipped typefaces, and how wide it is."""
    shown, typefaces = set_in(cell.text, MONO)
    fonts = {name: _font(name, scale, smooth=smooth) for name in dict.fromkeys(typefaces)}
    layout = QTextLayout(shown, next(iter(fonts.values()), QFont()))
    layout.setTextOption(_OPTIONS[cell.from_right])
    if len(fonts) > 1:
        layout.setFormats(list(_stretches(shown, typefaces, fonts)))
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    return layout, line.naturalTextWidth()


def _stretches(
    text: str, typefaces: Sequence[str], fonts: Mapping[str, QFont]
) -> Iterator[QTextLayout.FormatRange]:
    """Yield which stretch of a text is in which font; Qt counts its letters in UTF-16."""
    start, at = 0, 0
    for name, letters in groupby(typefaces):
        length = len(list(letters))
        stretch = QTextLayout.FormatRange()
        stretch.start = start
        stretch.length = len(text[at : at + length].encode("utf-16-le")) // 2
        stretch.format.setFont(fonts[name])
        start, at = start + stretch.length, at + length
        yield stretch


def _one_line(direction: Qt.LayoutDirection) -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    option.setTextDirection(direction)
    return option


_OPTIONS: Final = {
    False: _one_line(Qt.LayoutDirection.LeftToRight),
    True: _one_line(Qt.LayoutDirection.RightToLeft),
}


def paint_qr(painter: QPainter, data: str, top: int, dots: int) -> None:
    """Paint a QR code in the middle of so many dots."""
    modules, module = qr_modules(data), qr_module(data, dots)
    left, first = (dots - len(modules) * module) // 2, top + _QUIET_MODULES * module
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                place = (left + x * module, first + y * module, module, module)
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
    image.setColorTable([_WHITE_PIXEL, _BLACK_PIXEL])
    painter.drawImage(left, top, image)


def blank(width: int, height: int, kind: QImage.Format) -> QImage:
    """Return a white image."""
    image = QImage(width, height, kind)
    image.fill(_WHITE_PIXEL)
    return image
