"""A payment that came through the net and is pending: somebody vouches that its money is there.

What is recorded here makes nothing count by itself. The centre posts the payment, once, whoever
was first, and tells every counter; until then it is pending in figures and lists everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from counterdesk.core.errors import RequestChanged, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Payment
from counterdesk.models.ref import ExceptionItem, PastPayment
from counterdesk.models.verifying import PaymentVerified
from counterdesk.services.people import entitled
from counterdesk.store.session import ReadSession, Session

PENDING = "Pending"
_verified, _past = table_of(PaymentVerified), table_of(PastPayment)
_payments, _items = table_of(Payment), table_of(ExceptionItem)


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """What a person asks for; its id makes it happen once."""

    request_id: UUID
    payment_id: UUID


@dataclass(frozen=True, slots=True)
class Verified:
    """A verification that is safely in the ledger."""

    payment_id: UUID
    receipt_number: str
    verified_at_utc: datetime
    by: str
    event_seq: int


def verify_payment(session: Session, request: VerifyRequest) -> Verified:
    """Record that the money of a pending online payment is there.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: The payment is not known here, is not pending, or was verified here before.
        RequestChanged: The id is known with another payment.
    """
    actor = entitled(session, Permission.VERIFY_PAYMENT)
    known = _known(session, request)
    if known is not None:
        return known
    told = _pending(session, request.payment_id)
    row: dict[str, Any] = {
        "id": request.request_id,
        "payment_id": request.payment_id,
        "payment_number": told.payment_number,
        "receipt_number": told.receipt_number,
        "consumer_id": told.consumer_id,
        "account_number": told.account_number,
        "consumer_name": told.consumer_name,
        "amount_minor": told.amount_minor,
        "currency": session.settings.currency.code,
        "business_date": session.today(),
        "verified_at_utc": session.clock.now_utc(),
        "user_id": actor.user_id,
        "user_name": actor.name,
    }
    event = session.record("payment.verified", row, business_date=row["business_date"])
    session.execute(insert(_verified), {**row, "event_seq": event.seq})
    return Verified(
        request.payment_id, told.receipt_number, row["verified_at_utc"], actor.name, event.seq
    )


def verified_here(read: ReadSession, payment_id: UUID) -> Verified | None:
    """Return the last verification of a payment at this counter, however far it came."""
    query = select(_verified).where(_verified.c.payment_id == payment_id)
    row = read.execute(query.order_by(_verified.c.event_seq.desc()).limit(1)).one_or_none()
    return _told(row) if row is not None else None


def waits_for_centre(read: ReadSession, verified: Verified) -> bool:
    """Tell whether the centre has not answered a verification; where it did, it tells by itself."""
    answered = select(_items.c.seq).where(_items.c.seq == verified.event_seq)
    return read.execute(answered).first() is None


def _known(session: Session, request: VerifyRequest) -> Verified | None:
    query = select(_verified).where(_verified.c.id == request.request_id)
    row = session.execute(query).one_or_none()
    if row is not None and row.payment_id != request.payment_id:
        raise RequestChanged(_("This was saved already, with other content."))
    return _told(row) if row is not None else None


def _told(row: Any) -> Verified:
    return Verified(
        row.payment_id, row.receipt_number, row.verified_at_utc, row.user_name, row.event_seq
    )


def _pending(session: Session, payment_id: UUID) -> Any:
    own = select(_payments.c.id).where(_payments.c.id == payment_id)
    if session.execute(own).first() is not None:
        raise UserError(_("It was taken at this counter: it was verified as it was taken."))
    told = session.execute(select(_past).where(_past.c.payment_id == payment_id)).one_or_none()
    if told is None:
        raise UserError(_("This payment is not known here."))
    if told.status != PENDING:
        raise UserError(_("This payment is not pending any more. Look at it again."))
    before = verified_here(session, payment_id)
    if before is not None and waits_for_centre(session, before):
        text = _("{name} verified it here before; it counts as soon as the centre has heard of it.")
        raise UserError(text.format(name=before.by))
    return told
