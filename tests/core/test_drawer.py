"""Counting a drawer, giving out of it, and what is likely left in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.drawer import (
    LikelyDrawer,
    checked_pieces,
    notes_to_give,
    running_low,
    total_of,
)
from counterdesk.core.errors import UserError
from counterdesk.core.settings import Settings

NOTES = Settings().cash_notes_minor
counts = st.dictionaries(st.sampled_from(NOTES), st.integers(0, 40))


@pytest.mark.req("CASH-1")
@given(counts)
def test_a_count_keeps_its_sum_whatever_its_order(count: dict[int, int]) -> None:
    checked = checked_pieces(count.items(), NOTES, "")
    assert total_of(checked) == sum(face * many for face, many in count.items())
    assert list(checked) == sorted(checked, reverse=True)
    assert all(many > 0 for _face, many in checked)


@pytest.mark.parametrize("wrong", [((100, -1),), ((300, 1),), ((100, 1), (100, 2)), ((1, 10**9),)])
def test_a_count_that_is_none_is_refused(wrong: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(UserError, match="once, as a whole number") as refused:
        checked_pieces(wrong, NOTES, "here")
    assert refused.value.field == "here"


@pytest.mark.req("CASH-3")
@given(counts, st.integers(0, 20_000))
def test_notes_to_give_make_the_amount_and_are_there(count: dict[int, int], amount: int) -> None:
    given_out = notes_to_give(amount, count)
    if given_out is not None:
        assert total_of(given_out) == amount
        assert all(many <= count[face] for face, many in given_out)


@given(counts, st.data())
def test_what_some_notes_make_is_always_found(count: dict[int, int], data: st.DataObject) -> None:
    some = {face: data.draw(st.integers(0, many)) for face, many in count.items()}
    assert notes_to_give(total_of(some.items()), count) is not None


def test_the_largest_note_is_left_out_where_it_would_spoil_the_rest() -> None:
    assert notes_to_give(6_000, {5_000: 1, 2_000: 3}) == ((2_000, 3),)


@pytest.mark.req("MON-11")
@given(counts, st.lists(st.integers(-30_000, 30_000), max_size=8))
def test_a_likely_drawer_is_a_guess_whose_sum_is_exact(
    count: dict[int, int], moved: list[int]
) -> None:
    drawer = LikelyDrawer(count)
    for amount in moved:
        drawer = drawer.with_in(amount, NOTES) if amount > 0 else drawer.with_out(-amount)
    assert drawer.total_minor == total_of(count.items()) + sum(moved)
    assert all(many >= 0 for many in drawer.pieces.values())


@pytest.mark.req("CASH-3")
def test_small_change_that_the_float_had_and_that_is_nearly_gone_runs_low() -> None:
    began = ((1_000, 9), (100, 20), (25, 8), (5, 2))
    now = {1_000: 0, 100: 4, 25: 8, 5: 0}
    assert running_low(began, now, NOTES, 5) == ((100, 4),)
