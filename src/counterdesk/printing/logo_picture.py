"""A picture file as a logo: read by Qt, made small, and turned into dots of black and white."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from counterdesk.core.documents import HIGHEST_LOGO, WIDEST_LOGO, Logo
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.printing.painting import WHITE_PIXEL, blank

_MOST_BYTES: Final = 5_000_000
_MOST_PIXELS: Final = 12_000_000
_FORMATS: Final = frozenset({b"png", b"jpeg", b"bmp", b"gif"})
"""Plain pictures: others, such as SVG, are programs for whoever reads them."""


def logo_from_file(path: Path) -> Logo:
    """Return a picture as it prints on a roll of 58 mm: as large as can be, grey as dots.

    Raises:
        UserError: It cannot be read, is no picture, is far too large, or shows nothing.
    """
    picture = _smaller(_read(_bytes_of(path)))
    paper = blank(picture.width(), picture.height(), QImage.Format.Format_RGB32)
    painter = QPainter(paper)  # what is transparent is paper
    painter.drawImage(0, 0, picture)
    painter.end()
    return _dots_of(paper)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        text = _("The picture cannot be read: {reason}.").format(reason=error.strerror)
        raise UserError(text, field="receiptLogo") from error
    if len(raw) > _MOST_BYTES:
        raise _too_large()
    return raw


def _read(raw: bytes) -> QImage:
    """Return the picture in bytes that anybody may have made: its size is asked for first."""
    buffer = QBuffer()
    buffer.setData(QByteArray(raw))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if bytes(reader.format().data()) not in _FORMATS or not size.isValid():
        raise UserError(
            _("This is no picture that can be read here: PNG, JPEG, BMP or GIF."),
            field="receiptLogo",
        )
    if size.width() * size.height() > _MOST_PIXELS:
        raise _too_large()
    picture = reader.read()
    if picture.isNull():
        raise UserError(_("The picture is damaged."), field="receiptLogo")
    return picture


def _too_large() -> UserError:
    return UserError(
        _("The picture is too large: 5 megabytes and 12 million dots at most."),
        field="receiptLogo",
    )


def _smaller(picture: QImage) -> QImage:
    room = QSize(WIDEST_LOGO, HIGHEST_LOGO)
    if picture.size().boundedTo(room) == picture.size():
        return picture
    size = picture.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
    smooth = Qt.TransformationMode.SmoothTransformation
    return picture.scaled(size.expandedTo(QSize(1, 1)), mode=smooth)


def _dots_of(paper: QImage) -> Logo:
    grey = Qt.ImageConversionFlag.DiffuseDither
    dots = paper.convertToFormat(QImage.Format.Format_Mono, grey)
    if dots.color(1) == WHITE_PIXEL:
        dots.invertPixels()
    raw, line = bytes(dots.constBits()), dots.bytesPerLine()
    across, unused = -(-dots.width() // 8), -dots.width() % 8
    rows = (raw[at : at + across] for at in range(0, line * dots.height(), line))
    kept = b"".join(row[:-1] + bytes([row[-1] >> unused << unused]) for row in rows)
    if not any(kept):
        raise UserError(
            _("Nothing of this picture would be printed: it is too light."), field="receiptLogo"
        )
    return Logo(dots.width(), dots.height(), b64encode(kept).decode())
