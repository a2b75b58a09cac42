"""A sentence that appears at the top of the window and goes by itself."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QWidget

from counterdesk.ui.theme import SPACE_M, SPACE_S, TOPBAR_HEIGHT

_SHOWN_MS = 4000


class Toast(QFrame):
    """One sentence above everything; a newer one takes the older one's place.

    It lies on the bar at the top, between what can be pressed there: a footer's buttons are under
    the fingers just when something has been done.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("toast")
        self.setProperty("role", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._timer = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.addWidget(self._text)

    @classmethod
    def show_in(cls, window: QWidget, sentence: str) -> None:
        """Show a sentence at the top of a window, and tell screen readers."""
        old = window.findChild(cls, "toast", Qt.FindChildOption.FindDirectChildrenOnly)
        toast = old if old is not None else cls(window)
        toast.say(sentence)

    def say(self, sentence: str) -> None:
        """Show another sentence, for as long again."""
        self._text.setText(sentence)
        self._place(sentence)
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def _place(self, sentence: str) -> None:
        self._text.ensurePolished()
        left, right = self._between_buttons()
        words = self._text.fontMetrics().horizontalAdvance(sentence) + 1
        wide = min(words + 2 * SPACE_M, right - left - 2 * SPACE_S)
        tall = self.heightForWidth(wide)
        top = max(0, (TOPBAR_HEIGHT - tall) // 2)
        self.setGeometry(left + (right - left - wide) // 2, top, wide, tall)

    def _between_buttons(self) -> tuple[int, int]:
        left, right = 0, self._window.width()
        middle = right // 2
        for button in self._window.findChildren(QAbstractButton):
            if button.visibleRegion().isEmpty():  # hidden, or scrolled out of sight
                continue
            corner = button.mapTo(self._window, QPoint())
            if corner.y() < TOPBAR_HEIGHT and corner.x() < middle:
                left = max(left, corner.x() + button.width())
            elif corner.y() < TOPBAR_HEIGHT:
                right = min(right, corner.x())
        return left, right
