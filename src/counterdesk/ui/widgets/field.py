"""A field with its label, and room beneath for the sentence that refuses it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk.ui.theme import SPACE_XS
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.labels import plain_label, wrapped_label


class Field(QWidget):
    """Label above, editor in the middle, refusal beneath (object name of the editor + "Error")."""

    def __init__(self, label: str, editor: QWidget, beside: QWidget | None = None) -> None:
        """Put an editor under a label.

        Args:
            label: "" where the editor says itself what it is.
            editor: Has its object name by now.
            beside: Something small for the end of the label's line.
        """
        super().__init__()
        self.editor = editor
        self._caption = plain_label("", "muted")
        self._error = wrapped_label("", "error", name=f"{editor.objectName()}Error")
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        if label:
            layout.addLayout(row(self._caption, None, *([beside] if beside else [])))
            self.rename(label)
        layout.addWidget(editor)
        layout.addWidget(self._error)

    @property
    def error(self) -> str:
        """The sentence that stands beneath the editor now, or ""."""
        return "" if self._error.isHidden() else self._error.text()

    def rename(self, label: str) -> None:
        """Give the field another label."""
        self._caption.setText(label)
        self._caption.setBuddy(self.editor)
        self.editor.setAccessibleName(label)

    def refuse(self, sentence: str) -> None:
        """Say beneath the editor what is wrong with it; "" when nothing is any more."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self.editor.setAccessibleDescription(sentence)
        self.editor.setProperty("wrong", bool(sentence))
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)
