"""Finding what a test reads and presses, by its object name."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QLabel, QWidget

W = TypeVar("W", bound=QWidget)


def find(within: QWidget, kind: type[W], name: str) -> W:
    """Return the widget with an object name; a test without it fails here."""
    found = within.findChild(kind, name)
    assert isinstance(found, kind), name
    return found


def text_of(within: QWidget, name: str) -> str:
    """Return what a label says, "" while it is out of sight."""
    label = find(within, QLabel, name)
    return label.text() if label.isVisible() else ""


def seen(within: QWidget, name: str) -> bool:
    """Tell whether a widget is there and in sight."""
    found = within.findChild(QWidget, name)
    return isinstance(found, QWidget) and found.isVisible()


def texts_in(model: QAbstractItemModel) -> list[list[str]]:
    """Return what a list shows, row by row."""
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
