"""A place whose content is made anew whenever what it shows has changed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from counterdesk.ui.theme import SPACE_M, SPACE_S
from counterdesk.ui.widgets.labels import ElidedLabel, plain_label


class Changing(QWidget):
    """Holds one widget at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._content: QWidget | None = None
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)

    def show_content(self, content: QWidget) -> None:
        """Put a widget in the place of the one before, which is deleted."""
        if self._content is not None:
            self._place.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = content
        self._place.addWidget(content)
        content.show()  # at once: the layout would wait for the event loop


def facts(pairs: Iterable[tuple[str, str]], strong: str = "") -> QWidget:
    """Return a list of what is so: a quiet caption and its value on each line.

    Args:
        pairs: Captions and values.
        strong: The caption whose value stands out.
    """
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_M)
    grid.setVerticalSpacing(SPACE_S)
    grid.setColumnStretch(1, 1)
    for place, (caption, value) in enumerate(pairs):
        grid.addWidget(plain_label(caption, "muted"), place, 0)
        grid.addWidget(ElidedLabel(value, "amount" if caption == strong else ""), place, 1)
    return made
