"""A clock that is wrong is told in words."""

from __future__ import annotations

import pytest

from counterdesk.core.skew import skew_sentence


@pytest.mark.parametrize(
    ("skew_ms", "said"),
    [
        (130_000, "2 minutes ahead"),
        (-601_000, "10 minutes behind"),
        (-3 * 3_600_000, "3 hours behind"),
    ],
)
def test_the_sentence_says_how_much_and_which_way(skew_ms: int, said: str) -> None:
    assert said in skew_sentence(skew_ms)
