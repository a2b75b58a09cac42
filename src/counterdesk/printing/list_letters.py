"""Short texts of long lists as PDF operators, quickly: most are plain letters, looked up singly.

Plain letters stand each by itself; any other text is shaped like all texts on paper.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from counterdesk.core.text import has_right_to_left, is_right_to_left
from counterdesk.printing.pdf_file import figure
from counterdesk.printing.pdf_text import Fonts
from counterdesk.printing.shaping import ShapedLine, shaped
from counterdesk.printing.typefaces import BOLD

_PLAIN_DIRECTIONS: Final = frozenset({"L", "EN", "ES", "ET", "CS", "ON", "WS"})
_PLAIN_CATEGORIES: Final = frozenset("LNPSZ")
_BEFORE_COMPLEX: Final = 0x0590
"""Letters from here on belong to scripts that join, reorder, or have typefaces of their own."""

_KEPT: Final = 8_192
"""Texts that are remembered: a list says the same again and again."""


class SetText(NamedTuple):
    """A text that is ready to be placed."""

    width: float
    """In sizes of its letters."""
    operators: str


class Letters:
    """Texts of one size and weight in one file."""

    def __init__(self, fonts: Fonts, size: float, shelf: str, *, mirrored: bool) -> None:
        """Begin with a typeface that all plain letters have.

        Args:
            fonts: The typefaces of the file.
            size: In points.
            shelf: Which typefaces.
            mirrored: Whether the list is read from the right.
        """
        self.size = size
        self._fonts = fonts
        self._shelf = shelf
        self._has_direction = has_right_to_left if mirrored else is_right_to_left
        self._main, _code = fonts.alone(shaped("0", shelf).glyphs[0])
        self._known: dict[str, tuple[str, float] | None] = {}
        self.set = lru_cache(_KEPT)(self._set)

    @property
    def chosen(self) -> str:
        """The operator that chooses the typeface; it stays chosen whatever is set."""
        return f"/{self._main} {figure(self.size)} Tf"

    def wide(self, text: str) -> float:
        """Return how wide a text is, in sizes of its letters."""
        return self.set(text).width

    def resize(self, size: float) -> None:
        """Write in another size from now on."""
        self.size = size
        self.set.cache_clear()

    def _set(self, text: str) -> SetText:
        known = self._known
        try:
            letters = [known[letter] for letter in text]
        except KeyError:
            for letter in text:
                known.setdefault(letter, self._learned(letter))
            letters = [known[letter] for letter in text]
        plain = [letter for letter in letters if letter is not None]
        if len(plain) < len(letters):
            return self._shaped(text)
        codes = "".join([code for code, _width in plain])
        return SetText(sum([width for _code, width in plain]), f"<{codes}>Tj")

    def _learned(self, letter: str) -> tuple[str, float] | None:
        if not (
            ord(letter) < _BEFORE_COMPLEX
            and unicodedata.bidirectional(letter) in _PLAIN_DIRECTIONS
            and unicodedata.category(letter)[0] in _PLAIN_CATEGORIES
        ):
            return None
        glyphs = shaped(letter, self._shelf).glyphs
        if len(glyphs) != 1 or glyphs[0].right or glyphs[0].up:
            return None
        resource, code = self._fonts.alone(glyphs[0])
        return (code, glyphs[0].advance) if resource == self._main else None

    def _shaped(self, text: str) -> SetText:
        line: ShapedLine = shaped(text, self._shelf, from_right=self._has_direction(text))
        drawn = self._fonts.line(line, self.size, bold=self._shelf == BOLD)
        return SetText(line.width, f"{drawn} {self.chosen}")
