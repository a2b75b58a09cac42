"""A bar under the top: something that happened, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_S
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.labels import plain_label, wrapped_label


class Banner(QFrame):
    """A title, a sentence, and at most two buttons; hidden until there is something to say."""

    chosen = Signal(str)
    """Name of the button that was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("role", "banner")
        self._title = plain_label("", "h2", name="bannerTitle")
        self._text = wrapped_label(name="bannerText")
        self._buttons = [named(QPushButton(), name) for name in ("bannerDo", "bannerClose")]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._title)
        layout.addWidget(self._text, 1)
        for button in self._buttons:
            layout.addWidget(button)
            button.clicked.connect(self._press)
        self.hide()

    def say(self, tone: str, title: str, text: str, **buttons: str) -> None:
        """Show something until a button is pressed.

        Args:
            tone: "ok", "warn" or "danger".
            title: What it is about, some words.
            text: What happened, whole sentences.
            buttons: Texts of one or two buttons by the names that `chosen` sends.
        """
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(f"{title} {text}")
        for button in self._buttons:
            button.hide()
        for button, (name, said) in zip(self._buttons, buttons.items(), strict=False):
            button.setText(said)
            button.setProperty("choice", name)
            button.show()
        self.show()

    def _press(self) -> None:
        self.hide()
        self.chosen.emit(self.sender().property("choice"))
