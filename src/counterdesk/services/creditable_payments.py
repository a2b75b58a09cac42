"""The payment that a credit note is raised from, and how much of it is left to credit."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from counterdesk.core.credit import NoteStatus
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.models import ledger, ref
from counterdesk.models.base import table_of
from counterdesk.models.undoing import UndoneSettlement
from counterdesk.services.consumer_payments import method_names
from counterdesk.services.consumers import account_refs
from counterdesk.services.credit_standing import notes_of
from counterdesk.store.session import ReadSession

_payments, _visits = table_of(ledger.Payment), table_of(ledger.PaymentTransaction)
_past, _undone = table_of(ref.PastPayment), table_of(UndoneSettlement)
_POSTED = "Posted"
_NOT_GIVEN = (NoteStatus.REJECTED, NoteStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class CreditablePayment:
    """A payment, here or at another counter. Amounts in minor units."""

    payment_id: UUID
    transaction_id: UUID | None
    """Its visit at this counter; None where it was taken elsewhere."""
    number: str
    """"" where it was taken elsewhere: the centre tells its receipt."""
    receipt_number: str
    consumer_id: UUID
    account_number: str
    consumer_name: str
    business_date: date
    method: str
    amount_minor: int
    credited_minor: int
    """What its credit notes come to, but for rejected and cancelled ones."""
    left_minor: int
    """At most so much can be credited still."""


_own = (
    select(
        _payments.c.id.label("payment_id"), _payments.c.transaction_id, _payments.c.number,
        _visits.c.receipt_number, _payments.c.consumer_id, _payments.c.account_number,
        _payments.c.consumer_name, _visits.c.business_date, _payments.c.amount_minor,
        func.coalesce(_past.c.status, _payments.c.status).label("status"),
    )
    .join(_visits, _visits.c.id == _payments.c.transaction_id)
    .outerjoin(_past, _past.c.payment_id == _payments.c.id)
    .where(_payments.c.id == bindparam("payment"))
)  # fmt: skip
_elsewhere = select(
    _past.c.payment_id, _past.c.receipt_number, _past.c.consumer_id, _past.c.business_date,
    _past.c.method, _past.c.amount_minor, _past.c.status,
).where(_past.c.payment_id == bindparam("payment"))  # fmt: skip


def creditable_payment(read: ReadSession, payment_id: UUID) -> CreditablePayment:
    """Return a payment with what is left of it to credit.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
        UserError: It is not known here, or does not stand.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    told = _told_here(read, payment_id) or _told_elsewhere(read, payment_id)
    if told is None:
        raise UserError(_("This payment is not known here."))
    if told.pop("status") != _POSTED:
        raise UserError(_("This payment does not stand: nothing of it can be credited."))
    credited = _credited(read, told)
    left = max(0, told["amount_minor"] - credited - _taken_back(read, payment_id))
    return CreditablePayment(**told, credited_minor=credited, left_minor=left)


def payments_of_visit(read: ReadSession, transaction_id: UUID) -> tuple[CreditablePayment, ...]:
    """Return the payments of a visit of this counter that stand.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    ids = select(_payments.c.id).where(_payments.c.transaction_id == transaction_id)
    found = []
    for payment_id in read.execute(ids.order_by(_payments.c.number)).scalars().all():
        with suppress(UserError):
            found.append(creditable_payment(read, payment_id))
    return tuple(found)


def _told_here(read: ReadSession, payment_id: UUID) -> dict[str, Any] | None:
    row = read.execute(_own, {"payment": payment_id}).mappings().one_or_none()
    if row is None:
        return None
    visit = row["transaction_id"]
    return {**row, "method": method_names(read, [visit])[visit]}


def _told_elsewhere(read: ReadSession, payment_id: UUID) -> dict[str, Any] | None:
    row = read.execute(_elsewhere, {"payment": payment_id}).mappings().one_or_none()
    if row is None:
        return None
    holder = account_refs(read, [row["consumer_id"]]).get(row["consumer_id"])
    if holder is None:
        return None
    named = {"account_number": holder.account_number, "consumer_name": holder.consumer_name}
    return {**row, **named, "transaction_id": None, "number": ""}


def _credited(read: ReadSession, told: dict[str, Any]) -> int:
    """Notes of other counters name the payment by its number, or by its receipt alone."""
    return sum(
        note.amount_minor
        for note in notes_of(read, told["consumer_id"])
        if note.status not in _NOT_GIVEN
        and note.receipt_number == told["receipt_number"]
        and told["number"] in ("", note.payment_number or told["number"])
    )


def _taken_back(read: ReadSession, payment_id: UUID) -> int:
    query = select(func.coalesce(func.sum(_undone.c.amount_minor), 0))
    return int(read.execute(query.where(_undone.c.payment_id == payment_id)).scalar_one())
