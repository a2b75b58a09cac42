"""Charges that an undo made here, until the centre tells of them: owed and payable like others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, func, or_, select

from counterdesk.core.visit import OpenCharge, PaymentType
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Allocation
from counterdesk.models.ref import Charge, PastCredit
from counterdesk.models.undoing import OwnCharge, Undo, UndoneSettlement
from counterdesk.store.session import ReadSession

_own, _told = table_of(OwnCharge), table_of(Charge)
_allocations, _undone, _undos = table_of(Allocation), table_of(UndoneSettlement), table_of(Undo)
_told_notes = table_of(PastCredit)

_paid = (
    select(func.coalesce(func.sum(_allocations.c.amount_minor), 0))
    .where(_allocations.c.charge_id == _own.c.charge_id)
    .correlate(_own)
    .scalar_subquery()
)
_reopened = (
    select(func.coalesce(func.sum(_undone.c.amount_minor), 0))
    .where(_undone.c.charge_id == _own.c.charge_id)
    .correlate(_own)
    .scalar_subquery()
)
_is_told = select(_told.c.charge_id).where(_told.c.charge_id == _own.c.charge_id)

_charge_told = select(_told.c.charge_id).where(
    _told.c.charge_id == _undone.c.charge_id, _told.c.applied_through >= _undone.c.event_seq
)
_note_told = select(_told_notes.c.credit_note_id).where(
    _told_notes.c.credit_note_id == _undone.c.born_note_id,
    _told_notes.c.applied_through >= _undone.c.event_seq,
)
_undo_told = select(_undone.c.id).where(
    _undone.c.undo_id == _own.c.undo_id,
    or_(_charge_told.correlate(_undone).exists(), _note_told.correlate(_undone).exists()),
)
_its_note_told = select(_told_notes.c.credit_note_id).where(
    _told_notes.c.credit_note_id == _own.c.credit_note_id,
    _told_notes.c.applied_through >= _own.c.event_seq,
)
# Told of the undo, but of no such charge: the centre found nothing to ask for.
_not_told = and_(
    ~_is_told.correlate(_own).exists(),
    ~_undo_told.correlate(_own).exists(),
    ~_its_note_told.correlate(_own).exists(),
)
_untold = select(_own, (_own.c.amount_minor - _paid + _reopened).label("outstanding_minor")).where(
    _own.c.consumer_id == bindparam("consumer"), _not_told
)
_due = select(func.coalesce(func.sum(_own.c.amount_minor), 0)).where(
    _own.c.due_on.between(bindparam("first"), bindparam("last")), _not_told
)
_bounced = (
    select(_undone.c.consumer_id)
    .join(_undos, _undos.c.id == _undone.c.undo_id)
    .where(
        _undos.c.kind == "bounced",
        _undone.c.consumer_id.in_(bindparam("consumers", expanding=True)),
        ~_charge_told.correlate(_undone).exists(),
        ~_note_told.correlate(_undone).exists(),
    )
)


def own_charge_rows(read: ReadSession, consumer_id: UUID) -> Sequence[Row[Any]]:
    """Return such charges of a consumer, those that are paid among them."""
    return read.execute(_untold, {"consumer": consumer_id}).all()


def own_open_charges(read: ReadSession, consumer_id: UUID) -> Iterator[OpenCharge]:
    """Yield what a consumer owes by an undo of this counter that the centre has not told of."""
    for row in own_charge_rows(read, consumer_id):
        if row.outstanding_minor > 0:
            yield OpenCharge(
                row.charge_id, PaymentType.SERVICE, row.number, row.description, row.charged_on,
                row.due_on, row.amount_minor, row.outstanding_minor,
            )  # fmt: skip


def own_due_minor(read: ReadSession, first: date, last: date) -> int:
    """Return what falls due from a day to a day by charges that the centre has not told of."""
    return int(read.execute(_due, {"first": first, "last": last}).scalar_one())


def bounced_here(read: ReadSession, consumer_ids: list[UUID]) -> frozenset[UUID]:
    """Return whose cheque came back here since the centre told how they stand."""
    rows = read.execute(_bounced, {"consumers": consumer_ids}).scalars()
    return frozenset(row for row in rows if row is not None)
