"""A receipt on the screen, as it prints."""

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
    """Scrolls where the paper is longer than the page."""

    def __init__(self, name: str) -> None:
        """Make an empty place.

        Args:
            name: Object name of the picture.
        """
        super().__init__()
        self._picture = plain_label(name=name)
        self._picture.setAccessibleName(_("Receipt"))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._picture)
        self._shown: tuple[Document, int, int, float] | None = None

    def show_document(self, document: Document, columns: int, room: int) -> None:
        """Show a document; one that is shown already is not painted again.

        Args:
            document: What is shown.
            columns: Letters across the paper.
            room: Pixels that it may be wide.
        """
        from counterdesk.printing.preview import preview_image  # noqa: PLC0415 - late: start-up

        ratio, width = self.devicePixelRatioF(), min(_WIDEST, room)
        if self._shown == (document, columns, width, ratio):
            return
        image: QImage = preview_image(document, columns)
        self._shown = (document, columns, width, ratio)
        self.setFixedWidth(width + SPACE_M)
        smooth = Qt.TransformationMode.SmoothTransformation
        wide = image.scaledToWidth(round(width * ratio), smooth)
        wide.setDevicePixelRatio(ratio)
        self._picture.setPixmap(QPixmap.fromImage(wide))

    def clear(self) -> None:
        """Show nothing."""
        self._shown = None
        self._picture.clear()
