"""Spans of days that figures are asked for, and those they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from counterdesk.core.dates import months_later

_LONGEST_BY_DAY = 92


@dataclass(frozen=True, slots=True)
class Period:
    """Some days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    @property
    def whole_months(self) -> bool:
        """Whether it begins with the first day of a month and ends with the last of one."""
        return self.first.day == 1 and (self.last + timedelta(1)).day == 1

    @property
    def by_month(self) -> bool:
        """Whether it is too long to be shown day by day."""
        return self.days > _LONGEST_BY_DAY


def month_so_far(today: date) -> Period:
    """Return the month from its first day to today."""
    return Period(today.replace(day=1), today)


def last_month(today: date) -> Period:
    """Return the whole month before this one."""
    end = today.replace(day=1) - timedelta(1)
    return Period(end.replace(day=1), end)


def last_days(today: date, count: int) -> Period:
    """Return so many days, the last of which is today."""
    return Period(today - timedelta(count - 1), today)


def last_year(today: date) -> Period:
    """Return the twelve months that end today."""
    return Period(months_later(today, -12) + timedelta(1), today)


def period_before(period: Period) -> Period:
    """Return what a period follows on: months on the months before, days on as many days.

    What begins with a month is compared with the month before, as far as it goes: 1 to 20 April
    with 1 to 20 March.
    """
    first = period.first
    if period.whole_months:
        months = (period.last.year - first.year) * 12 + period.last.month - first.month + 1
        return Period(months_later(first, -months), first - timedelta(1))
    if first.day == 1 and (period.last.year, period.last.month) == (first.year, first.month):
        return Period(months_later(first, -1), months_later(period.last, -1))
    return Period(first - timedelta(period.days), first - timedelta(1))


def year_before(period: Period) -> Period:
    """Return the same days of the year before."""
    last = months_later(period.last, -12)
    if period.whole_months:
        last = months_later(period.last + timedelta(1), -12) - timedelta(1)
    return Period(months_later(period.first, -12), last)
