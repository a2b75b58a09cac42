"""A credit note that a person raises from a payment: asked for, numbered, and approved or waiting.

Why a payment is a note's ground, and for how much, is in `creditable_payments`; what happens to a
note later is in `credit_decisions` and `credit_payouts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from counterdesk.core.credit import NoteNow, NoteSource, NoteStatus
from counterdesk.core.dates import months_later
from counterdesk.core.errors import RequestChanged, UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models.base import table_of
from counterdesk.models.ledger import CreditNote
from counterdesk.services.credit_changes import business_date, find_note
from counterdesk.services.credit_people import second_person
from counterdesk.services.creditable_payments import CreditablePayment, creditable_payment
from counterdesk.services.numbering import next_number
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.shifts import current_shift
from counterdesk.store.session import Session

AMOUNT_FIELD, REASON_FIELD, REMARKS_FIELD = "creditAmount", "creditReason", "creditRemarks"
LONGEST_REMARKS = 500
_notes = table_of(CreditNote)


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """What a person asks for; its id is the note's, and makes it happen once."""

    request_id: UUID
    payment_id: UUID
    amount_minor: int
    reason: str
    """One of the office's `credit_note_reasons`."""
    remarks: str = ""


def raise_credit_note(session: Session, request: CreditRequest) -> NoteNow:
    """Make a credit note from a payment; unless it is small, it waits for somebody's approval.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: The payment is not known or does not stand, or amount, reason or remarks are
            missing or wrong.
        RequestChanged: The id is known with other content.
    """
    return _raise(session, request, entitled(session, Permission.RAISE_CREDIT), None)


def raise_approved_credit_note(
    session: Session, attempt: Attempt, secret: str, request: CreditRequest
) -> NoteNow:
    """Make a credit note that another person approves in the same act, by their own secret.

    Raises:
        PermissionRefused: As `raise_credit_note`, or the approver may not, or is who asks.
        UserError: As `raise_credit_note`, or the secret is wrong.
        RequestChanged: The id is known with other content.
    """
    asker = entitled(session, Permission.RAISE_CREDIT)
    yes = partial(second_person, session, attempt, secret, asker, request.amount_minor)
    return _raise(session, request, asker, yes)


def needs_approval(payment: CreditablePayment, amount_minor: int, limit_minor: int) -> bool:
    """Tell whether a note of an amount waits for approval: all of a payment's count together."""
    return payment.credited_minor + amount_minor > limit_minor


def _raise(
    session: Session, request: CreditRequest, actor: Actor, yes: Callable[[], Actor] | None
) -> NoteNow:
    known = _known(session, request)
    if known is not None:
        return known
    payment = creditable_payment(session, request.payment_id)
    _check(session, request, payment)
    approver = yes() if yes else None
    limit = session.settings.auto_approve_minor
    waits = approver is None and needs_approval(payment, request.amount_minor, limit)
    status = NoteStatus.PENDING if waits else NoteStatus.ACTIVE
    row = _row(session, request, payment, (actor, approver), status)
    event = session.record("credit_note.raised", {"credit_note": row},
                           business_date=row["created_on"])  # fmt: skip
    session.execute(insert(_notes), {**row, "event_seq": event.seq})
    return find_note(session, request.request_id)


def _known(session: Session, request: CreditRequest) -> NoteNow | None:
    query = select(_notes).where(_notes.c.id == request.request_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        return None
    told = request.payment_id, request.amount_minor, request.reason, _remarks(request)
    if told != tuple(row[name] for name in ("payment_id", "amount_minor", "reason", "remarks")):
        raise RequestChanged(_("This was saved already, with other content."))
    return find_note(session, request.request_id)


def _check(session: Session, request: CreditRequest, payment: CreditablePayment) -> None:
    settings = session.settings
    if request.amount_minor <= 0:
        raise UserError(_("Enter an amount."), AMOUNT_FIELD)
    if request.amount_minor > payment.left_minor:
        limit = format_amount(payment.left_minor, settings.currency, settings.locale)
        raise UserError(_("Maximum: {limit}").format(limit=limit), AMOUNT_FIELD)
    if request.reason not in settings.credit_note_reasons:
        raise UserError(_("Choose the reason."), REASON_FIELD)
    if len(_remarks(request)) > LONGEST_REMARKS:
        text = _("Use at most {count} characters.").format(count=LONGEST_REMARKS)
        raise UserError(text, REMARKS_FIELD)
    refuse_card_number(request.remarks, REMARKS_FIELD)


def _remarks(request: CreditRequest) -> str:
    return clean(request.remarks).strip()


def _row(
    session: Session,
    request: CreditRequest,
    payment: CreditablePayment,
    people: tuple[Actor, Actor | None],
    status: NoteStatus,
) -> dict[str, Any]:
    on = business_date(session, current_shift(session))
    return note_row(
        session, people, on,
        id=request.request_id, source=NoteSource.MANUAL.value, payment_id=payment.payment_id,
        payment_number=payment.number, receipt_number=payment.receipt_number,
        consumer_id=payment.consumer_id, account_number=payment.account_number,
        consumer_name=payment.consumer_name, reason=request.reason, status=status.value,
        amount_minor=request.amount_minor, remarks=_remarks(request),
    )  # fmt: skip


def note_row(
    session: Session, people: tuple[Actor, Actor | None], on: Any, **told: Any
) -> dict[str, Any]:
    """Return the row of a new note that no transaction made; its number is drawn here.

    Args:
        session: The transaction that writes it.
        people: Who makes it, and who approved it, if anybody did.
        on: The date it counts on.
        told: The columns that differ between a manual note and a transfer.
    """
    actor, approver = people
    return {
        "number": next_number(session, "credit_note", on),
        "transaction_id": None,
        "from_note_id": None,
        "currency": session.settings.currency.code,
        "created_on": on,
        "created_at_utc": session.clock.now_utc(),
        "created_by": actor.name,
        "created_by_id": actor.user_id,
        "approver_id": approver.user_id if approver else None,
        "approver_name": approver.name if approver else "",
        "expires_on": months_later(on, session.settings.credit_note_months),
        "held_until": None,
        **told,
    }
