"""A sentence that appears at the bottom of the window and goes by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from counterdesk.ui.theme import SPACE_L, SPACE_M

_SHOWN_MS = 4000


class Toast(QFrame):
    """One sentence above everything; a newer one takes the older one's place."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("toast")
        self.setProperty("role", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._timer = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        layout.addWidget(self._text)

    @classmethod
    def show_in(cls, window: QWidget, sentence: str) -> None:
        """Show a sentence at the bottom of a window, and tell screen readers."""
        old = window.findChild(cls, "toast", Qt.FindChildOption.FindDirectChildrenOnly)
        toast = old if old is not None else cls(window)
        toast.say(sentence)

    def say(self, sentence: str) -> None:
        """Show another sentence, for as long again."""
        self._text.setText(sentence)
        self.adjustSize()
        left = (self._window.width() - self.width()) // 2
        self.move(left, self._window.height() - self.height() - SPACE_L)
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))
