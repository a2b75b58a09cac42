"""What a printer's code pages cannot write, drawn as rows of black and white dots."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QImage, QPainter

from counterdesk.printing.dots import Raster
from counterdesk.printing.layout import Row
from counterdesk.printing.painting import blank, paint_qr, paint_row, qr_height, row_height


def rows_drawn(rows: Sequence[Row], dots: int) -> Raster:
    """Return rows as dots for paper of so many dots across."""
    image = blank(dots, sum(row_height(row) for row in rows), QImage.Format.Format_Mono)
    painter, top = QPainter(image), 0
    for row in rows:
        paint_row(painter, row, top)
        top += row_height(row)
    painter.end()
    return _raster(image)


def qr_drawn(data: str, dots: int) -> Raster:
    """Return a QR code as dots, centred on paper of so many dots across."""
    image = blank(dots, qr_height(data, dots), QImage.Format.Format_Mono)
    painter = QPainter(image)
    paint_qr(painter, data, 0, dots)
    painter.end()
    return _raster(image)


def _raster(image: QImage) -> Raster:
    image.invertPixels()
    across, stride = image.width() // 8, image.bytesPerLine()
    raw = bytes(image.constBits())
    lines = (raw[at : at + across] for at in range(0, stride * image.height(), stride))
    return Raster(b"".join(lines), across, image.height())
