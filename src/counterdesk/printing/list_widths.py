"""How wide the columns of a list on paper are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from counterdesk.core.listed import Kind
from counterdesk.printing.paper import Place

_LEAST_TEXT: Final = 48.0


def column_places(kinds: Sequence[Kind], needed: Sequence[float], width: float) -> list[Place]:
    """Return where columns stand: figures and dates as wide as they are, texts share the rest.

    Args:
        kinds: What each column holds.
        needed: How wide each would be.
        width: Of the paper between its margins.
    """
    texts = [at for at, kind in enumerate(kinds) if kind is Kind.TEXT]
    fixed = sum(needed[at] for at in range(len(kinds)) if at not in texts)
    room, wanted = width - fixed, sum(needed[at] for at in texts)
    widths = list(needed)
    if not texts or room < _LEAST_TEXT * len(texts):
        widths = [one * width / sum(needed) for one in needed]
    elif room >= wanted:
        for at in texts:
            widths[at] += (room - wanted) / len(texts)
    else:
        _share(widths, texts, room)
    starts = [sum(widths[:at]) for at in range(len(widths))]
    return [Place(start, wide) for start, wide in zip(starts, widths, strict=True)]


def _share(widths: list[float], texts: Sequence[int], room: float) -> None:
    """Give the narrow texts what they need, and the wide ones equal parts of what is left."""
    for left, at in zip(
        range(len(texts), 0, -1), sorted(texts, key=widths.__getitem__), strict=True
    ):
        widths[at] = min(widths[at], room / left)
        room -= widths[at]
