"""This counter's own payments, as a list is sorted and filtered by them: kept in memory.

A counter takes a hundred thousand in some years. Each connection reads them once, in about a
second, and from then on what is new: payments, and what is undone of them, are only ever added to
the ledger. To look through all of them costs some ten milliseconds, whatever is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

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
from counterdesk.models.own_lines import OWN_LINES, OWN_LINES_KEPT
from counterdesk.services.collected import FIRST_PAYMENT, money_taken
from counterdesk.services.money_undone import METHOD_OF_VISIT
from counterdesk.services.payment_filters import (
    PaymentFilter,
    amount_within,
    chosen_by,
    days_within,
    of_consumer,
)
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.payment_orders import Asked, beyond, in_order, unindexed
from counterdesk.services.undone import undone_statuses
from counterdesk.store.session import ReadSession

_BATCH = 10_000
_visits, _payments = table_of(ledger.PaymentTransaction), table_of(ledger.Payment)
_undone, _refreshed = table_of(undoing.UndoneSettlement), table_of(ref.Refreshed)
_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)
_own = OWN_LINES.c
_PLAIN = {column.name: unindexed(column) for column in _own}
"""To look through all rows costs half of what it costs along an index, if few are wanted."""


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
    for made in (OWN_LINES, OWN_LINES_KEPT):
        read.execute(CreateTable(made))
        for index in made.indexes:
            read.execute(CreateIndex(index))
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
_ADD = "insert into temp.own_line values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?)"
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
    read.execute(update(OWN_LINES).where(_own.told != "").values(told=""))
    told = read.execute(_TOLD_OTHERWISE, {"here": read.counter.code})
    _note(read, "told", {row.payment_id: row.status for row in told})


def _note(read: ReadSession, column: str, statuses: Any) -> None:
    if statuses:
        change = _SET_GONE.values({column: bindparam("now")})
        read.connection.execute(
            change, [{"payment": one, "now": status} for one, status in statuses.items()]
        )


def _conditions(wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what a payment of this counter must be; figures count all, searching is left out."""
    return [
        *days_within(_own.business_date, wanted), *chosen_by(_own, replace(wanted, counted=False)),
        *amount_within(_own.amount_minor, wanted), *of_consumer(_own.consumer_id, wanted),
    ]  # fmt: skip


def own_ids(read: ReadSession, asked: Asked, *also: ColumnElement[bool]) -> list[UUID]:
    """Return the first payments of this counter that are asked for, up to date."""
    wanted = asked.wanted
    if wanted.counter and read.counter.code not in wanted.counter:
        return []
    narrowed = bool(also) or wanted.chooses or wanted.singles_out
    columns = _PLAIN if narrowed else _own
    query = (
        select(_own.payment_id)
        .where(*_conditions(wanted), *also, *beyond(asked, columns))
        .order_by(*in_order(asked, columns))
        .limit(asked.most)
    )
    return list(read.execute(query).scalars())


def own_sum(read: ReadSession, wanted: PaymentFilter) -> tuple[int, int]:
    """Return the number and the amount of payments of this counter; searching is left out."""
    query = select(func.count(), func.coalesce(func.sum(_own.amount_minor), 0))
    count, amount_minor = tuple(read.execute(query.where(*_conditions(wanted))).one())
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
