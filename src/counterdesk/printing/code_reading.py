"""The code of a receipt, read off a photograph or a picture of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import zxingcpp
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.receipt_code import PREFIX

_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

_SIDES: Final = (2_400, 1_200, 3_600)
"""Pixels of the longer side, in the order in which they are tried: grain hides in a smaller one."""


def code_in_picture(path: Path) -> str:
    """Return what the receipt's code in a PNG, JPEG or other picture says.

    Raises:
        UserError: It is no picture, or shows no receipt's code that can be read.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)  # as the camera was held
    whole = reader.read()
    if whole.isNull():
        raise UserError(_("This file is neither a receipt's code nor a picture of one."))
    for image in _sizes(whole):
        for code in codes_in(image):
            if code.startswith(PREFIX):
                return code
    raise UserError(
        _("No receipt's code can be read in this picture. Take it flat, near and in good light.")
    )


def codes_in(image: QImage) -> list[str]:
    """Return what the QR codes in a picture say."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    shape = (grey.height(), grey.bytesPerLine())
    pixels = memoryview(bytes(grey.constBits())).cast("B", shape)
    return [found.text for found in zxingcpp.read_barcodes(pixels, formats=_QR)]


def _sizes(whole: QImage) -> Iterator[QImage]:
    yield whole
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    for side in _SIDES:
        yield whole.scaled(QSize(side, side), keep, smooth)
