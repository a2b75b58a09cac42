"""The payments of some days that stand today: how many, how much, and how they were paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select

from counterdesk.core.settings import ModeKind
from counterdesk.models import ledger, ref, undoing
from counterdesk.models.base import table_of
from counterdesk.store.session import ReadSession

_visits, _payments = table_of(ledger.PaymentTransaction), table_of(ledger.Payment)
_tenders, _sums = table_of(ledger.Tender), table_of(ref.PastSum)
_undos, _undone = table_of(undoing.Undo), table_of(undoing.UndoneSettlement)
_past, _backs = table_of(ref.PastPayment), table_of(ref.PastBack)

_HERE: Any = bindparam("here")
_CHANNEL: Any = bindparam("channel")
_CASH: Any = bindparam("cash", expanding=True)


def _days(column: ColumnElement[date]) -> ColumnElement[bool]:
    return column.between(bindparam("first"), bindparam("last"))


def _among(condition: Any, amount: Any) -> Any:
    return func.sum(case((condition, amount), else_=0))


_not_cash = (
    select(_tenders.c.id)
    .where(_tenders.c.transaction_id == _visits.c.id, _tenders.c.method_name.not_in(_CASH))
    .correlate(_visits)
    .exists()
)
_gone = (
    # Undos are few: what is wholly undone is found from them.
    select(_undone.c.payment_id)
    .join(_payments, _payments.c.id == _undone.c.payment_id)
    .group_by(_undone.c.payment_id)
    .having(func.sum(_undone.c.amount_minor) == func.min(_payments.c.amount_minor))
)
_gone_elsewhere = (
    select(_backs.c.payment_id)
    .join(_past, _past.c.payment_id == _backs.c.payment_id)
    .where(
        _backs.c.business_date >= bindparam("first"), _backs.c.counter == _HERE,
        _backs.c.giving_counter != _HERE, _past.c.status != "Posted",
    )
)  # fmt: skip
_of_ledger = (
    func.count(_payments.c.id),
    func.sum(_payments.c.amount_minor),
    _among(~_not_cash, _payments.c.amount_minor),
    _among(_visits.c.channel != _CHANNEL, _payments.c.amount_minor),
)
_here = (
    # Every visit has payments: outer only keeps SQLite from beginning with all of them.
    select(*_of_ledger)
    .select_from(_visits)
    .outerjoin(_payments, _payments.c.transaction_id == _visits.c.id)
    .where(
        _days(_visits.c.business_date),
        _payments.c.id.not_in(_gone),
        _payments.c.id.not_in(_gone_elsewhere),
    )
)
_told = select(
    func.sum(_sums.c.payments),
    func.sum(_sums.c.amount_minor),
    _among(_sums.c.method.in_(_CASH), _sums.c.amount_minor),
    _among(_sums.c.channel != _CHANNEL, _sums.c.amount_minor),
).where(_days(_sums.c.business_date), _sums.c.status == "Posted", _sums.c.counter != _HERE)

_gone_here = (
    # Of other counters' payments, those that the centre has not heard to be undone here.
    select(_past.c.payment_id)
    .select_from(_undos)
    .outerjoin(_undone, _undone.c.undo_id == _undos.c.id)
    .outerjoin(_past, _past.c.payment_id == _undone.c.payment_id)
    .where(
        _undos.c.business_date >= bindparam("first"), _days(_past.c.business_date),
        _past.c.status == "Posted", _past.c.counter != _HERE,
    )
    .group_by(_past.c.payment_id)
    .having(func.sum(_undone.c.amount_minor) == func.min(_past.c.amount_minor))
)  # fmt: skip
_told_too_much = select(
    -func.count(),
    -func.sum(_past.c.amount_minor),
    -_among(_past.c.method.in_(_CASH), _past.c.amount_minor),
    -_among(_past.c.channel != _CHANNEL, _past.c.amount_minor),
).where(_past.c.payment_id.in_(_gone_here))


@dataclass(frozen=True, slots=True)
class Posted:
    """What stands of the payments taken on some days."""

    payments: int
    amount_minor: int
    cash_minor: int
    """Of visits that were paid in cash alone."""
    other_minor: int
    """Of those through another channel than the counter."""


def posted(read: ReadSession, first: date, last: date) -> Posted:
    """Return what stands today of the payments that were taken on some days, here and elsewhere.

    The first channel of the settings is the counter. A payment of which a part is undone stands
    whole, as the list of payments shows it.
    """
    modes, channels = read.settings.payment_modes, read.settings.channels
    given = {
        "first": first, "last": last, "here": read.counter.code, "channel": channels[0],
        "cash": [one.name for one in modes if one.kind is ModeKind.CASH],
    }  # fmt: skip
    parts = [read.execute(query, given).one() for query in (_here, _told, _told_too_much)]
    return Posted(*(sum(int(part[place] or 0) for part in parts) for place in range(4)))
