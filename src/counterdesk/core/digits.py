"""How an office writes figures: its digits, its marks, and how it groups them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from babel import Locale

_LATIN: Final = "0123456789"
_ZERO: Final = {"arab": 0x0660, "arabext": 0x06F0, "deva": 0x0966}
"""Digits that the shipped typefaces can write; other offices write Latin ones."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a locale's figures are made of."""

    digits: str
    """From nought to nine."""
    decimal: str
    group: str
    latin_decimal: str
    """The mark beside Latin digits, which everybody may type."""
    latin_group: str
    last_group: int
    other_groups: int
    """India writes 12,34,567: three, then two and two."""


@lru_cache(maxsize=16)
def figures_of(locale: str) -> Figures:
    """Return how a locale writes figures."""
    known = Locale.parse(locale)
    system, symbols = known.default_numbering_system, known.number_symbols
    latin, own = symbols["latn"], symbols.get(system, {})
    if system not in _ZERO or "decimal" not in own:
        own = latin
    first = _ZERO.get(system)
    digits = _LATIN if first is None else "".join(map(chr, range(first, first + 10)))
    last, others = known.decimal_formats[None].grouping
    return Figures(
        digits, str(own["decimal"]), str(own["group"]), str(latin["decimal"]),
        str(latin["group"]), last, others,
    )  # fmt: skip


def in_digits_of(locale: str, text: str) -> str:
    """Return text with its digits as a locale writes them."""
    digits = figures_of(locale).digits
    return text if digits == _LATIN else text.translate(str.maketrans(_LATIN, digits))
