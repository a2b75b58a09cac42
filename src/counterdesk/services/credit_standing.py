"""How credit notes stand: what the centre told, and what this counter did with them since.

Nothing counts twice: of the own acts only those count whose event the centre had not applied when
it told of the note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Subquery, bindparam, func, literal, null, or_, select

from counterdesk.core.credit import NoteNow, NoteSource, NoteStatus, status_on
from counterdesk.models.base import table_of
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.ledger import CreditNote, PaymentTransaction, Tender
from counterdesk.models.ref import ExceptionItem, PastCredit
from counterdesk.models.undoing import OwnCharge, UndoneSettlement
from counterdesk.services.many_ids import AMONG, among, as_json
from counterdesk.store.session import ReadSession

_own, _told = table_of(CreditNote), table_of(PastCredit)
_tenders, _visits = table_of(Tender), table_of(PaymentTransaction)
_changes, _undone = table_of(CreditNoteChange), table_of(UndoneSettlement)
_charges, _exceptions = table_of(OwnCharge), table_of(ExceptionItem)
_DECIDED = {
    "approved": NoteStatus.ACTIVE,
    "rejected": NoteStatus.REJECTED,
    "held": NoteStatus.HELD,
    "released": NoteStatus.ACTIVE,
    "cancelled": NoteStatus.CANCELLED,
}
_PAID_OUT = ("refunded", "transferred")
_SHARED = (
    "number", "consumer_id", "source", "status", "amount_minor", "reason", "remarks", "created_on",
    "expires_on", "held_until", "payment_number", "receipt_number", "created_by", "created_by_id",
)  # fmt: skip

_told_notes = select(
    _told.c.credit_note_id.label("id"),
    *(_told.c[name] for name in _SHARED),
    _told.c.remaining_minor,
    _told.c.approved_by,
    _told.c.applied_through,
)
_own_notes = (
    select(
        _own.c.id,
        *(_own.c[name] for name in _SHARED),
        _own.c.amount_minor.label("remaining_minor"),
        _own.c.approver_name.label("approved_by"),
        literal(0).label("applied_through"),
    )
    .outerjoin(_told, _told.c.credit_note_id == _own.c.id)
    .where(_told.c.credit_note_id.is_(null()))
)


def _notes(told_where: Any, own_where: Any) -> Select[Any]:
    known = _told_notes.where(told_where).union_all(_own_notes.where(own_where)).subquery()
    return select(
        known,
        _sum_since(known, _spent(known)).label("spent"),
        _sum_since(known, _given_back(known)).label("given_back"),
        _sum_since(known, _paid_out(known)).label("paid_out"),
        _sum_since(known, _withdrawn(known)).label("withdrawn"),
        _sum_since(known, _debited(known)).label("debited"),
    ).order_by(known.c.created_on, known.c.number)


def _sum_since(known: Subquery, of_note: Select[Any]) -> Any:
    return of_note.correlate(known).scalar_subquery()


# In suspense at the centre, a payment has taken nothing of its notes yet.
_waits = _visits.c.event_seq.in_(select(_exceptions.c.seq).where(_exceptions.c.suspended))


def _spent(known: Subquery) -> Select[Any]:
    return (
        select(func.coalesce(func.sum(_tenders.c.amount_minor), 0))
        .join(_visits, _visits.c.id == _tenders.c.transaction_id)
        .where(
            _tenders.c.credit_note_id == known.c.id,
            or_(_visits.c.event_seq > known.c.applied_through, _waits),
        )
    )


def _given_back(known: Subquery) -> Select[Any]:
    return select(func.coalesce(func.sum(_undone.c.amount_minor), 0)).where(
        _undone.c.spent_note_id == known.c.id, _undone.c.event_seq > known.c.applied_through
    )


def _withdrawn(known: Subquery) -> Select[Any]:
    return select(func.coalesce(func.sum(_undone.c.amount_minor), 0)).where(
        _undone.c.born_note_id == known.c.id, _undone.c.event_seq > known.c.applied_through
    )


def _debited(known: Subquery) -> Select[Any]:
    """What of `_withdrawn` is asked for as a charge; a note that was raised has none of it."""
    born = _undone.c.born_note_id == _charges.c.credit_note_id
    undone = select(_undone.c.id).where(born, _undone.c.undo_id == _charges.c.undo_id)
    return select(func.coalesce(func.sum(_charges.c.amount_minor), 0)).where(
        _charges.c.credit_note_id == known.c.id,
        _charges.c.event_seq > known.c.applied_through,
        undone.correlate(_charges).exists(),
    )


def _paid_out(known: Subquery) -> Select[Any]:
    return select(func.coalesce(func.sum(_changes.c.amount_minor), 0)).where(
        _changes.c.credit_note_id == known.c.id,
        _changes.c.kind.in_(_PAID_OUT),
        _changes.c.event_seq > known.c.applied_through,
    )


_of_consumer = _notes(
    _told.c.consumer_id == bindparam("consumer"), _own.c.consumer_id == bindparam("consumer")
)
_one = _notes(_told.c.credit_note_id == bindparam("note"), _own.c.id == bindparam("note"))
_some = _notes(among(_told.c.credit_note_id), among(_own.c.id))
_decided = (
    select(
        _changes.c.credit_note_id, _changes.c.kind, _changes.c.event_seq, _changes.c.user_name,
        _changes.c.approver_name,
    )
    .where(_changes.c.kind.in_(_DECIDED), among(_changes.c.credit_note_id))
    .order_by(_changes.c.event_seq)
)  # fmt: skip
_pending = select(_told.c.credit_note_id).where(_told.c.status == NoteStatus.PENDING.value)
_pending_here = select(_own.c.id).where(_own.c.status == NoteStatus.PENDING.value)


def notes_of(read: ReadSession, consumer_id: UUID) -> tuple[NoteNow, ...]:
    """Return a consumer's credit notes, the oldest first."""
    return _stand(read, read.execute(_of_consumer, {"consumer": consumer_id}).all())


def note_now(read: ReadSession, note_id: UUID) -> NoteNow | None:
    """Return a credit note as it stands, or None if this counter knows of none."""
    return next(iter(_stand(read, read.execute(_one, {"note": note_id}).all())), None)


def notes_now(read: ReadSession, note_ids: Iterable[UUID | str]) -> tuple[NoteNow, ...]:
    """Return credit notes as they stand, the oldest first; those not known are left out."""
    return _stand(read, read.execute(_some, {AMONG: as_json(note_ids)}).all())


def raised_from(
    read: ReadSession, consumer_id: UUID, receipt_number: str, payment_number: str
) -> Iterator[NoteNow]:
    """Yield the notes that somebody raised from a payment, and that stand.

    Notes of other counters name the payment by its number, or by its receipt alone.
    """
    for note in notes_of(read, consumer_id):
        raised = note.source == NoteSource.MANUAL and note.receipt_number == receipt_number
        stands = note.status not in (NoteStatus.REJECTED, NoteStatus.CANCELLED)
        if raised and stands and note.payment_number in ("", payment_number):
            yield note


def pending_notes(read: ReadSession) -> tuple[NoteNow, ...]:
    """Return what waits for somebody's yes or no, the oldest first."""
    ids = read.execute(_pending.union(_pending_here)).scalars().all()
    return tuple(one for one in notes_now(read, ids) if one.status is NoteStatus.PENDING)


def _stand(read: ReadSession, rows: Sequence[Any]) -> tuple[NoteNow, ...]:
    decided = _decisions(read, rows)
    return tuple(_now(row, decided[row.id], read.today()) for row in rows)


def _now(row: Any, decided: Iterable[tuple[str, str]], today: date) -> NoteNow:
    stored, approved_by = row.status, row.approved_by
    for kind, by in decided:
        stored = _DECIDED[kind]
        approved_by = by if kind == "approved" else approved_by
    taken = row.withdrawn - row.debited  # what was spent already is owed as a charge (MON-7)
    left = row.remaining_minor - row.spent - row.paid_out + row.given_back - taken
    remaining = 0 if stored == NoteStatus.CANCELLED else max(left, 0)
    status = status_on(
        stored, remaining, withdrawn=row.withdrawn > 0, expires_on=row.expires_on,
        held_until=row.held_until, today=today,
    )  # fmt: skip
    return NoteNow(
        row.id, row.number, row.consumer_id, row.source, status, row.amount_minor, remaining,
        row.reason, row.remarks, row.created_on, row.expires_on, row.held_until,
        row.payment_number, row.receipt_number, row.created_by, row.created_by_id, approved_by,
    )  # fmt: skip


def _decisions(read: ReadSession, rows: Sequence[Any]) -> Mapping[UUID, list[tuple[str, str]]]:
    """Return what was decided here since the centre told of each note, in order, and by whom."""
    through = {row.id: row.applied_through for row in rows}
    found: defaultdict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for one in read.execute(_decided, {AMONG: as_json(through)}) if rows else ():
        if one.event_seq > through[one.credit_note_id]:
            found[one.credit_note_id].append((one.kind, one.approver_name or one.user_name))
    return found
