"""What stands of a payment that another counter took: its settlements, as the centre told them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.undoing import PaymentTold
from counterdesk.models.base import table_of
from counterdesk.models.undoing import UndoneSettlement
from counterdesk.store.session import ReadSession

_undone = table_of(UndoneSettlement)
_Rows = dict[str, dict[str, Any]]


def told_visit(read: ReadSession, told: PaymentTold, transaction_id: UUID) -> dict[str, Any]:
    """Return the transaction of a told payment, with the columns that undoing needs.

    Raises:
        UserError: It is another one, or of another currency.
    """
    visit = told.taken["transaction"]
    if UUID(visit["id"]) != transaction_id:
        raise UserError(_("The centre told of another payment. Ask again."))
    if visit["currency"] != read.settings.currency.code:
        raise UserError(_("It was taken in another currency."))
    return {
        "id": transaction_id,
        "number": visit["number"],
        "receipt_number": visit["receipt_number"],
        "shift_id": UUID(visit["shift_id"]),
    }


def told_parts(read: ReadSession, told: PaymentTold) -> list[dict[str, Any]]:
    """Return every settlement of a told payment, as `undo_parts.all_parts` does of an own one.

    What was moved to another account since hangs on the same tenders, and is among them.
    """
    facts = {name: _by_id(told, name) for name in (
        "tenders", "payments", "allocations", "overpayments", "credit_notes"
    )}  # fmt: skip
    tenders = list(facts["tenders"])
    settled = sorted(
        _by_id(told, "settlements").values(),
        key=lambda one: (tenders.index(one["tender_id"]), one["id"]),
    )
    gone = {row["settlement_id"] for undo in told.undone for row in undo["undone"]}
    gone |= _undone_here(read, (one["id"] for one in settled))
    return [{**_part(one, facts), "was_undone": one["id"] in gone} for one in settled]


def _by_id(told: PaymentTold, name: str) -> _Rows:
    return {row["id"]: row for data in (told.taken, *told.undone) for row in data.get(name, ())}


def _undone_here(read: ReadSession, settlements: Iterable[str]) -> set[str]:
    """The centre may not have heard of it yet when it told."""
    ids = [UUID(one) for one in settlements]
    query = select(_undone.c.settlement_id).where(_undone.c.settlement_id.in_(ids))
    return {str(one) for one in read.execute(query).scalars()}


def _part(one: dict[str, Any], facts: Mapping[str, Mapping[Any, Any]]) -> dict[str, Any]:
    tender = facts["tenders"][one["tender_id"]]
    paid = facts["allocations"].get(one["allocation_id"], {})
    over = facts["overpayments"].get(one["overpayment_id"], {})
    payment = facts["payments"].get(paid.get("payment_id") or over.get("payment_id"), {})
    note = facts["credit_notes"].get(over.get("credit_note_id"), {})
    return {
        "settlement_id": UUID(one["id"]),
        "tender_id": UUID(one["tender_id"]),
        "allocation_id": _id(one["allocation_id"]),
        "overpayment_id": _id(one["overpayment_id"]),
        "amount_minor": one["amount_minor"],
        "method": tender["method"],
        "method_name": tender["method_name"],
        "kind": tender["kind"],
        "reference": tender["reference"],
        "spent_note_id": _id(tender["credit_note_id"]),
        "spent_note_number": tender["credit_note_number"],
        "payment_id": _id(payment.get("id")),
        "payment_number": payment.get("number"),
        "consumer_id": _id(payment.get("consumer_id")),
        "account_number": payment.get("account_number"),
        "consumer_name": payment.get("consumer_name"),
        "type": payment.get("type"),
        "charge_id": _id(paid.get("charge_id")),
        "charge_number": paid.get("charge_number"),
        "born_note_id": _id(note.get("id")),
        "born_note_number": note.get("number"),
    }


def _id(told: str | None) -> UUID | None:
    return UUID(told) if told else None
