"""Buttons that tests, scripts and screen readers find."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


def named_button(text: str, name: str, role: str = "") -> QPushButton:
    """Return a button.

    Args:
        text: What it says, and how a screen reader calls it.
        name: Its object name.
        role: How it looks: "primary", "link", "danger" ... or "" for the plain one.
    """
    made = QPushButton(text)
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setProperty("role", role)
    return made
