"""What a payment of this counter is made of: charges, money on top, tenders, its visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from counterdesk.models.base import table_of
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Overpayment,
    Payment,
    Settlement,
    Tender,
)
from counterdesk.models.undoing import UndoneSettlement
from counterdesk.services.account_standing import charges_left
from counterdesk.store.session import ReadSession

_allocations, _notes, _overpaid = table_of(Allocation), table_of(CreditNote), table_of(Overpayment)
_payments, _settled = table_of(Payment), table_of(Settlement)
_tenders, _undone = table_of(Tender), table_of(UndoneSettlement)


@dataclass(frozen=True, slots=True)
class ChargePaid:
    """One charge and what a payment settled of it. Amounts in minor units."""

    charge_id: UUID
    number: str
    text: str
    """Billing period, what a service is for, or plan and number."""
    charged_on: date
    due_on: date
    billed_minor: int
    before_minor: int
    """What was paid of it before."""
    paid_minor: int
    """What this payment settled."""
    undone_minor: int
    """What of that was taken back since."""
    left_minor: int | None
    """What is owed of it now; None where the centre tells of it no more, or a plan owes it."""

    @property
    def short_minor(self) -> int:
        """What was open of it after the payment."""
        return self.billed_minor - self.before_minor - self.paid_minor


@dataclass(frozen=True, slots=True)
class OverPaid:
    """Money on top, and the credit note that it became."""

    note_id: UUID
    note_number: str
    amount_minor: int
    kept_change: bool


@dataclass(frozen=True, slots=True)
class TenderPaid:
    """One tender of the visit. Amounts in minor units."""

    name: str
    kind: str
    amount_minor: int
    change_minor: int
    here_minor: int
    """What of it paid this payment."""
    reference: str
    last_four: str
    cheque_bank: str
    cheque_dated_on: date | None
    note_id: UUID | None
    """The credit note that it spent."""
    note_number: str


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """Another payment, to go to."""

    payment_id: UUID
    number: str
    account_number: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaymentParts:
    """What the counter that took a payment knows of it. Amounts in minor units."""

    charges: tuple[ChargePaid, ...]
    over: tuple[OverPaid, ...]
    tenders: tuple[TenderPaid, ...]
    due_minor: int
    """Of the whole visit."""
    tendered_minor: int
    change_minor: int
    rounding_minor: int
    others: tuple[PaymentLink, ...]
    """Other payments of the visit."""
    paid_by: str
    notes: str
    paper_number: str
    paper_on: date | None


_taken_back = (
    select(func.coalesce(func.sum(_undone.c.amount_minor), 0))
    .where(
        _undone.c.payment_id == _allocations.c.payment_id,
        _undone.c.allocation_id == _allocations.c.id,
    )
    .correlate(_allocations)
    .scalar_subquery()
)
_charges = (
    select(_allocations, _taken_back.label("undone_minor"))
    .where(_allocations.c.payment_id == bindparam("payment"))
    .order_by(_allocations.c.due_on, _allocations.c.charge_number)
)
_extra = (
    select(_overpaid.c.credit_note_id, _notes.c.number, _overpaid.c.amount_minor, _overpaid.c.kind)
    .join(_notes, _notes.c.id == _overpaid.c.credit_note_id)
    .where(_overpaid.c.payment_id == bindparam("payment"))
)
_of_payment = or_(
    _settled.c.allocation_id.in_(
        select(_allocations.c.id).where(_allocations.c.payment_id == bindparam("payment"))
    ),
    _settled.c.overpayment_id.in_(
        select(_overpaid.c.id).where(_overpaid.c.payment_id == bindparam("payment"))
    ),
)
_here = (
    select(func.coalesce(func.sum(_settled.c.amount_minor), 0))
    .where(_settled.c.tender_id == _tenders.c.id, _of_payment)
    .correlate(_tenders)
    .scalar_subquery()
)
_of_visit = (
    select(_tenders, _here.label("here_minor"))
    .where(_tenders.c.transaction_id == bindparam("visit"))
    .order_by(_tenders.c.position)
)


def charges_paid(read: ReadSession, payment_id: UUID) -> tuple[ChargePaid, ...]:
    """Return the charges that a payment settled, the oldest due first."""
    rows = read.execute(_charges, {"payment": payment_id}).all()
    left = charges_left(read, [row.charge_id for row in rows])
    return tuple(_charge(row, left.get(row.charge_id)) for row in rows)


def _charge(row: Any, left_minor: int | None) -> ChargePaid:
    return ChargePaid(
        row.charge_id, row.charge_number, row.charge_text, row.charged_on, row.due_on,
        row.billed_minor, row.billed_minor - row.outstanding_minor, row.amount_minor,
        row.undone_minor, left_minor,
    )  # fmt: skip


def over_paid(read: ReadSession, payment_id: UUID) -> tuple[OverPaid, ...]:
    """Return what was paid on top."""
    rows = read.execute(_extra, {"payment": payment_id})
    return tuple(
        OverPaid(row.credit_note_id, row.number, row.amount_minor, row.kind == "kept_change")
        for row in rows
    )


def tenders_paid(read: ReadSession, payment_id: UUID, visit: UUID) -> tuple[TenderPaid, ...]:
    """Return the tenders of a payment's visit, in the order keyed."""
    rows = read.execute(_of_visit, {"payment": payment_id, "visit": visit})
    return tuple(_tender(row) for row in rows)


def _tender(row: Any) -> TenderPaid:
    return TenderPaid(
        row.method_name, row.kind, row.amount_minor, row.change_minor, row.here_minor,
        row.reference, row.card_last_four, row.cheque_bank, row.cheque_dated_on,
        row.credit_note_id, row.credit_note_number,
    )  # fmt: skip


def payments_of_visit(read: ReadSession, visit: UUID) -> tuple[PaymentLink, ...]:
    """Return all payments of a visit, also those that were put on it later."""
    query = LINKS.where(_payments.c.transaction_id == visit)
    return tuple(link_from(row) for row in read.execute(query))


LINKS = select(
    _payments.c.id, _payments.c.number, _payments.c.account_number, _payments.c.amount_minor
).order_by(_payments.c.number)
"""Payments of this counter, for `link_from`."""


def link_from(row: Any) -> PaymentLink:
    """Return a row of `LINKS` as what it leads to."""
    return PaymentLink(row.id, row.number, row.account_number, row.amount_minor)
