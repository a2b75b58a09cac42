"""The rows of one visit: what its event says, and what the ledger's tables hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from counterdesk.core.dates import months_later
from counterdesk.core.permissions import Actor
from counterdesk.core.settings import ModeKind
from counterdesk.core.text import clean
from counterdesk.core.visit import (
    AccountLine,
    Credit,
    PaymentRequest,
    PaymentType,
    Purpose,
    Share,
    VisitResult,
)
from counterdesk.services.numbering import next_number
from counterdesk.services.shifts import OpenShift
from counterdesk.store.session import Session

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VisitRows:
    """Every row a visit makes, by table, with the column names of `models.ledger`."""

    transaction: Row
    payments: list[Row] = field(default_factory=list)
    allocations: list[Row] = field(default_factory=list)
    credit_notes: list[Row] = field(default_factory=list)
    overpayments: list[Row] = field(default_factory=list)
    tenders: list[Row] = field(default_factory=list)
    settlements: list[Row] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    """Service address of each account, for the receipt; not a fact of the payment."""
    credit_left: dict[UUID, int] = field(default_factory=dict)
    """What is left of each credit note spent, for the receipt; not a fact of the payment."""

    def facts(self) -> Mapping[str, Any]:
        """Return the rows as the event's data."""
        return {
            "transaction": self.transaction,
            "payments": self.payments,
            "allocations": self.allocations,
            "credit_notes": self.credit_notes,
            "overpayments": self.overpayments,
            "tenders": self.tenders,
            "settlements": self.settlements,
        }


@dataclass(frozen=True, slots=True)
class Posting:
    """All that is known when a visit is posted."""

    session: Session
    request: PaymentRequest
    result: VisitResult
    shift: OpenShift
    actor: Actor
    taken_at_utc: datetime
    owed: Mapping[str, int]
    """What each account owes before the visit, in minor units, by account number."""
    credit_left: Mapping[UUID, int] = field(default_factory=dict)
    """What will be left of the credit notes it spends, in minor units, by their ids."""

    def number(self, series: str) -> str:
        """Draw the next number of a series."""
        return next_number(self.session, series, self.shift.business_date)


def visit_rows(posting: Posting, request_hash: bytes) -> VisitRows:
    """Return the rows of a visit whose result has no problems; numbers are drawn here."""
    rows = VisitRows(_transaction(posting, request_hash))
    rows.credit_left.update(posting.credit_left)
    for line in posting.request.lines:
        rows.addresses[line.account.account_number] = line.account.service_address
        _add_line(posting, rows, line)
    _add_tenders(posting, rows)
    _add_settlements(posting, rows)
    return rows


def _transaction(posting: Posting, request_hash: bytes) -> Row:
    request, result, shift = posting.request, posting.result, posting.shift
    return {
        "id": request.request_id,
        "number": posting.number("transaction"),
        "receipt_number": posting.number("receipt"),
        "shift_id": shift.id,
        "business_date": shift.business_date,
        "taken_at_utc": posting.taken_at_utc,
        "user_id": posting.actor.user_id,
        "user_name": posting.actor.name,
        "channel": request.channel,
        "paid_by": clean(request.paid_by).strip(),
        "notes": clean(request.notes).strip(),
        "currency": posting.session.settings.currency.code,
        "due_minor": result.tendered_minor - result.change_minor,
        "tendered_minor": result.tendered_minor,
        "change_minor": result.change_minor,
        "rounding_minor": result.rounding_minor,
        "paper_number": request.paper.number if request.paper else "",
        "paper_on": request.paper.written_on if request.paper else None,
        "request_hash": request_hash,
    }


def _add_line(posting: Posting, rows: VisitRows, line: AccountLine) -> None:
    """One payment for each type that is paid; the credit belongs to the first of them."""
    credit = next((one for one in posting.result.credits if one.account == line.account), None)
    paid = [kind for kind in PaymentType if any(s.charge.kind is kind for s in line.shares)]
    for kind in paid or [PaymentType.BILL]:
        shares = [share for share in line.shares if share.charge.kind is kind]
        payment = _payment(posting, line, kind, shares, credit)
        rows.payments.append(payment)
        rows.allocations.extend(_allocation(posting, payment, share) for share in shares)
        if credit is not None:
            _add_credit(posting, rows, payment, credit)
            credit = None


def _payment(
    posting: Posting,
    line: AccountLine,
    kind: PaymentType,
    shares: list[Share],
    credit: Credit | None,
) -> Row:
    paid = sum(share.amount_minor for share in shares)
    whole = sum(share.amount_minor for share in line.shares)
    return {
        "id": posting.session.new_id(),
        "number": posting.number("payment"),
        "transaction_id": posting.request.request_id,
        "consumer_id": line.account.consumer_id,
        "account_number": line.account.account_number,
        "consumer_name": line.account.consumer_name,
        "type": str(kind),
        "amount_minor": paid + (credit.amount_minor if credit else 0),
        "left_minor": posting.owed[line.account.account_number] - whole,
        "status": "Posted",
    }


def _allocation(posting: Posting, payment: Row, share: Share) -> Row:
    charge = share.charge
    return {
        "id": posting.session.new_id(),
        "payment_id": payment["id"],
        "charge_id": charge.charge_id,
        "charge_number": charge.number,
        "charge_text": charge.text,
        "charged_on": charge.charged_on,
        "due_on": charge.due_on,
        "billed_minor": charge.billed_minor,
        "outstanding_minor": charge.outstanding_minor,
        "amount_minor": share.amount_minor,
    }


def _add_credit(posting: Posting, rows: VisitRows, payment: Row, credit: Credit) -> None:
    note = _credit_note(posting, rows, payment, credit)
    rows.credit_notes.append(note)
    for kind, amount in (
        (Purpose.EXTRA, credit.extra_minor),
        (Purpose.KEPT_CHANGE, credit.kept_change_minor),
    ):
        if amount:
            rows.overpayments.append(
                {
                    "id": posting.session.new_id(),
                    "payment_id": payment["id"],
                    "credit_note_id": note["id"],
                    "kind": str(kind),
                    "amount_minor": amount,
                }
            )


def _credit_note(posting: Posting, rows: VisitRows, payment: Row, credit: Credit) -> Row:
    settings, today = posting.session.settings, posting.shift.business_date
    return {
        "id": posting.session.new_id(),
        "number": posting.number("credit_note"),
        "source": "overpayment",
        "transaction_id": posting.request.request_id,
        "payment_id": payment["id"],
        "payment_number": payment["number"],
        "receipt_number": rows.transaction["receipt_number"],
        "from_note_id": None,
        "consumer_id": payment["consumer_id"],
        "account_number": payment["account_number"],
        "consumer_name": payment["consumer_name"],
        "reason": "Overpayment",
        "amount_minor": credit.amount_minor,
        "currency": settings.currency.code,
        "status": "Active",
        "created_on": today,
        "created_at_utc": posting.taken_at_utc,
        "created_by": posting.actor.name,
        "created_by_id": posting.actor.user_id,
        "approver_id": None,
        "approver_name": "",
        "expires_on": months_later(today, settings.credit_note_months),
        "held_until": _held_until(posting, payment["account_number"]),
        "remarks": "",
    }


def _held_until(posting: Posting, account_number: str) -> date | None:
    """A cheque's extra money may be held until the cheque is known to be good (MON-8)."""
    settings, request = posting.session.settings, posting.request
    cheques = {
        place
        for place, given in enumerate(request.tenders)
        if settings.taken_mode(given.method).kind is ModeKind.CHEQUE
    }
    extra = (Purpose.EXTRA, Purpose.KEPT_CHANGE)
    held = any(
        part.tender in cheques and part.purpose in extra and part.account_number == account_number
        for part in posting.result.settled
    )
    if not held or not settings.cheque_hold_days:
        return None
    return posting.shift.business_date + timedelta(days=settings.cheque_hold_days)


def _add_tenders(posting: Posting, rows: VisitRows) -> None:
    settings = posting.session.settings
    for position, given in enumerate(posting.request.tenders):
        mode = settings.taken_mode(given.method)
        rows.tenders.append(
            {
                "id": posting.session.new_id(),
                "transaction_id": posting.request.request_id,
                "position": position,
                "method": given.method,
                "method_name": mode.name,
                "kind": str(mode.kind),
                "amount_minor": given.amount_minor,
                "change_minor": posting.result.change_of[position],
                "reference": clean(given.reference).strip(),
                "card_last_four": given.card_last_four if mode.kind is ModeKind.CARD else "",
                "cheque_bank": clean(given.cheque_bank).strip(),
                "cheque_dated_on": given.cheque_dated_on,
                "credit_note_id": given.credit_note_id,
                "credit_note_number": given.credit_note_number,
            }
        )


def _add_settlements(posting: Posting, rows: VisitRows) -> None:
    account_of = {row["id"]: row["account_number"] for row in rows.payments}
    allocations = {row["charge_id"]: row["id"] for row in rows.allocations}
    overpayments: dict[tuple[str, str], UUID] = {
        (account_of[row["payment_id"]], row["kind"]): row["id"] for row in rows.overpayments
    }
    for part in posting.result.settled:
        allocation = allocations[part.charge_id] if part.charge_id else None
        overpayment = overpayments.get((part.account_number, str(part.purpose)))
        rows.settlements.append(
            {
                "id": posting.session.new_id(),
                "tender_id": rows.tenders[part.tender]["id"],
                "allocation_id": allocation,
                "overpayment_id": overpayment,
                "amount_minor": part.amount_minor,
            }
        )
