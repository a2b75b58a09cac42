"""One payment with all that is known of it, taken here or told by the centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from counterdesk.core.clock import office_date
from counterdesk.core.credit import NoteNow
from counterdesk.core.disputes import Dispute
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.models import ledger, ref
from counterdesk.models.base import table_of
from counterdesk.services.consumer_payments import method_names
from counterdesk.services.credit_standing import notes_of
from counterdesk.services.dispute_history import dispute_events
from counterdesk.services.disputes import disputes_of_payment
from counterdesk.services.payment_history import (
    PaymentEvent,
    Whose,
    history_of,
    in_order,
    own_history,
)
from counterdesk.services.payment_parts import (
    PaymentParts,
    charges_paid,
    over_paid,
    payments_of_visit,
    tenders_paid,
)
from counterdesk.services.undone import undone_statuses
from counterdesk.services.verify_payment import PENDING, verified_here, waits_for_centre
from counterdesk.store.session import ReadSession

SYSTEM = "System"
"""Receives what comes through the net (ONL-2)."""

_GONE = ("Voided", "Reversed")
_payments, _visits = table_of(ledger.Payment), table_of(ledger.PaymentTransaction)
_past, _consumers = table_of(ref.PastPayment), table_of(ref.Consumer)


class Verified(StrEnum):
    """Whether somebody vouched that a payment's money is there."""

    AT_THE_COUNTER = "counter"
    """Whoever took it saw it (PAY-11)."""
    PENDING = "pending"
    WAITS = "waits"
    """Somebody here did; the centre has not heard of it."""
    BY_SOMEBODY = "verified"
    NOT_TOLD = "not_told"
    """It stands, and the centre did not tell who verified it."""
    NEVER = "never"
    """It came to nothing before anybody did."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether, by whom and when a payment was verified."""

    state: Verified
    by: str = ""
    at_utc: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaymentDetails:
    """A payment as its page shows it."""

    payment_id: UUID
    transaction_id: UUID | None
    """Its visit at this counter; None where it was taken elsewhere."""
    payment_number: str
    transaction_number: str
    receipt_number: str
    status: str
    amount_minor: int
    type: str
    method: str
    channel: str
    business_date: date
    taken_at_utc: datetime | None
    counter: str
    cashier: str
    consumer_id: UUID
    consumer_name: str
    account_number: str
    address: str | None
    """None where the consumer is not known here (any more)."""
    phone: str | None
    verification: Verification
    processing_days: int | None
    """0 for what was paid at a counter; None where nobody told."""
    notes: tuple[NoteNow, ...]
    """Credit notes that were born of it or raised from it."""
    disputes: tuple[Dispute, ...]
    """Open and closed, the newest first."""
    history: tuple[PaymentEvent, ...]
    parts: PaymentParts | None
    """None where it was taken elsewhere: the centre tells them only if it is asked."""

    @property
    def online(self) -> bool:
        """Whether it came through the net."""
        return self.cashier == SYSTEM

    @property
    def paper_number(self) -> str:
        """Of the receipt that was written by hand and captured later here; else ""."""
        return self.parts.paper_number if self.parts is not None else ""


_of_both = (
    select(
        _payments.c.id.label("payment_id"), _payments.c.number.label("payment_number"),
        _visits.c.number.label("transaction_number"), _visits.c.receipt_number,
        func.coalesce(_past.c.status, _payments.c.status).label("status"),
        _payments.c.amount_minor, _payments.c.type, _visits.c.channel, _visits.c.business_date,
        _visits.c.taken_at_utc, _visits.c.user_name.label("cashier"), _payments.c.consumer_id,
        _payments.c.consumer_name, _payments.c.account_number,
        # Beside what both kinds have:
        _payments.c.transaction_id, _visits.c.event_seq, _visits.c.due_minor,
        _visits.c.tendered_minor, _visits.c.change_minor, _visits.c.rounding_minor,
        _visits.c.paid_by, _visits.c.notes.label("remarks"), _visits.c.paper_number,
        _visits.c.paper_on,
    )
    .join(_visits, _visits.c.id == _payments.c.transaction_id)
    .outerjoin(_past, _past.c.payment_id == _payments.c.id)
    .where(_payments.c.id == bindparam("payment"))
)  # fmt: skip
_holder = select(
    _consumers.c.name, _consumers.c.account_number, _consumers.c.service_address,
    _consumers.c.phone,
).where(_consumers.c.consumer_id == bindparam("consumer"))  # fmt: skip
_SHARED = (
    "payment_id", "payment_number", "transaction_number", "receipt_number", "amount_minor", "type",
    "channel", "business_date", "taken_at_utc", "cashier", "consumer_id",
)  # fmt: skip
_told = select(
    *(_past.c[name] for name in _SHARED), _past.c.status, _past.c.method, _past.c.counter,
    _past.c.consumer_name, _past.c.account_number, _past.c.verified_by, _past.c.verified_at_utc,
).where(_past.c.payment_id == bindparam("payment"))  # fmt: skip


def payment_details(read: ReadSession, payment_id: UUID, sent_through: int = 0) -> PaymentDetails:
    """Return all that is known of a payment.

    Args:
        read: A snapshot; its actor must be allowed to see payments.
        payment_id: Of this counter or another, or online.
        sent_through: Up to this act of the counter everything was in a push.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
        UserError: It is not known here.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    row = read.execute(_of_both, {"payment": payment_id}).one_or_none()
    own = row is not None
    row = row or read.execute(_told, {"payment": payment_id}).one_or_none()
    if row is None:
        raise UserError(_("This payment is not known here."))
    status = undone_statuses(read, [payment_id]).get(payment_id, row.status)
    verification = _verification(read, row, status, own=own)
    disputes = disputes_of_payment(read, payment_id)
    return PaymentDetails(
        **{name: getattr(row, name) for name in _SHARED},
        **_whose(read, row),
        transaction_id=row.transaction_id if own else None,
        status=status,
        method=_method(read, row) if own else row.method,
        counter=read.counter.code if own else row.counter,
        verification=verification,
        processing_days=_days(read, row, verification),
        notes=tuple(_notes(read, row)),
        disputes=disputes,
        history=in_order(
            read,
            (
                *_history(read, row, status, own=own),
                *dispute_events(read, payment_id, disputes),
            ),
            sent_through,
        ),
        parts=_own_parts(read, row) if own else None,
    )


def _method(read: ReadSession, row: Any) -> str:
    return method_names(read, [row.transaction_id])[row.transaction_id]


def _whose(read: ReadSession, row: Any) -> dict[str, Any]:
    """Return who the consumer is now, and was called as they paid."""
    now = read.execute(_holder, {"consumer": row.consumer_id}).one_or_none()
    return {
        "consumer_name": row.consumer_name or (now.name if now else ""),
        "account_number": row.account_number or (now.account_number if now else ""),
        "address": now.service_address if now else None,
        "phone": now.phone if now else None,
    }


def _verification(read: ReadSession, row: Any, status: str, *, own: bool) -> Verification:
    if own or row.cashier != SYSTEM:
        return Verification(Verified.AT_THE_COUNTER, row.cashier, row.taken_at_utc)
    if row.verified_by:
        return Verification(Verified.BY_SOMEBODY, row.verified_by, row.verified_at_utc)
    here = verified_here(read, row.payment_id)
    if status == PENDING and here is not None and waits_for_centre(read, here):
        return Verification(Verified.WAITS, here.by, here.verified_at_utc)
    if status in (PENDING, "Posted"):
        return Verification(Verified.PENDING if status == PENDING else Verified.NOT_TOLD)
    return Verification(Verified.NEVER)


def _days(read: ReadSession, row: Any, verification: Verification) -> int | None:
    """Return how many days it took from the payment until it counted, or has taken so far."""
    if verification.state is Verified.AT_THE_COUNTER:
        return 0
    if row.taken_at_utc is None or verification.state in (Verified.NOT_TOLD, Verified.NEVER):
        return None
    zone = read.settings.time_zone
    until = read.today()
    if verification.state is Verified.BY_SOMEBODY and verification.at_utc is not None:
        until = office_date(verification.at_utc, zone)
    return max(0, (until - office_date(row.taken_at_utc, zone)).days)


def _notes(read: ReadSession, row: Any) -> Iterator[NoteNow]:
    """Notes of other counters name the payment by its number, or by its receipt alone."""
    for note in notes_of(read, row.consumer_id):
        if not (note.receipt_number or note.payment_number):
            continue  # moved here from another account
        named = note.payment_number or row.payment_number
        if note.receipt_number == row.receipt_number and named == row.payment_number:
            yield note


def _history(read: ReadSession, row: Any, status: str, *, own: bool) -> list[PaymentEvent]:
    known = [*history_of(read, row.payment_id)]
    if own:
        whose = Whose(row.payment_id, row.transaction_id, row.event_seq)
        begun = PaymentEvent(
            "taken", row.taken_at_utc, row.cashier, amount_minor=row.amount_minor,
            seq=row.event_seq,
        )  # fmt: skip
        known = [begun, *known, *own_history(read, whose)]
    else:
        known += _told_history(row, {one.at_utc for one in known})
    if status in _GONE and not any(one.kind.startswith("undone.") for one in known):
        known.append(PaymentEvent(f"elsewhere.{status}", None))
    return known


def _told_history(row: Any, known_at: set[datetime | None]) -> Iterator[PaymentEvent]:
    if row.taken_at_utc is not None:
        kind = "received" if row.cashier == SYSTEM else "taken"
        yield PaymentEvent(kind, row.taken_at_utc, row.cashier, amount_minor=row.amount_minor)
    if row.verified_by and row.verified_at_utc not in known_at:
        yield PaymentEvent("payment.verified", row.verified_at_utc, row.verified_by)


def _own_parts(read: ReadSession, row: Any) -> PaymentParts:
    all_of_visit = payments_of_visit(read, row.transaction_id)
    return PaymentParts(
        charges_paid(read, row.payment_id),
        over_paid(read, row.payment_id),
        tenders_paid(read, row.payment_id, row.transaction_id),
        row.due_minor,
        row.tendered_minor,
        row.change_minor,
        row.rounding_minor,
        tuple(one for one in all_of_visit if one.payment_id != row.payment_id),
        row.paid_by,
        row.remarks,
        row.paper_number,
        row.paper_on,
    )
