"""What the charts show: a period's money by day or month and by what it can be broken down by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter

from sqlalchemy import select

from counterdesk.core.dates import months_later
from counterdesk.core.periods import Period
from counterdesk.core.permissions import Permission, require
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.services.collected import DaySum, Slice, collected
from counterdesk.services.payment_filters import BETWEEN_METHODS
from counterdesk.store.session import ReadSession

_MONTHS_TOLD = 13
_refreshed = table_of(ref.Refreshed)


class Breakdown(StrEnum):
    """What money is broken down by; the value is the field of a payment."""

    CHANNEL = "channel"
    METHOD = "method"
    TYPE = "type"
    COUNTER = "counter"
    CASHIER = "cashier"


@dataclass(frozen=True, slots=True)
class Figures:
    """What some payments came to."""

    payments: int = 0
    taken_minor: int = 0
    back_minor: int = 0
    """Undone and refunded, 0 or below."""

    @property
    def collected_minor(self) -> int:
        """Taken less what was undone and refunded."""
        return self.taken_minor + self.back_minor

    def __add__(self, other: Figures) -> Figures:
        """Return what both came to."""
        return Figures(
            self.payments + other.payments,
            self.taken_minor + other.taken_minor,
            self.back_minor + other.back_minor,
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a breakdown, with what it was in the other period."""

    name: str
    now: Figures
    before: Figures


@dataclass(frozen=True, slots=True)
class Moment:
    """One day or month of the trend."""

    period: Period
    now: Figures


@dataclass(frozen=True, slots=True)
class Analytics:
    """Everything on the page, of a period and of the one it is compared with."""

    period: Period
    before: Period
    total: Figures
    total_before: Figures
    trend: tuple[Moment, ...]
    """Day by day or month by month, those on which nothing came in, too."""
    trend_before: tuple[Moment, ...]
    bars: Mapping[Breakdown, tuple[Bar, ...]] = field(default_factory=dict)
    """The largest first. A payment with two methods counts with each, so those exceed the total."""
    as_of_utc: datetime | None = None
    """When the figures of other counters were true at the centre; None if never pulled."""
    before_known: bool = True
    """Whether the centre tells of the other period as a whole: it goes back 13 months."""


def analytics(read: ReadSession, period: Period, before: Period) -> Analytics:
    """Return the figures of a period beside those of another.

    Args:
        read: A snapshot.
        period: Of at least a day.
        before: What it is compared with; its trend goes by day or by month as the period's.

    Raises:
        PermissionRefused: The role does not allow seeing the dashboard.
    """
    require(read.actor, Permission.SEE_DASHBOARD)
    now, then = (collected(read, one.first, one.last) for one in (period, before))
    trend = _trend(period, now.days, by_month=period.by_month)
    trend_before = _trend(before, then.days, by_month=period.by_month)
    as_of_utc = read.execute(select(_refreshed.c.as_of_utc)).scalar()
    since = months_later(read.today(), -_MONTHS_TOLD)
    return Analytics(
        period, before, _sum(one.now for one in trend), _sum(one.now for one in trend_before),
        trend, trend_before, {by: _bars(by, now.slices, then.slices) for by in Breakdown},
        as_of_utc, as_of_utc is None or before.first >= since,
    )  # fmt: skip


def _trend(period: Period, days: Iterable[DaySum], *, by_month: bool) -> tuple[Moment, ...]:
    known = {one.day: Figures(one.payments, one.taken_minor, one.back_minor) for one in days}
    moments: dict[tuple[int, ...], tuple[Period, Figures]] = {}
    for number in range(period.first.toordinal(), period.last.toordinal() + 1):
        day = date.fromordinal(number)
        key = (day.year, day.month) if by_month else (number,)
        since, figures = moments.get(key, (Period(day, day), Figures()))
        moments[key] = Period(since.first, day), figures + known.get(day, Figures())
    return tuple(Moment(*one) for one in moments.values())


def _bars(by: Breakdown, slices: Iterable[Slice], before: Iterable[Slice]) -> tuple[Bar, ...]:
    now, then = _named(by, slices), _named(by, before)
    names = {**dict.fromkeys(now), **dict.fromkeys(then)}
    bars = [Bar(name, now.get(name, Figures()), then.get(name, Figures())) for name in names]
    bars.sort(key=lambda bar: (-bar.now.collected_minor, -bar.before.collected_minor, bar.name))
    return tuple(bars)


def _named(by: Breakdown, slices: Iterable[Slice]) -> dict[str, Figures]:
    named: dict[str, Figures] = {}
    value: Callable[[Slice], str] = attrgetter(by.value)
    for one in slices:
        names = value(one).split(BETWEEN_METHODS) if by is Breakdown.METHOD else [value(one)]
        figures = Figures(one.payments, one.taken_minor, one.back_minor)
        for name in names:
            named[name] = named.get(name, Figures()) + figures
    return named


def _sum(figures: Iterable[Figures]) -> Figures:
    return sum(figures, start=Figures())
