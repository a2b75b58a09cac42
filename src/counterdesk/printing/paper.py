"""Paper for PDF: its sizes, places across it, and the colours of ink.

Distances are points (1/72 inch).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from counterdesk.core.documents import Align
from counterdesk.printing.typefaces import REGULAR

LEADING: Final = 1.5
"""From baseline to baseline, in sizes of the letters."""

MM: Final = 72 / 25.4
DOT: Final = MM / 8
"""Of a receipt printer."""

INK: Final = "#16202A"
FAINT: Final = "#5D6B78"
HAIRLINE: Final = "#C9D2DA"
TINT: Final = "#EEF2F6"
ACCENT: Final = "#12395B"
PAPER: Final = "#FFFFFF"


@lru_cache(maxsize=16)
def colour_of(code: str) -> str:
    """Return a colour as a PDF names it: red, green and blue from 0 to 1."""
    parts = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return " ".join(f"{part:.3f}" for part in parts)


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper and how text sits on it."""

    width: float
    height: float
    margin: float
    text_size: float
    wide: bool
    """Room for two columns of details; a roll has one."""
    foot: float = 20
    """Kept free above the lower margin for the foot."""


PAPERS: Final = {
    "A4": Paper(210 * MM, 297 * MM, 20 * MM, 9.5, wide=True),
    "A5": Paper(148 * MM, 210 * MM, 12 * MM, 8.5, wide=True),
    "Letter": Paper(612, 792, 20 * MM, 9.5, wide=True),
    "roll80": Paper(80 * MM, 4_000 * MM, 4 * MM, 8.5, wide=False, foot=0),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A span across the sheet, measured from the side where reading starts."""

    start: float
    width: float

    def within(self, width: float, align: Align) -> Place:
        """Return where in this span something of a width stands."""
        gap = self.width - width
        before = {Align.START: 0.0, Align.CENTRE: gap / 2, Align.END: gap}[align]
        return Place(self.start + before, width)


@dataclass(frozen=True, slots=True)
class Ink:
    """How a line of text looks."""

    size: float
    shelf: str = REGULAR
    colour: str = INK
