"""A line of text as glyphs in their places, in any script, and lines that fit a width.

Widths are in sizes of the letters: 0.5 is half a square.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

import uharfbuzz as hb

from counterdesk.core.text import clean
from counterdesk.printing.bidi import visual_runs
from counterdesk.printing.typefaces import MONO, set_in, typeface_path

_LIGATURES: Final = {"liga": False, "clig": False}
"""Of Latin: off, so that a search in a PDF finds an office. Those a script needs stay."""

_DECIMAL_MARK: Final = "\u066b"


class Glyph(NamedTuple):
    """One drawn shape; `text` is what it stands for, "" where its neighbour says it."""

    typeface: str
    number: int
    advance: float
    right: float
    """How far from its place it is drawn."""
    up: float
    text: str


@dataclass(frozen=True, slots=True)
class ShapedLine:
    """Glyphs from left to right."""

    glyphs: tuple[Glyph, ...]
    width: float


@lru_cache(maxsize=16)
def typeface(name: str) -> hb.Font:
    """Return a shipped typeface, opened once."""
    return hb.Font(hb.Face(hb.Blob.from_file_path(typeface_path(name))))


@lru_cache(maxsize=4096)
def shaped(text: str, shelf: str, *, from_right: bool = False) -> ShapedLine:
    """Return one line of text as it stands from left to right.

    Args:
        text: Harmless already: `clean` of what somebody typed.
        shelf: The typefaces to write it with.
        from_right: Whether its paragraph is read from the right.
    """
    letters, typefaces = set_in(text, shelf)
    glyphs = tuple(_glyphs(letters, typefaces, from_right=from_right))
    if shelf == MONO and not text.isascii():
        glyphs = tuple(map(_equally_wide, glyphs))
    return ShapedLine(glyphs, sum(glyph.advance for glyph in glyphs))


def text_width(text: str, shelf: str, size: float) -> float:
    """Return how wide a line of text is."""
    return shaped(clean(text), shelf).width * size


def after_mark(text: str, shelf: str, size: float) -> float:
    """Return how much of an amount stands right of its Arabic decimal mark; 0 without one.

    Arabic figures differ in width: below each other, amounts line up by this alone. Spaced to equal
    widths, a search in a PDF would take them for several words.
    """
    glyphs = shaped(clean(text), shelf, from_right=True).glyphs if _DECIMAL_MARK in text else ()
    marks = [at for at, glyph in enumerate(glyphs) if glyph.text == _DECIMAL_MARK]
    return sum(glyph.advance for glyph in glyphs[marks[-1] + 1 :]) * size if marks else 0.0


def wrapped(text: str, width: float, shelf: str, size: float) -> list[str]:
    """Return text as lines that fit a width, broken at spaces where it has any.

    A single letter that is wider than the width stands alone on its line.
    """
    lines = [""]
    for word in clean(text).split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if shaped(joined, shelf).width * size <= width:
            lines[-1] = joined
            continue
        pieces = _pieces(word, width / size, shelf)
        lines[-1:] = [lines[-1], *pieces] if lines[-1] else pieces
    return lines


def _pieces(word: str, width: float, shelf: str) -> list[str]:
    pieces = [""]
    for letter in word:
        longer = pieces[-1] + letter
        if pieces[-1] and shaped(longer, shelf).width > width:
            pieces.append(letter)
        else:
            pieces[-1] = longer
    return pieces


def _glyphs(text: str, typefaces: tuple[str, ...], *, from_right: bool) -> Iterator[Glyph]:
    for start, end, right_to_left in visual_runs(text, from_right=from_right):
        by_typeface = groupby(range(start, end), typefaces.__getitem__)
        pieces = [(name, "".join(text[at] for at in places)) for name, places in by_typeface]
        for name, piece in reversed(pieces) if right_to_left else pieces:
            yield from _shaped_piece(piece, name, right_to_left=right_to_left)


def _shaped_piece(text: str, name: str, *, right_to_left: bool) -> Iterator[Glyph]:
    font, buffer = typeface(name), hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    hb.shape(font, buffer, _LIGATURES)
    upem, infos = font.face.upem, buffer.glyph_infos
    said = _said(text, [info.cluster for info in infos])
    for info, place, words in zip(infos, buffer.glyph_positions, said, strict=True):
        yield Glyph(
            name, info.codepoint, place.x_advance / upem,
            place.x_offset / upem, place.y_offset / upem, words,
        )  # fmt: skip


def _equally_wide(glyph: Glyph) -> Glyph:
    """Return a figure in the middle of a place as wide as that of the other nine."""
    figure = glyph.text
    if len(figure) != 1 or not figure.isdecimal():
        return glyph
    wide = _widest_figure(glyph.typeface, ord(figure) - int(figure))
    return glyph._replace(advance=wide, right=glyph.right + (wide - glyph.advance) / 2)


@lru_cache(maxsize=16)
def _widest_figure(name: str, zero: int) -> float:
    """Return how wide the widest of ten figures is; in the typeface Arabic ones differ.

    Args:
        name: The typeface.
        zero: The code of the first of the ten.
    """
    font = typeface(name)
    glyphs = (font.get_nominal_glyph(zero + figure) for figure in range(10))
    widths = [font.get_glyph_h_advance(glyph) for glyph in glyphs if glyph is not None]
    return float(max(widths) / font.face.upem)


def _said(text: str, clusters: list[int]) -> list[str]:
    """Return for each glyph the letters it stands for: the first of a cluster says them all."""
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    said, before = [], -1
    for cluster in clusters:
        said.append(text[cluster : ends[cluster]] if cluster != before else "")
        before = cluster
    return said
