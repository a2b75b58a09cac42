"""Other counters' payments, as the centre told them: the first of any order, out of a million.

Each of three ways is quick where the others are slow, and the sums that are kept with the payments
say exactly how many there are to find:

- Payments that are frequent are met soon by walking along the index of the order: whether one is
  wanted is said by its sum, and no row is read before it is.
- Where few are wanted, all of them are found by their sums, by the consumer or by the amount, and
  sorted.
- By date, and by columns of few values, the sums themselves are in order: those of the first days
  hold the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select

from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.services.payment_filters import (
    PaymentFilter,
    amount_within,
    days_within,
    of_consumer,
    sum_conditions,
)
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.payment_orders import (
    Asked,
    SortBy,
    beyond,
    column_of,
    in_order,
    unindexed,
    value_of,
)
from counterdesk.store.session import ReadSession

FEW = 2_000
"""So many rows are read, wherever they lie, in the time of a page."""

_WALKED = 2_000
"""Places of an index that are looked at before another way is taken: a millisecond's worth."""

_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)
_INDEXED = (SortBy.DATE, SortBy.RECEIPT, SortBy.CONSUMER, SortBy.ACCOUNT, SortBy.AMOUNT)
PLAIN = {column.name: unindexed(column) for column in _past.c}
"""Columns of past payments that are looked at in what was found by others."""


def told_ids(read: ReadSession, asked: Asked) -> list[UUID]:
    """Return the first payments of other counters that are asked for; searching is left out."""
    if asked.wanted.consumer_id is not None:
        return _found(read, asked, *of_consumer(_past.c.consumer_id, asked.wanted))
    if _are_few_amounts(read, asked.wanted):
        return _found(read, asked, *amount_within(_past.c.amount_minor, asked.wanted))
    indexed = asked.order.by in _INDEXED
    walked = _walk(read, asked, _WALKED) if indexed else []
    if len(walked) == asked.most:
        return walked
    if asked.order.by is SortBy.DATE:
        return _by_sums(read, asked)
    # A column of few values is looked through value by value, unless all that there is fits a page.
    few = FEW if indexed else asked.most
    if _are_at_most(read, asked.wanted, few):
        return _found(read, asked, _past.c.sum_id.in_(_sums_of(read, asked.wanted)))
    return _walk(read, asked) if indexed else _by_sums(read, asked)


def wanted_among(
    read: ReadSession, wanted: PaymentFilter, columns: Any
) -> list[ColumnElement[bool]]:
    """Return what a payment must be, said so that no index is chosen for it."""
    alike = exists().where(_sums.c.sum_id == columns["sum_id"], *sum_conditions(read, wanted))
    return [
        *days_within(columns["business_date"], wanted),
        *(amount_within(columns["amount_minor"], wanted) if wanted.bounds_amount else ()),
        *(of_consumer(columns["consumer_id"], wanted) if wanted.consumer_id else ()),
        alike,
    ]


def by_index_if_few(read: ReadSession, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what finds all that a filter lets through, where that can be read at once; or nothing.

    Searching is left out.
    """
    if wanted.consumer_id is not None:
        return of_consumer(_past.c.consumer_id, wanted)
    if _are_few_amounts(read, wanted):
        return amount_within(_past.c.amount_minor, wanted)
    if _are_at_most(read, wanted, FEW):
        return [_past.c.sum_id.in_(_sums_of(read, wanted))]
    return []


def _are_at_most(read: ReadSession, wanted: PaymentFilter, few: int) -> bool:
    left = few
    sums = read.execute(select(_sums.c.payments).where(*sum_conditions(read, wanted)))
    with closing(sums):  # where they are many, the first sums tell it
        for payments in sums.scalars():
            left -= payments
            if left < 0:
                return False
    return True


def _are_few_amounts(read: ReadSession, wanted: PaymentFilter) -> bool:
    if not wanted.bounds_amount:
        return False
    within = select(_past.c.sum_id).where(*amount_within(_past.c.amount_minor, wanted))
    counted = select(func.count()).select_from(within.limit(FEW + 1).subquery())
    return int(read.execute(counted).scalar_one()) <= FEW


def _sums_of(read: ReadSession, wanted: PaymentFilter) -> Select[Any]:
    return select(_sums.c.sum_id).where(*sum_conditions(read, wanted))


def _found(read: ReadSession, asked: Asked, *by_index: ColumnElement[bool]) -> list[UUID]:
    """Find all that are wanted by an index of their own, and sort them."""
    query = select(_past.c.payment_id).where(
        *by_index, *wanted_among(read, asked.wanted, PLAIN), *beyond(asked, PLAIN),
        _past.c.payment_id.not_in(asked.without),
    )  # fmt: skip
    return _first(read, query.order_by(*in_order(asked, PLAIN)), asked)


def _walk(read: ReadSession, asked: Asked, most: int | None = None) -> list[UUID]:
    """Go along the index of the order, until a page is full or so many places were looked at."""
    by, wanted = asked.order.by, asked.wanted
    span = list(beyond(asked, _past.c))
    if by is SortBy.DATE:
        span += days_within(_past.c.business_date, wanted)
    elif by is SortBy.AMOUNT:
        span += amount_within(_past.c.amount_minor, wanted)
    if most is None:
        query = select(_past.c.payment_id).where(*span, *wanted_among(read, wanted, PLAIN))
        query = query.where(unindexed(_past.c.payment_id).not_in(asked.without))
        return _first(read, query.order_by(*in_order(asked, _past.c)), asked)
    names = {"payment_id", "sum_id", "business_date"}
    names |= {column_of(by)} if by is not SortBy.DATE else set()
    names |= {"amount_minor"} if wanted.bounds_amount else set()
    looked_at = (
        select(*(_past.c[name] for name in sorted(names)))
        .where(*span)
        .order_by(*in_order(asked, _past.c))
        .limit(most)
        .subquery("looked_at")
    )
    query = select(looked_at.c.payment_id).where(*wanted_among(read, wanted, looked_at.c))
    query = query.where(looked_at.c.payment_id.not_in(asked.without))
    return _first(read, query.order_by(*in_order(asked, looked_at.c)), asked)


def _first(read: ReadSession, query: Select[Any], asked: Asked) -> list[UUID]:
    return list(read.execute(query.limit(asked.most)).scalars())


def _by_sums(read: ReadSession, asked: Asked) -> list[UUID]:
    """Find them by the first sums of the order; an amount may leave few of what they count."""
    enough = asked.most + len(asked.without)
    while True:
        sums, more = _first_sums(read, asked, enough)
        found = _among(read, asked, sums)
        if len(found) == asked.most or not more:
            return found
        enough *= 4


def _among(read: ReadSession, asked: Asked, sums: list[int]) -> list[UUID]:
    columns = {**dict(_sums.c.items()), "payment_id": _past.c.payment_id}
    query = (
        select(_past.c.payment_id)
        .select_from(_sums)
        # No sum is without its payments: outer only keeps SQLite from beginning with all of them.
        .outerjoin(_past, _past.c.sum_id == _sums.c.sum_id)
        .where(
            _sums.c.sum_id.in_(sums), *amount_within(PLAIN["amount_minor"], asked.wanted),
            *beyond(asked, columns), _past.c.payment_id.not_in(asked.without),
        )
        .order_by(*in_order(asked, columns))
    )  # fmt: skip
    return _first(read, query, asked)


def _first_sums(read: ReadSession, asked: Asked, enough: int) -> tuple[list[int], bool]:
    """Return the first sums that hold enough payments, and whether more sums follow."""
    found, left = list[int](), enough
    for value, same in _values(read, asked):
        day = None
        for row in read.execute(_days(read, asked, value, same=same)):
            if left <= 0 and row.business_date != day:
                return found, True
            day = row.business_date
            found.append(row.sum_id)
            # Of the day that the last page ended on, nobody knows how much is left.
            known = not same or asked.after is None or day != asked.after.business_date
            left -= row.payments if known else 0
    return found, False


def _days(read: ReadSession, asked: Asked, value: Any, *, same: bool) -> Select[Any]:
    day = _sums.c.business_date
    query = select(day, _sums.c.sum_id, _sums.c.payments).where(*sum_conditions(read, asked.wanted))
    if asked.order.by is not SortBy.DATE:
        query = query.where(_sums.c[asked.order.by.value] == value)
    if same and asked.after is not None:
        on = asked.after.business_date
        query = query.where(day <= on if asked.order.descending else day >= on)
    return query.order_by(day.desc() if asked.order.descending else day.asc())


def _values(read: ReadSession, asked: Asked) -> Iterator[tuple[Any, bool]]:
    """Yield the values of a column in order, and whether the last page ended within one."""
    by, descending = asked.order.by, asked.order.descending
    value = value_of(by, asked.after) if asked.after is not None else None
    if by is SortBy.DATE or value is not None:
        yield value, True
    if by is SortBy.DATE:
        return
    column = _sums.c[by.value]
    query = select(func.max(column) if descending else func.min(column))
    query = query.where(*sum_conditions(read, asked.wanted))
    while True:
        further = [] if value is None else [column < value if descending else column > value]
        value = read.execute(query.where(*further)).scalar()
        if value is None:
            return
        yield value, False


_LINE = (
    *(
        _past.c[item.name]
        for item in fields(PaymentLine)
        if item.name not in ("transaction_id", "collected_minor", "paper_number")
    ),
    func.coalesce(_past.c.collected_minor, _past.c.amount_minor).label("collected_minor"),
)


def told_lines(read: ReadSession, payment_ids: Iterable[UUID]) -> Iterator[PaymentLine]:
    """Return some payments of other counters with all that a list shows of them, in any order."""
    return _lines(read, _past.c.payment_id.in_(list(payment_ids)))


def lines_of_rows(read: ReadSession, row_ids: Iterable[int]) -> Iterator[PaymentLine]:
    """Return payments of other counters by their row ids, in any order."""
    return _lines(read, _past.c.row_id.in_(list(row_ids)))


def _lines(read: ReadSession, which: ColumnElement[bool]) -> Iterator[PaymentLine]:
    for row in read.execute(select(*_LINE).where(which)).mappings():
        yield PaymentLine(**row, transaction_id=None)
