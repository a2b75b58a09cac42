"""The list of payments over a million told and a hundred thousand own: filter, sort, search, end.

Beside them stands plain SQL on the same file: what the same page costs when it is simply asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from statistics import quantiles
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text

from counterdesk.core.permissions import Actor, Role
from counterdesk.services.own_lines_kept import keep_ready
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_orders import PaymentOrder, SortBy
from counterdesk.services.payment_pages import (
    NEWEST_FIRST,
    PaymentLine,
    PaymentsPage,
    PaymentsSum,
    payments_page,
    payments_sum,
)
from counterdesk.store.opening import close, open_file, raw_of
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from counterdesk.ui.garbage import spare_what_stands

T = TypeVar("T")
_TURNS = 30
_MANAGER = Actor(UUID(int=1), "Somebody", Role.MANAGER)
_ANY = PaymentFilter()
_THREE = PaymentFilter(
    method=("Cheque",), cashier=("Emre Flintgate",), status=("Voided", "Reversed")
)
_FILTERS = {
    "all": _ANY,
    "at its end": replace(_ANY, last=date(2024, 4, 1)),
    "of a month": replace(_ANY, first=date(2025, 3, 1), last=date(2025, 3, 31)),
    "cash": replace(_ANY, method=("Cash",)),
    "cheques": replace(_ANY, method=("Cheque",)),
    "voided": replace(_ANY, status=("Voided",)),
    "installments": replace(_ANY, type=("Installment",)),
    "field": replace(_ANY, channel=("Field",)),
    "one counter": replace(_ANY, counter=("F02",)),
    "one cashier": replace(_ANY, cashier=("Emre Flintgate",)),
    "from 390.00": replace(_ANY, least_minor=39_000),
    "from 50.00 to 100.00": replace(_ANY, least_minor=5_000, most_minor=10_000),
    "cash to 300.00": replace(_ANY, method=("Cash",), most_minor=30_000),
    "from 50.00 to 100.00 in a month": replace(
        _ANY, least_minor=5_000, most_minor=10_000, first=date(2025, 3, 1), last=date(2025, 3, 31)
    ),
    "three filters": _THREE,
    "search, three letters": replace(_ANY, search="mir"),
    "search, a word few have": replace(_ANY, search="江一"),
    "search, a whole receipt": replace(_ANY, search="R-105000"),
    "search, part of a receipt": replace(_ANY, search="0500"),
    "search, two letters": replace(_ANY, search="jo"),
    "search, nothing": replace(_ANY, search="zzzz"),
    "search in cheques": replace(_ANY, search="mir", method=("Cheque",)),
}
_SOME = (
    "all", "cheques", "three filters", "search, three letters", "search, two letters",
    "search, a whole receipt", "search, nothing", "search in cheques",
)  # fmt: skip
_SUMMED = (
    "all", "cheques", "three filters", "from 50.00 to 100.00", "cash to 300.00",
    "from 50.00 to 100.00 in a month", "search, three letters",
)  # fmt: skip
_COLUMNS = (
    "payment_id, business_date, receipt_number, consumer_name, amount_minor, method, type, status"
)
_FROM = f"select {_COLUMNS} from ref.past_payment"  # noqa: S608 - names of our own
_NEWEST = " order by business_date desc, payment_id desc limit 50"
_PLAIN = {
    "cheques": f"{_FROM} where method = 'Cheque'{_NEWEST}",
    "three filters": f"{_FROM} where method = 'Cheque' and cashier = 'Emre Flintgate'"
    f" and status in ('Voided', 'Reversed'){_NEWEST}",
    "search, three letters": f"{_FROM} where consumer_name like '%mir%'"
    f" or receipt_number like '%mir%' or account_number like '%mir%'{_NEWEST}",
    "search, part of a receipt": f"{_FROM} where consumer_name like '%0500%'"
    f" or receipt_number like '%0500%' or account_number like '%0500%'{_NEWEST}",
    "by method": f"{_FROM} order by method desc limit 50",
    "by account, voided": f"{_FROM} where status = 'Voided' order by account_number limit 50",
    "page 19,000": f"{_FROM} order by business_date desc, payment_id desc limit 50 offset 950000",
}  # fmt: skip


def list_answers(store: Store, *, some: bool = False) -> dict[str, float]:
    """Return what each answer, or some of them, takes, in milliseconds."""
    began = time.perf_counter()
    _ask(store, lambda read: payments_page(read, _ANY))
    measured = {"list, the very first page, ms": (time.perf_counter() - began) * 1_000}
    spare_what_stands()  # as the window does: a collection of all would be half of what is seen
    for name, took_ms in _some(store) if some else _all(store):
        hundredths = quantiles(took_ms, n=100)
        measured |= {f"{name}, p50 ms": hundredths[49], f"{name}, p95 ms": hundredths[94]}
    return measured


def _some(store: Store) -> Iterator[tuple[str, list[float]]]:
    for name in _SOME:
        yield f"list, {name}", list(_pages(store, _FILTERS[name]))
    for by in (SortBy.RECEIPT, SortBy.AMOUNT, SortBy.STATUS):
        yield f"list by {by}", list(_pages(store, _ANY, PaymentOrder(by)))
    yield from _sums(store)


def _all(store: Store) -> Iterator[tuple[str, list[float]]]:
    for name, wanted in _FILTERS.items():
        yield f"list, {name}", list(_pages(store, wanted))
    yield from _sums(store)
    for by in SortBy:
        order = PaymentOrder(by, descending=by is not SortBy.CONSUMER)
        yield f"list by {by}", list(_pages(store, _ANY, order))
        yield f"list by {by}, its end", list(_last_pages(store, _ANY, order))
        yield f"list by {by}, cheques", list(_pages(store, _FILTERS["cheques"], order))
    for name, query in _PLAIN.items():
        yield f"plain SQL, {name}", [_timed(store, _plain(query)) for _ in range(5)]


def _sums(store: Store) -> Iterator[tuple[str, list[float]]]:
    for name in _SUMMED:
        asked = partial(_sum_of, _FILTERS[name])
        yield f"number and sum, {name}", [_timed(store, asked) for _ in range(_TURNS)]


def read_in_parts(store: Store) -> dict[str, float]:
    """Return what the till does ahead of the first list: in all, and its longest part."""
    parts, more = list[float](), True
    while more:
        began = time.perf_counter()
        more = _ask(store, keep_ready)
        parts.append((time.perf_counter() - began) * 1_000)
    page = _timed(store, lambda read: payments_page(read, _ANY))
    return {
        "own payments read ahead, ms": sum(parts), "its longest part, ms": max(parts),
        "list, the very first page after it, ms": page,
    }  # fmt: skip


def _plain(query: str) -> Callable[[ReadSession], object]:
    return lambda read: read.execute(text(query)).fetchall()


def _pages(
    store: Store, wanted: PaymentFilter, order: PaymentOrder = NEWEST_FIRST,
    after: PaymentLine | None = None,
) -> Iterator[float]:  # fmt: skip
    """Yield what each page takes while somebody reads on, from the first again at the end."""
    for _turn in range(_TURNS):
        began = time.perf_counter()
        page = _page_after(store, wanted, order, after)
        yield (time.perf_counter() - began) * 1_000
        after = page.payments[-1] if page.more else None


def _last_pages(store: Store, wanted: PaymentFilter, order: PaymentOrder) -> Iterator[float]:
    backwards = replace(order, descending=not order.descending)
    last = _ask(store, lambda read: payments_page(read, wanted, None, 1_600, backwards)).payments
    return _pages(store, wanted, order, last[-1])


def _page_after(
    store: Store, wanted: PaymentFilter, order: PaymentOrder, after: PaymentLine | None
) -> PaymentsPage:
    return _ask(store, lambda read: payments_page(read, wanted, after, order=order))


def _sum_of(wanted: PaymentFilter, read: ReadSession) -> PaymentsSum:
    return payments_sum(read, wanted)


def _ask(store: Store, asked: Callable[[ReadSession], T]) -> T:
    return store.read(asked, _MANAGER).result()


def _timed(store: Store, asked: Callable[[ReadSession], object]) -> float:
    began = time.perf_counter()
    _ask(store, asked)
    return (time.perf_counter() - began) * 1_000


_COPIED = {
    "payment_transaction": ("id",), "payment": ("id", "transaction_id"),
    "tender": ("id", "transaction_id"), "allocation": ("id", "payment_id"),
    "settlement": ("id", "tender_id", "allocation_id"),
}  # fmt: skip
_CHANGED = {
    "number": "number || '-' || :turn",
    "receipt_number": "'R-' || (300000 + rowid + :turn * 5000)",
    "business_date": "date(business_date, '-' || (:turn * 9) || ' days')",
}


def multiply_own(store: Store, times: int) -> None:
    """Write each own payment so many times: to take them one by one would take an hour.

    The store must be closed; what it holds then is good for lists alone.
    """
    connection = open_file(store.folder.ledger, store.data_key)
    raw = raw_of(connection)
    raw.execute("pragma foreign_keys = off")
    raw.execute("begin")
    for table, ids in _COPIED.items():
        (rows,) = raw.execute(f"select max(rowid) from {table}").fetchone()  # noqa: S608
        names = [row[1] for row in raw.execute(f"pragma table_info({table})")]
        values = [
            f"printf('%04x', :turn + 256) || substr({name}, 5)" if name in ids
            else _CHANGED.get(name, name)
            for name in names
        ]  # fmt: skip
        copy = (
            f"insert into {table} ({', '.join(names)})"  # noqa: S608 - names of the models
            f" select {', '.join(values)} from {table} where rowid <= :rows"
        )
        raw.executemany(copy, [{"turn": turn, "rows": rows} for turn in range(1, times)])
    raw.execute("commit")
    close(connection)
