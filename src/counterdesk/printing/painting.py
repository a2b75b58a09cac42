"""Rows of a document painted with Qt: for what a printer cannot spell, and for the screen.

Text needs a QGuiApplication; painting on a QImage is allowed on any thread.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPainter,
    QTextOption,
)

from counterdesk.core.documents import Align, Logo
from counterdesk.core.resources import resource_path
from counterdesk.core.text import is_right_to_left
from counterdesk.printing.layout import Cell, Row
from counterdesk.printing.profiles import LETTER_DOTS, ROW_DOTS
from counterdesk.printing.qr import qr_modules

_QUIET_MODULES = 4
_LETTER_PIXELS = 20
_BLACK_PIXEL = 0xFF000000
_WHITE_PIXEL = 0xFFFFFFFF
"""White in any format; by its name, Qt fills an image of single bits with black."""

_SIDES = {
    Align.START: Qt.AlignmentFlag.AlignLeft,
    Align.CENTRE: Qt.AlignmentFlag.AlignHCenter,
    Align.END: Qt.AlignmentFlag.AlignRight,
}


def can_paint() -> bool:
    """Tell whether there is an application that lends its fonts."""
    return QGuiApplication.instance() is not None


@lru_cache(maxsize=1)
def _family() -> str:
    path = str(resource_path("fonts/NotoSansMono-Regular.ttf"))
    families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(path))
    return families[0] if families else "monospace"


@lru_cache(maxsize=16)
def _font(pixels: int, *, smooth: bool) -> QFont:
    font = QFont(_family())
    font.setPixelSize(pixels)
    if not smooth:
        font.setStyleStrategy(QFont.StyleStrategy.NoAntialias)
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
        painter.setFont(_font(_LETTER_PIXELS * scale, smooth=smooth))
        _paint_cell(painter, cell, place)


def _paint_cell(painter: QPainter, cell: Cell, place: QRectF) -> None:
    if cell.style.invert:
        painter.fillRect(place, Qt.GlobalColor.black)
    painter.setPen(Qt.GlobalColor.white if cell.style.invert else Qt.GlobalColor.black)
    _paint_text(painter, cell, place)
    if cell.style.underline:
        painter.fillRect(
            QRectF(place.left(), place.bottom() - 2, place.width(), 2), painter.pen().color()
        )


def _paint_text(painter: QPainter, cell: Cell, place: QRectF) -> None:
    option = QTextOption(
        _SIDES[cell.align] | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    )
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    if is_right_to_left(cell.text):
        option.setTextDirection(Qt.LayoutDirection.RightToLeft)
    needed = QFontMetricsF(painter.font()).horizontalAdvance(cell.text)
    squeeze = min(1.0, place.width() / needed) if needed else 1.0
    # A letter wider than its columns is squeezed: nothing of a line is ever cut off.
    painter.save()
    painter.translate(place.topLeft())
    painter.scale(squeeze, 1)
    box = QRectF(0, 0, place.width() / squeeze, place.height())
    # Bold is struck twice, one dot apart, as a receipt printer does it.
    for offset in (0, 1) if cell.style.bold else (0,):
        painter.drawText(box.translated(offset, 0), cell.text, option)
    painter.restore()


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
