"""Where every number of a series is: ranges laid over each other, and each place counted once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise


class Fate(StrEnum):
    """What became of a number."""

    USED = "used"
    SUSPENDED = "used, in suspense"
    """The event that used it waits for somebody."""
    CANCELLED = "cancelled"
    """Its lease was closed before it was used, or it was left out after a restore."""
    NOT_USED = "not used by its counter"
    """The counter that leases it went on behind it."""
    OPEN = "open in a lease"
    UNEXPLAINED = "not accounted for"


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `first` to `last` of which one thing is known."""

    first: int
    last: int
    counter: str = ""
    """Code of the counter; "" is the centre itself."""
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Numbers in a row that have the same fate."""

    first: int
    last: int
    fate: Fate
    counter: str = ""
    leased_to: str | None = None
    """Whose lease they are in; None where that is nobody's."""
    reason: str = ""
    at: datetime | None = None

    @property
    def count(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    @property
    def is_foreign(self) -> bool:
        """Whether somebody used what was not leased to them."""
        return self.fate in {Fate.USED, Fate.SUSPENDED} and self.leased_to != self.counter


@dataclass(frozen=True, slots=True)
class Layers:
    """All that is known of the numbers of one series and year; in any order."""

    used: list[Span] = field(default_factory=list)
    suspended: list[Span] = field(default_factory=list)
    cancelled: list[Span] = field(default_factory=list)
    leased: list[Span] = field(default_factory=list)


def lines_of(begins: int, following: int, layers: Layers) -> tuple[Line, ...]:
    """Return the fate of every number from `begins` to before `following`, and of any beyond.

    What was used counts as used, whatever else is said of it.
    """
    known = _Known(layers)
    cuts = {begins, following}
    for span in known.all():
        cuts |= {span.first, span.last + 1}
    cuts |= {top + 1 for top in known.tops.values()}
    found = (
        known.line(first, after - 1, expected=begins <= first < following)
        for first, after in pairwise(sorted(cuts))
    )
    return tuple(_joined([line for line in found if line is not None]))


def overlapping(spans: Sequence[Span]) -> Iterator[int]:
    """Return the first number of every overlap: it was given out, or used, twice."""
    ordered = sorted(spans, key=lambda one: one.first)
    for before, after in pairwise(ordered):
        if after.first <= before.last:
            yield after.first


class _Known:
    """The layers in order, so that a number is found without looking at each."""

    def __init__(self, layers: Layers) -> None:
        self._used, self._suspended, self._cancelled, self._leased = (
            _Layer(one) for one in (layers.used, layers.suspended, layers.cancelled, layers.leased)
        )
        self.tops: dict[int, int] = {}
        """The highest number that the counter of a lease used in it, by the lease's first."""
        for layer in (self._used, self._suspended):
            for span in layer.spans:
                self._raise_tops(span)

    def all(self) -> Iterator[Span]:
        for layer in (self._used, self._suspended, self._cancelled, self._leased):
            yield from layer.spans

    def _raise_tops(self, span: Span) -> None:
        for lease in self._leased.within(span.first, span.last):
            if lease.counter == span.counter:
                top = min(span.last, lease.last)
                self.tops[lease.first] = max(self.tops.get(lease.first, 0), top)

    def line(self, first: int, last: int, *, expected: bool) -> Line | None:
        lease = self._leased.at(first)
        leased_to = lease.counter if lease else None
        for layer, fate in (
            (self._used, Fate.USED), (self._suspended, Fate.SUSPENDED),
            (self._cancelled, Fate.CANCELLED),
        ):  # fmt: skip
            if span := layer.at(first):
                return Line(first, last, fate, span.counter, leased_to, span.reason, span.at)
        if lease is not None:
            passed = first <= self.tops.get(lease.first, 0)
            fate = Fate.NOT_USED if passed else Fate.OPEN
            return Line(first, last, fate, lease.counter, leased_to)
        return Line(first, last, Fate.UNEXPLAINED) if expected else None


class _Layer:
    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = sorted(spans, key=lambda one: one.first)
        self._firsts = [one.first for one in self.spans]

    def at(self, number: int) -> Span | None:
        place = bisect_right(self._firsts, number) - 1
        found = self.spans[place] if place >= 0 else None
        return found if found is not None and found.last >= number else None

    def within(self, first: int, last: int) -> Sequence[Span]:
        begin = max(0, bisect_right(self._firsts, first) - 1)
        return [one for one in self.spans[begin : bisect_right(self._firsts, last)]
                if one.last >= first]  # fmt: skip


def _joined(lines: Sequence[Line]) -> Iterator[Line]:
    """Return lines with those put together that say the same of neighbours."""
    before: Line | None = None
    for line in lines:
        if before is not None and before.last + 1 == line.first and _same(before, line):
            before = replace(before, last=line.last)
            continue
        if before is not None:
            yield before
        before = line
    if before is not None:
        yield before


def _same(one: Line, other: Line) -> bool:
    return replace(one, first=0, last=0) == replace(other, first=0, last=0)
