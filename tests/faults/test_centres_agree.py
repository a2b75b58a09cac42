"""The centre in memory and the real one: the same calls, the same answers, the same tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.faults.askers import change_often
from tests.faults.crediters import credit_often
from tests.faults.disputers import dispute_often
from tests.faults.real_centre import ForReal
from tests.faults.recording import Recorded, Replay
from tests.faults.seeds import Shelf, memory_centre, place_for_folders, plan_of, simulation
from tests.faults.simulated_centre import Seen
from tests.faults.simulation import Simulation
from tests.faults.spenders import spend_often
from tests.faults.undoers import undo_often
from tests.sync.centres import CentreUnderTest
from tests.sync.scripted_link import HeldClock
from tests.sync.written import Event


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with place_for_folders() as place:
        yield Shelf(place)


@pytest.mark.req("SYNC-3", "SYNC-5", "NUM-2", "MON-5")
def test_both_centres_answer_the_same(shelf: Shelf, centre: CentreUnderTest) -> None:
    compare(3, 80, shelf, centre)


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(10, 15))
def test_both_centres_answer_the_same_in_long_runs(
    seed: int, shelf: Shelf, centre: CentreUnderTest
) -> None:
    compare(seed, 300, shelf, centre)


def compare(seed: int, steps: int, shelf: Shelf, centre: CentreUnderTest) -> None:
    """Run a seed in memory, ask the real centre the same, and hold their tables together."""
    plan = replace(plan_of(seed, steps, steady=True), by_the_book=False, start_utc=_yesterday())
    clock = HeldClock(plan.start_utc)
    ours = Recorded(memory_centre(clock), clock)
    with simulation(seed, plan, shelf, ours) as run:
        list(run.run())
        run.tell_office_anew()
        ours.apply_again()
        reserve_often(run)
        spend_often(run)
        taken: list[Event] = []
        undo_often(run, "U", taken)
        change_often(run)
        credit_often(run)
        undo_often(run, "W", taken)
        dispute_often(run, taken)
    theirs = ForReal(centre, ours.clock)
    try:
        Replay(theirs).play(ours)
    finally:
        theirs.hang_up()
    assert _wordless(ours.look()) == _wordless(theirs.look())


def _wordless(seen: Seen) -> Seen:
    """Each centre says in its own words why money waits in suspense."""
    return replace(seen, suspense={place: (*row[:3], "") for place, row in seen.suspense.items()})


def reserve_often(run: Simulation) -> None:
    """Let visits at two counters hold credit notes, too much of them, again, and release them."""
    notes = sorted(run.centre.look().notes)
    visits = [uuid4() for _visit in range(4)]
    for _time in range(40):
        link = run.chance.choice(run.tills).link.inner
        visit = run.chance.choice(visits)
        if notes and run.chance.random() < 0.7:
            amount = run.chance.choice((-1, 1, 200, 900))
            link.reserve_credit(visit, run.chance.choice(notes), amount, 600)
        else:
            link.release_credit(visit)


def _yesterday() -> datetime:
    """Payments of more than 13 months ago are told to nobody."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - timedelta(days=1)
