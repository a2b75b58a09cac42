"""What happened to a payment, as far as it is known here: its own part of the audit.

Acts of this counter are told with how far each came on its way to the centre (SYNC-2); of what
happened elsewhere there is what the centre told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from counterdesk.models.base import table_of
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.ledger import Allocation, CreditNote, Event, Payment, PrintJob
from counterdesk.models.ref import ExceptionItem, PastBack
from counterdesk.models.undoing import Undo, UndoneSettlement
from counterdesk.models.verifying import PaymentVerified
from counterdesk.services.acts import Way, acknowledged_seq, way_from
from counterdesk.services.payment_parts import LINKS, PaymentLink, link_from
from counterdesk.store.session import ReadSession

_events, _jobs, _items = table_of(Event), table_of(PrintJob), table_of(ExceptionItem)
_notes, _changes = table_of(CreditNote), table_of(CreditNoteChange)
_undos, _undone, _verified = table_of(Undo), table_of(UndoneSettlement), table_of(PaymentVerified)
_payments, _allocations, _backs = table_of(Payment), table_of(Allocation), table_of(PastBack)
_DECIDED = ("approved", "rejected", "cancelled")


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """Something that happened to a payment, or because of it."""

    kind: str
    """Kind of the act or, of what is no act of its own, a word: "taken", "undone.void"."""
    at_utc: datetime | None
    """None where nobody told the hour."""
    by: str = ""
    allowed_by: str = ""
    detail: str = ""
    """Reason, address, printer or number."""
    amount_minor: int | None = None
    seq: int | None = None
    """The act of this counter."""
    way: Way | None = None
    """How far that act came."""
    returned: str = ""
    """Why the centre could not place it, in its own words; else ""."""
    note_id: UUID | None = None
    payment: PaymentLink | None = None
    """The payment it leads to, or comes from."""
    on: date | None = None
    """The business date of what happened at another counter."""
    counter: str = ""
    """Which one that was."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Which payment of this counter it is about."""

    payment_id: UUID
    transaction_id: UUID
    event_seq: int


def own_history(read: ReadSession, whose: Whose) -> Iterator[PaymentEvent]:
    """Yield what only the visit of a payment of this counter has: papers, approvals, its past."""
    jobs = select(_jobs.c.id, _jobs.c.state, _jobs.c.changed_at_utc, _jobs.c.copy_number)
    mine = _jobs.c.transaction_id == whose.transaction_id, _jobs.c.mail_to == ""
    papers = read.execute(jobs.where(*mine)).all()
    for paper in papers:
        if paper.copy_number == 0:
            yield PaymentEvent(f"paper.{paper.state}", paper.changed_at_utc)
    about = [str(one) for one in (whose.transaction_id, *(paper.id for paper in papers))]
    acts = select(_events.c.seq, _events.c.kind, _events.c.body).where(_events.c.about.in_(about))
    for act in read.execute(acts):
        yield _act(act)
    replaced = select(_undos).where(_undos.c.replaced_by == whose.transaction_id)
    for row in read.execute(replaced):
        came_from = _first_payment(read, _payments.c.transaction_id == row.transaction_id)
        yield PaymentEvent(
            "replaces", row.undone_at_utc, row.user_name, row.approver_name, row.receipt_number,
            seq=row.event_seq, payment=came_from,
        )  # fmt: skip
    yield from _moved_here(read, whose)


def history_of(read: ReadSession, payment_id: UUID) -> Iterator[PaymentEvent]:
    """Yield what was done at this counter with a payment, wherever it was taken."""
    for row in read.execute(select(_verified).where(_verified.c.payment_id == payment_id)):
        yield PaymentEvent(
            "payment.verified", row.verified_at_utc, row.user_name, seq=row.event_seq
        )
    yield from _credited(read, payment_id)
    yield from _taken_back(read, payment_id)
    given_back = select(_backs).where(
        _backs.c.payment_id == payment_id, _backs.c.giving_counter != read.counter.code
    )
    for row in read.execute(given_back):
        yield PaymentEvent(
            f"undone.{row.kind}", None, row.given_by, amount_minor=row.amount_minor,
            on=row.business_date, counter=row.giving_counter,
        )  # fmt: skip


def in_order(
    read: ReadSession, events: Iterable[PaymentEvent], sent_through: int
) -> tuple[PaymentEvent, ...]:
    """Return what happened, the oldest first, each act of this counter with how far it came."""
    found = list(events)
    seqs = [one.seq for one in found if one.seq is not None]
    still_open = select(_items.c.seq, _items.c.reason).where(
        _items.c.seq.in_(seqs), _items.c.state == "open"
    )
    returned = {row.seq: row.reason for row in read.execute(still_open)}
    known = acknowledged_seq(read)

    def told(one: PaymentEvent) -> PaymentEvent:
        if one.seq is None:
            return one
        reason = returned.get(one.seq)
        way = way_from(one.seq, known, sent_through, reason)
        return replace(one, way=way, returned=reason or "")

    # Of the same instant, papers come after the act that made them.
    end = max(seqs, default=0) + 1
    return tuple(sorted(map(told, found), key=lambda one: (_moment(one), one.seq or end)))


def _moment(one: PaymentEvent) -> datetime:
    """Return when it happened; of a day alone its end, and of nothing told the end of time."""
    day = one.on or date.max
    return one.at_utc or datetime.combine(day, time.max, UTC)


def _act(row: Any) -> PaymentEvent:
    body = json.loads(row.body)
    data: Mapping[str, Any] = body["data"]
    told = (data.get(name) for name in ("reason", "address", "to", "paper_number"))
    detail = str(next(filter(None, told), ""))
    kind = row.kind
    if kind == "print.answered":
        kind = "print.answered_yes" if data["printed"] else "print.answered_no"
    amount = data.get("extra_minor") or (
        data.get("amount_minor") if kind == "credit.allowed" else None
    )
    return PaymentEvent(
        kind, datetime.fromisoformat(body["at_utc"]), body.get("user_name") or "",
        data.get("approver") or data.get("person") or "", detail, amount, row.seq,
    )  # fmt: skip


def _credited(read: ReadSession, payment_id: UUID) -> Iterator[PaymentEvent]:
    """Notes that were made of it here, and who decided on them."""
    made = read.execute(select(_notes).where(_notes.c.payment_id == payment_id)).all()
    for note in made:
        yield PaymentEvent(
            f"credit.{note.source}", note.created_at_utc, note.created_by, note.approver_name,
            note.number, note.amount_minor, note.event_seq, note_id=note.id,
        )  # fmt: skip
    decided = select(_changes).where(
        _changes.c.credit_note_id.in_([note.id for note in made]), _changes.c.kind.in_(_DECIDED)
    )
    for row in read.execute(decided):
        yield PaymentEvent(
            f"credit.{row.kind}", row.changed_at_utc, row.user_name, row.approver_name, row.number,
            row.amount_minor, row.event_seq, note_id=row.credit_note_id,
        )  # fmt: skip


def _taken_back(read: ReadSession, payment_id: UUID) -> Iterator[PaymentEvent]:
    parts = select(_undone.c.undo_id, _undone.c.amount_minor).where(
        _undone.c.payment_id == payment_id
    )
    amounts: dict[UUID, int] = {}
    for part in read.execute(parts):
        amounts[part.undo_id] = amounts.get(part.undo_id, 0) + part.amount_minor
    for row in read.execute(select(_undos).where(_undos.c.id.in_(amounts))):
        yield PaymentEvent(
            f"undone.{row.kind}", row.undone_at_utc, row.user_name, row.approver_name, row.reason,
            amounts[row.id], row.event_seq, payment=_stands_instead(read, row),
        )  # fmt: skip


def _stands_instead(read: ReadSession, undo: Any) -> PaymentLink | None:
    """The payment that replaces what was corrected, or that holds what was moved."""
    if undo.kind == "corrected":
        return _first_payment(read, _payments.c.transaction_id == undo.replaced_by)
    if undo.kind == "moved":
        on_it = _payments.c.transaction_id == undo.transaction_id
        return _first_payment(read, on_it, _since(undo.event_seq))
    return None


def _moved_here(read: ReadSession, whose: Whose) -> Iterator[PaymentEvent]:
    """A payment that an undo made of parts of another one of the same visit."""
    came = select(_allocations.c.event_seq).where(_allocations.c.payment_id == whose.payment_id)
    seqs = {seq for seq in read.execute(came).scalars() if seq != whose.event_seq}
    on_visit = _undos.c.transaction_id == whose.transaction_id, _undos.c.event_seq.in_(seqs)
    for row in read.execute(select(_undos).where(*on_visit)):
        parts = select(_undone.c.payment_id).where(_undone.c.undo_id == row.id)
        yield PaymentEvent(
            "moved_here", row.undone_at_utc, row.user_name, row.approver_name, row.reason,
            seq=row.event_seq, payment=_first_payment(read, _payments.c.id.in_(parts)),
        )  # fmt: skip


def _since(seq: int) -> Any:
    made = select(_allocations.c.payment_id).where(
        _allocations.c.payment_id == _payments.c.id, _allocations.c.event_seq == seq
    )
    return made.correlate(_payments).exists()


def _first_payment(read: ReadSession, *where: Any) -> PaymentLink | None:
    row = read.execute(LINKS.where(*where).limit(1)).one_or_none()
    return link_from(row) if row is not None else None
