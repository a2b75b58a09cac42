"""This counter's own payments, as a list is sorted and filtered by them: brought up to date.

A counter takes a hundred thousand in some years. Each connection reads them once, in about a
second, and from then on what is new: payments, and what is undone of them, are only ever added to
the ledger. Whoever is in no hurry does it in parts, between which others read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from counterdesk.core.search_text import payment_text
from counterdesk.models import ledger, ref, undoing
from counterdesk.models.base import table_of
from counterdesk.models.own_lines import (
    ALIKE_IN,
    OWN_ALIKE,
    OWN_FEW,
    OWN_LINES,
    OWN_LINES_KEPT,
    OWN_ORDERS,
    OWN_PARTS,
)
from counterdesk.services.money_undone import METHOD_OF_VISIT
from counterdesk.services.undone import undone_statuses
from counterdesk.store.session import ReadSession

_AT_ONCE = 5_000
"""Payments that are read in a twentieth of a second."""

_visits, _payments = table_of(ledger.PaymentTransaction), table_of(ledger.Payment)
_undone, _refreshed = table_of(undoing.UndoneSettlement), table_of(ref.Refreshed)
_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)
_own, _alike = OWN_LINES.c, OWN_ALIKE.c


def keep_own_lines(read: ReadSession) -> None:
    """Bring them up to date with the snapshot that is read."""
    while keep_some(read):
        pass


def keep_ready(read: ReadSession) -> bool:
    """Do a part of what a first list, or one in another order, would wait for.

    Returns:
        Whether more is left to do.
    """
    if keep_some(read):
        return True
    missing = _missing(read, _ORDERS)
    for index in missing[:1]:
        read.execute(index)
    return len(missing) > 1


def keep_some(read: ReadSession) -> bool:
    """Do a part of bringing them up to date, and tell whether more is left to do."""
    now = read.execute(_NOW).one()
    if not _are_there(read):
        _begin(read)
    kept = read.execute(select(OWN_LINES_KEPT)).one()
    if now == kept:
        return False
    if now.payments != kept.payments:
        through = min(kept.payments + _AT_ONCE, now.payments)
        _add_payments(read, kept.payments, through)
        read.execute(update(OWN_LINES_KEPT).values(payments=through, told=_UNTOLD))
        return True
    # Made when all rows are there: that takes half of what each row would.
    if missing := _missing(read, _INDEXES):
        read.execute(missing[0])
        return True
    if now.undone != kept.undone:
        _note_undone(read, kept.undone)
    if now.told != kept.told:
        _note_told(read)
    _look_up(read)
    read.execute(update(OWN_LINES_KEPT).values(**now._asdict()))
    return False


# Rows are only added: the newest has the greatest row id.
_NOW = select(
    select(func.coalesce(func.max(text("payment.rowid")), 0))
    .select_from(_payments)
    .scalar_subquery()
    .label("payments"),
    select(func.coalesce(func.max(text("undone_settlement.rowid")), 0))
    .select_from(_undone)
    .scalar_subquery()
    .label("undone"),
    func.coalesce(
        select(
            type_coerce(_refreshed.c.as_of_utc, String).concat(" ").concat(_refreshed.c.sync_seq)
        ).scalar_subquery(),
        "",
    ).label("told"),
)
_THERE = text("select name from temp.sqlite_schema")
_UNTOLD = "-"
"""Like nothing that is ever told."""


def _are_there(read: ReadSession) -> bool:
    return OWN_LINES_KEPT.name in read.execute(_THERE).scalars()


def _missing(read: ReadSession, wanted: Sequence[CreateIndex]) -> list[CreateIndex]:
    there = set(read.execute(_THERE).scalars())
    return [index for index in wanted if index.element.name not in there]


def _begin(read: ReadSession) -> None:
    driver: Any = read.connection.connection.driver_connection
    driver.create_function("payment_text", 3, payment_text, deterministic=True)
    for made in (OWN_LINES, OWN_ALIKE, OWN_LINES_KEPT):
        read.execute(CreateTable(made))
    for index in _OF_A_FEW:
        read.execute(index)
    read.execute(text(OWN_PARTS))
    read.execute(insert(OWN_LINES_KEPT).values(payments=0, undone=0, told=_UNTOLD))


def _as_it_stands(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, String)  # a hundred thousand ids need not be made and unmade


_ROW_ID: ColumnElement[int] = literal_column(
    # Julian days begin at noon, and long before the days that Python counts.
    "(cast(julianday(payment_transaction.business_date) - 1721424.5 as integer)"
    f" << {ref.OF_A_DAY}) + payment.rowid"
)
_NEW = {
    "row_id": _ROW_ID, "payment_id": _as_it_stands(_payments.c.id),
    "business_date": _as_it_stands(_visits.c.business_date),
    "receipt_number": _visits.c.receipt_number,
    "consumer_id": _as_it_stands(_payments.c.consumer_id),
    "consumer_name": _payments.c.consumer_name, "account_number": _payments.c.account_number,
    "amount_minor": _payments.c.amount_minor, "type": _payments.c.type,
    "channel": _visits.c.channel, "counter": bindparam("here"), "cashier": _visits.c.user_name,
    "method": METHOD_OF_VISIT, "taken": _payments.c.status, "gone": literal(""),
    "told": literal(""),
}  # fmt: skip
_ADD = insert(OWN_LINES).from_select(
    list(_NEW),
    select(*_NEW.values())
    .join(_visits, _visits.c.id == _payments.c.transaction_id)
    .where(literal_column("payment.rowid").between(bindparam("first"), bindparam("last"))),
)
_ADD_PARTS = text(
    "insert into temp.own_parts (rowid, text)"
    " select row_id, payment_text(receipt_number, consumer_name, account_number)"
    " from temp.own_line where alike is null order by row_id"
)


def _add_payments(read: ReadSession, after: int, through: int) -> None:
    read.execute(_ADD, {"first": after + 1, "last": through, "here": read.counter.code})
    read.execute(_ADD_PARTS)  # of those that were just added: all others are looked up
    _look_up(read)


_TOUCHED = (
    select(_undone.c.payment_id)
    .where(literal_column("undone_settlement.rowid") > bindparam("after"))
    .where(_undone.c.payment_id.in_(select(_own.payment_id)))
    .distinct()
)
_MANY = 5_000
_SET_GONE = update(OWN_LINES).where(_own.payment_id == bindparam("payment"))


def _note_undone(read: ReadSession, after: int) -> None:
    touched = [row.payment_id for row in read.execute(_TOUCHED, {"after": after})]
    for first in range(0, len(touched), _MANY):
        some = touched[first : first + _MANY]
        _note(read, "gone", undone_statuses(read, some))


_TOLD_OTHERWISE = (
    select(_past.c.payment_id, _sums.c.status)
    .select_from(_sums)
    .outerjoin(_past, _past.c.sum_id == _sums.c.sum_id)
    .where(_sums.c.counter == bindparam("here"), _sums.c.status != "Posted", _sums.c.payments > 0)
)


def _note_told(read: ReadSession) -> None:
    """What other counters did to payments of this one, the centre tells by their status."""
    read.execute(update(OWN_LINES).where(text("told != ''")).values(told="", alike=None))
    told = read.execute(_TOLD_OTHERWISE, {"here": read.counter.code})
    _note(read, "told", {row.payment_id: row.status for row in told})


def _note(read: ReadSession, column: str, statuses: Any) -> None:
    if statuses:
        change = _SET_GONE.values({column: bindparam("now"), "alike": None})
        read.connection.execute(
            change, [{"payment": one, "now": status} for one, status in statuses.items()]
        )


_ORDERS = [CreateIndex(index) for index in OWN_ORDERS.values()]
_OF_A_FEW = [CreateIndex(index) for index in OWN_FEW]
_INDEXES = [
    CreateIndex(index)
    for index in sorted(OWN_LINES.indexes, key=lambda one: str(one.name))
    if index not in OWN_FEW and index not in OWN_ORDERS.values()
]
_UNKNOWN = _own.alike.is_(None)
_LOOK_UP = (
    insert(OWN_ALIKE)
    .prefix_with("or ignore")
    .from_select(ALIKE_IN, select(*(_own[name] for name in ALIKE_IN)).where(_UNKNOWN).distinct()),
    update(OWN_LINES)
    .where(_UNKNOWN)
    .values(
        alike=select(_alike.alike)
        .where(*(_alike[name] == _own[name] for name in ALIKE_IN))
        .scalar_subquery()
    ),
)


def _look_up(read: ReadSession) -> None:
    """Say of each payment what it is alike in, where that is not known or no longer so."""
    for lookup in _LOOK_UP:
        read.execute(lookup)
