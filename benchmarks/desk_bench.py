"""Tiles, charts and pages of payments, over a million payments and over ten thousand.

Beside them stands plain SQL on the same file: what the same answer costs without sums.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from sqlalchemy import text

from benchmarks.demo_base import demo_base
from benchmarks.lists_measured import list_answers, multiply_own, read_in_parts
from counterdesk.core.clock import ShiftedClock
from counterdesk.core.periods import Period, period_before
from counterdesk.core.permissions import Actor, Role
from counterdesk.demo.desk import demo_unlock
from counterdesk.demo.sample import sample_start_utc
from counterdesk.services.analytics import analytics
from counterdesk.services.consumer_sheet import consumer_sheet
from counterdesk.services.consumers import find_exactly
from counterdesk.services.dashboard import month_figures
from counterdesk.services.payment_details import payment_details
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from counterdesk.ui.garbage import spare_what_stands
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow

_MANY, _FEW = 1_000_000, 10_000
_OWN_TIMES = 41
"""Each own payment of the demo so many times: a hundred thousand."""

_TURNS = 30
_MANAGER = Actor(UUID(int=1), "Somebody", Role.MANAGER)
_MARCH = Period(date(2025, 3, 1), date(2025, 3, 31))
_YEAR = Period(date(2024, 4, 21), date(2025, 4, 20))
_PLAIN = {
    "month by channel, plain SQL": (
        "select channel, sum(collected_minor) from ref.past_payment where status = 'Posted'"
        " and business_date between '2025-03-01' and '2025-03-31' group by channel"
    ),
}
_SOME_PAYMENTS = {
    "an own payment": "select id from payment order by id desc limit 60",
    "a payment elsewhere": (
        "select payment_id from ref.past_payment order by business_date desc, payment_id desc"
        " limit 60 offset 3000"
    ),
}

Asked = Callable[[ReadSession], object]


def figures(many: int = _MANY, few: int = _FEW) -> dict[str, float]:
    """Return seconds of the build, megabytes, and milliseconds of every answer."""
    return {**_at(many), **_at(few)}


def _at(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        data = Path(folder) / "data"
        built = demo_base(data, count)
        with _opened(data) as store:
            size = store.folder.reference.stat().st_size / 1e6
            measured = {"demo of as many consumers, s": built, "ref.db, MB": size}
            measured |= answers(store) | list_answers(store) | dashboard(store)
        if count == _MANY:
            multiply_own(store, _OWN_TIMES)
            with _opened(data) as store:
                own = list_answers(store, some=True)
            with _opened(data) as store:
                own |= read_in_parts(store)
            measured |= {f"{name}, beside 98,400 own": value for name, value in own.items()}
    return {f"{count:,} payments: {name}": value for name, value in measured.items()}


@contextmanager
def _opened(data: Path) -> Iterator[Store]:
    store = Store.open(data, demo_unlock(), ShiftedClock(sample_start_utc()))
    try:
        yield store
    finally:
        store.close()


def answers(store: Store) -> dict[str, float]:
    """Return what each answer takes, in milliseconds."""
    measured: dict[str, float] = {}
    spare_what_stands()  # as the window does
    for name, asked in _asked():
        measured |= _percentiles(name, [_timed(store, asked) for _turn in range(_TURNS)])
    return measured | details(store)


def details(store: Store) -> dict[str, float]:
    """Return what all that is known of a payment takes, another one each time, in milliseconds."""
    measured: dict[str, float] = {}
    for name, query in _SOME_PAYMENTS.items():
        some = store.read(_plain(query), _MANAGER).result()
        took = [_timed(store, partial(_details, payment_id)) for (payment_id,) in some]
        measured |= _percentiles(f"details of {name}", took)
    return measured


def _details(payment_id: str, read: ReadSession) -> object:
    return payment_details(read, UUID(payment_id))


def dashboard(store: Store) -> dict[str, float]:
    """Return what somebody waits for after F8 who comes from another page, in milliseconds.

    Complete is the dashboard when tiles and the first page of the list are painted. The first
    picture is there before: the page as it was left, while both are read anew.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    jobs = Jobs(store)
    window = MainWindow(jobs)
    window.begin(_MANAGER)
    window.show()
    seen, complete = [], []
    for _turn in range(_TURNS):
        window.go_to("print_jobs")
        _settle(app, jobs)
        began = time.perf_counter()
        window.go_to("dashboard")
        app.processEvents()
        seen.append((time.perf_counter() - began) * 1_000)
        _settle(app, jobs)
        complete.append((time.perf_counter() - began) * 1_000)
    jobs.finish()
    first = _percentiles("dashboard after F8, first picture", seen)
    return first | _percentiles("dashboard after F8, complete", complete)


def _settle(app: QCoreApplication, jobs: Jobs) -> None:
    jobs.drain()
    app.processEvents()
    jobs.drain()
    app.processEvents()


def _asked() -> Iterator[tuple[str, Asked]]:
    yield "tiles", lambda read: month_figures(read, 2025, 4)
    for name, period in (("month", _MARCH), ("year", _YEAR)):
        yield f"charts of a {name}", _charts(period)
    for name, query in _PLAIN.items():
        yield name, _plain(query)
    numbers = cycle(range(20_001, 20_001 + _TURNS))
    yield "consumer on one screen", lambda read: _consumer(read, f"WU-{next(numbers)}")
    yield "consumer of a whole year", lambda read: _consumer(read, "WU-10002")


def _consumer(read: ReadSession, account_number: str) -> object:
    hit = find_exactly(read, account_number)
    return hit and consumer_sheet(read, hit.consumer_id)


def _charts(period: Period) -> Asked:
    return lambda read: analytics(read, period, period_before(period))


def _plain(query: str) -> Callable[[ReadSession], Any]:
    return lambda read: read.execute(text(query)).fetchall()


def _timed(store: Store, asked: Asked) -> float:
    began = time.perf_counter()
    store.read(asked, _MANAGER).result()
    return (time.perf_counter() - began) * 1_000


def _percentiles(name: str, took_ms: list[float]) -> dict[str, float]:
    hundredths = quantiles(took_ms, n=100)
    return {f"{name}, p50 ms": hundredths[49], f"{name}, p95 ms": hundredths[94]}


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{figure:10.2f}  {name}")
