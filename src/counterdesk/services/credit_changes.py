"""What happens to a credit note after it was made: one fact each, with its people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from counterdesk.core.credit import ChangeKind, NoteNow
from counterdesk.core.errors import RequestChanged, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor
from counterdesk.core.settings import ModeKind, PaymentMode
from counterdesk.core.text import clean
from counterdesk.core.visit import AccountRef
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models.base import table_of
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.ledger import CreditNote
from counterdesk.services.consumers import account_refs
from counterdesk.services.credit_standing import note_now
from counterdesk.services.shifts import OpenShift, current_shift
from counterdesk.store.session import ReadSession, RecordedEvent, Session

REASON_FIELD = "creditReason"
_LONGEST_REASON = 200
_changes, _own = table_of(CreditNoteChange), table_of(CreditNote)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """What is to happen to a note. Its id makes it happen once."""

    request_id: UUID
    kind: ChangeKind
    amount_minor: int
    reason: str
    mode: PaymentMode | None = None
    """How a refund is paid."""
    reference: str = ""
    to_note: Row | None = None
    """The new note on the other account, for a transfer."""


@dataclass(frozen=True, slots=True)
class NoteChanged:
    """A change that is safely in the ledger."""

    change_id: UUID
    kind: ChangeKind
    amount_minor: int
    note: NoteNow
    """As it stands afterwards."""


def find_note(read: ReadSession, note_id: UUID) -> NoteNow:
    """Return a note as it stands.

    Raises:
        UserError: It is not known here.
    """
    note = note_now(read, note_id)
    if note is None:
        raise UserError(_("This credit note is not known here."))
    return note


def holder_of(read: ReadSession, note: NoteNow) -> AccountRef:
    """Return whose note it is; what is not known any more stands on the note itself."""
    known = account_refs(read, [note.consumer_id]).get(note.consumer_id)
    if known is not None:
        return known
    columns = _own.c.consumer_id, _own.c.account_number, _own.c.consumer_name
    row = read.execute(select(*columns).where(_own.c.id == note.id)).mappings().one_or_none()
    return AccountRef(**row) if row else AccountRef(note.consumer_id, "", "")


def checked_reason(reason: str, field: str = REASON_FIELD) -> str:
    """Return a reason as it is kept.

    Raises:
        UserError: There is none, it is too long, or it holds a card number.
    """
    why = clean(reason).strip()
    if not why:
        raise UserError(_("Give the reason."), field)
    if len(why) > _LONGEST_REASON:
        raise UserError(_("Use at most {count} characters.").format(count=_LONGEST_REASON), field)
    refuse_card_number(why, field)
    return why


def saved_before(
    read: ReadSession, request_id: UUID, note_id: UUID, kind: ChangeKind
) -> NoteChanged | None:
    """Return a change that is saved already.

    Raises:
        RequestChanged: Its id is known with other content.
    """
    query = select(_changes).where(_changes.c.id == request_id)
    row = read.execute(query).mappings().one_or_none()
    if row is None:
        return None
    if (row["credit_note_id"], row["kind"]) != (note_id, kind):
        raise RequestChanged(_("This was saved already, with other content."))
    return NoteChanged(request_id, kind, row["amount_minor"], find_note(read, note_id))


def write_change(
    session: Session, note: NoteNow, asked: ChangeAsked, actor: Actor, approver: Actor | None
) -> tuple[Row, RecordedEvent]:
    """Write what happens to a note; the caller has checked that it may."""
    shift = current_shift(session)
    row = change_row(session, note, asked, (actor, approver), shift)
    is_cash = row["method_kind"] == ModeKind.CASH
    event = session.record(
        "credit_note.changed",
        {"change": row} | ({"credit_note": asked.to_note} if asked.to_note else {}),
        business_date=row["business_date"],
        cash_delta_minor=-asked.amount_minor if is_cash else 0,
        tender_totals={asked.mode.code: -asked.amount_minor} if asked.mode else None,
    )
    if asked.to_note:
        session.execute(insert(_own), {**asked.to_note, "event_seq": event.seq})
    session.execute(insert(_changes), {**row, "event_seq": event.seq})
    return row, event


def change_row(
    session: Session,
    note: NoteNow,
    asked: ChangeAsked,
    people: tuple[Actor, Actor | None],
    shift: OpenShift | None,
) -> dict[str, Any]:
    """Return the row of a change, with who asked for it and who allowed it."""
    holder, mode, (actor, approver) = holder_of(session, note), asked.mode, people
    return {
        "id": asked.request_id,
        "credit_note_id": note.id,
        "number": note.number,
        "consumer_id": note.consumer_id,
        "account_number": holder.account_number,
        "consumer_name": holder.consumer_name,
        "kind": asked.kind.value,
        "amount_minor": asked.amount_minor,
        "currency": session.settings.currency.code,
        "reason": asked.reason,
        "method": mode.code if mode else "",
        "method_name": mode.name if mode else "",
        "method_kind": mode.kind.value if mode else "",
        "reference": asked.reference,
        "to_note_id": asked.to_note["id"] if asked.to_note else None,
        "shift_id": shift.id if shift else None,
        "business_date": business_date(session, shift),
        "changed_at_utc": session.clock.now_utc(),
        "user_id": actor.user_id,
        "user_name": actor.name,
        "approver_id": approver.user_id if approver else None,
        "approver_name": approver.name if approver else "",
    }


def business_date(read: ReadSession, shift: OpenShift | None) -> date:
    """Return the date that an act counts on: the running shift's, or the calendar's."""
    return shift.business_date if shift is not None else read.today()


def changes_of(read: ReadSession, note_id: UUID, *kinds: ChangeKind) -> int:
    """Return how many changes of some kinds a note had here."""
    query = select(func.count()).where(
        _changes.c.credit_note_id == note_id, _changes.c.kind.in_([kind.value for kind in kinds])
    )
    return int(read.execute(query).scalar_one())
