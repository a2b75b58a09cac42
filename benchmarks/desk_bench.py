"""Tiles, charts and pages of payments, over a million payments and over ten thousand.

Beside them stands plain SQL on the same file: what the same answer costs without sums.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from uuid import UUID

from sqlalchemy import text

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.periods import Period, period_before
from counterdesk.core.permissions import Actor, Role
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.demo.sample import sample_start_utc
from counterdesk.services.analytics import analytics
from counterdesk.services.consumer_sheet import consumer_sheet
from counterdesk.services.consumers import find_exactly
from counterdesk.services.dashboard import month_figures
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import (
    PaymentLine,
    PaymentsPage,
    payments_page,
    payments_sum,
)
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store

_MANY, _FEW = 1_000_000, 10_000
_TURNS = 30
_MANAGER = Actor(UUID(int=1), "Somebody", Role.MANAGER)
_MARCH = Period(date(2025, 3, 1), date(2025, 3, 31))
_YEAR = Period(date(2024, 4, 21), date(2025, 4, 20))
_COLUMNS = (
    "payment_id, business_date, receipt_number, consumer_name, amount_minor, method, type, status"
)
_PLAIN = {
    "month by channel, plain SQL": (
        "select channel, sum(collected_minor) from ref.past_payment where status = 'Posted'"
        " and business_date between '2025-03-01' and '2025-03-31' group by channel"
    ),
    "cheques, plain SQL": (
        f"select {_COLUMNS} from ref.past_payment where method = 'Cheque'"  # noqa: S608 - ours
        " order by business_date desc, payment_id desc limit 50"
    ),
    "three filters, plain SQL": (
        f"select {_COLUMNS} from ref.past_payment where method = 'Cheque'"  # noqa: S608 - ours
        " and cashier = 'Emre Flintgate' and status in ('Voided', 'Reversed')"
        " order by business_date desc, payment_id desc limit 50"
    ),
}

Asked = Callable[[ReadSession], object]


def figures(many: int = _MANY, few: int = _FEW) -> dict[str, float]:
    """Return seconds of the build, megabytes, and milliseconds of every answer."""
    return {**_at(many), **_at(few)}


def _at(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        data, began = Path(folder) / "data", time.perf_counter()
        clock = ShiftedClock(sample_start_utc())
        open_demo_desk(data, demo_unlock(), clock, consumers=count, payments=count).store.close()
        built = time.perf_counter() - began
        store = Store.open(data, demo_unlock(), ShiftedClock(sample_start_utc()))
        try:
            size = store.folder.reference.stat().st_size / 1e6
            measured = {"demo of as many consumers, s": built, "ref.db, MB": size}
            measured |= answers(store)
        finally:
            store.close()
    return {f"{count:,} payments: {name}": value for name, value in measured.items()}


def answers(store: Store) -> dict[str, float]:
    """Return what each answer takes, in milliseconds."""
    measured: dict[str, float] = {}
    for name, asked in _asked():
        measured |= _percentiles(name, [_timed(store, asked) for _turn in range(_TURNS)])
    for name, wanted in _filters():
        measured |= _percentiles(f"list, {name}", list(_pages(store, wanted)))
    whole = [_timed(store, lambda read: payments_sum(read, PaymentFilter())) for _ in range(_TURNS)]
    return measured | _percentiles("number and sum of all", whole)


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


def _plain(query: str) -> Asked:
    return lambda read: read.execute(text(query)).fetchall()


def _filters() -> Iterator[tuple[str, PaymentFilter]]:
    everything = PaymentFilter()
    yield "all", everything
    yield "at its end", replace(everything, last=date(2024, 4, 1))
    yield "of a month", replace(everything, first=_MARCH.first, last=_MARCH.last)
    yield "cash", replace(everything, method=("Cash",))
    yield "cheques", replace(everything, method=("Cheque",))
    yield "voided", replace(everything, status=("Voided",))
    yield "installments", replace(everything, type=("Installment",))
    yield "field", replace(everything, channel=("Field",))
    yield "one counter", replace(everything, counter=("F02",))
    yield "one cashier", replace(everything, cashier=("Emre Flintgate",))
    yield (
        "three filters",
        PaymentFilter(
            method=("Cheque",), cashier=("Emre Flintgate",), status=("Voided", "Reversed")
        ),
    )
    yield "three letters", replace(everything, search="mir")
    yield "a whole receipt", replace(everything, search="R-105000")


def _pages(store: Store, wanted: PaymentFilter) -> Iterator[float]:
    """Yield what each page takes while somebody reads on, over and over."""
    after: PaymentLine | None = None
    for _turn in range(_TURNS):
        began = time.perf_counter()
        page = store.read(_page_after(wanted, after), _MANAGER).result()
        yield (time.perf_counter() - began) * 1_000
        after = page.payments[-1] if page.more else None


def _page_after(
    wanted: PaymentFilter, last: PaymentLine | None
) -> Callable[[ReadSession], PaymentsPage]:
    return lambda read: payments_page(read, wanted, last)


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
