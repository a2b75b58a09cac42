"""Explaining what a count is off by: only what fits to the cent is said."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counterdesk.core.differences import (
    Cause,
    Evidence,
    Explanation,
    MoveSeen,
    TenderSeen,
    explain,
    explanation_words,
)
from counterdesk.core.settings import Settings

NOTES = Settings().cash_notes_minor
VISITS = (
    TenderSeen("R-1", "cash", "Cash", 15_000, 450),
    TenderSeen("R-2", "cash", "Cash", 8_000),
    TenderSeen("R-3", "cheque", "Cheque", 4_550),
    TenderSeen("R-4", "card", "Card", 3_120),
)
MOVES = (MoveSeen("S-1/1", -50_000), MoveSeen("S-1/2", 2_130))


def causes(cash: int, cheque: int = 0) -> list[tuple[Cause, str]]:
    """What explains a cash difference, in a shift with a cheque that is counted too."""
    shift = Evidence(VISITS, MOVES, NOTES, 12_000, {"cash": cash, "cheque": cheque})
    return [(one.cause, one.name) for one in explain("cash", shift, drawer=True)]


@pytest.mark.req("CASH-4")
@pytest.mark.parametrize(
    ("off", "first"),
    [
        (-450, (Cause.CHANGE_TWICE, "R-1")),
        (450, (Cause.CHANGE_KEPT, "R-1")),
        (3_120, (Cause.OTHER_METHOD, "R-4")),
        (50_000, (Cause.MOVE_TOO_MUCH, "S-1/1")),
        (-50_000, (Cause.MOVE_MISSING, "S-1/1")),
        (-900, (Cause.DIGITS_SWAPPED, "S-1/2")),
        (9_000, (Cause.DIGITS_SWAPPED, "")),
        (-30_000, (Cause.DROP_MISSING, "")),
        (2_000, (Cause.PIECE_MISCOUNTED, "")),
    ],
)
def test_each_cause_is_found_and_named(off: int, first: tuple[Cause, str]) -> None:
    assert causes(off)[0] == first


@pytest.mark.req("CASH-4")
def test_a_cheque_keyed_as_cash_is_short_here_and_over_there() -> None:
    assert causes(-8_000, 8_000)[0] == (Cause.OTHER_METHOD, "R-2")
    assert Cause.OTHER_METHOD not in dict(causes(-8_000, 0))


@pytest.mark.req("CASH-4")
def test_two_mistakes_that_hide_each_other_are_both_found() -> None:
    assert causes(-8_450, 8_000)[:2] == [(Cause.OTHER_METHOD, "R-2"), (Cause.CHANGE_TWICE, "R-1")]
    shift = Evidence(VISITS, MOVES, NOTES, 12_000, {"cash": -8_450, "cheque": 8_000})
    [found] = explain("cheque", shift, drawer=False)
    assert (found.cause, found.name) == (Cause.OTHER_METHOD, "R-2")


def test_what_another_count_says_is_believed() -> None:
    assert (Cause.OTHER_METHOD, "R-3") not in causes(4_550, 0)
    assert (Cause.OTHER_METHOD, "R-3") in causes(4_550, -4_550)


@given(st.integers(-60_000, 60_000))
def test_nothing_is_said_that_does_not_fit(off: int) -> None:
    shift = Evidence((), (), NOTES, 0, {"cash": off})
    for one in explain("cash", shift, drawer=True):
        assert one.amount_minor == abs(off)
    assert bool(off) or explain("cash", shift, drawer=True) == ()


@pytest.mark.req("CASH-4")
@given(st.integers(100, 10**7), st.data())
def test_two_swapped_digits_are_always_found(meant: int, data: st.DataObject) -> None:
    digits = str(meant)
    place = data.draw(st.integers(0, len(digits) - 2))
    keyed = int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
    assume(digits[place] != digits[place + 1] and len(str(keyed)) == len(digits))
    shift = Evidence((TenderSeen("R-9", "cheque", "Cheque", keyed),), (), NOTES, 0,
                     {"cheque": meant - keyed})  # fmt: skip
    assert Explanation(Cause.DIGITS_SWAPPED, meant, "R-9") in explain("cheque", shift, drawer=False)


def test_every_cause_has_its_sentence() -> None:
    for cause in Cause:
        words = explanation_words(Explanation(cause, 450, "R-1", "Cash"), Settings())
        assert "$4.50" in words
        assert "{" not in words
