"""This counter's own payments, as a list is sorted and filtered by them: found in memory.

A filter chooses among what payments are alike in, and the index of an order says what each is alike
in: so a page is read from its index, and what is rare is found by what it is alike in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Integer, column, func, select, table, text
from sqlalchemy.schema import CreateIndex

from counterdesk.models import ledger
from counterdesk.models.base import table_of
from counterdesk.models.own_lines import ALIKE_IN, OWN_ALIKE, OWN_LINES, OWN_ORDERS
from counterdesk.services.collected import FIRST_PAYMENT, money_taken
from counterdesk.services.payment_filters import (
    PaymentFilter,
    amount_within,
    chosen_by,
    days_within,
    of_consumer,
    row_ids_of,
)
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.payment_orders import (
    Asked,
    PaymentOrder,
    SortBy,
    beyond,
    column_of,
    in_order,
    length_first,
    unindexed,
    value_of,
)
from counterdesk.store.session import ReadSession

_FEW = 2_000
"""So many are sorted at once."""

_visits, _payments = table_of(ledger.PaymentTransaction), table_of(ledger.Payment)
_own, _alike = OWN_LINES.c, OWN_ALIKE.c
_PLAIN = {column.name: unindexed(column) for column in _own}


def own_ids(read: ReadSession, asked: Asked) -> list[UUID]:
    """Return the first payments of this counter that are asked for, up to date."""
    if asked.order.by.value not in ALIKE_IN:
        return _first(read, asked)
    found = list[UUID]()
    for value in _values(read, asked):
        after = asked.after
        if after is not None and value != value_of(asked.order.by, after):
            after = None
        by_date = PaymentOrder(SortBy.DATE, asked.order.descending)
        part = replace(asked, order=by_date, after=after, most=asked.most - len(found))
        found += _first(read, part, _alike[asked.order.by.value] == value)
        if len(found) == asked.most:
            break
    return found


def _values(read: ReadSession, asked: Asked) -> list[str]:
    """Return what a column of few values has, in order, from where the last page ended."""
    column, descending = _alike[asked.order.by.value], asked.order.descending
    query = select(column).where(*_chosen(asked.wanted)).distinct()
    if asked.after is not None:
        value = value_of(asked.order.by, asked.after)
        query = query.where(column <= value if descending else column >= value)
    return list(read.execute(query.order_by(column.desc() if descending else column)).scalars())


def _first(read: ReadSession, asked: Asked, *alike: ColumnElement[bool]) -> list[UUID]:
    """Sort what is wanted where that is little, or else walk along the index of the order."""
    few = _are_few(read, asked.wanted, *alike)
    columns, others = (_PLAIN, _own) if few else (_own, _PLAIN)
    if not few:
        _index(read, asked.order.by)
    query = (
        select(_own.payment_id)
        .where(*_conditions(asked.wanted, columns, others, *alike), *beyond(asked, columns))
        .order_by(*in_order(asked, columns))
        .limit(asked.most)
    )
    return list(read.execute(query).scalars())


def _index(read: ReadSession, by: SortBy) -> None:
    if by is not SortBy.DATE:
        read.execute(CreateIndex(OWN_ORDERS[column_of(by)], if_not_exists=True))


def _are_few(read: ReadSession, wanted: PaymentFilter, *alike: ColumnElement[bool]) -> bool:
    if wanted.consumer_id is not None:
        return True
    if not (wanted.chooses or alike):
        return False
    some = select(_own.alike).where(*_conditions(wanted, _own, _own, *alike)).limit(_FEW + 1)
    counted = select(func.count()).select_from(some.subquery())
    return int(read.execute(counted).scalar_one()) <= _FEW


_parts = table("own_parts", column("rowid", Integer), schema="temp")
_FOUND = select(
    _own.row_id, _own.payment_id, _own.receipt_number, _own.consumer_name, _own.account_number,
    _own.amount_minor,
)  # fmt: skip


def own_with_parts(read: ReadSession, wanted: PaymentFilter, expression: str) -> CursorResult[Any]:
    """Return payments of this counter that the index of parts finds, the newest days first.

    Args:
        read: A snapshot; own lines are up to date.
        wanted: The filter; its search is left out.
        expression: What the index is asked for: candidates for it.
    """
    query = (
        _FOUND.select_from(_parts)
        .join(OWN_LINES, _own.row_id == _parts.c.rowid)
        .where(
            text("own_parts match :parts").bindparams(parts=expression),
            _parts.c.rowid.between(*row_ids_of(wanted)), *_conditions(wanted, _PLAIN, _PLAIN),
        )
        .order_by(_parts.c.rowid.desc())
    )  # fmt: skip
    return read.execute(query)


def own_with_receipts(
    read: ReadSession, wanted: PaymentFilter, numbers: Iterable[str]
) -> Iterable[Any]:
    """Return payments of this counter that have one of some receipts."""
    _index(read, SortBy.RECEIPT)
    receipts = _own.receipt_order.in_([length_first(number) for number in numbers])
    return read.execute(_FOUND.where(receipts, *_conditions(wanted, _PLAIN, _PLAIN)))


def _chosen(wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what its columns of few values must have; figures count all of this counter."""
    return chosen_by(_alike, replace(wanted, counted=False))


def _conditions(
    wanted: PaymentFilter, ordered: Any, others: Any, *alike: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    """Return what a payment of this counter must be; searching is left out."""
    chosen = [*_chosen(wanted), *alike]
    return [
        *days_within(ordered["business_date"], wanted),
        *amount_within(others["amount_minor"], wanted),
        *of_consumer(_own.consumer_id, wanted),
        *([others["alike"].in_(select(_alike.alike).where(*chosen))] if chosen else []),
    ]


def own_sum(read: ReadSession, wanted: PaymentFilter) -> tuple[int, int]:
    """Return the number and the amount of payments of this counter; searching is left out."""
    query = select(func.count(), func.coalesce(func.sum(_own.amount_minor), 0))
    asked = query.where(*_conditions(wanted, _own, _own))
    count, amount_minor = tuple(read.execute(asked).one())
    return count, amount_minor


_LINES = (
    select(
        _own.payment_id, _visits.c.id.label("transaction_id"), _own.business_date,
        _own.receipt_number, _payments.c.number.label("payment_number"),
        _visits.c.number.label("transaction_number"), _own.consumer_id, _own.consumer_name,
        _own.account_number, _own.amount_minor, _own.type, _own.status, _own.channel,
        _own.counter, _own.cashier, _own.method, _visits.c.taken_at_utc, _visits.c.paper_number,
    )
    .join(_payments, _payments.c.id == _own.payment_id)
    .join(_visits, _visits.c.id == _payments.c.transaction_id)
)  # fmt: skip


def own_lines(read: ReadSession, payment_ids: Iterable[UUID]) -> Iterable[PaymentLine]:
    """Return some payments of this counter with all that a list shows of them, in any order."""
    rows = read.execute(_LINES.where(_own.payment_id.in_(list(payment_ids)))).mappings().all()
    collected = _collected(read, {row["transaction_id"] for row in rows})
    for row in rows:
        yield PaymentLine(**row, collected_minor=collected.get(row["payment_id"], 0))


def _collected(read: ReadSession, visits: Iterable[UUID]) -> dict[UUID, int]:
    chosen = (
        select(_visits.c.id, _visits.c.event_seq, FIRST_PAYMENT.label("first_payment"))
        .where(_visits.c.id.in_(visits))
        .cte("chosen")
    )
    money: Iterable[Any] = read.execute(money_taken(chosen, _payments.c.id))
    return {payment_id: int(taken) for payment_id, _count, taken, _back in money}
