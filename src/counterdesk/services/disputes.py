"""Payments that somebody doubts: raised at a counter, told to all, closed by whoever may.

A dispute moves no money and changes no figure. What follows of it, such as a refund, is an act of
its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

from counterdesk.core.dispute_rules import CLOSING_FIELD, check_amount, check_words
from counterdesk.core.dispute_words import disputed_already
from counterdesk.core.disputes import Category, Dispute, Outcome
from counterdesk.core.errors import RequestChanged, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.models.base import table_of
from counterdesk.models.disputes import DisputeClosed, DisputeRaised
from counterdesk.models.ledger import Payment, PaymentTransaction
from counterdesk.models.ref import Consumer, PastPayment
from counterdesk.services.dispute_standing import standing_disputes
from counterdesk.services.numbering import next_number
from counterdesk.services.people import entitled
from counterdesk.store.session import ReadSession, Session

_raised, _closed = table_of(DisputeRaised), table_of(DisputeClosed)
_payments, _visits = table_of(Payment), table_of(PaymentTransaction)
_past, _consumers = table_of(PastPayment), table_of(Consumer)


@dataclass(frozen=True, slots=True)
class RaiseRequest:
    """A doubt about a payment; its id makes it happen once. The amount in minor units."""

    request_id: UUID
    payment_id: UUID
    category: Category
    amount_minor: int
    words: str
    """What the consumer says."""


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """How a dispute comes out; its id makes it happen once."""

    request_id: UUID
    dispute_id: UUID
    outcome: Outcome
    words: str
    """Why it comes out so."""


def raise_dispute(session: Session, request: RaiseRequest) -> Dispute:
    """Record that somebody doubts a payment; it needs no network and no open shift.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: The payment is not known here or is disputed already, the amount is nothing or
            more than was paid, or the words are missing, too long, or hold a card number.
        RequestChanged: The id is known with other content.
    """
    actor = entitled(session, Permission.RAISE_DISPUTE)
    words = check_words(request.words)
    if _saved(session, _raised, request.request_id, {
        "payment_id": request.payment_id, "category": request.category,
        "amount_minor": request.amount_minor, "words": words,
    }):  # fmt: skip
        return find_dispute(session, request.request_id)
    payment = _payment(session, request.payment_id)
    check_amount(request.amount_minor, payment["payment_amount_minor"], session.settings)
    _refuse_second(session, request.payment_id)
    today = session.today()
    row: dict[str, Any] = {
        "id": request.request_id,
        "number": next_number(session, "dispute", today),
        **payment,
        "category": request.category.value,
        "amount_minor": request.amount_minor,
        "currency": session.settings.currency.code,
        "words": words,
        "business_date": today,
        "raised_at_utc": session.clock.now_utc(),
        "user_id": actor.user_id,
        "user_name": actor.name,
    }
    event = session.record("dispute.raised", row, business_date=today)
    session.execute(insert(_raised), {**row, "event_seq": event.seq})
    return find_dispute(session, request.request_id)


def close_dispute(session: Session, request: CloseRequest) -> Dispute:
    """Record how a dispute came out; what follows of it, such as a refund, is an act of its own.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: The dispute is not known here or is closed, or the words are missing, too long,
            or hold a card number.
        RequestChanged: The id is known with other content.
    """
    actor = entitled(session, Permission.CLOSE_DISPUTE)
    words = check_words(request.words, CLOSING_FIELD)
    dispute = find_dispute(session, request.dispute_id)
    if _saved(session, _closed, request.request_id, {
        "dispute_id": request.dispute_id, "outcome": request.outcome, "words": words
    }):  # fmt: skip
        return dispute
    if dispute.closing is not None:
        text = _("{name} closed dispute {number} before. Look at it again.")
        raise UserError(text.format(name=dispute.closing.closed_by, number=dispute.number))
    row: dict[str, Any] = {
        "id": request.request_id,
        "dispute_id": dispute.id,
        "number": dispute.number,
        "payment_id": dispute.payment_id,
        "consumer_id": dispute.consumer_id,
        "outcome": request.outcome.value,
        "words": words,
        "business_date": session.today(),
        "closed_at_utc": session.clock.now_utc(),
        "user_id": actor.user_id,
        "user_name": actor.name,
    }
    event = session.record("dispute.closed", row, business_date=row["business_date"])
    session.execute(insert(_closed), {**row, "event_seq": event.seq})
    return find_dispute(session, dispute.id)


def _saved(session: Session, table: Any, request_id: UUID, asked: dict[str, Any]) -> bool:
    query = select(table).where(table.c.id == request_id)
    row = session.execute(query).mappings().one_or_none()
    if row is not None and any(row[name] != value for name, value in asked.items()):
        raise RequestChanged(_("This was saved already, with other content."))
    return row is not None


def _refuse_second(session: Session, payment_id: UUID) -> None:
    for one in disputes_of_payment(session, payment_id):
        if one.open:
            raise UserError(disputed_already(one))


_own_payment = (
    select(
        _payments.c.id.label("payment_id"), _payments.c.number.label("payment_number"),
        _visits.c.receipt_number, _payments.c.consumer_id, _payments.c.account_number,
        _payments.c.consumer_name, _payments.c.amount_minor.label("payment_amount_minor"),
        _visits.c.business_date.label("payment_on"),
    )
    .join(_visits, _visits.c.id == _payments.c.transaction_id)
    .where(_payments.c.id == bindparam("payment"))
)  # fmt: skip
_told_payment = (
    select(
        _past.c.payment_id, _past.c.payment_number, _past.c.receipt_number, _past.c.consumer_id,
        *(
            func.coalesce(func.nullif(of_payment, ""), of_consumer, "").label(of_payment.name)
            for of_payment, of_consumer in (
                (_past.c.account_number, _consumers.c.account_number),
                (_past.c.consumer_name, _consumers.c.name),
            )
        ),
        _past.c.amount_minor.label("payment_amount_minor"),
        _past.c.business_date.label("payment_on"),
    )
    .outerjoin(_consumers, _consumers.c.consumer_id == _past.c.consumer_id)
    .where(_past.c.payment_id == bindparam("payment"))
)  # fmt: skip


def _payment(session: Session, payment_id: UUID) -> dict[str, Any]:
    """Return a payment as a dispute names it, whatever became of it."""
    for query in (_own_payment, _told_payment):
        row = session.execute(query, {"payment": payment_id}).mappings().one_or_none()
        if row is not None:
            return dict(row)
    raise UserError(_("This payment is not known here."))


def disputes_of_payment(read: ReadSession, payment_id: UUID) -> tuple[Dispute, ...]:
    """Return what was and is said of a payment, the newest first.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    return standing_disputes(read, "payment", payment_id)


def disputes_of_consumer(
    read: ReadSession, consumer_id: UUID, most: int = 50
) -> tuple[Dispute, ...]:
    """Return the disputes of a consumer's payments, the newest first.

    Raises:
        PermissionRefused: The actor may not look at consumers.
    """
    require(read.actor, Permission.FIND_CONSUMER)
    return standing_disputes(read, "consumer", consumer_id)[:most]


def open_disputes(read: ReadSession, consumer_id: UUID) -> tuple[Dispute, ...]:
    """Return the disputes of a consumer's payments that nobody closed, the newest first.

    Raises:
        PermissionRefused: The actor may not look at consumers.
    """
    require(read.actor, Permission.FIND_CONSUMER)
    return tuple(one for one in standing_disputes(read, "consumer", consumer_id) if one.open)


def find_dispute(read: ReadSession, dispute_id: UUID) -> Dispute:
    """Return a dispute as it stands.

    Raises:
        UserError: It is not known here.
    """
    found = standing_disputes(read, "id", dispute_id)
    if not found:
        raise UserError(_("This dispute is not known here."))
    return found[0]
