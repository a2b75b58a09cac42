"""What is usual for somebody, and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from counterdesk.core.habits import Timing, Usual, timing, usual, usual_day


def on(*days: int) -> list[date]:
    return [date(2025, 1 + place % 12, day) for place, day in enumerate(days)]


def test_the_word_that_occurs_most_often_is_usual() -> None:
    assert usual(["Cash", "Card", "", "Cash"]) == Usual("Cash", 2)
    assert usual(["", ""]) is None


@pytest.mark.parametrize(
    ("days", "day"),
    [
        ((14, 15, 14, 13), 14),
        ((14, 2, 14, 27, 15, 8), 14),
        ((31, 1, 30, 1), 1),
        ((3, 9, 15, 21, 27), None),
        ((14, 14), None),
        ((), None),
    ],
)
def test_a_usual_day_needs_half_of_the_payments_around_it(
    days: tuple[int, ...], day: int | None
) -> None:
    assert usual_day(on(*days)) == day


def test_timing_is_the_mean_of_what_is_known() -> None:
    assert timing([-2, 4, 4]) == Timing(2, 3)
    assert timing([]) is None
