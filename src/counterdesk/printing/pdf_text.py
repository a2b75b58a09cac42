"""Operators that write one line of glyphs on a sheet of PDF."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from counterdesk.core.text import is_right_to_left
from counterdesk.printing.pdf_file import PdfFile, figure, text_string
from counterdesk.printing.pdf_fonts import EmbeddedFont
from counterdesk.printing.shaping import Glyph, ShapedLine
from counterdesk.printing.typefaces import BOLD, shelf

_NO_BOLD: Final = frozenset(shelf("regular")) & frozenset(shelf(BOLD))
"""Typefaces of which no bold one is shipped: their outlines are drawn thicker."""

_THICKER: Final = 0.03
"""Of the size: how much."""


class Fonts:
    """The typefaces of one file."""

    def __init__(self) -> None:
        self._embedded: dict[str, EmbeddedFont] = {}

    def line(self, line: ShapedLine, size: float, *, bold: bool) -> str:
        """Return the operators between `BT` and `ET` that write a line.

        Args:
            line: What to write.
            size: Of the letters, in points.
            bold: Whether it is bold where a typeface has no bold.
        """
        return " ".join(self._operators(line, size, bold=bold))

    def alone(self, glyph: Glyph) -> tuple[str, str]:
        """Return the typeface and the code of a glyph that stands where it stands by itself."""
        font = self._font(glyph.typeface)
        return font.resource, f"{font.code(glyph):04X}"

    def add_to(self, file: PdfFile) -> str:
        """Write the fonts; return them as the entries of a resource dictionary."""
        fonts = self._embedded.values()
        return " ".join(f"/{font.resource} {font.add_to(file)} 0 R" for font in fonts)

    def _operators(self, line: ShapedLine, size: float, *, bold: bool) -> Iterator[str]:
        for name, group in groupby(line.glyphs, key=lambda glyph: glyph.typeface):
            glyphs, font = list(group), self._font(name)
            yield f"/{font.resource} {figure(size)} Tf"
            thick = bold and name in _NO_BOLD
            if thick:
                yield f"2 Tr {figure(size * _THICKER)} w"
            yield from _meant(glyphs, _shown(glyphs, font, size))
            if thick:
                yield "0 Tr"

    def _font(self, name: str) -> EmbeddedFont:
        if name not in self._embedded:
            self._embedded[name] = EmbeddedFont(name, len(self._embedded) + 1)
        return self._embedded[name]


def _meant(glyphs: list[Glyph], operators: Iterator[str]) -> Iterator[str]:
    """Yield operators; where several glyphs share a meaning, the whole group says it in one."""
    meaning = "".join(glyph.text for glyph in glyphs)
    # Readers turn right-to-left letters round by themselves, and would turn these too.
    if is_right_to_left(meaning) or all(glyph.text for glyph in glyphs):
        yield from operators
        return
    yield f"/Span << /ActualText {text_string(meaning)} >> BDC"
    yield from operators
    yield "EMC"


def _shown(glyphs: list[Glyph], font: EmbeddedFont, size: float) -> Iterator[str]:
    for up, group in groupby(glyphs, key=lambda glyph: glyph.up):
        if up:
            yield f"{figure(up * size)} Ts"
        yield f"[{''.join(_placed(list(group), font))}] TJ"
        if up:
            yield "0 Ts"


def _placed(glyphs: list[Glyph], font: EmbeddedFont) -> Iterator[str]:
    """Yield codes, and between them how far a glyph stands from where it would by itself."""
    codes = ""
    for glyph in glyphs:
        right = round(glyph.right * 1000)
        back = font.width(glyph.number) + right - round(glyph.advance * 1000)
        if right:
            codes += f">{-right}<"
        codes += f"{font.code(glyph):04X}"
        if back:
            codes += f">{back}<"
    yield f"<{codes}>".replace("<>", "")
