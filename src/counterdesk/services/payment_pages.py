"""All payments, page by page: chosen by whatever a list can be filtered by, the newest first.

Two sources are read side by side, each from where the last page ended: the ledger for what this
counter took, and what the centre told for the rest. Of the latter, the sums that are kept with the
payments say on which days there is something to find.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from counterdesk.core.numbers import write_number
from counterdesk.core.permissions import Permission, require
from counterdesk.core.text import clean
from counterdesk.models import ledger, ref
from counterdesk.models.base import table_of
from counterdesk.services.collected import FIRST_PAYMENT, money_taken
from counterdesk.services.consumers import search_consumers
from counterdesk.services.money_undone import METHOD_OF_VISIT
from counterdesk.services.payment_filters import (
    OF_THE_LEDGER,
    PaymentFilter,
    chosen_by,
    days_within,
    own_conditions,
    singled_out,
    sum_conditions,
)
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.payment_orders import PaymentOrder, beyond, sorted_by
from counterdesk.store.session import ReadSession

__all__ = [
    "NEWEST_FIRST",
    "PAGE",
    "PaymentLine",
    "PaymentsPage",
    "PaymentsSum",
    "payments_page",
    "payments_sum",
]
PAGE = 50
NEWEST_FIRST = PaymentOrder()
MOST_HITS = 200
"""Of a search: more are not counted."""
_LONGEST_NUMBER = 15

_visits, _payments = table_of(ledger.PaymentTransaction), table_of(ledger.Payment)
_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """Some payments, the newest first, and whether more follow."""

    payments: tuple[PaymentLine, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class PaymentsSum:
    """What all payments that a filter lets through come to."""

    payments: int
    amount_minor: int
    estimated: bool = False
    """Whether there are at least so many, and more were not looked for."""


def payments_page(
    read: ReadSession,
    wanted: PaymentFilter,
    after: PaymentLine | None = None,
    most: int = PAGE,
    order: PaymentOrder = NEWEST_FIRST,
) -> PaymentsPage:
    """Return the first payments of an order that a filter lets through, or those after one.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    asked = read, wanted, after, most + 1, order
    both = [*_own_page(*asked), *_told_page(*asked)]
    both.sort(key=order.place, reverse=order.descending)
    return PaymentsPage(tuple(both[:most]), more=len(both) > most)


def payments_sum(read: ReadSession, wanted: PaymentFilter) -> PaymentsSum:
    """Return the number and the amount of what a filter lets through.

    Of a search, no more than `MOST_HITS` are counted.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    if clean(wanted.search).strip():
        hits = payments_page(read, wanted, most=MOST_HITS)
        amount_minor = sum(line.amount_minor for line in hits.payments)
        return PaymentsSum(len(hits.payments), amount_minor, hits.more)
    here = (
        select(func.count(_payments.c.id), func.sum(_payments.c.amount_minor))
        .select_from(_visits)
        .outerjoin(_payments, _payments.c.transaction_id == _visits.c.id)
        .where(*own_conditions(read, wanted))
    )
    told = select(func.sum(_sums.c.payments), func.sum(_sums.c.amount_minor)).where(
        *sum_conditions(read, wanted)
    )
    if wanted.singles_out:
        told = select(func.count(), func.sum(_past.c.amount_minor)).where(
            *_told_conditions(read, wanted)
        )
    parts = [read.execute(query).one() for query in (here, told)]
    count, amount_minor = (sum(part[place] or 0 for part in parts) for place in (0, 1))
    return PaymentsSum(count, amount_minor)


def _told_conditions(read: ReadSession, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    return [
        _past.c.counter != read.counter.code, *days_within(_past.c.business_date, wanted),
        *chosen_by(_past.c, wanted), *singled_out(_past.c, wanted),
    ]  # fmt: skip


_OWN = {
    "payment_id": _payments.c.id, "transaction_id": _visits.c.id,
    "business_date": _visits.c.business_date, "receipt_number": _visits.c.receipt_number,
    "payment_number": _payments.c.number, "transaction_number": _visits.c.number,
    "consumer_id": _payments.c.consumer_id, "consumer_name": _payments.c.consumer_name,
    "account_number": _payments.c.account_number, "amount_minor": _payments.c.amount_minor,
    **OF_THE_LEDGER, "method": METHOD_OF_VISIT, "taken_at_utc": _visits.c.taken_at_utc,
    "paper_number": _visits.c.paper_number,
}  # fmt: skip
_TOLD = {
    item.name: _past.c[item.name]
    for item in fields(PaymentLine)
    if item.name not in ("transaction_id", "collected_minor", "paper_number")
}


def _own_page(
    read: ReadSession, wanted: PaymentFilter, after: PaymentLine | None, most: int,
    order: PaymentOrder,
) -> Iterable[PaymentLine]:  # fmt: skip
    conditions = own_conditions(read, wanted)
    columns = {**_OWN, "counter": literal(read.counter.code)}
    if after is not None:
        conditions.append(beyond(order, columns, after))
    query = (
        # Every visit has payments: outer only keeps SQLite from beginning with all of them.
        select(*(column.label(name) for name, column in _OWN.items()))
        .select_from(_visits)
        .outerjoin(_payments, _payments.c.transaction_id == _visits.c.id)
        .where(*conditions)
        .order_by(*_turned(order, columns))
        .limit(most)
    )
    rows = read.execute(query).mappings().all()
    collected = _collected(read, {row["transaction_id"] for row in rows})
    for row in rows:
        money = collected.get(row["payment_id"], 0)
        yield PaymentLine(**row, counter=read.counter.code, collected_minor=money)


def _collected(read: ReadSession, visits: Iterable[UUID]) -> dict[UUID, int]:
    chosen = (
        select(_visits.c.id, _visits.c.event_seq, FIRST_PAYMENT.label("first_payment"))
        .where(_visits.c.id.in_(visits))
        .cte("chosen")
    )
    money: Iterable[Any] = read.execute(money_taken(chosen, _payments.c.id))
    return {payment_id: int(taken) for payment_id, _count, taken, _back in money}


def _told_page(
    read: ReadSession, wanted: PaymentFilter, after: PaymentLine | None, most: int,
    order: PaymentOrder,
) -> Iterable[PaymentLine]:  # fmt: skip
    query = select(
        *_TOLD.values(), func.coalesce(_past.c.collected_minor, _past.c.amount_minor)
        .label("collected_minor"),
    )  # fmt: skip
    if after is not None:
        query = query.where(beyond(order, _TOLD, after))
    first = query.order_by(*_turned(order, _TOLD)).limit(most)
    known: dict[UUID, PaymentLine] = {}
    for narrowed in _narrowed(read, first, wanted, after, most, order):
        for row in read.execute(narrowed).mappings():
            known[row["payment_id"]] = PaymentLine(**row, transaction_id=None)
    return known.values()


def _narrowed(
    read: ReadSession, query: Select[Any], wanted: PaymentFilter, after: PaymentLine | None,
    most: int, order: PaymentOrder,
) -> list[Select[Any]]:  # fmt: skip
    """Return what together finds the payments told, each by an index of its own."""
    typed = clean(wanted.search).strip()
    rest = and_(*_told_conditions(read, wanted))
    if typed:
        consumers = [hit.consumer_id for hit in search_consumers(read, typed)]
        receipts = _receipts(read, typed)
        found = _past.c.consumer_id.in_(consumers), _past.c.receipt_number.in_(receipts)
        return [query.where(one, rest) for one in found]
    if not wanted.chooses or wanted.singles_out or order != NEWEST_FIRST:
        return [query.where(rest)]
    among = _sums_of_page(read, wanted, after, most)
    chosen = (
        # From the sums and one index alone: a day has many more payments than a page.
        select(_past.c.payment_id)
        .select_from(_sums)
        .outerjoin(_past, _past.c.sum_id == _sums.c.sum_id)
        .where(_sums.c.sum_id.in_(among))
        .order_by(_sums.c.business_date.desc(), _past.c.payment_id.desc())
        .limit(most)
    )
    if after is not None:
        chosen = chosen.where(_beyond(_sums.c.business_date, _past.c.payment_id, after))
    return [query.where(_past.c.payment_id.in_(chosen))] if among else []


def _sums_of_page(
    read: ReadSession, wanted: PaymentFilter, after: PaymentLine | None, most: int
) -> list[int]:
    """Return the sums of the newest days that hold a page of what is wanted."""
    query = (
        select(_sums.c.business_date, _sums.c.sum_id, _sums.c.payments)
        .where(*sum_conditions(read, wanted))
        .order_by(_sums.c.business_date.desc())
    )
    if after is not None:
        query = query.where(_sums.c.business_date <= after.business_date)
    found: list[int] = []
    left, day = most, None
    for row in read.execute(query):
        if left <= 0 and row.business_date != day:
            break
        day = row.business_date
        found.append(row.sum_id)
        # Of the day that the last page ended on, nobody knows how much is left.
        left -= row.payments if after is None or day < after.business_date else 0
    return found


def _turned(order: PaymentOrder, columns: Mapping[str, Any]) -> list[ColumnElement[Any]]:
    places = sorted_by(order.by, columns)
    return [place.desc() if order.descending else place.asc() for place in places]


def _beyond(day: Any, payment: Any, after: PaymentLine) -> ColumnElement[bool]:
    on, last = after.business_date, after.payment_id
    return and_(day <= on, or_(day < on, payment < last))


def _receipts(read: ReadSession, typed: str) -> list[str]:
    """Return the receipt numbers that typed text may be the whole of."""
    numbers = [typed.upper()]
    if typed.isdecimal() and len(typed) <= _LONGEST_NUMBER:
        form = read.settings.number_formats["receipt"]
        numbers.append(write_number(form, read.today().year, int(typed)))
    return numbers
