"""A receipt on the screen, as it prints."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QScrollArea

from counterdesk.core.documents import Document
from counterdesk.core.i18n import _
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.labels import plain_label

_WIDEST, _WIDEST_SHEET = 352, 560


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
        self._shown: tuple[object, ...] = ()

    def show_document(self, document: Document, columns: int, room: int) -> None:
        """Show a document on a roll; one that is shown already is not painted again.

        Args:
            document: What is shown.
            columns: Letters across the paper.
            room: Pixels that it may be wide.
        """
        from counterdesk.printing.preview import preview_image  # noqa: PLC0415 - late: start-up

        width = min(_WIDEST, room)
        self._show(
            (document, columns),
            width,
            lambda dots: preview_image(document, columns).scaledToWidth(
                dots, Qt.TransformationMode.SmoothTransformation
            ),
        )

    def show_sheet(self, document: Document, page: str, room: int) -> None:
        """Show the first sheet of a document as PDF; arguments as for `show_document`."""
        from counterdesk.printing.sheet_picture import sheet_image  # noqa: PLC0415 - late: start-up

        width = min(_WIDEST_SHEET, room)
        self._show((document, page), width, lambda dots: sheet_image(document, page, dots))

    @Slot()
    def roll_to_end(self) -> None:
        """Bring the end of the paper into sight."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def clear(self) -> None:
        """Show nothing."""
        self._shown = ()
        self._picture.clear()

    def _show(self, what: tuple[object, ...], width: int, paint: Callable[[int], QImage]) -> None:
        ratio = self.devicePixelRatioF()
        wanted = (*what, width, ratio)
        if wanted == self._shown:
            return
        image = paint(round(width * ratio))
        image.setDevicePixelRatio(ratio)
        self.setFixedWidth(width + SPACE_M)
        self._picture.setPixmap(QPixmap.fromImage(image))
        self._shown = wanted
