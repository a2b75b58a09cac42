"""A sentence that appears at the top of the window and goes by itself."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
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
        buttons = self._window.findChildren(QAbstractButton)
        seen = [one for one in buttons if not one.visibleRegion().isEmpty()]  # nor scrolled away
        hands = [QRect(one.mapTo(self._window, QPoint()), one.size()) for one in seen]
        places = [self._within(*gap, sentence) for gap in _gaps(hands, self._window.width())]
        free = [one for one in places if not any(map(one.intersects, hands))]
        self.setGeometry(min(free or places, key=QRect.height))

    def _within(self, left: int, right: int, sentence: str) -> QRect:
        wide = self._text.fontMetrics().horizontalAdvance
        least = max(map(wide, sentence.split()), default=0)  # a word is never cut
        room = max(least + 1 + 2 * SPACE_M, right - left - 2 * SPACE_S)
        width = min(wide(sentence) + 1 + 2 * SPACE_M, room)
        tall = self.heightForWidth(width)
        return QRect(left + (right - left - width) // 2, max(0, (TOPBAR_HEIGHT - tall) // 2),
                     width, tall)  # fmt: skip


def _gaps(hands: list[QRect], width: int) -> list[tuple[int, int]]:
    """Return what is free of the bar at the top, between what can be pressed there."""
    gaps, free = [], 0
    taken = sorted((hand.left(), hand.right() + 1) for hand in hands if hand.top() < TOPBAR_HEIGHT)
    for left, right in (*taken, (width, width)):
        if left > free:
            gaps.append((free, left))
        free = max(free, right)
    return gaps
