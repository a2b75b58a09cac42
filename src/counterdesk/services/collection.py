"""What was collected in a span of days, here and at other counters.

What this counter took and gave back comes from its ledger, what others did from what the centre
told. It also echoes what this counter sent: that carries its code, and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, bindparam, cast, func, select

from counterdesk.core.figures import tenths_of_mean, tenths_of_percent
from counterdesk.core.settings import ModeKind
from counterdesk.core.undoing import UndoKind
from counterdesk.models import credits, ledger, ref, undoing
from counterdesk.models.base import table_of
from counterdesk.services.own_charges import own_due_minor
from counterdesk.services.payment_filters import counts
from counterdesk.store.session import ReadSession

_visits = table_of(ledger.PaymentTransaction)
_payments = table_of(ledger.Payment)
_allocations = table_of(ledger.Allocation)
_tenders = table_of(ledger.Tender)
_undos, _undone = table_of(undoing.Undo), table_of(undoing.UndoneSettlement)
_back = table_of(undoing.UndoTender)
_sums = table_of(ref.PastSum)
_backs = table_of(ref.PastBack)
_changes = table_of(credits.CreditNoteChange)
_due_sums, _visit_sums = table_of(ref.DueSum), table_of(ref.VisitSum)

_FIRST: Any = bindparam("first")
_LAST: Any = bindparam("last")
_OWN_DAYS = _visits.c.business_date.between(_FIRST, _LAST)
_HERE: Any = bindparam("here")


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)


_own_collected = (
    select(_sum(_tenders.c.amount_minor - _tenders.c.change_minor).label("total"))
    .join(_visits, _visits.c.id == _tenders.c.transaction_id)
    .where(_OWN_DAYS, _tenders.c.kind != ModeKind.CREDIT.value)
)
_undo_days = _undos.c.business_date.between(_FIRST, _LAST)
# Undos are few; outer only keeps SQLite from beginning with all that they took back.
_own_undone = (
    select(_sum(_back.c.delta_minor).label("total"))
    .select_from(_undos)
    .outerjoin(_back, (_back.c.undo_id == _undos.c.id) & (_back.c.kind != ModeKind.CREDIT.value))
    .where(_undo_days)
)
_own_voids = select(func.count().label("visits")).where(
    _undo_days, _undos.c.kind == UndoKind.VOID.value
)
_own_refunded = select((-_sum(_changes.c.amount_minor)).label("total")).where(
    _changes.c.method != "", _changes.c.business_date.between(_FIRST, _LAST)
)
_reopened = (
    select(_sum(_undone.c.amount_minor).label("total"))
    .select_from(_undos)
    .outerjoin(_undone, (_undone.c.undo_id == _undos.c.id) & _undone.c.charge_id.is_not(None))
    .where(_undo_days)
)
_own_count = select(func.count().label("visits")).select_from(_visits).where(_OWN_DAYS)
_elsewhere = select(
    *(_sum(_sums.c[name]).label(name) for name in
      ("collected_minor", "settled_minor", "settled_days", "settled_parts"))
).where(
    _sums.c.business_date.between(_FIRST, _LAST), counts(_sums.c.status),
    _sums.c.counter != _HERE,
)  # fmt: skip
_given_elsewhere = (
    _backs.c.business_date.between(_FIRST, _LAST), _backs.c.giving_counter != _HERE
)  # fmt: skip
_back_elsewhere = select((-_sum(_backs.c.collected_minor)).label("total")).where(*_given_elsewhere)
_reopened_elsewhere = select(_sum(_backs.c.reopened_minor)).where(*_given_elsewhere)
_visits_elsewhere = select(_sum(_visit_sums.c.visits)).where(
    _visit_sums.c.business_date.between(_FIRST, _LAST), _visit_sums.c.counter != _HERE
)
_allocated = (
    select(
        _sum(_allocations.c.amount_minor).label("total"),
        func.count().label("parts"),
        _sum(
            cast(
                func.julianday(_visits.c.business_date) - func.julianday(_allocations.c.charged_on),
                Integer,
            )
        ).label("days"),
    )
    .select_from(_visits)
    .join(_payments, _payments.c.transaction_id == _visits.c.id)
    .join(_allocations, _allocations.c.payment_id == _payments.c.id)
    # What was moved since settles charges on a day of its own.
    .where(_OWN_DAYS, _allocations.c.event_seq == _visits.c.event_seq)
)
_moved_in = (
    select(-_sum(_allocations.c.amount_minor))
    .select_from(_undos)
    .outerjoin(_payments, _payments.c.transaction_id == _undos.c.transaction_id)
    .outerjoin(
        _allocations,
        (_allocations.c.payment_id == _payments.c.id)
        & (_allocations.c.event_seq == _undos.c.event_seq),
    )
    .where(_undo_days, _undos.c.kind == UndoKind.MOVED.value)
)
_REOPENED = (_reopened, _moved_in, _reopened_elsewhere)
_due_told = select(_sum(_due_sums.c.amount_minor)).where(_due_sums.c.due_on.between(_FIRST, _LAST))


@dataclass(frozen=True, slots=True)
class Received:
    """Money received on some days, and in how many visits."""

    amount_minor: int
    count: int
    back_minor: int = 0
    """Undone and refunded on these days, 0 or below."""


@dataclass(frozen=True, slots=True)
class Collection:
    """How much of a span of days was collected, and how well."""

    collected_minor: int
    back_minor: int
    """Undone and refunded on these days, 0 or below."""
    rate_tenths: int | None
    """Collected of what fell due, in tenths of a percent; None where nothing fell due."""
    days_tenths: int | None
    """Mean days from charge to payment, in tenths; None where none settled anything."""


def received(read: ReadSession, first: date, last: date) -> Received:
    """Return what came in by business date: tenders but credit notes, less change, undos, refunds.

    A visit that was voided is none; what is reversed later counts against the later day.
    """
    span = {"first": first, "last": last, "here": read.counter.code}
    taken, back = _added(read, span, (_own_collected,)), _added(read, span, _GIVEN_BACK)
    visits = sum(
        sign * int(read.execute(query, span).scalar_one())
        for sign, query in ((1, _own_count), (-1, _own_voids), (1, _visits_elsewhere))
    )
    elsewhere = int(read.execute(_elsewhere, span).one().collected_minor)
    return Received(taken + back + elsewhere, visits, back)


def collection(
    read: ReadSession, first: date, last: date, *, due_last: date | None = None
) -> Collection:
    """Return what was collected, the collection rate and the mean days of collecting.

    The rate is what allocations settled, of what fell due; what is undone is settled no more from
    that day on. The days are those of what was settled when it was paid.

    Args:
        read: A snapshot.
        first: The first day.
        last: The last day.
        due_last: The last day of what falls due, where it is another one.
    """
    span = {"first": first, "last": last, "here": read.counter.code}
    own = read.execute(_allocated, span).one()
    elsewhere = read.execute(_elsewhere, span).one()
    due_minor = _due_minor(read, first, due_last or last)
    reopened = sum(int(read.execute(query, span).scalar_one()) for query in _REOPENED)
    settled = int(own.total) + int(elsewhere.settled_minor) - reopened
    taken, back = _added(read, span, (_own_collected,)), _added(read, span, _GIVEN_BACK)
    return Collection(
        collected_minor=taken + back + int(elsewhere.collected_minor),
        back_minor=back,
        rate_tenths=tenths_of_percent(settled, due_minor),
        days_tenths=tenths_of_mean(
            int(own.days) + int(elsewhere.settled_days),
            int(own.parts) + int(elsewhere.settled_parts),
        ),
    )


def _due_minor(read: ReadSession, first: date, last: date) -> int:
    told = read.execute(_due_told, {"first": first, "last": last}).scalar_one()
    return int(told) + own_due_minor(read, first, last)


def _added(read: ReadSession, span: Mapping[str, object], parts: tuple[Any, ...]) -> int:
    return sum(int(read.execute(query, span).scalar_one()) for query in parts)


_GIVEN_BACK = (_own_undone, _own_refunded, _back_elsewhere)
