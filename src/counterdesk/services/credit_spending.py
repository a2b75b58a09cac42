"""Credit notes as payment: each is good for what it pays, and nobody else spends it meanwhile.

A note is scarce: who is online has it held at the centre first. Without the centre it is taken only
where it was made here in this shift, or by a supervisor's yes, as far as the settings allow.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.credit import NoteNow, NoteStatus
from counterdesk.core.dates import write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission
from counterdesk.core.visit import AccountLine, Approval, PaymentRequest, TenderGiven
from counterdesk.core.visit_credit import FIELD
from counterdesk.models.base import table_of
from counterdesk.models.ledger import CreditNote, Event, Shift
from counterdesk.services.approvals import another_person
from counterdesk.services.credit_standing import note_now
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.shifts import current_shift
from counterdesk.store.session import ReadSession, Session

_ALLOWED = "credit.allowed"
_notes, _shifts = table_of(CreditNote), table_of(Shift)


class WithoutCentre(StrEnum):
    """Whether credit is taken that the centre does not hold for the visit."""

    TAKEN = "taken"
    ASK = "ask"
    """A supervisor may allow it."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class _Allowed:
    request_id: UUID
    notes: dict[UUID, int]
    approver_id: UUID


def check_credit(session: Session, request: PaymentRequest) -> dict[UUID, int]:
    """Check the notes that a visit spends as they stand now; return what will be left of each.

    Raises:
        UserError: One is not good for what it pays, or the centre does not hold it for this visit
            and it may not be taken without that.
    """
    left = {}
    for tender in request.credit:
        note = _good(session, request, tender)
        left[note.id] = note.usable_minor - tender.amount_minor
    if without_centre(session, request) is not WithoutCentre.TAKEN:
        raise UserError(offline_refusal(session), FIELD)
    return left


def without_centre(read: ReadSession, request: PaymentRequest) -> WithoutCentre:
    """Return whether the notes that the centre does not hold for a visit are taken all the same.

    A counter that no centre certified is the only one: nobody else can spend them.
    """
    asked = _unheld(read, request)
    if not asked:
        return WithoutCentre.TAKEN
    if sum(one.amount_minor for one in asked) > read.settings.offline_credit_limit_minor:
        return WithoutCentre.REFUSED
    return WithoutCentre.TAKEN if _covered(read, request, asked) else WithoutCentre.ASK


def offline_refusal(read: ReadSession) -> str:
    """Say why credit is not taken now, and what to do."""
    limit_minor = read.settings.offline_credit_limit_minor
    text = _("The centre cannot be asked now, and another counter may be spending this credit. "
             "Take the payment without it: it stays on the account.")  # fmt: skip
    if limit_minor:
        text = _("The centre cannot be asked now, and another counter may be spending this credit. "
                 "A supervisor can allow {limit} of it; the rest stays on the account."
                 ).format(limit=_amount(limit_minor, read))  # fmt: skip
    return text


def allow_offline_credit(
    session: Session, attempt: Attempt, secret: str, request: PaymentRequest
) -> Approval:
    """Let a supervisor allow a visit's credit without asking the centre.

    Args:
        session: Its actor is the cashier who asks.
        attempt: Counted for the supervisor's login.
        secret: The supervisor's password or PIN.
        request: The visit; no other visit, and no more credit than it spends now, is allowed.

    Raises:
        PermissionRefused: The approver is the cashier, or their role may not allow it.
        UserError: Unknown login or wrong secret, the centre's word on people ran out, or it is
            more than the settings let anyone allow.
    """
    cashier = entitled(session, Permission.TAKE_PAYMENT)
    approver = another_person(session, attempt, secret, cashier, Permission.ALLOW_OFFLINE_CREDIT)
    if without_centre(session, request) is WithoutCentre.REFUSED:
        raise UserError(offline_refusal(session), FIELD)
    asked = _unheld(session, request)
    granted = {
        "request_id": request.request_id,
        "notes": [
            {"id": one.credit_note_id, "number": one.credit_note_number,
             "account_number": one.credit_account, "amount_minor": one.amount_minor}
            for one in asked
        ],
        "amount_minor": sum(one.amount_minor for one in asked),
        "currency": session.settings.currency.code,
        "approver_id": approver.user_id,
        "approver": approver.name,
    }  # fmt: skip
    return Approval(session.record(_ALLOWED, granted).event_id, approver.name)


def _good(session: Session, request: PaymentRequest, tender: TenderGiven) -> NoteNow:
    assert tender.credit_note_id is not None  # noqa: S101 - it is of `request.credit`
    note, number = note_now(session, tender.credit_note_id), tender.credit_note_number
    if note is None or note.number != number or not _is_own(note, request.lines, tender):
        text = _("{note} is not known here as credit of {account}.")
        raise UserError(text.format(note=number, account=tender.credit_account), FIELD)
    if note.status is not NoteStatus.ACTIVE:
        raise UserError(_unusable(note, session), FIELD)
    if note.usable_minor < tender.amount_minor:
        text = _("{note}: {left} is all that is left of it.")
        left = _amount(note.usable_minor, session)
        raise UserError(text.format(note=number, left=left), FIELD)
    return note


def _is_own(note: NoteNow, lines: tuple[AccountLine, ...], tender: TenderGiven) -> bool:
    owners = {line.account.account_number: line.account.consumer_id for line in lines}
    return owners.get(tender.credit_account) == note.consumer_id


def _unusable(note: NoteNow, read: ReadSession) -> str:
    if note.status is NoteStatus.EXPIRED and note.expires_on is not None:
        until = write_date(note.expires_on, read.settings.locale)
        return _("{note} expired: it was good until {date}.").format(note=note.number, date=until)
    if note.status is NoteStatus.HELD and note.held_until is not None:
        on = write_date(note.held_until, read.settings.locale)
        return _("{note} is held; it can be used from {date}.").format(note=note.number, date=on)
    return _("{note} cannot be used: it is {status}.").format(
        note=note.number, status=_(note.status.value)
    )


def _unheld(read: ReadSession, request: PaymentRequest) -> list[TenderGiven]:
    """Return what nobody holds for the visit and what is not this shift's own."""
    if not read.counter.certificate:
        return []
    asked = [one for one in request.credit if one.credit_note_id not in request.held_notes]
    if not read.settings.offline_credit_own_shift:
        return asked
    return [one for one in asked if not _made_in_this_shift(read, one)]


def _made_in_this_shift(read: ReadSession, tender: TenderGiven) -> bool:
    shift = current_shift(read)
    if shift is None:
        return False
    opened = select(_shifts.c.event_seq).where(_shifts.c.id == shift.id).scalar_subquery()
    made = select(_notes.c.id).where(
        _notes.c.id == tender.credit_note_id, _notes.c.event_seq > opened
    )
    return read.execute(made).first() is not None


def _covered(read: ReadSession, request: PaymentRequest, asked: list[TenderGiven]) -> bool:
    """Tell whether another person allowed at least this credit of this visit."""
    granted = request.credit_approval and _find_allowed(read, request.credit_approval.event_id)
    if not granted or granted.request_id != request.request_id:
        return False
    if read.actor is None or granted.approver_id == read.actor.user_id:
        return False
    return all(
        one.credit_note_id is not None
        and one.amount_minor <= granted.notes.get(one.credit_note_id, 0)
        for one in asked
    )


def _find_allowed(read: ReadSession, event_id: UUID) -> _Allowed | None:
    body = read.execute(
        select(Event.body).where(Event.event_id == event_id, Event.kind == _ALLOWED)
    ).scalar()
    if body is None:
        return None
    data = json.loads(body)["data"]
    notes = {UUID(one["id"]): one["amount_minor"] for one in data["notes"]}
    return _Allowed(UUID(data["request_id"]), notes, UUID(data["approver_id"]))


def _amount(amount_minor: int, read: ReadSession) -> str:
    return format_amount(amount_minor, read.settings.currency, read.settings.locale)
