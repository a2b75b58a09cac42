"""Cards, rows and lines, so that a page's `_build` reads as what it shows."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_S

W = TypeVar("W", bound=QWidget)


def card(name: str = "") -> tuple[QFrame, QVBoxLayout]:
    """Return an empty card and the layout inside it."""
    frame = QFrame()
    frame.setObjectName(name)
    frame.setProperty("role", "card")
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)
    inside.setSpacing(SPACE_S)
    return frame, inside


def named(widget: W, name: str, role: str = "") -> W:
    """Give a widget its object name and its role, and return it."""
    widget.setObjectName(name)
    if role:
        widget.setProperty("role", role)
    return widget


def page_layout(page: QWidget) -> QVBoxLayout:
    """Return the outermost layout of a page, with the room every page keeps around it."""
    layout = QVBoxLayout(page)
    layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)
    layout.setSpacing(SPACE_M)
    return layout


def row(*parts: QWidget | QLayout | None, spacing: int = SPACE_S) -> QHBoxLayout:
    """Return a row of widgets and layouts; None is the stretch between them."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    for part in parts:
        _put(made, part)
    return made


def _put(layout: QBoxLayout, part: QWidget | QLayout | None) -> None:
    if part is None:
        layout.addStretch(1)
    elif isinstance(part, QWidget):
        layout.addWidget(part)
    else:
        layout.addLayout(part)
