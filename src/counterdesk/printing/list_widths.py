"""How wide the columns of a list on paper are, and how large its letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from counterdesk.printing.paper import Place

_USUAL: Final = 1.8
"""Lines of so many longest words are long enough."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What a column takes, in sizes of the letters."""

    least: float
    """Its longest word, or all of a text that stays on one line."""
    whole: float
    """All of its longest text."""


def letters_size(needed: Sequence[Needed], inset: float, width: float, most: float) -> float:
    """Return the size of letters at which usual texts stay on their line.

    Args:
        needed: By the columns.
        inset: Kept free at both sides of each, in points.
        width: Of the paper between its margins.
        most: The size that is best; small print goes down to four fifths of it.
    """
    usual = sum(min(column.whole, column.least * _USUAL) for column in needed)
    return min(most, max(most * 0.8, (width - 2 * inset * len(needed)) / usual))


def column_places(needed: Sequence[Needed], inset: float, width: float, size: float) -> list[Place]:
    """Return where columns stand: what goes on over lines takes what the others leave.

    Args:
        needed: By the columns.
        inset: Kept free at both sides of each, in points.
        width: Of the paper between its margins.
        size: Of the letters.
    """
    least = [column.least * size + 2 * inset for column in needed]
    more = [(column.whole - column.least) * size for column in needed]
    left = width - sum(least)
    if left < 0:
        widths = [one * width / sum(least) for one in least]
    elif left < sum(more):
        widths = [one + left * wished / sum(more) for one, wished in zip(least, more, strict=True)]
    else:
        spare = (left - sum(more)) / len(needed)
        widths = [one + wished + spare for one, wished in zip(least, more, strict=True)]
    starts = [sum(widths[:at]) + inset for at in range(len(widths))]
    return [Place(start, wide - 2 * inset) for start, wide in zip(starts, widths, strict=True)]
