"""Random runs of counters and a centre under every fault there is; a seed is a run.

`COUNTERDESK_SEED` and `COUNTERDESK_STEPS` choose one run, to see again what failed;
`COUNTERDESK_SEEDS` says how many there are in `make faults`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest

from tests.faults.real_centre import ForReal
from tests.faults.results_page import PROPERTY
from tests.faults.seeds import Shelf, place_for_folders, plan_of, play
from tests.faults.simulation import Simulation
from tests.sync.centres import CentreUnderTest
from tests.sync.scripted_link import HeldClock

_CHOSEN = os.environ.get("COUNTERDESK_SEED")
_SEEDS = int(os.environ.get("COUNTERDESK_SEEDS", "200"))
_LONG_RUNS = 40
"""So many of the seeds are run for ten thousand steps."""


def seeds(count: int) -> list[int]:
    """Return which seeds are run: so many, or the one that was asked for."""
    return [int(_CHOSEN)] if _CHOSEN else list(range(count))


def steps(otherwise: int) -> int:
    """Return how many steps a run has."""
    return int(os.environ.get("COUNTERDESK_STEPS", otherwise))


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with place_for_folders() as place:
        yield Shelf(place)


Counted = Callable[[str, Callable[[], Simulation]], None]


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Counted:
    """Plays a run and has it told on the page of results."""

    def play_and_tell(kind: str, play_one: Callable[[], Simulation]) -> None:
        began = time.process_time()
        run = play_one()
        seconds = time.process_time() - began
        payments = run.said["pay: paid"]
        record_property(PROPERTY, (kind, run.plan.steps, run.exchanges, payments, seconds))

    return play_and_tell


@pytest.mark.req("SYNC-1", "SYNC-3", "SYNC-5", "NUM-2", "MON-5")
@pytest.mark.parametrize("seed", seeds(10))
def test_whatever_goes_wrong_everything_adds_up_in_the_end(seed: int, shelf: Shelf) -> None:
    play(seed, plan_of(seed, steps(60)), shelf)


@pytest.mark.req("SYNC-1", "SYNC-3", "SYNC-5", "NUM-2", "MON-5")
@pytest.mark.parametrize("seed", seeds(1))
def test_everything_adds_up_at_a_real_centre_too(
    seed: int, shelf: Shelf, centre: CentreUnderTest
) -> None:
    play_for_real(seed, steps(60), shelf, centre)


@pytest.mark.faults
@pytest.mark.parametrize("seed", seeds(_SEEDS))
def test_two_hundred_runs_add_up(seed: int, shelf: Shelf, counted: Counted) -> None:
    count = steps(10_000 if seed < _LONG_RUNS else 1_500)
    counted("in memory", lambda: play(seed, plan_of(seed, count), shelf))


@pytest.mark.faults
@pytest.mark.parametrize("seed", seeds(20))
def test_many_runs_at_a_real_centre_add_up(
    seed: int, shelf: Shelf, centre: CentreUnderTest, counted: Counted
) -> None:
    counted("PostgreSQL", lambda: play_for_real(seed, steps(100), shelf, centre))


def test_a_seed_is_a_run(shelf: Shelf) -> None:
    first, second = (play(5, plan_of(5, 30), shelf).said for _time in range(2))
    assert first == second


def play_for_real(seed: int, count: int, shelf: Shelf, centre: CentreUnderTest) -> Simulation:
    plan = plan_of(seed, count)
    return play(seed, plan, shelf, ForReal(centre, HeldClock(plan.start_utc)))
