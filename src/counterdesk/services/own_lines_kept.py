"""This counter's own payments, as a list is sorted and filtered by them: brought up to date.

A counter takes a hundred thousand in some years. Each connection reads them once, in about a
second, and from then on what is new: payments, and what is undone of them, are only ever added to
the ledger.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    bindparam,
    delete,
    func,
    insert,
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
    OWN_LINES,
    OWN_LINES_KEPT,
    OWN_ORDERS,
)
from counterdesk.services.money_undone import METHOD_OF_VISIT
from counterdesk.services.undone import undone_statuses
from counterdesk.store.session import ReadSession

_BATCH = 10_000
_visits, _payments = table_of(ledger.PaymentTransaction), table_of(ledger.Payment)
_undone, _refreshed = table_of(undoing.UndoneSettlement), table_of(ref.Refreshed)
_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)
_own, _alike = OWN_LINES.c, OWN_ALIKE.c


def keep_own_lines(read: ReadSession) -> None:
    """Bring them up to date with the snapshot that is read."""
    now = read.execute(_NOW).one()
    if not _are_there(read):
        _begin(read)
    kept = read.execute(select(OWN_LINES_KEPT)).one()
    if now == kept:
        return
    if now.payments != kept.payments:
        _add_payments(read, kept.payments)
    if now.undone != kept.undone:
        _note_undone(read, kept.undone)
    if now.told != kept.told or now.payments != kept.payments:
        _note_told(read)
    for lookup in _LOOK_UP:
        read.execute(lookup)
    for index in _INDEXES:
        read.execute(index)
    read.execute(delete(OWN_LINES_KEPT))
    read.execute(insert(OWN_LINES_KEPT).values(**now._asdict()))


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
_ARE_THERE = text("select 1 from temp.sqlite_schema where name = 'own_line_kept'")


def _are_there(read: ReadSession) -> bool:
    return read.execute(_ARE_THERE).first() is not None


def _begin(read: ReadSession) -> None:
    for made in (OWN_LINES, OWN_ALIKE, OWN_LINES_KEPT):
        read.execute(CreateTable(made))
    # A counter that has nothing yet is asked again, too.
    read.execute(insert(OWN_LINES_KEPT).values(payments=0, undone=0, told=""))


def _as_it_stands(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, String)  # a hundred thousand ids need not be made and unmade


_NEW = (
    select(
        _as_it_stands(_payments.c.id), _as_it_stands(_visits.c.business_date),
        _visits.c.receipt_number, _as_it_stands(_payments.c.consumer_id),
        _payments.c.consumer_name, _payments.c.account_number, _payments.c.amount_minor,
        _payments.c.type, _visits.c.channel, bindparam("here"), _visits.c.user_name,
        METHOD_OF_VISIT, _payments.c.status,
    )
    .join(_visits, _visits.c.id == _payments.c.transaction_id)
    .where(literal_column("payment.rowid") > bindparam("after"))
)  # fmt: skip
_ADD = "insert into temp.own_line values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', null, ?)"
_RECEIPT, _NAME, _ACCOUNT = 2, 4, 5


def _add_payments(read: ReadSession, after: int) -> None:
    rows = read.execute(_NEW, {"after": after, "here": read.counter.code})
    for batch in rows.partitions(_BATCH):
        read.connection.exec_driver_sql(
            _ADD,
            [(*row, payment_text(row[_RECEIPT], row[_NAME], row[_ACCOUNT])) for row in batch],
        )


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
    read.execute(update(OWN_LINES).where(_own.told != "").values(told="", alike=None))
    told = read.execute(_TOLD_OTHERWISE, {"here": read.counter.code})
    _note(read, "told", {row.payment_id: row.status for row in told})


def _note(read: ReadSession, column: str, statuses: Any) -> None:
    if statuses:
        change = _SET_GONE.values({column: bindparam("now"), "alike": None})
        read.connection.execute(
            change, [{"payment": one, "now": status} for one, status in statuses.items()]
        )


_INDEXES = [
    # Made when all rows are there: that takes half of what each row would.
    CreateIndex(index, if_not_exists=True)
    for index in OWN_LINES.indexes - set(OWN_ORDERS.values())
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
