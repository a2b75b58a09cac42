"""The lines of a chart's axis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.money import Currency
from counterdesk.core.scales import round_steps, write_roughly

DOLLAR = Currency("USD", 2, "$")


@pytest.mark.parametrize(
    ("least", "most", "lines"),
    [
        (0, 3_200_000, [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000]),
        (-100, 300, [-100, 0, 100, 200, 300]),
        (0, 0, [0, 1]),
        (0, 7, [0, 2, 4, 6, 8]),
    ],
)
def test_lines_are_round_and_hold_everything(least: int, most: int, lines: list[int]) -> None:
    assert list(round_steps(least, most)) == lines


@given(st.integers(-(10**14), 0), st.integers(0, 10**14))
def test_any_values_lie_between_a_few_lines_one_of_them_zero(least: int, most: int) -> None:
    lines = list(round_steps(least, most))
    assert lines[0] <= least
    assert lines[-1] >= most
    assert 0 in lines
    assert 2 <= len(lines) <= 8


@pytest.mark.parametrize(
    ("minor", "locale", "text"),
    [(3_000_000, "en_US", "30K"), (150_000, "en_US", "1.5K"), (-50_000, "en_US", "-500"),
     (0, "en_US", "0"), (3_000_000, "de_DE", "30000"), (120_000_000, "en_US", "1.2M")],
)  # fmt: skip
def test_an_amount_is_written_roughly(minor: int, locale: str, text: str) -> None:
    assert write_roughly(minor, DOLLAR, locale) == text
