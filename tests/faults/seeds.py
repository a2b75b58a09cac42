"""Running seeds: small blocks and pages, folders in memory where there is room, and what failed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from counterdesk.core.settings import settings_rows
from counterdesk.demo.sample import sample_settings
from counterdesk.store import readers, store
from counterdesk.store.readers import Reader
from counterdesk.sync import exchange, feed, filling, leases
from counterdesk.sync.reference_rows import write_refreshed
from tests.faults.memory_centre import MemoryCentre
from tests.faults.settled import broken
from tests.faults.simulated_centre import InMemory, SimulatedCentre
from tests.faults.simulation import Plan, Simulation
from tests.folders import place_in_memory
from tests.sync.scripted_link import HeldClock, beginning
from tests.sync.tills import new_store

_LAST_STEPS = 25


@contextmanager
def place_for_folders() -> Iterator[Path]:
    """Return a folder for thousands of ledgers: in memory where the system has such a place.

    What a disk does when it fails is shown elsewhere; here files are only copied and reopened.
    """
    with TemporaryDirectory(prefix="counterdesk-", dir=place_in_memory()) as folder:
        yield Path(folder)


class Shelf:
    """Data folders of new counters: made once, copied for each run."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._clock = beginning()

    def folder_in(self, run: Path) -> Callable[[int], Path]:
        """Return what gives a run the folder of a new counter by its place."""
        return lambda place: shutil.copytree(self._template(place), run / f"C{place:02}")

    def _template(self, place: int) -> Path:
        folder = self.place / f"template-{place}"
        if not folder.exists():
            new_store(folder, f"C{place:02}", clock=HeldClock(self._clock.now)).close()
        return folder


def plan_of(seed: int, steps: int, *, steady: bool = False) -> Plan:
    """Return the frame of a seed's run."""
    chance = Random(-seed - 1)
    starts = [beginning().now, beginning().now.replace(year=2025, month=12, day=28)]
    return Plan(
        steps, by_the_book=chance.random() < 0.6, steady=steady, years=chance.random() < 0.3,
        start_utc=starts[seed % 2],
    )  # fmt: skip


def in_memory(plan: Plan, kind: type[MemoryCentre] = MemoryCentre) -> InMemory:
    """Return an empty centre whose time begins with the run."""
    clock = HeldClock(plan.start_utc)
    return InMemory(memory_centre(clock, kind), clock)


def memory_centre(clock: HeldClock, kind: type[MemoryCentre] = MemoryCentre) -> MemoryCentre:
    """Return an empty centre with the sample's settings."""
    return kind("USD", settings_rows(sample_settings()), clock)


class AtOnce:
    """An executor that does everything here and now: a run has one thread, and no waiting."""

    def __init__(self, **_named: Any) -> None:
        pass

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments))
        except Exception as error:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(error)
        return future

    def shutdown(self, **_named: Any) -> None:
        pass


@contextmanager
def _let_go(reader: Reader) -> Iterator[None]:
    reader._drop()
    yield


@contextmanager
def one_thread() -> Iterator[pytest.MonkeyPatch]:
    """Let stores work on the thread that asks: nothing here is about threads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "ThreadPoolExecutor", AtOnce)
        patch.setattr(readers, "ThreadPoolExecutor", AtOnce)
        patch.setattr(Reader, "held_closed", _let_go)
        yield patch


@contextmanager
def small_portions(plan: Plan) -> Iterator[pytest.MonkeyPatch]:
    """Let blocks of numbers run out and pages be many, so that it all happens in a short run.

    Small pages are for runs in which a restored centre is told so: a page's rows are newer than
    its cursor, so that one in the middle of the feed may tell of what a restore undid.
    """
    with one_thread() as patch:
        patch.setattr(leases, "NUMBERS_OF_A_BLOCK", 8)
        patch.setattr(leases, "_FEW", {"shift": 2, "dispute": 2, "credit_note": 3})
        if plan.by_the_book:
            patch.setattr(exchange, "CHANGES_OF_A_PAGE", 3)
            patch.setattr(filling, "ACCOUNTS_OF_A_PAGE", 1)
        yield patch


@contextmanager
def simulation(
    seed: int, plan: Plan, shelf: Shelf, centre: SimulatedCentre | None = None
) -> Iterator[Simulation]:
    """Set a run up, and clear up after it."""
    centre = centre or in_memory(plan)
    with small_portions(plan) as patch, TemporaryDirectory(dir=shelf.place) as folder:
        run = Simulation(seed, plan, centre, shelf.folder_in(Path(folder)))
        patch.setattr(feed, "write_refreshed", _dying(run))
        try:
            yield run
        finally:
            run.close()


def _dying(run: Simulation) -> Any:
    """Let the process die between a page of the feed and its cursor, where the run asks for it."""

    def die_or_write(*arguments: Any) -> None:
        till, run.dying_in_page = run.dying_in_page, None
        if till is not None:
            till.link.crash()
        write_refreshed(*arguments)

    return die_or_write


def play(seed: int, plan: Plan, shelf: Shelf, centre: SimulatedCentre | None = None) -> Simulation:
    """Run a seed to its end; what fails says how to see it again.

    Raises:
        AssertionError: Something is not as it must be.
    """
    with simulation(seed, plan, shelf, centre) as run:
        try:
            run_to_the_end(run)
        except Exception as error:
            error.add_note(_how_to_see_it_again(seed, run))
            raise
    return run


def run_to_the_end(run: Simulation) -> None:
    """Do all steps, let everything settle, and look at all that must be true; mend, look again."""
    for _stop in run.run():
        _look(run)
    run.tell_office_anew()
    run.centre.apply_again()
    run.settle()
    _look(run)


def _look(run: Simulation) -> None:
    findings = broken(run)
    assert not findings, "\n".join(findings[:12])


def _how_to_see_it_again(seed: int, run: Simulation) -> str:
    again = (
        f"COUNTERDESK_SEED={seed} COUNTERDESK_STEPS={run.plan.steps} "
        "make faults ARGS=tests/faults/test_simulation.py"
    )
    return "\n".join([f"seed {seed}, {run.plan}; again with: {again}", *run.trace[-_LAST_STEPS:]])
