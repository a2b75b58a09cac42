"""A million charges imported at the centre, while a counter pushes payments of other charges."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.centre_to_measure import centre_to_measure
from counterdesk.sync.centre.import_records import ImportOptions, Phase, Progress
from counterdesk.sync.centre.importing import import_file
from tests.sync.centres import CentreUnderTest, CounterLogin
from tests.sync.paying_counter import PayingCounter

_CONSUMERS = 250_000
_CHARGES = 1_000_000
_FIRST_DAY = date(2025, 1, 1)
_PAUSE_SECONDS = 0.02


def figures(consumers: int = _CONSUMERS, charges: int = _CHARGES) -> dict[str, float]:
    """Return rows per second, megabytes of memory, milliseconds of a push meanwhile."""
    with centre_to_measure() as (centre, folder):
        return _measure(centre, folder, consumers, charges)


def _measure(
    centre: CentreUnderTest, folder: Path, consumers: int, charges: int
) -> dict[str, float]:
    people, owed, paid, known = (
        folder / f"{name}.csv" for name in ("consumers", "charges", "paid", "known")
    )
    _write(people, _consumer_lines(consumers))
    _write(owed, _charge_lines(charges, consumers))
    _write(paid, _charge_lines(100, consumers, "PAID"))
    _write(known, _charge_lines(charges // 4, consumers))
    measured = _import_apart(centre, people, "consumers", consumers)
    _import_apart(centre, paid, "", 100)
    measured["push alone, p99 (ms)"] = _p99(_pushed_during(centre, lambda: time.sleep(5)))
    pushed = _pushed_during(
        centre, lambda: measured.update(_import_apart(centre, owed, "charges", charges))
    )
    measured["push during the import, p99 (ms)"] = _p99(pushed)
    measured["push during the import, longest (ms)"] = max(pushed)
    measured |= _import_apart(centre, known, "charges that stand there already", charges // 4)
    return measured


def _write(path: Path, lines: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines)  # one by one: a child's peak of memory begins with its parent's


def _consumer_lines(count: int) -> Iterator[str]:
    yield "account_number,name,service_address,phone\n"
    for place in range(count):
        yield f'WU-{place:07},Invented Person {place},"{place} Main Street, Town",555-{place:07}\n'


def _charge_lines(count: int, consumers: int, series: str = "INV") -> Iterator[str]:
    yield "number,account_number,kind,charged_on,due_on,amount,period,disputed\n"
    for place in range(count):
        on = _FIRST_DAY + timedelta(days=place % 300)
        yield (
            f"{series}-{place:08},WU-{place * 7 % consumers:07},Bill,{on},"
            f"{on + timedelta(days=14)},{1 + place % 400}.{place % 100:02},{on:%Y-%m},no\n"
        )


def _import_apart(centre: CentreUnderTest, path: Path, what: str, rows: int) -> dict[str, float]:
    """Import in a process of its own, whose memory is the import's."""
    context = multiprocessing.get_context("spawn")
    told = path.with_suffix(".told")
    process = context.Process(target=_import, args=(centre.conninfo, path, told))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"the import of {path.name} ended with {process.exitcode}")
    began, checking, writing, done, megabytes = map(float, told.read_text().split())
    if not what:
        return {}
    return {
        f"{what}, rows/s": rows / (done - began),
        f"{what}, reading and waiting, s": checking - began,
        f"{what}, comparing, s": writing - checking,
        f"{what}, writing, s": done - writing,
        f"{what}, peak memory of the importer, MB": megabytes,
    }


def _import(conninfo: str, path: Path, told: Path) -> None:
    times: dict[Phase, float] = {}
    began = time.perf_counter()

    def note(progress: Progress) -> None:
        times.setdefault(progress.phase, time.perf_counter())

    report = import_file(conninfo, path, ImportOptions(), note)
    if report.bad:
        raise RuntimeError(f"{report.bad} lines have faults: {report.faults[0]}")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    done = time.perf_counter()
    at = (began, times[Phase.CHECKING], times.get(Phase.WRITING, done), done, megabytes)
    told.write_text(" ".join(map(str, at)))


def _pushed_during(centre: CentreUnderTest, act: Callable[[], None]) -> list[float]:
    """Return how long each push took, in milliseconds, while something else happened."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    results: SimpleQueue[list[float]] = context.SimpleQueue()
    counter = centre.add_counter(f"P{time.monotonic_ns()}")
    charges = centre.execute(
        "select charge_id, consumer_id, kind, number from cd.charge where number like 'PAID-%'"
    )
    process = context.Process(target=_push_on, args=(counter, charges, stop, results))
    process.start()
    act()
    stop.set()
    taken: list[float] = results.get()
    process.join()
    return taken


def _push_on(
    login: CounterLogin, charges: list[Any], stop: Event, results: SimpleQueue[list[float]]
) -> None:
    taken: list[float] = []
    with PayingCounter(login) as counter:
        while not stop.is_set():
            began = time.perf_counter()
            counter.pay(charges[len(taken) % len(charges)], 1)
            taken.append(1_000 * (time.perf_counter() - began))
            time.sleep(_PAUSE_SECONDS)
    results.put(taken)


def _p99(taken: list[float]) -> float:
    return quantiles(taken, n=100)[98]
