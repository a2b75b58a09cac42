"""One credit note with all that is known of it: whose, where it went, how it can be paid back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select

from counterdesk.core.credit import ChangeKind, NoteNow, NoteSource
from counterdesk.core.disputes import Dispute, Outcome
from counterdesk.core.permissions import Permission, require
from counterdesk.core.settings import PaymentMode
from counterdesk.core.visit import AccountRef
from counterdesk.models.base import table_of
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.ledger import CreditNote, Payment, PaymentTransaction, Tender
from counterdesk.models.ref import PastPayment
from counterdesk.models.undoing import OwnCharge, Undo, UndoneSettlement
from counterdesk.services.credit_changes import find_note, holder_of
from counterdesk.services.credit_printing import papers_made
from counterdesk.services.credit_refund_ways import refund_ways
from counterdesk.services.dispute_standing import standing_disputes
from counterdesk.store.session import ReadSession

_visits, _tenders = table_of(PaymentTransaction), table_of(Tender)
_payments, _past = table_of(Payment), table_of(PastPayment)
_changes, _notes = table_of(CreditNoteChange), table_of(CreditNote)
_undos, _undone = table_of(Undo), table_of(UndoneSettlement)
_charges = table_of(OwnCharge)
SPENT, GIVEN_BACK, WITHDRAWN = "spent", "given back", "withdrawn"
_SIGNS = {
    SPENT: 1, ChangeKind.REFUNDED: 1, ChangeKind.TRANSFERRED: 1, WITHDRAWN: 1, GIVEN_BACK: -1,
}  # fmt: skip
"""Whether it took something off the note, or gave it back."""


@dataclass(frozen=True, slots=True)
class NoteEvent:
    """Something that happened to a note at this counter."""

    kind: str
    """A `ChangeKind`, or "spent", "given back" or "withdrawn"."""
    at_utc: datetime
    amount_minor: int
    name: str
    """The receipt it paid, or whose undoing changed it; else the reason."""
    by: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class NoteDetails:
    """A note as its page shows it. Amounts in minor units."""

    note: NoteNow
    holder: AccountRef
    history: tuple[NoteEvent, ...]
    """What happened here, the oldest first."""
    elsewhere_minor: int
    """What left it at other counters."""
    ways: tuple[PaymentMode, ...]
    """How it can be paid back."""
    papers: int
    """How often it was printed here."""
    payment_id: UUID | None
    """The payment it is linked to; None where there is none, or none that is known here."""
    disputes: tuple[Dispute, ...]
    """Disputes of that payment that it may be the adjustment for, the newest first."""


def note_details(read: ReadSession, note_id: UUID) -> NoteDetails:
    """Return all that is known of a note.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
        UserError: It is not known here.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    note = find_note(read, note_id)
    history = tuple(sorted(_history(read, note_id), key=lambda one: one.at_utc))
    here = sum(_SIGNS.get(one.kind, 0) * one.amount_minor for one in history)
    gone = note.amount_minor - note.remaining_minor
    payment_id = _payment_of(read, note)
    return NoteDetails(
        note, holder_of(read, note), history, max(0, gone - here), refund_ways(read, note),
        papers_made(read, note.number), payment_id, tuple(_adjusted(read, note, payment_id)),
    )  # fmt: skip


def _adjusted(read: ReadSession, note: NoteNow, payment_id: UUID | None) -> Iterator[Dispute]:
    """A person made it when there was a dispute, which is open yet or ended so (CN-7)."""
    if payment_id is None or note.created_on is None or note.source != NoteSource.MANUAL:
        return
    for one in standing_disputes(read, "payment", payment_id):
        ended = one.closing.outcome if one.closing else Outcome.ADJUSTED
        if one.raised_on <= note.created_on and ended == Outcome.ADJUSTED:
            yield one


def linked_payment(read: ReadSession, note_id: UUID) -> UUID | None:
    """Return the payment that a note is linked to, or None if there is none or it is not known.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
        UserError: The note is not known here.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    return _payment_of(read, find_note(read, note_id))


def _payment_of(read: ReadSession, note: NoteNow) -> UUID | None:
    """Own payments first; of the others, notes name the number, or their receipt alone."""
    own = select(_notes.c.payment_id).where(_notes.c.id == note.id)
    asked = [own.where(_notes.c.payment_id.is_not(None))]
    if note.payment_number:
        asked.append(select(_payments.c.id).where(_payments.c.number == note.payment_number))
    if note.receipt_number:
        of_receipt = select(_payments.c.id).join(
            _visits, _visits.c.id == _payments.c.transaction_id
        )
        here = _visits.c.receipt_number == note.receipt_number
        asked.append(of_receipt.where(here, _payments.c.consumer_id == note.consumer_id))
    if note.receipt_number or note.payment_number:
        told = select(_past.c.payment_id).where(_past.c.consumer_id == note.consumer_id)
        named = [
            column == number
            for column, number in (
                (_past.c.payment_number, note.payment_number),
                (_past.c.receipt_number, note.receipt_number),
            )
            if number
        ]
        asked += [told.where(one) for one in named]
    found = (read.execute(query.limit(1)).scalar() for query in asked)
    return next((one for one in found if one is not None), None)


def _history(read: ReadSession, note_id: UUID) -> Iterator[NoteEvent]:
    changes = select(_changes).where(_changes.c.credit_note_id == note_id)
    for row in read.execute(changes):
        yield NoteEvent(
            row.kind, row.changed_at_utc, row.amount_minor, row.reason, row.user_name,
            row.approver_name,
        )  # fmt: skip
    spent = (
        select(_visits.c.taken_at_utc, _tenders.c.amount_minor, _visits.c.receipt_number,
               _visits.c.user_name)
        .join(_visits, _visits.c.id == _tenders.c.transaction_id)
        .where(_tenders.c.credit_note_id == note_id)
    )  # fmt: skip
    for row in read.execute(spent):
        yield NoteEvent(
            SPENT, row.taken_at_utc, row.amount_minor, row.receipt_number, row.user_name, ""
        )
    yield from _undone_of(read, GIVEN_BACK, _undone.c.spent_note_id == note_id, literal(0))
    yield from _undone_of(read, WITHDRAWN, _undone.c.born_note_id == note_id, _debited)


_debited = (
    # What was spent of the note before it was withdrawn is owed, and did not leave it twice.
    select(func.coalesce(func.sum(_charges.c.amount_minor), 0))
    .where(_charges.c.undo_id == _undos.c.id, _charges.c.credit_note_id == _undone.c.born_note_id)
    .correlate(_undos, _undone)
    .scalar_subquery()
)


def _undone_of(
    read: ReadSession, kind: str, which: ColumnElement[bool], less: Any
) -> Iterator[NoteEvent]:
    undone = (
        select(
            _undos.c.undone_at_utc, (func.sum(_undone.c.amount_minor) - less).label("amount"),
            _undos.c.receipt_number, _undos.c.user_name, _undos.c.approver_name,
        )
        .join(_undos, _undos.c.id == _undone.c.undo_id)
        .where(which)
        .group_by(_undos.c.id)
    )  # fmt: skip
    for row in read.execute(undone):
        if row.amount:
            yield NoteEvent(
                kind, row.undone_at_utc, row.amount, row.receipt_number, row.user_name,
                row.approver_name,
            )  # fmt: skip
