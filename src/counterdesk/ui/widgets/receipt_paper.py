"""The receipt as it looks on paper, on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QScrollArea

from counterdesk.core.documents import Document
from counterdesk.core.i18n import _
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.labels import plain_label

_WIDEST = 352


class ReceiptPaper(QScrollArea):
    """A picture of a receipt; one that is longer than the window scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = plain_label(name="receiptPreview")
        self._picture.setAccessibleName(_("Receipt"))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._picture)

    def show_document(self, document: Document, columns: int, room: int) -> None:
        """Show what the printer puts on paper.

        Args:
            document: The receipt.
            columns: How many letters the printer's paper is wide.
            room: Most pixels it may be wide.
        """
        from counterdesk.printing.preview import preview_image  # noqa: PLC0415 - late: start-up

        image: QImage = preview_image(document, columns)
        ratio, width = self.devicePixelRatioF(), min(_WIDEST, room)
        self.setFixedWidth(width + SPACE_M)
        smooth = Qt.TransformationMode.SmoothTransformation
        picture = image.scaledToWidth(round(width * ratio), smooth)
        picture.setDevicePixelRatio(ratio)
        self._picture.setPixmap(QPixmap.fromImage(picture))

    def clear(self) -> None:
        """Show nothing."""
        self._picture.clear()
