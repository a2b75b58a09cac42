"""Rates and means in tenths."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.figures import (
    month_before,
    month_span,
    tenths_of_mean,
    tenths_of_percent,
)


@pytest.mark.req("KPI-1")
@pytest.mark.parametrize(
    ("part", "whole", "tenths"), [(14550, 31300, 465), (1, 3, 333), (2, 3, 667), (1, 2000, 1)]
)
def test_rate_is_rounded_half_up_to_a_tenth(part: int, whole: int, tenths: int) -> None:
    assert tenths_of_percent(part, whole) == tenths


@pytest.mark.req("KPI-1")
def test_nothing_due_has_no_rate_and_nothing_paid_no_days() -> None:
    assert tenths_of_percent(100, 0) is None
    assert tenths_of_mean(0, 0) is None


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**12))
def test_mean_is_never_off_by_more_than_half_a_tenth(total: int, count: int) -> None:
    tenths = tenths_of_mean(total, count)
    assert tenths is not None
    assert abs(Fraction(tenths) - Fraction(10 * total, count)) <= Fraction(1, 2)


@given(st.dates(date(1990, 2, 1), date(2100, 1, 1)))
def test_months_join_without_gap(day: date) -> None:
    first, last = month_span(day.year, day.month)
    assert first <= day <= last
    assert month_span(*month_before(day.year, day.month))[1] == first - timedelta(days=1)
