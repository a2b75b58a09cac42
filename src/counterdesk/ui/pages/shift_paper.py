"""An X or a Z report on the screen, as it prints."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QVBoxLayout, QWidget

from counterdesk.core.documents import Document
from counterdesk.core.i18n import _
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.receipt_paper import ReceiptPaper

_ROLLING: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
}


class ShiftPaper(QWidget):
    """The paper, and beside it what became of the shift."""

    left = Signal()
    """Enter or Esc: it was read."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._paper = ReceiptPaper("shiftPaper")
        self._title = plain_label("", "h2", name="shiftPaperTitle")
        self._words = wrapped_label("", name="shiftPaperWords")
        self._go_on = KeyButton(_("Go on"), _("Enter"), "leavePaper", "primary")
        self._go_on.clicked.connect(self.left)
        side = QVBoxLayout()
        side.setSpacing(SPACE_M)
        side.addWidget(self._title)
        side.addWidget(self._words)
        side.addLayout(row(self._go_on, None))
        side.addStretch(1)
        columns = row(self._paper, spacing=SPACE_L)
        columns.addLayout(side, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(columns)

    def show_paper(self, document: Document, words: str) -> None:
        """Show a report and what it means; the keys go to what leads on."""
        columns = self._jobs.printing.columns
        self._paper.show_document(document, columns, max(self.width() // 2, 1))
        self._title.setText(document.title)
        self._words.setText(words)
        self._go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Enter or Esc; arrows roll the paper."""
        if event.key() in _ROLLING:
            self._paper.verticalScrollBar().triggerAction(_ROLLING[event.key()])
        elif event.isAutoRepeat():
            return
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.left.emit()
        else:
            super().keyPressEvent(event)
