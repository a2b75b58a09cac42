"""Cells of files that a spreadsheet may open."""

from __future__ import annotations

_COMMANDS = ("=", "+", "-", "@", "\t", "\r")


def harmless_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that could be begins with `'`."""
    return f"'{text}" if text.startswith(_COMMANDS) else text
