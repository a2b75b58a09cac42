"""Names by which scripts, tests and screen readers find a widget."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str, says: str = "") -> W:
    """Give a widget its object name, and return it.

    Args:
        widget: Any widget.
        name: The object name.
        says: What a screen reader calls it, where no label beside it does.
    """
    widget.setObjectName(name)
    if says:
        widget.setAccessibleName(says)
    return widget
