from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.cash import likely_cash, notes_for, round_cash
from counterdesk.core.settings import Settings

NOTES = Settings().cash_notes_minor


@pytest.mark.req("PAY-6")
@given(st.integers(0, 10**9), st.sampled_from([0, 1, 5, 10, 25, 50, 100]))
def test_rounding_never_moves_more_than_half_a_coin(amount: int, step: int) -> None:
    rounded = round_cash(amount, step)
    assert abs(rounded - amount) * 2 <= max(step, 0)
    assert step <= 1 or rounded % step == 0


@pytest.mark.req("PAY-6")
def test_half_a_coin_is_rounded_up() -> None:
    assert [round_cash(amount, 10) for amount in (14, 15, 16)] == [10, 20, 20]


@given(st.integers(0, 10**7))
def test_the_suggested_notes_make_the_change_to_the_cent(amount: int) -> None:
    assert sum(note * count for note, count in notes_for(amount, NOTES)) == amount


def test_change_of_4_50_is_four_ones_and_a_half() -> None:
    assert notes_for(450, NOTES) == ((100, 4), (50, 1))


@pytest.mark.req("PAY-6")
def test_quick_keys_offer_the_exact_amount_and_round_notes() -> None:
    assert likely_cash(14_550, NOTES) == (14_550, 15_000, 16_000, 20_000)


@given(st.integers(1, 10**7), st.integers(1, 6))
def test_quick_keys_never_offer_less_than_is_due(due: int, most: int) -> None:
    offered = likely_cash(due, NOTES, most)
    assert offered[0] == due
    assert list(offered) == sorted(set(offered))
    assert len(offered) <= most
