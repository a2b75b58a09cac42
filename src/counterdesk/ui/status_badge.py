"""How something stands: a word, a shape and a colour, so that none of them is needed alone."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton

from counterdesk.ui.theme import set_role

_SHAPES = {"ok": "\u25cf", "warn": "\u25b2", "danger": "\u25a0", "info": "\u25cb"}


def badge_text(tone: str, word: str) -> str:
    """Return a badge's word behind the shape of its tone."""
    return f"{_SHAPES[tone]} {word}"


def show_status(badge: QLabel | QPushButton, tone: str, word: str) -> None:
    """Let a badge say something.

    Args:
        badge: A label or a button made for it.
        tone: "ok", "warn", "danger" or "info".
        word: What it says.
    """
    badge.setText(badge_text(tone, word))
    badge.setAccessibleName(word)
    set_role(badge, f"badge-{tone}")
