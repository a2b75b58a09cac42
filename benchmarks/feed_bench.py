"""How soon a counter has read what another one pushed: woken by NOTIFY, and by its poll alone."""

from __future__ import annotations

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random

from benchmarks.centre_to_measure import centre_to_measure
from benchmarks.push_bench import Town
from counterdesk.core.clock import SystemClock
from counterdesk.sync.pace import POLL_S, Pace
from tests.sync.centres import CentreUnderTest, CounterLogin
from tests.sync.feeding import Reader, reader
from tests.sync.pushing import Desk, push

_TOLD = 300
_POLLERS = 40
_POLLED = 4
_LOOK_S = 0.01


def figures() -> dict[str, float]:
    """Return milliseconds, and seconds without NOTIFY."""
    with centre_to_measure() as (centre, _folder), closing(Desk(centre, "C01")) as desk:
        town = Town(centre, _TOLD + _POLLED)
        found = _woken(centre, town, desk)
        return found | _polled(centre, town, desk)


def _woken(centre: CentreUnderTest, town: Town, desk: Desk) -> dict[str, float]:
    """From the moment a payment is pushed until another counter has read its rows."""
    told, asked = [], []
    with closing(Desk(centre, "C02")) as other, reader(other.login) as reading:
        reading.connection.execute("listen cd_feed")
        _catch_up(reading)
        for entry in town.add_to(desk, _TOLD):
            started = time.perf_counter()
            push(desk.connection, [entry])
            list(reading.connection.notifies(timeout=20, stop_after=1))
            woken = time.perf_counter()
            if not reading.page()["rows"]:
                raise RuntimeError("woken for nothing")
            asked.append((time.perf_counter() - woken) * 1_000)
            told.append((time.perf_counter() - started) * 1_000)
    return {
        **_percentiles("push to another counter's page, woken by NOTIFY", told, "ms"),
        **_percentiles("of it one page of the feed", asked, "ms"),
    }


def _polled(centre: CentreUnderTest, town: Town, desk: Desk) -> dict[str, float]:
    """The same for counters that nobody wakes, each at its own pace."""
    logins = [centre.add_counter(f"P{place:02}") for place in range(_POLLERS)]
    started = [0.0] * _POLLED
    with ThreadPoolExecutor(_POLLERS) as pool:
        over = threading.Event()
        polling = [
            pool.submit(_poll_on, login, Random(place), over) for place, login in enumerate(logins)
        ]
        time.sleep(2 * POLL_S)  # by now they are spread over time
        for place, entry in enumerate(town.add_to(desk, _POLLED)):
            started[place] = time.perf_counter()
            push(desk.connection, [entry])
            time.sleep(POLL_S / 3)
        time.sleep(1.25 * POLL_S)  # the slowest has asked once more
        over.set()
        read = [future.result()[-_POLLED:] for future in polling]
    waited = [at - began for times in read for at, began in zip(times, started, strict=True)]
    return _percentiles("push to another counter's page, by its poll alone", waited, "s")


def _poll_on(login: CounterLogin, chance: Random, over: threading.Event) -> list[float]:
    """Poll as a counter does; return when each payment was read."""
    pace = Pace(SystemClock(), chance)
    read: list[float] = []
    with reader(login) as reading:
        while not over.wait(_LOOK_S):
            if pace.poll_due:
                rows = reading.page()["rows"]
                paid = sum(row["kind"] == "payment" for row in rows)
                read += [time.perf_counter()] * paid
                pace.polled()
    return read


def _catch_up(reading: Reader) -> None:
    while reading.page()["rows"]:
        pass


def _percentiles(what: str, times: list[float], unit: str) -> dict[str, float]:
    parts = statistics.quantiles(times, n=100)
    return {f"{what}, p50 ({unit})": parts[49], f"{what}, p95 ({unit})": parts[94]}
