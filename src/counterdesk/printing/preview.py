"""A document on white paper for the screen, from the very rows that print."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage, QPainter

from counterdesk.core.documents import Document, Feed, Logo, QrCode, Rule
from counterdesk.printing.dots import left_of
from counterdesk.printing.layout import Line, Row, lay_out
from counterdesk.printing.painting import (
    blank,
    paint_logo,
    paint_qr,
    paint_row,
    qr_height,
    row_height,
)
from counterdesk.printing.profiles import LETTER_DOTS, ROW_DOTS

_MARGIN = 24


def preview_image(document: Document, columns: int = 48, scale: float = 1.0) -> QImage:
    """Return a document as it prints, in grey and white.

    Args:
        document: What to show.
        columns: Letters across the paper.
        scale: Pixels of the image for one dot of a printer (8 dots are 1 mm).

    Raises:
        LayoutError: An amount does not fit the paper.
    """
    lines, dots = lay_out(document, columns), columns * LETTER_DOTS
    height = sum(_height(line, dots) for line in lines) + 2 * _MARGIN
    size = (round((dots + 2 * _MARGIN) * scale), round(height * scale))
    image = blank(*size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.scale(scale, scale)
    painter.translate(_MARGIN, _MARGIN)
    top = 0
    for line in lines:
        _paint(painter, line, top, dots)
        top += _height(line, dots)
    painter.end()
    return image


def _height(line: Line, dots: int) -> int:
    match line:
        case Row():
            return row_height(line)
        case Feed(lines=lines):
            return lines * ROW_DOTS
        case Rule():
            return ROW_DOTS
        case QrCode(data=data):
            return qr_height(data, dots)
        case Logo(height=height):
            return height


def _paint(painter: QPainter, line: Line, top: int, dots: int) -> None:
    match line:
        case Row():
            paint_row(painter, line, top)
        case Rule():
            painter.fillRect(0, top + ROW_DOTS // 2, dots, 1, QColor(128, 128, 128))
        case QrCode(data=data):
            paint_qr(painter, data, top, dots)
        case Logo():
            paint_logo(painter, line, left_of(line, dots), top)
