"""Ranges of numbers laid over each other: every number is counted once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.sync.centre.number_sums import Fate, Layers, Line, Span, lines_of, overlapping

_spans = st.lists(
    st.builds(
        lambda first, more, who: Span(first, first + more, who),
        st.integers(1, 60), st.integers(0, 25), st.sampled_from(["", "C01", "C02"]),
    ),
    max_size=6,
)  # fmt: skip


@pytest.mark.req("NUM-2", "AUD-1")
@given(st.integers(1, 30), st.integers(0, 50), _spans, _spans, _spans, _spans)
def test_every_number_given_out_has_one_fate(
    begins: int, count: int, used: list[Span], waiting: list[Span], gone: list[Span],
    leased: list[Span],
) -> None:  # fmt: skip
    following = begins + count
    lines = lines_of(begins, following, Layers(used, waiting, gone, leased))
    told = [number for line in lines for number in range(line.first, line.last + 1)]
    assert len(told) == len(set(told))
    assert set(range(begins, following)) <= set(told)
    for number in {*told} - {*range(begins, following)}:
        assert any(one.first <= number <= one.last for one in (*used, *waiting, *gone, *leased))


@pytest.mark.req("NUM-2")
def test_what_was_used_counts_as_used_whatever_else_is_said_of_it() -> None:
    lease = [Span(1, 10, "C01")]
    layers = Layers(
        [Span(2, 3, "C01")], [Span(5, 5, "C01")], [Span(1, 10, "C01", "revoked")], lease
    )
    assert [(one.first, one.last, one.fate) for one in lines_of(1, 11, layers)] == [
        (1, 1, Fate.CANCELLED), (2, 3, Fate.USED), (4, 4, Fate.CANCELLED),
        (5, 5, Fate.SUSPENDED), (6, 10, Fate.CANCELLED),
    ]  # fmt: skip


@pytest.mark.req("NUM-2")
def test_a_gap_below_the_last_one_used_is_not_used_and_above_it_open() -> None:
    layers = Layers([Span(1, 2, "C01"), Span(5, 5, "C01"), Span(8, 8, "C02")], [], [],
                    [Span(1, 10, "C01")])  # fmt: skip
    assert lines_of(1, 11, layers) == (
        Line(1, 2, Fate.USED, "C01", "C01"),
        Line(3, 4, Fate.NOT_USED, "C01", "C01"),
        Line(5, 5, Fate.USED, "C01", "C01"),
        Line(6, 7, Fate.OPEN, "C01", "C01"),
        Line(8, 8, Fate.USED, "C02", "C01"),
        Line(9, 10, Fate.OPEN, "C01", "C01"),
    )


def test_two_leases_of_one_number_are_noticed() -> None:
    assert list(overlapping([Span(11, 20), Span(1, 10), Span(20, 25)])) == [20]
