"""A place whose content is made anew whenever what it shows has changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from counterdesk.ui.theme import ROW_HEIGHT, SPACE_M, SPACE_S
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


class Sides(QStackedWidget):
    """Several forms in one place, of which one is in sight; before the first, none."""

    def __init__(self, *sides: QWidget) -> None:
        super().__init__()
        for side in sides:
            self.addWidget(side)
        self.hide()

    @property
    def shown(self) -> Any:
        """The form that is in sight, or None."""
        return None if self.isHidden() else self.currentWidget()

    def show_side(self, side: QWidget) -> None:
        """Bring a form into sight."""
        self.setCurrentWidget(side)
        self.show()


class ScrolledChanging(QScrollArea):
    """The same, as high as its content where there is room, and scrolled where there is none."""

    def __init__(self, least: int = 3 * ROW_HEIGHT) -> None:
        """Make an empty place; `least`: the height in pixels that it can do with."""
        super().__init__()
        self._least = least
        self._inside = Changing()
        self._inside.setObjectName("scrolled")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.setWidgetResizable(True)
        self.setWidget(self._inside)

    def show_content(self, content: QWidget, in_sight: QWidget | None = None) -> None:
        """Put a widget in the place of the one before, and show at least a part of it."""
        self._inside.show_content(content)
        self.updateGeometry()
        if in_sight is not None:
            self._inside.adjustSize()
            self.ensureWidgetVisible(in_sight)

    def sizeHint(self) -> QSize:
        """Ask for the height of the content."""
        return self._inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Give way where there is little room."""
        return QSize(0, min(self._inside.sizeHint().height(), self._least))


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
