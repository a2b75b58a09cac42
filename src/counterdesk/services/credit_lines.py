"""Credit notes as the lines of a list, and which of them stand otherwise than the centre told.

Few do: those of this counter that the centre has not told of yet, and those that something was
done with here since. All others stand as they were told, and a list finds them by an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    func,
    null,
    or_,
    select,
    type_coerce,
)

from counterdesk.core.credit import NoteNow, NoteStatus, sought_in_note, used_tenths
from counterdesk.models.base import table_of
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.ledger import CreditNote, PaymentTransaction, Tender
from counterdesk.models.ref import Consumer, ExceptionItem, PastCredit
from counterdesk.models.undoing import OwnCharge, UndoneSettlement
from counterdesk.services.credit_standing import notes_now
from counterdesk.services.many_ids import AMONG, among, as_json
from counterdesk.store.session import ReadSession

_own, _told, _consumers = table_of(CreditNote), table_of(PastCredit), table_of(Consumer)
_tenders, _visits = table_of(Tender), table_of(PaymentTransaction)
_changes, _undone = table_of(CreditNoteChange), table_of(UndoneSettlement)
_charges, _exceptions = table_of(OwnCharge), table_of(ExceptionItem)


@dataclass(frozen=True, slots=True)
class CreditNoteLine:
    """One credit note, as it stands, with all that a list shows of it."""

    note_id: UUID
    number: str
    consumer_id: UUID
    consumer_name: str
    account_number: str
    amount_minor: int
    remaining_minor: int
    reason: str
    status: NoteStatus
    created_on: date | None
    expires_on: date | None
    receipt_number: str
    """Of the payment it is linked to; "" for a transfer."""
    payment_number: str
    created_by: str
    approved_by: str

    @property
    def used_tenths(self) -> int:
        """How much of it is gone, in tenths of a percent, rounded half up."""
        return used_tenths(self.amount_minor, self.remaining_minor)

    @property
    def sought(self) -> str:
        """What a search looks through."""
        return sought_in_note(
            self.consumer_name, self.account_number, self.number, self.receipt_number,
            self.payment_number,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotesHere:
    """The notes that stand otherwise than the centre told."""

    lines: tuple[CreditNoteLine, ...]
    told_rows: tuple[int, ...]
    """Which rows of `past_credit` they are, those that the centre told of."""


def notes_here(read: ReadSession) -> NotesHere:
    """Return the notes of which this counter knows more than the centre told."""
    rows = read.execute(_MOVED).all()
    return NotesHere(
        tuple(_lines(read, [row.note_id for row in rows])),
        tuple(row.row_id for row in rows if row.row_id is not None),
    )


def _text(note_id: ColumnElement[Any]) -> ColumnElement[str]:
    """Return an id as its column has it: making one a `UUID` takes longer than finding it."""
    return type_coerce(note_id, String)


_waits = select(_exceptions.c.seq).where(_exceptions.c.suspended)


def _moved(note: ColumnElement[Any], seq: ColumnElement[Any], within: FromClause) -> Select[Any]:
    """Return the notes that were told before the centre had applied some acts with them."""
    return (
        select(_text(note).label("note_id"), _told.c.row_id)
        .select_from(within)
        .join(_told, _told.c.credit_note_id == note)
        # Greater than nothing, not "not null": only that is looked up in an index.
        .where(_text(note) > "", or_(seq > _told.c.applied_through, seq.in_(_waits)))
    )


_untold = (
    select(_text(_own.c.id).label("note_id"), null().label("row_id"))
    .outerjoin(_told, _told.c.credit_note_id == _own.c.id)
    .where(_told.c.credit_note_id.is_(null()))
)
_MOVED = _untold.union(
    _moved(
        _tenders.c.credit_note_id, _visits.c.event_seq,
        _tenders.join(_visits, _visits.c.id == _tenders.c.transaction_id),
    ),
    _moved(_changes.c.credit_note_id, _changes.c.event_seq, _changes),
    _moved(_undone.c.spent_note_id, _undone.c.event_seq, _undone),
    _moved(_undone.c.born_note_id, _undone.c.event_seq, _undone),
    _moved(_charges.c.credit_note_id, _charges.c.event_seq, _charges),
)  # fmt: skip
_told_holders = select(
    _text(_told.c.credit_note_id).label("id"), _told.c.consumer_name, _told.c.account_number
).where(among(_told.c.credit_note_id))
_own_holders = (
    select(
        _text(_own.c.id).label("id"),
        func.coalesce(_consumers.c.name, _own.c.consumer_name).label("consumer_name"),
        func.coalesce(_consumers.c.account_number, _own.c.account_number).label("account_number"),
    )
    .outerjoin(_consumers, _consumers.c.consumer_id == _own.c.consumer_id)
    .where(among(_own.c.id))
)


def _lines(read: ReadSession, note_ids: list[str]) -> Iterator[CreditNoteLine]:
    asked = {AMONG: as_json(note_ids)}
    holders = {
        row.id: (row.consumer_name, row.account_number)
        for query in (_own_holders, _told_holders)
        for row in read.execute(query, asked)
    }
    for note in notes_now(read, note_ids) if note_ids else ():
        yield line_of(note, *holders[note.id.hex])


def line_of(note: NoteNow, consumer_name: str, account_number: str) -> CreditNoteLine:
    """Return a note as a line, with the name of its consumer."""
    return CreditNoteLine(
        note.id, note.number, note.consumer_id, consumer_name, account_number, note.amount_minor,
        note.remaining_minor, note.reason, note.status, note.created_on, note.expires_on,
        note.receipt_number, note.payment_number, note.created_by, note.approved_by,
    )  # fmt: skip
