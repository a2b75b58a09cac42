"""Rates and means of the dashboard, in whole tenths: no float ever rounds a figure."""

from __future__ import annotations

from datetime import date, timedelta


def half_up(above: int, below: int) -> int | None:
    """Return above / below as a whole number, half up; None where below is nothing."""
    return (2 * above + below) // (2 * below) if below > 0 else None


def tenths_of_percent(part: int, whole: int) -> int | None:
    """Return part / whole x 100 in tenths, half up: 465 for 46.5 %; None where whole is 0."""
    return half_up(1000 * part, whole)


def tenths_of_mean(total: int, count: int) -> int | None:
    """Return total / count in tenths, half up: 365 for 36.5; None of nothing."""
    return half_up(10 * total, count)


def month_span(year: int, month: int) -> tuple[date, date]:
    """Return the first and the last day of a month."""
    first = date(year, month, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)


def month_before(year: int, month: int) -> tuple[int, int]:
    """Return the year and the month that come before a month."""
    return (year, month - 1) if month > 1 else (year - 1, 12)
