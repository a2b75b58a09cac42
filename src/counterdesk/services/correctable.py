"""A posted visit as it was keyed, to be keyed anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.core.visit import Purpose, TenderGiven
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Allocation, Overpayment, Tender
from counterdesk.services.undo_parts import Part, all_parts, in_order, visit_of
from counterdesk.store.session import ReadSession

_tenders, _allocations = table_of(Tender), table_of(Allocation)
_overpayments = table_of(Overpayment)


@dataclass(frozen=True, slots=True)
class PaidShare:
    """What a visit paid of one charge, to be changed. Amounts in minor units."""

    charge_id: UUID
    number: str
    text: str
    account_number: str
    amount_minor: int
    most_minor: int


@dataclass(frozen=True, slots=True)
class VisitToCorrect:
    """A visit as it was keyed."""

    shares: tuple[PaidShare, ...]
    extras: tuple[tuple[str, int], ...]
    """Every account of it, and what was paid there above its charges."""
    tenders: tuple[TenderGiven, ...]
    keep_change: bool
    change_account: str
    channel: str
    paid_by: str
    notes: str


def visit_to_correct(read: ReadSession, transaction_id: UUID) -> VisitToCorrect:
    """Return what a visit paid and how, to be keyed anew.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: It was not taken here, or was undone before.
    """
    require(read.actor, Permission.UNDO_PAYMENT)
    visit, parts = visit_of(read, transaction_id), all_parts(read, transaction_id)
    if any(one["was_undone"] for one in parts):
        raise UserError(_("A part of it was undone before. Reverse what is left of it."))
    ids = {one["allocation_id"]: one for one in parts if one["allocation_id"]}
    rows = read.execute(select(_allocations).where(_allocations.c.id.in_(ids))).all()
    shares = tuple(
        PaidShare(
            row.charge_id, row.charge_number, row.charge_text, ids[row.id]["account_number"],
            row.amount_minor, row.outstanding_minor,
        )
        for row in sorted(rows, key=lambda row: (row.due_on, row.charge_number))
    )  # fmt: skip
    over = _overpaid(read, parts)
    kept = [
        number for (number, kind), minor in over.items() if minor and kind is Purpose.KEPT_CHANGE
    ]
    accounts = dict.fromkeys(one["account_number"] for one in in_order(parts))
    extras = tuple((number, over[number, Purpose.EXTRA]) for number in accounts)
    return VisitToCorrect(
        shares, extras, _given(read, transaction_id, parts), bool(kept), "".join(kept[:1]),
        visit["channel"], visit["paid_by"], visit["notes"],
    )  # fmt: skip


def _overpaid(read: ReadSession, parts: list[Part]) -> Counter[tuple[str, str]]:
    """Return what became credit, by account and purpose."""
    over_parts = (one for one in parts if one["overpayment_id"])
    accounts = {one["overpayment_id"]: one["account_number"] for one in over_parts}
    rows = read.execute(select(_overpayments).where(_overpayments.c.id.in_(accounts)))
    over = Counter[tuple[str, str]]()
    for row in rows:
        over[accounts[row.id], Purpose(row.kind)] += row.amount_minor
    return over


def _given(read: ReadSession, transaction_id: UUID, parts: list[Part]) -> tuple[TenderGiven, ...]:
    """Return the tenders as keyed; a credit note pays for its own account alone."""
    account_of = {one["tender_id"]: one["account_number"] for one in parts if one["spent_note_id"]}
    query = select(_tenders).where(_tenders.c.transaction_id == transaction_id)
    return tuple(
        TenderGiven(
            row.method, row.amount_minor, row.reference, row.card_last_four, row.cheque_bank,
            row.cheque_dated_on, row.credit_note_id, row.credit_note_number,
            account_of.get(row.id, ""), row.amount_minor if row.credit_note_id else 0,
        )
        for row in read.execute(query.order_by(_tenders.c.position))
    )  # fmt: skip
