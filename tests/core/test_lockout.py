"""How long guessers wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.lockout import needs_unlock, wait_seconds

SECOND = 1_000_000_000
HOUR = 3_600 * SECOND


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize(
    ("failed", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480)]
)
def test_waits_double(failed: int, seconds: int) -> None:
    assert wait_seconds(failed, HOUR, HOUR) == seconds


@pytest.mark.req("AUD-2")
def test_ten_failures_are_left_to_a_supervisor() -> None:
    assert [failed for failed in range(12) if needs_unlock(failed)] == [10, 11]


@pytest.mark.req("AUD-2")
@given(st.integers(5, 9), st.integers(0, HOUR), st.integers(0, HOUR), st.integers(0, HOUR))
def test_no_restart_shortens_the_wait(failed: int, last: int, off: int, up: int) -> None:
    """Whatever the machine did, it never opens before the wait has really passed."""
    really_passed = off + up
    opens = wait_seconds(failed, last, up) == 0
    assert not opens or really_passed >= wait_seconds(failed, HOUR, HOUR) * SECOND


@pytest.mark.req("AUD-2")
@given(st.integers(5, 9), st.integers(0, HOUR), st.integers(0, HOUR))
def test_waiting_as_told_opens(failed: int, last: int, passed: int) -> None:
    now = last + passed
    assert wait_seconds(failed, last, now + wait_seconds(failed, last, now) * SECOND) == 0
