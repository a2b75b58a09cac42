"""The parts of a payment that another counter took, out of what the centre tells when asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.core.undoing import PaymentTold
from counterdesk.services.account_standing import charges_left
from counterdesk.services.payment_parts import (
    ChargePaid,
    OverPaid,
    PaymentLink,
    PaymentParts,
    TenderPaid,
)
from counterdesk.store.session import ReadSession

_Row = Mapping[str, Any]


def parts_told(read: ReadSession, payment_id: UUID, told: PaymentTold) -> PaymentParts:
    """Return what a payment is made of, as the acts told it that made it.

    Args:
        read: A snapshot; its actor must be allowed to see payments.
        payment_id: Which payment of the visit.
        told: The centre's answer for its receipt.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
        UserError: The answer is about another payment.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    rows = _Told(told, str(payment_id))
    others = [one for one in rows.all_of("payments") if one["id"] != str(payment_id)]
    if len(others) == len(rows.all_of("payments")):
        raise UserError(_("The centre told of another payment. Ask again."))
    visit = told.taken["transaction"]
    return PaymentParts(
        tuple(_charges(read, rows)),
        tuple(_over(rows)),
        tuple(_tender(one, rows) for one in rows.all_of("tenders")),
        visit["due_minor"],
        visit["tendered_minor"],
        visit["change_minor"],
        visit["rounding_minor"],
        tuple(
            PaymentLink(UUID(one["id"]), one["number"], one["account_number"], one["amount_minor"])
            for one in others
        ),
        visit["paid_by"],
        visit["notes"],
        visit.get("paper_number", ""),
        _day(visit.get("paper_on")),
    )


class _Told:
    """The rows of a visit, with those that moves put on it since."""

    def __init__(self, told: PaymentTold, payment_id: str) -> None:
        self._acts = (told.taken, *told.undone)
        self._payment_id = payment_id
        self.undone: Counter[str] = Counter()
        for act in told.undone:
            for one in act["undone"]:
                self.undone[one["allocation_id"] or ""] += one["amount_minor"]

    def all_of(self, name: str) -> list[_Row]:
        """Return all rows of a kind."""
        return [row for act in self._acts for row in act.get(name, ())]

    def mine(self, name: str) -> list[_Row]:
        """Return those that belong to the payment."""
        return [row for row in self.all_of(name) if row["payment_id"] == self._payment_id]


def _charges(read: ReadSession, rows: _Told) -> Iterator[ChargePaid]:
    mine = sorted(rows.mine("allocations"), key=lambda one: (one["due_on"], one["charge_number"]))
    left = charges_left(read, [UUID(one["charge_id"]) for one in mine])
    for one in mine:
        charge_id = UUID(one["charge_id"])
        yield ChargePaid(
            charge_id, one["charge_number"], one["charge_text"],
            date.fromisoformat(one["charged_on"]), date.fromisoformat(one["due_on"]),
            one["billed_minor"], one["billed_minor"] - one["outstanding_minor"],
            one["amount_minor"], rows.undone[one["id"]], left.get(charge_id),
        )  # fmt: skip


def _over(rows: _Told) -> Iterator[OverPaid]:
    numbers = {one["id"]: one["number"] for one in rows.all_of("credit_notes")}
    for one in rows.mine("overpayments"):
        note, kept = one["credit_note_id"], one["kind"] == "kept_change"
        yield OverPaid(UUID(note), numbers.get(note, ""), one["amount_minor"], kept)


def _tender(tender: _Row, rows: _Told) -> TenderPaid:
    parts = {one["id"] for name in ("allocations", "overpayments") for one in rows.mine(name)}
    here = sum(
        one["amount_minor"]
        for one in rows.all_of("settlements")
        if one["tender_id"] == tender["id"]
        and (one["allocation_id"] or one["overpayment_id"]) in parts
    )
    note = tender["credit_note_id"]
    return TenderPaid(
        tender["method_name"], tender["kind"], tender["amount_minor"], tender["change_minor"],
        here, tender["reference"], tender["card_last_four"], tender["cheque_bank"],
        _day(tender["cheque_dated_on"]), UUID(note) if note else None,
        tender["credit_note_number"],
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
