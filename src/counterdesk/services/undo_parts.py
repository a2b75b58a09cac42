"""What of a transaction of this counter still stands: its settlements that nobody undid yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.undoing import PaymentTold
from counterdesk.models.base import table_of
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Overpayment,
    Payment,
    PaymentTransaction,
    Settlement,
    Tender,
)
from counterdesk.models.undoing import Undo, UndoneSettlement
from counterdesk.services.told_parts import told_parts, told_visit
from counterdesk.store.session import ReadSession

Part = dict[str, Any]
"""A settlement with its tender and with all that it settled."""

_visits, _payments = table_of(PaymentTransaction), table_of(Payment)
_settlements, _tenders = table_of(Settlement), table_of(Tender)
_allocations, _overpayments = table_of(Allocation), table_of(Overpayment)
_notes, _undone, _undos = table_of(CreditNote), table_of(UndoneSettlement), table_of(Undo)

_was_undone = (
    select(_undone.c.id)
    .where(_undone.c.settlement_id == _settlements.c.id)
    .correlate(_settlements)
    .exists()
)
_all_parts = (
    select(
        _settlements.c.id.label("settlement_id"), _settlements.c.tender_id,
        _settlements.c.allocation_id, _settlements.c.overpayment_id, _settlements.c.amount_minor,
        _tenders.c.method, _tenders.c.method_name, _tenders.c.kind, _tenders.c.reference,
        _tenders.c.credit_note_id.label("spent_note_id"),
        _tenders.c.credit_note_number.label("spent_note_number"),
        _payments.c.id.label("payment_id"), _payments.c.number.label("payment_number"),
        _payments.c.consumer_id, _payments.c.account_number, _payments.c.consumer_name,
        _payments.c.type, _allocations.c.charge_id, _allocations.c.charge_number,
        _notes.c.id.label("born_note_id"), _notes.c.number.label("born_note_number"),
        _was_undone.label("was_undone"),
    )
    .join(_tenders, _tenders.c.id == _settlements.c.tender_id)
    .outerjoin(_allocations, _allocations.c.id == _settlements.c.allocation_id)
    .outerjoin(_overpayments, _overpayments.c.id == _settlements.c.overpayment_id)
    .outerjoin(
        _payments,
        _payments.c.id == func.coalesce(_allocations.c.payment_id, _overpayments.c.payment_id),
    )
    .outerjoin(_notes, _notes.c.id == _overpayments.c.credit_note_id)
    .where(_tenders.c.transaction_id == bindparam("visit"))
    .order_by(_tenders.c.position, _settlements.c.id)
)  # fmt: skip


def visit_of(read: ReadSession, transaction_id: UUID, told: PaymentTold | None = None) -> Part:
    """Return the row of a transaction that this counter took, or that the centre told of.

    Its shift is the one that the money came in: what replaces a transaction brings none.

    Raises:
        UserError: It took none such, and was told of none.
    """
    row = read.execute(select(_visits).where(_visits.c.id == transaction_id)).mappings().first()
    if row is None and told is not None:
        return told_visit(read, told, transaction_id)
    if row is None:
        raise UserError(
            _("This was not taken at this counter. It can be undone at the counter that took it.")
        )
    return {**row, "shift_id": _came_in(read, transaction_id, row["shift_id"])}


def _came_in(read: ReadSession, transaction_id: UUID, shift_id: UUID) -> UUID:
    """Return the shift of the first of several transactions that corrected each other."""
    query = (
        select(_visits.c.id, _visits.c.shift_id)
        .join(_undos, _undos.c.transaction_id == _visits.c.id)
        .where(_undos.c.replaced_by == bindparam("replacement"))
    )
    while (row := read.execute(query, {"replacement": transaction_id}).first()) is not None:
        transaction_id, shift_id = row.id, row.shift_id
    return shift_id


def all_parts(
    read: ReadSession, transaction_id: UUID, told: PaymentTold | None = None
) -> list[Part]:
    """Return every settlement of a transaction; `was_undone` tells which stand no more."""
    if told is not None and not is_own(read, transaction_id):
        return told_parts(read, told)
    rows = read.execute(_all_parts, {"visit": transaction_id}).mappings()
    return [dict(row) for row in rows]


def in_order(parts: Iterable[Part]) -> list[Part]:
    """Return what belongs to accounts, in the order in which the visit paid for them."""
    own = (one for one in parts if one["payment_id"] is not None)
    return sorted(own, key=lambda one: (len(one["payment_number"]), one["payment_number"]))


def is_own(read: ReadSession, transaction_id: UUID) -> bool:
    """Tell whether this counter took a transaction."""
    own = select(_visits.c.id).where(_visits.c.id == transaction_id)
    return read.execute(own).first() is not None


def still_one_payment(parts: list[Part], payment_id: UUID) -> list[Part]:
    """Return what stands of one payment; with the rounding where nothing else stands."""
    standing = [one for one in parts if not one["was_undone"]]
    own = [one for one in standing if one["payment_id"] == payment_id]
    others = [one for one in standing if one["payment_id"] not in (payment_id, None)]
    if not own or others:
        return own
    return own + [one for one in standing if one["payment_id"] is None]
