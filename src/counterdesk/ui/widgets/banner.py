"""A bar under the top: something that happened, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_S
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label


@dataclass(frozen=True, slots=True)
class Answer:
    """A button of the banner."""

    name: str
    """What `chosen` sends."""
    text: str
    key: str


class Banner(QFrame):
    """A title, a sentence, and its answers; hidden until there is something to say."""

    chosen = Signal(str)
    """Name of the answer that was pressed; the banner stays until it is hidden."""

    def __init__(self, name: str = "banner", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "banner")
        self._title = plain_label("", "h2", name=f"{name}Title")
        self._text = wrapped_label(name=f"{name}Text")
        self._answers: tuple[Answer, ...] = ()
        self._buttons: list[KeyButton] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        self._line.setSpacing(SPACE_M)
        self._line.addWidget(self._title)
        self._line.addWidget(self._text, 1)
        self.hide()

    def say(self, tone: str, title: str, text: str, *answers: Answer) -> None:
        """Show something until it is hidden.

        Args:
            tone: "ok", "warn" or "danger".
            title: What it is about, some words.
            text: What happened, whole sentences.
            answers: One or two buttons; their keys work while the banner is in sight.
        """
        if tone != self.property("tone"):
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(f"{title} {text}")
        if answers != self._answers:
            self._offer(answers)
        self.show()

    def _offer(self, answers: tuple[Answer, ...]) -> None:
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._answers = answers
        self._buttons = [self._button(answer) for answer in answers]

    def _button(self, answer: Answer) -> KeyButton:
        name = f"{self.objectName()}{answer.name.capitalize()}"
        button = key_button(answer.text, answer.key, name, "")
        button.clicked.connect(lambda: self.chosen.emit(answer.name))
        self._line.addWidget(button)
        return button
