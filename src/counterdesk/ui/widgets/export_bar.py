"""How far a file is that is being written, at the foot of the page that asked for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QProgressBar, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.theme import SEARCH_WIDTH, SPACE_M, SPACE_S, set_role
from counterdesk.ui.widgets.aside import Spot
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import wrapped_label


class ExportBar(QFrame):
    """A line of words, a bar and Cancel; Esc presses it while the focus is here."""

    cancelled = Signal()
    """Nobody wants the file any more."""

    def __init__(self, page: QWidget) -> None:
        """Stand at the foot of a page, and take the focus: Esc is at hand."""
        super().__init__(page)
        self.setObjectName("exportBar")
        self.setProperty("role", "card")
        self._words = wrapped_label("", name="exportWords")
        self._bar = named(QProgressBar(), "exportProgress")
        self._bar.setAccessibleName(_("Rows written"))
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(SEARCH_WIDTH)
        self.cancel = KeyButton(_("Cancel"), _("Esc"), "exportCancel")
        self.cancel.clicked.connect(self._cancel)
        self._spot = Spot(QApplication.focusWidget())
        self._over = False
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        line.setSpacing(SPACE_M)
        line.addWidget(self._words, 1)
        line.addWidget(self._bar)
        line.addWidget(self.cancel)
        layout = page.layout()
        if layout is not None:
            layout.addWidget(self)
        self.show()
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_progress(self, words: str, done: int, about: int) -> None:
        """Show how far it is; `about` 0 is a bar that only moves."""
        self._words.setText(words)
        self._bar.setRange(0, about)
        self._bar.setValue(min(done, about))

    def show_refusal(self, sentence: str) -> None:
        """Say why there is no file, until somebody closes it."""
        self._over = True
        set_role(self._words, "error")
        self._words.setText(sentence)
        self._bar.hide()
        self.cancel.say(_("Close"))
        self.cancel.setEnabled(True)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        """Go, and give the focus back if it is still here."""
        if self.isAncestorOf(QApplication.focusWidget() or self.window()):
            self._spot.return_to()
        self.hide()
        self.deleteLater()

    @Slot()
    def _cancel(self) -> None:
        if self._over:
            self.leave()
            return
        self.cancel.setEnabled(False)
        self._words.setText(_("Cancelling…"))
        self.cancelled.emit()

    def event(self, event: QEvent) -> bool:
        """Keep Esc for itself, whatever the page does with it otherwise."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # of a ShortcutOverride: it comes back as a key
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cancel with Esc; the page beneath hears nothing of it."""
        if event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self.cancel.click()
        else:
            super().keyPressEvent(event)
