"""Which shipped typeface writes which letter; a letter that none of them has is never lost.

A shelf is tried in its order: the first typeface that has a letter writes it. Paper, PDF and screen
choose alike, and no font of the machine is ever asked.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from counterdesk.core.resources import resource_path
from counterdesk.core.text import REPLACEMENT

REGULAR: Final = "regular"
BOLD: Final = "bold"
MONO: Final = "mono"

_OTHERS: Final = ("NotoSansArabic-Regular", "NotoSansDevanagari-Regular", "DroidSansFallback")
_SHELVES: Final = {
    REGULAR: ("NotoSans-Regular", *_OTHERS),
    BOLD: ("NotoSans-Bold", "NotoSansArabic-Bold", "NotoSansDevanagari-Bold", "DroidSansFallback"),
    MONO: ("NotoSansMono-Regular", *_OTHERS),
}
_UNSEEN: Final = frozenset(["\u200c", "\u200d", *map(chr, range(0xFE00, 0xFE10))])
"""Joiners and variation selectors: they change their neighbour and show nothing themselves."""


def shelf(name: str) -> tuple[str, ...]:
    """Return the typefaces of a shelf, in the order in which they are tried."""
    return _SHELVES[name]


def typeface_path(typeface: str) -> str:
    """Return where the file of a typeface lies."""
    return str(resource_path(f"fonts/{typeface}.ttf"))


@lru_cache(maxsize=16)
def letters_of(typeface: str) -> frozenset[str]:
    """Return every letter that a typeface can write."""
    import uharfbuzz as hb  # noqa: PLC0415 - 10 ms that the start of the window need not pay

    face = hb.Face(hb.Blob.from_file_path(typeface_path(typeface)))
    return frozenset(map(chr, face.unicodes))


@lru_cache(maxsize=1024)
def set_in(text: str, shelf_name: str) -> tuple[str, tuple[str, ...]]:
    """Return text as it can be shown, and for each of its letters the typeface that writes it.

    Every kind of space becomes a plain one; a letter that no typeface has becomes U+FFFD.
    """
    typefaces = _SHELVES[shelf_name]
    if text.isascii() and text.isprintable():
        return text, (typefaces[0],) * len(text)
    shown, chosen = "", [typefaces[0]]
    for letter in text:
        plain = " " if unicodedata.category(letter) == "Zs" else letter
        typeface = _writer_of(plain, typefaces, chosen[-1])
        shown += plain if typeface else REPLACEMENT
        chosen.append(typeface or typefaces[0])
    return shown, tuple(chosen[1:])


def _writer_of(letter: str, typefaces: tuple[str, ...], before: str) -> str | None:
    """Return who writes a letter: marks, points and spaces stay with the one before if it can."""
    if letter in _UNSEEN:
        return before
    stays = letter == " " or unicodedata.category(letter)[0] in "MP"
    if stays and letter in letters_of(before):
        return before
    return next((typeface for typeface in typefaces if letter in letters_of(typeface)), None)
