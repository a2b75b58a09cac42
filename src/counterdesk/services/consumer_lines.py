"""What happened to an account, line by line: charges, payments, undos, credit notes, disputes.

What a payment changed of what is owed is what it paid of charges: all of it, but for what became a
credit note. A payment that does not stand changed nothing, unless what undid it is known here: then
it stands as it was, and the undo has a line of its own, on its own day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, select

from counterdesk.core.account_sheet import KnownCharge, LineKind, SheetLine
from counterdesk.core.credit import NoteNow, NoteSource, NoteStatus
from counterdesk.core.disputes import Dispute
from counterdesk.core.undoing import UndoKind, act_number
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Allocation, Payment
from counterdesk.models.ref import PastBack, PastPayment
from counterdesk.models.undoing import Undo, UndoneSettlement
from counterdesk.services.consumer_payments import PastPaymentRow
from counterdesk.store.session import ReadSession

POSTED = "Posted"
_BORN = (NoteSource.OVERPAYMENT, NoteSource.EXCESS)
_NEVER_FITTED = (NoteSource.EXCESS,)
_payments, _allocations = table_of(Payment), table_of(Allocation)
_undos, _undone = table_of(Undo), table_of(UndoneSettlement)
_back, _past = table_of(PastBack), table_of(PastPayment)
_of_charges = func.sum(
    case((_undone.c.charge_id.is_not(None), _undone.c.amount_minor), else_=0)
)  # what is undone of an overpayment takes its note, and no charge is owed again
_taken_back = (
    select(
        _undos.c.event_seq, _undos.c.kind, _undos.c.business_date, _undos.c.undone_at_utc,
        func.sum(_undone.c.amount_minor).label("amount_minor"),
        _of_charges.label("effect_minor"), _undone.c.payment_id,
    )
    .join(_undos, _undos.c.id == _undone.c.undo_id)
    .where(_undone.c.consumer_id == bindparam("consumer"), _undone.c.payment_id.is_not(None))
    .group_by(_undos.c.id, _undone.c.payment_id)
)  # fmt: skip
_taken_back_elsewhere = (
    select(
        _back.c.payment_id, _back.c.kind, _back.c.business_date, _back.c.number,
        _back.c.amount_minor, _back.c.reopened_minor,
    )
    .join(_past, _past.c.payment_id == _back.c.payment_id)
    .where(
        _past.c.consumer_id == bindparam("consumer"),
        _back.c.giving_counter != bindparam("counter"),  # its own stands in the ledger
    )
)  # fmt: skip
_paid_charges = (
    select(_allocations.c.payment_id, _allocations.c.due_on, _allocations.c.amount_minor)
    .join(_payments, _payments.c.id == _allocations.c.payment_id)
    .where(_payments.c.consumer_id == bindparam("consumer"))
)


def allocations_here(read: ReadSession, consumer_id: UUID) -> Mapping[UUID, list[Any]]:
    """Return what each payment that this counter took of a consumer paid: due dates and amounts."""
    found: dict[UUID, list[Any]] = {}
    for row in read.execute(_paid_charges, {"consumer": consumer_id}):
        found.setdefault(row.payment_id, []).append(row)
    return found


def charge_lines(charges: Iterable[KnownCharge], today: date) -> Iterator[SheetLine]:
    """Yield a line for each charge, on the day it was charged."""
    for one in charges:
        yield SheetLine(
            LineKind.CHARGE, min(one.charged_on, today), one.number, one.text, one.kind,
            one.state(today).value, one.amount_minor, one.effect_minor, id=one.charge_id,
        )  # fmt: skip


def payment_lines(
    read: ReadSession,
    consumer_id: UUID,
    payments: Iterable[PastPaymentRow],
    notes: Iterable[NoteNow],
    allocations: Mapping[UUID, list[Any]],
) -> Iterator[SheetLine]:
    """Yield a line for each payment, and one for each time that a part of one was undone.

    Args:
        read: A snapshot.
        consumer_id: Whose payments they are.
        payments: All of them that are to be told of.
        notes: The consumer's credit notes: those that payments became, among them.
        allocations: What the payments taken here paid, by payment.
    """
    whose = {"consumer": consumer_id}
    here = read.execute(_taken_back, whose).all()
    there = read.execute(_taken_back_elsewhere, {**whose, "counter": read.counter.code}).all()
    undone = {row.payment_id for row in (*here, *there)}
    kept, paid = tuple(notes), Counter[UUID]()
    for one in payments:
        if one.status == POSTED or one.payment_id in undone:
            paid[one.payment_id] = _settled(one, allocations.get(one.payment_id), kept)
        yield SheetLine(
            LineKind.PAYMENT, one.business_date, one.receipt_number, one.method, one.type,
            one.status, one.amount_minor, -paid[one.payment_id], id=one.payment_id,
            at_utc=one.taken_at_utc,
        )  # fmt: skip
    for row in here:
        yield SheetLine(
            LineKind.UNDO, row.business_date, act_number(read.counter.code, row.event_seq),
            row.kind, "", "", row.amount_minor, row.effect_minor, id=row.payment_id,
            at_utc=row.undone_at_utc,
        )  # fmt: skip
    for row in there:
        # What was moved is owed again here, whatever it pays on the other account.
        again = row.amount_minor if row.kind == UndoKind.MOVED else row.reopened_minor
        again = min(again, paid[row.payment_id])
        paid[row.payment_id] -= again
        yield SheetLine(
            LineKind.UNDO, row.business_date, row.number, row.kind, "", "", row.amount_minor,
            again, id=row.payment_id,
        )  # fmt: skip


def _settled(payment: PastPaymentRow, parts: list[Any] | None, notes: Iterable[NoteNow]) -> int:
    """Return what a payment paid of charges: its allocations, as far as they fitted (MON-5)."""
    settled = payment.settled_minor
    if parts:
        settled = sum(part.amount_minor for part in parts)
    over = _NEVER_FITTED if settled is not None else _BORN
    names = {payment.payment_number, payment.receipt_number} - {""}
    kept = sum(
        note.amount_minor for note in notes
        if note.source in over and (note.payment_number or note.receipt_number) in names
    )  # fmt: skip
    return max((payment.amount_minor if settled is None else settled) - kept, 0)


def credit_lines(notes: Iterable[NoteNow]) -> Iterator[SheetLine]:
    """Yield a line for each credit note of which the day is known, but for rejected ones."""
    for note in notes:
        if note.created_on is not None and note.status is not NoteStatus.REJECTED:
            yield SheetLine(
                LineKind.CREDIT, note.created_on, note.number, note.reason, "",
                note.status.value, note.amount_minor, id=note.id,
            )  # fmt: skip


def dispute_lines(disputes: Iterable[Dispute]) -> Iterator[SheetLine]:
    """Yield a line for each dispute, on the day it was raised."""
    for one in disputes:
        yield SheetLine(
            LineKind.DISPUTE, one.raised_on, one.number, one.category.value, "", one.standing,
            one.amount_minor, id=one.payment_id, at_utc=one.raised_at_utc,
            receipt=one.receipt_number,
        )  # fmt: skip
