"""Correcting a posted payment: reversed and replaced in one transaction, by an administrator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.core.undoing import Replacement, UndoAsked, UndoKind
from counterdesk.core.visit import AccountLine, OpenCharge, PaymentRequest, Share, TenderGiven
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Allocation, Tender
from counterdesk.services.account_standing import open_charges
from counterdesk.services.approvals import another_person
from counterdesk.services.consumers import account_refs
from counterdesk.services.payments import take_payment
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.taken import PaymentTaken, find_taken
from counterdesk.services.undo_parts import all_parts, visit_of
from counterdesk.services.undo_plan import UndoPlan, plan_undo
from counterdesk.services.undoing import checked_asked, known_undo, save_undo
from counterdesk.services.undone import Undone
from counterdesk.store.session import ReadSession, Session

_tenders, _allocations = table_of(Tender), table_of(Allocation)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was undone, and the visit that stands in its place."""

    undone: Undone
    taken: PaymentTaken


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
    tenders: tuple[TenderGiven, ...]
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
    return VisitToCorrect(
        shares, _given(read, transaction_id), visit["channel"], visit["paid_by"], visit["notes"]
    )


def _given(read: ReadSession, transaction_id: UUID) -> tuple[TenderGiven, ...]:
    query = select(_tenders).where(_tenders.c.transaction_id == transaction_id)
    return tuple(
        TenderGiven(
            row.method, row.amount_minor, row.reference, row.card_last_four, row.cheque_bank,
            row.cheque_dated_on, row.credit_note_id, row.credit_note_number,
        )
        for row in read.execute(query.order_by(_tenders.c.position))
    )  # fmt: skip


def correct_payment(
    session: Session, attempt: Attempt, secret: str, asked: UndoAsked, new: Replacement
) -> Corrected:
    """Reverse a whole visit and take it anew, linked, both or nothing.

    Args:
        session: Its actor is the cashier, in their own shift.
        attempt: Counted for the administrator's login.
        secret: The administrator's password or PIN.
        asked: What is undone, and why.
        new: The visit as it should have been.

    Raises:
        PermissionRefused: The cashier may not undo payments, or the other one correct them.
        UserError: It cannot be undone, the new one breaks a rule, or says that other cash came into
            a drawer that is closed. Nothing is saved then.
        RequestChanged: An id is known with other content.
    """
    actor = entitled(session, Permission.UNDO_PAYMENT)
    if asked.kind is not UndoKind.CORRECTED:
        raise ValueError("only a correction replaces what it undoes")
    checked = checked_asked(session, asked)
    approver = another_person(session, attempt, secret, actor, Permission.CORRECT_PAYMENT)
    known = known_undo(session, checked)
    if known is not None:
        return Corrected(known, find_taken(session, new.request_id))
    plan = plan_undo(session, checked, actor)
    undone = save_undo(session, plan, actor, approver, new.request_id)
    taken = take_payment(session, _request(session, plan, new))
    _refuse_other_money(session, plan, new.request_id)
    return Corrected(undone, taken)


def _refuse_other_money(session: Session, plan: UndoPlan, replacement: UUID) -> None:
    """What was counted in a drawer that is closed lies there still, whatever is corrected.

    Raises:
        UserError: The new visit says that other cash or cheques came in.
    """
    if plan.shift is not None and plan.shift.id == plan.visit["shift_id"]:
        return
    counted = {mode.code for mode in session.settings.payment_modes if mode.counted_at_close}
    before = Counter[str]()
    for one in plan.effects.money_back:
        before[one.method] += one.amount_minor
    kept = (_tenders.c.amount_minor - _tenders.c.change_minor).label("kept_minor")
    query = select(_tenders.c.method, kept).where(_tenders.c.transaction_id == replacement)
    after = Counter[str]()
    for row in session.execute(query):
        after[row.method] += row.kept_minor
    if any(before[method] != after[method] for method in counted):
        raise UserError(
            _("Its shift is closed, with its cash and cheques counted. Correct what was paid, not "
              "how much came in of each; or reverse it and take it anew.")
        )  # fmt: skip


def _request(session: Session, plan: UndoPlan, new: Replacement) -> PaymentRequest:
    """Return the new visit over the charges as they stand now that the old one is undone."""
    consumers = dict.fromkeys(
        one["consumer_id"] for one in plan.parts if one["consumer_id"] is not None
    )
    known, extras = account_refs(session, consumers), dict(new.extras)
    lines = []
    for consumer_id in consumers:
        charges = open_charges(session, consumer_id)
        shares = _shares(charges, new)
        number = known[consumer_id].account_number if consumer_id in known else ""
        if number and (shares or extras.get(number)):
            extra = extras.get(number, 0)
            lines.append(AccountLine(known[consumer_id], shares, extra, charges))
    return PaymentRequest(
        new.request_id, new.channel, tuple(lines), new.tenders, keep_change=new.keep_change,
        paid_by=new.paid_by, notes=new.notes,
    )  # fmt: skip


def _shares(charges: tuple[OpenCharge, ...], new: Replacement) -> tuple[Share, ...]:
    wanted = {charge_id: minor for charge_id, minor in new.shares if minor}
    return tuple(Share(one, wanted[one.charge_id]) for one in charges if one.charge_id in wanted)
