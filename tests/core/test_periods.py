"""Spans of days: what a person means by a month, and what it is compared with."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.periods import (
    Period,
    last_days,
    last_month,
    last_year,
    month_so_far,
    period_before,
    year_before,
)

TODAY = date(2025, 4, 20)


def span(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


def test_what_is_chosen_ends_today() -> None:
    assert month_so_far(TODAY) == span("2025-04-01", "2025-04-20")
    assert last_month(TODAY) == span("2025-03-01", "2025-03-31")
    assert last_month(date(2025, 1, 5)) == span("2024-12-01", "2024-12-31")
    assert last_days(TODAY, 7) == span("2025-04-14", "2025-04-20")
    assert last_year(TODAY) == span("2024-04-21", "2025-04-20")
    assert last_year(date(2024, 2, 29)) == span("2023-03-01", "2024-02-29")


@pytest.mark.req("KPI-2")
@pytest.mark.parametrize(
    ("period", "before"),
    [
        (span("2025-04-01", "2025-04-20"), span("2025-03-01", "2025-03-20")),
        (span("2025-03-01", "2025-03-31"), span("2025-02-01", "2025-02-28")),
        (span("2025-03-01", "2025-03-30"), span("2025-02-01", "2025-02-28")),
        (span("2025-01-01", "2025-03-31"), span("2024-10-01", "2024-12-31")),
        (span("2025-04-14", "2025-04-20"), span("2025-04-07", "2025-04-13")),
        (span("2025-04-20", "2025-04-20"), span("2025-04-19", "2025-04-19")),
    ],
)
def test_a_period_is_compared_with_what_it_follows_on(period: Period, before: Period) -> None:
    assert period_before(period) == before


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (span("2025-04-01", "2025-04-20"), span("2024-04-01", "2024-04-20")),
        (span("2025-02-01", "2025-02-28"), span("2024-02-01", "2024-02-29")),
        (span("2024-02-29", "2024-02-29"), span("2023-02-28", "2023-02-28")),
    ],
)
def test_a_year_before_are_the_same_days(period: Period, before: Period) -> None:
    assert year_before(period) == before


_DAYS = st.dates(date(2001, 1, 1), date(2100, 1, 1))


@given(_DAYS, _DAYS)
def test_what_came_before_never_reaches_into_the_period(one: date, other: date) -> None:
    period = Period(min(one, other), max(one, other))
    before = period_before(period)
    assert before.first <= before.last < period.first
    assert year_before(period).days >= 1
