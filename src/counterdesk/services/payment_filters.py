"""What a list of payments can be filtered by, and how both files are asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select

from counterdesk.core.text import clean
from counterdesk.models import ledger, ref, undoing
from counterdesk.models.base import table_of
from counterdesk.store.session import ReadSession

BETWEEN_METHODS = " + "

_visits, _payments = table_of(ledger.PaymentTransaction), table_of(ledger.Payment)
_tenders, _sums = table_of(ledger.Tender), table_of(ref.PastSum)
_past, _backs = table_of(ref.PastPayment), table_of(ref.PastBack)
_undos, _undone = table_of(undoing.Undo), table_of(undoing.UndoneSettlement)
_EXACT = ("status", "type", "channel", "counter", "cashier")
_NEVER_COUNTED = ("Pending", "Failed", "Cancelled")
"""Statuses in which no money came. What came counts, whatever became of it on a later day."""
_gone = (
    select(func.sum(_undone.c.amount_minor))
    .where(_undone.c.payment_id == _payments.c.id)
    .correlate(_payments)
    .scalar_subquery()
)
_last_undo = (
    select(_undos.c.kind)
    .join(_undone, _undone.c.undo_id == _undos.c.id)
    .where(_undone.c.payment_id == _payments.c.id)
    .order_by(_undone.c.event_seq.desc())
    .limit(1)
    .correlate(_payments)
    .scalar_subquery()
)
_gone_elsewhere = (
    # What was given back is little: most payments are known to stand by that alone.
    select(func.max(_past.c.status))
    .select_from(_backs)
    .join(_past, _past.c.payment_id == _backs.c.payment_id)
    .where(_backs.c.payment_id == _payments.c.id, _past.c.status.in_(("Voided", "Reversed")))
    .correlate(_payments)
    .scalar_subquery()
)
STATUS_NOW: ColumnElement[Any] = case(
    (_gone_elsewhere.is_not(None), _gone_elsewhere),
    (_gone != _payments.c.amount_minor, _payments.c.status),
    (_last_undo == "void", "Voided"),
    (_last_undo.is_not(None), "Reversed"),
    else_=_payments.c.status,
)
"""Of a payment of this counter: Voided or Reversed where nothing of it stands any more, whoever
took it back."""

OF_THE_LEDGER: dict[str, ColumnElement[Any]] = {
    "status": STATUS_NOW, "type": _payments.c.type, "channel": _visits.c.channel,
    "cashier": _visits.c.user_name,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments are wanted; what is empty lets everything through."""

    first: date | None = None
    last: date | None = None
    method: tuple[str, ...] = ()
    """Names; a payment with two methods is found by either."""
    status: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()
    cashier: tuple[str, ...] = ()
    least_minor: int | None = None
    most_minor: int | None = None
    """Bounds of the amount, both included."""
    consumer_id: UUID | None = None
    search: str = ""
    """Part of a consumer's name, account or receipt number, any case."""
    counted: bool = False
    """Only what figures count: all of which money came, also where it was given back later."""

    @property
    def chooses(self) -> bool:
        """Whether it asks for more than a span of days."""
        return any(getattr(self, name) for name in (*_EXACT, "method", "counted"))

    @property
    def singles_out(self) -> bool:
        """Whether it asks for what no sum of payments knows."""
        return (self.least_minor, self.most_minor, self.consumer_id) != (None, None, None)


def own_conditions(read: ReadSession, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what a payment of this counter must be, beside `payment_transaction`."""
    conditions = [
        *days_within(_visits.c.business_date, wanted), *singled_out(_payments.c, wanted)
    ]  # fmt: skip
    conditions += [
        # Said of a bare column, it would let SQLite begin with all payments there are.
        func.coalesce(column, "").in_(getattr(wanted, name))
        for name, column in OF_THE_LEDGER.items()
        if getattr(wanted, name)
    ]
    if wanted.counter and read.counter.code not in wanted.counter:
        conditions.append(false())
    if wanted.method:
        paid = select(_tenders.c.id).where(
            _tenders.c.transaction_id == _visits.c.id, _tenders.c.method_name.in_(wanted.method)
        )
        conditions.append(paid.exists())
    if typed := clean(wanted.search).strip():
        shown = _payments.c.consumer_name, _payments.c.account_number, _visits.c.receipt_number
        conditions.append(or_(*(column.icontains(typed, autoescape=True) for column in shown)))
    return conditions


def sum_conditions(read: ReadSession, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what a sum of payments taken elsewhere must be; searching is left out."""
    return [
        _sums.c.payments > 0, _sums.c.counter != read.counter.code,
        *days_within(_sums.c.business_date, wanted), *chosen_by(_sums.c, wanted),
    ]  # fmt: skip


def counts(status: ColumnElement[Any]) -> ColumnElement[bool]:
    """Tell whether money came with a payment: figures count it, whatever became of it later."""
    return and_(*(status != one for one in _NEVER_COUNTED))


def chosen_by(columns: Any, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what columns named as the filter's fields must be."""
    conditions = [
        columns[name].in_(getattr(wanted, name)) for name in _EXACT if getattr(wanted, name)
    ]
    if wanted.counted:
        conditions.append(counts(columns.status))
    if wanted.method:
        among = literal(BETWEEN_METHODS) + columns.method + BETWEEN_METHODS
        each = (f"{BETWEEN_METHODS}{name}{BETWEEN_METHODS}" for name in wanted.method)
        conditions.append(or_(*(func.instr(among, name) > 0 for name in each)))
    return conditions


def days_within(column: ColumnElement[date], wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what a business date must be."""
    since = [column >= wanted.first] if wanted.first else []
    return since + ([column <= wanted.last] if wanted.last else [])


def singled_out(columns: Any, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what an amount and a consumer must be."""
    conditions = (
        [columns.amount_minor >= wanted.least_minor] if wanted.least_minor is not None else []
    )
    if wanted.most_minor is not None:
        conditions.append(columns.amount_minor <= wanted.most_minor)
    if wanted.consumer_id is not None:
        conditions.append(columns.consumer_id == wanted.consumer_id)
    return conditions
