"""Buttons that show their key beside what they do."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from counterdesk.ui.theme import SPACE_M, SPACE_S
from counterdesk.ui.widgets.labels import plain_label

_HEIGHTS = {"primary": 48, "link": 32}
_HEIGHT = 40


class KeyButton(QPushButton):
    """A text in the button's own colour and, quieter behind it, the key."""

    def __init__(self, text: str, key: str, name: str, role: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._text = plain_label("", "button-text")
        self._key = plain_label(key, "button-key")
        self._inside = QWidget(self)
        self._inside.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line = QHBoxLayout(self._inside)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_S)
        for label in (self._text, self._key):
            line.addWidget(label)
        side = SPACE_S if role == "link" else SPACE_M
        around = QHBoxLayout(self)
        around.setContentsMargins(side, 0, side, 0)
        around.addWidget(self._inside, 0, Qt.AlignmentFlag.AlignCenter)
        self.say(text)

    def say(self, text: str) -> None:
        """Show another text."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def text(self) -> str:
        """Return what the button says, without its key."""
        return self._text.text()

    def key(self) -> str:
        """Return the key beside it."""
        return self._key.text()

    def show_key(self, *, shown: bool) -> None:
        """Show the key beside the text, or in a tool tip where there is no room for it."""
        self._key.setVisible(shown)
        self.setToolTip("" if shown else self._key.text())
        self.updateGeometry()

    def whole_width(self) -> int:
        """Return how wide it is with its key."""
        missing = 0 if self._key.isVisibleTo(self) else self.key_width()
        return self.sizeHint().width() + missing

    def key_width(self) -> int:
        """Return what of it is the key."""
        return self._key.sizeHint().width() + SPACE_S

    def sizeHint(self) -> QSize:
        """Be as wide as text and key, as high as all buttons of the role."""
        side = 2 * (SPACE_S if self.property("role") == "link" else SPACE_M)
        height = _HEIGHTS.get(self.property("role"), _HEIGHT)
        return QSize(self._inside.sizeHint().width() + side, height)

    def minimumSizeHint(self) -> QSize:
        """Never cut the text."""
        return self.sizeHint()


def key_button(
    text: str, key: str, name: str, role: str = "link", *, within: QWidget | None = None
) -> KeyButton:
    """Return a button that its key presses; by default a quiet one.

    The mouse leaves the focus where it was: the field being typed into goes on.

    Args:
        text: What it says.
        key: Shown beside it.
        name: Its object name.
        role: How it looks.
        within: Where the key works, in sight or not; by default only while the button shows.
    """
    button = KeyButton(text, key, name, role)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    bind_key(button, key, within)
    return button


def bind_key(button: QAbstractButton, key: str, within: QWidget | None = None) -> None:
    """Let a key press a button at once.

    A button's own shortcut waits 100 ms to be seen going down; an Enter can overtake it.
    """
    QShortcut(QKeySequence(key), within or button).activated.connect(button.click)
