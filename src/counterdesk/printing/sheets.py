"""Paper for PDF, and the few ways to put ink on it: sides are logical, nothing falls off.

Distances are points (1/72 inch); a sheet is filled from the top, and `y` tells how far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import zip_longest
from typing import Final

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from counterdesk.core.documents import Align, Logo
from counterdesk.core.resources import resource_path
from counterdesk.core.text import REPLACEMENT, clean
from counterdesk.printing.layout import LayoutError
from counterdesk.printing.qr import dark_runs, qr_modules

LEADING: Final = 1.5
"""From baseline to baseline, in sizes of the letters."""

_DOT: Final = mm / 8  # of a receipt printer

REGULAR: Final = "NotoSans-Regular"
BOLD: Final = "NotoSans-Bold"
INK: Final = "#16202A"
FAINT: Final = "#5D6B78"
HAIRLINE: Final = "#C9D2DA"
TINT: Final = "#EEF2F6"
ACCENT: Final = "#12395B"
PAPER: Final = "#FFFFFF"


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
    "A4": Paper(210 * mm, 297 * mm, 20 * mm, 9.5, wide=True),
    "A5": Paper(148 * mm, 210 * mm, 12 * mm, 8.5, wide=True),
    "Letter": Paper(612, 792, 20 * mm, 9.5, wide=True),
    "roll80": Paper(80 * mm, 4_000 * mm, 4 * mm, 8.5, wide=False, foot=0),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A span across the sheet, measured from the side where reading starts."""

    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Ink:
    """How a line of text looks."""

    size: float
    font: str = REGULAR
    colour: str = INK


@lru_cache(maxsize=1)
def load_fonts() -> dict[str, TTFont]:
    """Make the shipped fonts known to ReportLab, once, and its files binary: 5 ms less."""
    rl_config.useA85 = 0
    fonts = {
        name: TTFont(name, str(resource_path(f"fonts/{name}.ttf"))) for name in (REGULAR, BOLD)
    }
    for font in fonts.values():
        registerFont(font)
    return fonts


def shown(text: str, font: str) -> str:
    """Return text in letters the font has: others become visible signs, never nothing."""
    if text.isascii() and text.isprintable():
        return text
    glyphs = load_fonts()[font].face.charToGlyph
    spaced = "".join(" " if letter.isspace() else letter for letter in clean(text))
    return "".join(letter if ord(letter) in glyphs else REPLACEMENT for letter in spaced)


class Sheet:
    """Paper being filled from the top; a full sheet is followed by another."""

    def __init__(self, paper: Paper, title: str, *, mirrored: bool) -> None:
        load_fonts()
        self.paper = paper
        self.y = paper.margin
        self.page = 1
        self.end_page: Callable[[], None] = lambda: None
        """Called before a sheet is left, to write its foot."""
        self._mirrored = mirrored
        self._bytes = BytesIO()
        self._canvas = Canvas(
            self._bytes,
            pagesize=(paper.width, paper.height),
            invariant=1,
            initialFontName=REGULAR,  # type: ignore[arg-type] # the stub says float
            initialFontSize=paper.text_size,
        )
        self._canvas.setTitle(clean(title))
        self._canvas.setCreator("CounterDesk")

    @property
    def across(self) -> Place:
        """The whole span between the margins."""
        return Place(0, self.paper.width - 2 * self.paper.margin)

    def need(self, height: float) -> None:
        """Go to a new sheet where so much does not fit on this one any more."""
        if self.y + height > self.paper.height - self.paper.margin - self.paper.foot:
            self.end_page()
            self._canvas.showPage()
            self.page += 1
            self.y = self.paper.margin

    def line(self, text: str, place: Place, ink: Ink, align: Align = Align.START) -> None:
        """Write one line with its baseline at `y`.

        Raises:
            LayoutError: It is wider than its place.
        """
        letters = shown(text, ink.font)
        width = stringWidth(letters, ink.font, ink.size)
        if width > place.width + 0.01:
            raise LayoutError(f"a line of {width:.0f} points in a place of {place.width:.0f}")
        self._canvas.setFont(ink.font, ink.size)
        self._canvas.setFillColor(ink.colour)
        left = self._left(_aligned(place, width, align))
        self._canvas.drawString(left, self.paper.height - self.y, letters)

    def paragraph(self, text: str, place: Place, ink: Ink, align: Align = Align.START) -> None:
        """Write a text in as many lines as it needs, and move below them."""
        self.side_by_side([(text, place, ink, align)])

    def side_by_side(self, texts: Sequence[tuple[str, Place, Ink, Align]]) -> None:
        """Write paragraphs whose first lines stand on one line, and move below the longest."""
        lines = [wrapped(text, place.width, ink) for text, place, ink, _align in texts]
        height = max((ink.size for _text, _place, ink, _align in texts), default=0) * LEADING
        for beside in zip_longest(*lines):
            self.need(height)
            self.y += height
            for line, (_text, place, ink, align) in zip(beside, texts, strict=True):
                self.line(line or "", place, ink, align)

    def box(self, place: Place, height: float, colour: str) -> None:
        """Fill a box whose upper edge is at `y`."""
        self._canvas.setFillColor(colour)
        bottom = self.paper.height - self.y - height
        self._canvas.rect(self._left(place), bottom, place.width, height, stroke=0, fill=1)

    def hairline(self, place: Place, colour: str = HAIRLINE, thickness: float = 0.5) -> None:
        """Draw a line across a place at `y`."""
        self.box(place, thickness, colour)

    def qr(self, data: str, place: Place) -> None:
        """Draw a QR code as wide as its place, as one crisp path, its upper edge at `y`."""
        modules = qr_modules(data)
        side = len(modules)
        # Operators written out in units of a module: ReportLab's own rect() takes 5 ms more.
        runs = [
            f"{start} {side - down} {count} 1 re"
            for down, row in enumerate(modules, start=1)
            for start, count in dark_runs(row)
        ]
        self._canvas.saveState()
        self._canvas.translate(self._left(place), self.paper.height - self.y - place.width)
        self._canvas.scale(place.width / side, place.width / side)
        self._canvas.setFillColor(INK)
        self._canvas.drawPath(PDFPathObject(runs), stroke=0, fill=1)
        self._canvas.restoreState()

    def picture(self, logo: Logo, place: Place, align: Align = Align.START) -> None:
        """Draw a logo in the size it has on a roll, and move below it."""
        width, height = logo.width * _DOT, logo.height * _DOT
        self.need(height)
        self.y += height
        left, bottom = self._left(_aligned(place, width, align)), self.paper.height - self.y
        bitmap = ImageReader(BytesIO(b"P4 %d %d\n" % (logo.width, logo.height) + logo.dots))
        self._canvas.drawImage(bitmap, left, bottom, width, height)

    def finished(self) -> bytes:
        """Return the PDF file."""
        self.end_page()
        self._canvas.save()
        return self._bytes.getvalue()

    def _left(self, place: Place) -> float:
        if self._mirrored:
            return self.paper.width - self.paper.margin - place.start - place.width
        return self.paper.margin + place.start


def _aligned(place: Place, width: float, align: Align) -> Place:
    gap = place.width - width
    before = {Align.START: 0.0, Align.CENTRE: gap / 2, Align.END: gap}[align]
    return Place(place.start + before, width)


def text_width(text: str, ink: Ink) -> float:
    """Return how wide a line of text is."""
    return float(stringWidth(shown(text, ink.font), ink.font, ink.size))


def wrapped(text: str, width: float, ink: Ink) -> list[str]:
    """Return text as lines that fit a width, broken at spaces where it has any."""
    lines = [""]
    # Split first: a space that must not break is shown as a plain one.
    for word in (shown(word, ink.font) for word in clean(text).split(" ")):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if stringWidth(joined, ink.font, ink.size) <= width:
            lines[-1] = joined
            continue
        pieces = _pieces(word, width, ink)
        lines[-1:] = [lines[-1], *pieces] if lines[-1] else pieces
    return lines


def _pieces(word: str, width: float, ink: Ink) -> list[str]:
    pieces, room = [""], width
    for letter in word:
        needed = stringWidth(letter, ink.font, ink.size)
        if needed > room and pieces[-1]:
            pieces.append("")
            room = width
        pieces[-1] += letter
        room -= needed
    return pieces
