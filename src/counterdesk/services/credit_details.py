"""One credit note with all that is known of it: whose, where it went, how it can be paid back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.credit import ChangeKind, NoteNow, NoteStatus
from counterdesk.core.permissions import Permission, require
from counterdesk.core.settings import PaymentMode
from counterdesk.core.visit import AccountRef
from counterdesk.models.base import table_of
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.ledger import CreditNote, PaymentTransaction, Tender
from counterdesk.services.credit_changes import find_note, holder_of
from counterdesk.services.credit_printing import papers_made
from counterdesk.services.credit_refund_ways import refund_ways
from counterdesk.services.credit_standing import note_now
from counterdesk.store.session import ReadSession

_visits, _tenders = table_of(PaymentTransaction), table_of(Tender)
_changes, _notes = table_of(CreditNoteChange), table_of(CreditNote)
_LEAVES = (ChangeKind.REFUNDED, ChangeKind.TRANSFERRED)
_SPENT = "spent"


@dataclass(frozen=True, slots=True)
class NoteEvent:
    """Something that happened to a note at this counter."""

    kind: str
    """A `ChangeKind`, or "spent"."""
    at_utc: datetime
    amount_minor: int
    name: str
    """The receipt it paid, or the reason."""
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


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    """One credit note in the list of credit notes."""

    note_id: UUID
    number: str
    consumer_name: str
    account_number: str
    amount_minor: int
    remaining_minor: int
    reason: str
    status: NoteStatus
    created_on: date
    receipt_number: str
    """Of the payment it is linked to; "" for a transfer."""


def note_details(read: ReadSession, note_id: UUID) -> NoteDetails:
    """Return all that is known of a note.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
        UserError: It is not known here.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    note = find_note(read, note_id)
    history = tuple(sorted(_history(read, note_id), key=lambda one: one.at_utc))
    here = sum(one.amount_minor for one in history if one.kind in (_SPENT, *_LEAVES))
    gone = note.amount_minor - note.remaining_minor
    return NoteDetails(
        note, holder_of(read, note), history, max(0, gone - here), refund_ways(read, note),
        papers_made(read, note.number),
    )  # fmt: skip


def newest_credit_notes(read: ReadSession, limit: int = 50) -> tuple[CreditNoteRow, ...]:
    """Return the newest credit notes of this counter as they stand, the newest first.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    newest = (
        select(_notes.c.id, _notes.c.account_number, _notes.c.consumer_name)
        .order_by(_notes.c.created_on.desc(), _notes.c.event_seq.desc(), _notes.c.number)
        .limit(limit)
    )
    rows = ((row, note_now(read, row.id)) for row in read.execute(newest).all())
    return tuple(_row(row, note) for row, note in rows if note is not None)


def _row(row: Any, note: NoteNow) -> CreditNoteRow:
    return CreditNoteRow(
        note.id, note.number, row.consumer_name, row.account_number, note.amount_minor,
        note.remaining_minor, note.reason, note.status, note.created_on or date.min,
        note.receipt_number,
    )  # fmt: skip


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
            _SPENT, row.taken_at_utc, row.amount_minor, row.receipt_number, row.user_name, ""
        )
