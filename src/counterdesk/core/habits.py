"""How somebody usually pays, from what is known of their payments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

_NEAR_DAYS: Final = 2
_LONGEST_MONTH: Final = 31
_FEWEST: Final = 3
"""Fewer payments have no usual day."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What occurs most often, and how often."""

    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Timing:
    """How long after the due date somebody pays, on average; below 0: before it."""

    days: int
    known: int
    """Of so many payments it is known what they paid."""


def usual(words: Iterable[str]) -> Usual | None:
    """Return the word that occurs most often; the first of those that occur alike."""
    counted = Counter(word for word in words if word)
    return Usual(*counted.most_common(1)[0]) if counted else None


def usual_day(days: Sequence[date]) -> int | None:
    """Return the day of the month about which at least half of some days lie, two days around it.

    The end of a month lies beside the beginning of the next. None: there are too few, or they lie
    anywhere.
    """
    if len(days) < _FEWEST:
        return None
    exact = Counter(day.day for day in days)

    def around(middle: int) -> tuple[int, int, int]:
        near = sum(count for day, count in exact.items() if _apart(day, middle) <= _NEAR_DAYS)
        return near, exact[middle], -middle

    best = max(range(1, _LONGEST_MONTH + 1), key=around)
    return best if 2 * around(best)[0] >= len(days) else None


def _apart(one: int, other: int) -> int:
    apart = abs(one - other)
    return min(apart, _LONGEST_MONTH - apart)


def timing(late_days: Sequence[float]) -> Timing | None:
    """Return how late payments come on average, rounded to whole days; None where none is known.

    Args:
        late_days: For each payment, the days from the due date to its own; below 0: early.
    """
    if not late_days:
        return None
    return Timing(round(sum(late_days) / len(late_days)), len(late_days))
