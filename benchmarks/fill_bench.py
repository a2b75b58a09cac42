"""The first fill of a counter from a real PostgreSQL: a million consumers with a bill each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from statistics import quantiles
from threading import Thread
from uuid import UUID

from benchmarks.centre_to_measure import centre_to_measure
from counterdesk.sync.filling import ACCOUNTS_OF_A_PAGE
from counterdesk.sync.status import SyncState
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import Till, till_at

_CONSUMERS = 1_000_000
_WARM_UP_S = 2.0
_ALONE_S = 8.0
_PAUSE_S = 0.03
_SAID = "first fill of a million consumers"

_MAKE_CONSUMERS = """insert into cd.consumer
    (consumer_id, account_number, name, service_address, phone)
    select lpad(to_hex(n), 32, '0')::uuid, 'WU-' || 20000 + n,
        (array['Mira', 'John', 'Aisha', 'José', 'Chen', 'Olga', 'Tom', 'Nadia'])[1 + n %% 8] || ' '
            || (array['Doe', 'Okafor', 'Silva', 'Weber', 'Rossi', 'Ito', 'Khan'])[1 + n %% 7]
            || ' ' || n %% 977,
        1 + n %% 240 || ' ' || (array['Cistern', 'Mill', 'Harbour', 'Spring'])[1 + n %% 4]
            || ' Road',
        '(555) ' || lpad((n / 10000 %% 1000)::text, 3, '0') || '-'
            || lpad((n %% 10000)::text, 4, '0')
    from generate_series(1, %s) as n"""
_MAKE_CHARGES = """insert into cd.charge
    (charge_id, consumer_id, kind, number, charged_on, due_on, amount_minor, period)
    select md5(n::text)::uuid, lpad(to_hex(n), 32, '0')::uuid,
        'Bill', 'INV-2025-' || lpad(n::text, 7, '0'), '2025-04-01', '2025-04-15',
        2135 + n %% 2682 * 5, '2025-03'
    from generate_series(1, %s) as n"""


def figures(consumers: int = _CONSUMERS) -> dict[str, float]:
    """Return the seconds of a first fill and of its parts, and payments while it happens again."""
    with centre_to_measure() as (centre, folder):
        centre.execute(_MAKE_CONSUMERS, (consumers,))
        centre.execute(_MAKE_CHARGES, (consumers,))
        centre.execute("vacuum analyze cd.consumer, cd.charge")
        till = till_at(centre, folder, "C01")
        try:
            return _filled(till) | _paid_meanwhile(centre, till, consumers)
        finally:
            till.close()


def _filled(till: Till) -> dict[str, float]:
    fetching = _fetch_alone(till)
    began, busy = time.perf_counter(), time.process_time()
    till.settle()
    whole, busy = time.perf_counter() - began, time.process_time() - busy
    return {
        f"{_SAID}, s": whole,
        "of it this process computing, s": busy,
        "of it fetching alone, s": fetching,
        "ref.db, MB": till.store.folder.reference.stat().st_size / 1e6,
    }


def _paid_meanwhile(centre: CentreUnderTest, till: Till, consumers: int) -> dict[str, float]:
    """Take payments all the time: with the sync at rest, and while it fetches everything anew."""
    till.open_shift()
    numbers = (f"WU-{20_001 + place * 7919 % consumers}" for place in count())
    _pay_until(till, numbers, _after(_WARM_UP_S))
    alone = _pay_until(till, numbers, _after(_ALONE_S))
    till.settle()
    centre.execute("select cd.after_restore(1)")  # what a counter heard is worth nothing any more
    fetching = Thread(target=_fetch_anew, args=(till,))
    fetching.start()
    began = time.perf_counter()
    during = _pay_until(till, numbers, lambda: not fetching.is_alive())
    return {
        "fetching everything anew meanwhile, s": time.perf_counter() - began,
        **_percentiles("a payment", alone),
        **_percentiles("a payment while a million rows are fetched anew", during),
        "the longest of them (ms)": max(during),
    }


def _fetch_anew(till: Till) -> None:
    till.sync.ask_now()
    while till.status.state is not SyncState.FILLING:
        till.sync.step()
    while till.status.state is SyncState.FILLING:
        till.sync.step()


def _after(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() > end


def _pay_until(till: Till, numbers: Iterator[str], over: Callable[[], bool]) -> list[float]:
    """Take a payment after the other; return how long each took from Enter to its commit."""
    taken = []
    while not over():
        visit = till.visit(next(numbers))
        began = time.perf_counter()
        till.take(visit)
        taken.append((time.perf_counter() - began) * 1_000)
        time.sleep(_PAUSE_S)
    return taken


def _percentiles(what: str, times: list[float]) -> dict[str, float]:
    parts = quantiles(times, n=100)
    return {f"{what}, p50 (ms)": parts[49], f"{what}, p99 (ms)": parts[98]}


def _fetch_alone(till: Till) -> float:
    """Fetch every page and write none."""
    began, after = time.perf_counter(), None
    while page := till.link.accounts_page(after, ACCOUNTS_OF_A_PAGE).consumers:
        after = UUID(page[-1][0])
    return time.perf_counter() - began


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{figure:10.2f}  {name}")
