"""Cells of files that a spreadsheet may open."""

from __future__ import annotations

_COMMANDS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What formulas begin with; wide letters, too, as East Asian versions read them alike."""


def harmless_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that could be begins with `'`.

    Spaces before it do not help: some programs leave them out.
    """
    begins = text.startswith(_COMMANDS) or text.lstrip().startswith(_COMMANDS)
    return f"'{text}" if begins else text
