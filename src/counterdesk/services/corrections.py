"""Correcting a posted payment: reversed and replaced in one transaction, by an administrator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.undoing import Replacement, UndoAsked, UndoKind
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.core.visit_sums import work_out
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Tender
from counterdesk.services.account_standing import open_charges
from counterdesk.services.approvals import another_person, granted_over_threshold
from counterdesk.services.consumers import account_refs
from counterdesk.services.credit_standing import note_now
from counterdesk.services.payments import take_payment
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.taken import PaymentTaken, find_taken
from counterdesk.services.undo_parts import in_order
from counterdesk.services.undo_plan import UndoPlan, plan_undo
from counterdesk.services.undoing import checked_asked, known_undo, save_undo
from counterdesk.services.undone import Undone
from counterdesk.store.session import Session

_tenders = table_of(Tender)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was undone, and the visit that stands in its place."""

    undone: Undone
    taken: PaymentTaken


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
    taken = take_payment(session, _allowed(session, plan, _request(session, plan, new), approver))
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
    tenders = tuple(_as_it_stands(session, one) for one in new.tenders)
    return PaymentRequest(
        new.request_id, new.channel, _lines(session, plan, new), tenders,
        keep_change=new.keep_change, change_account=new.change_account, paid_by=new.paid_by,
        notes=new.notes, held_notes=_given_back(plan, tenders),
    )  # fmt: skip


def _lines(session: Session, plan: UndoPlan, new: Replacement) -> tuple[AccountLine, ...]:
    consumers = dict.fromkeys(one["consumer_id"] for one in in_order(plan.parts))
    known, extras = account_refs(session, consumers), dict(new.extras)
    wanted = {charge_id: minor for charge_id, minor in new.shares if minor}
    lines = []
    for account in (known[one] for one in consumers if one in known):
        charges = open_charges(session, account.consumer_id)
        shares = tuple(
            Share(one, wanted.pop(one.charge_id)) for one in charges if one.charge_id in wanted
        )
        extra = extras.pop(account.account_number, 0)
        if shares or extra:
            lines.append(AccountLine(account, shares, extra, charges))
    if wanted or any(extras.values()):
        raise UserError(_(
            "One of its charges or accounts is not open here any more. Reverse it, and take it "
            "anew."
        ))  # fmt: skip
    return tuple(lines)


def _as_it_stands(session: Session, given: TenderGiven) -> TenderGiven:
    """Return a tender; of a credit note with what is left of it, given back meanwhile."""
    if given.credit_note_id is None:
        return given
    note = note_now(session, given.credit_note_id)
    return replace(given, credit_remaining_minor=note.usable_minor if note else 0)


def _given_back(plan: UndoPlan, tenders: tuple[TenderGiven, ...]) -> frozenset[UUID]:
    """Return the notes that need no holding at the centre: until it hears of this, they are spent.

    It hears of both acts right after each other. Who gets in between is found there (MON-6).
    """
    back = Counter[UUID]()
    for one in plan.parts:
        if one["spent_note_id"] is not None:
            back[one["spent_note_id"]] += one["amount_minor"]
    spent = ((one.credit_note_id, one.amount_minor) for one in tenders)
    return frozenset(note for note, minor in spent if note and minor <= back[note])


def _allowed(
    session: Session, plan: UndoPlan, request: PaymentRequest, approver: Actor
) -> PaymentRequest:
    """Let who says yes to the correction say yes to credit of money that came in already."""
    limit, before = session.settings.overpayment_threshold_minor, Counter[str]()
    for one in plan.parts:
        if one["payment_id"] is not None:
            before[one["account_number"]] += one["amount_minor"]
    for credit in work_out(request, session.settings, plan.business_date).credits:
        number, minor = credit.account.account_number, credit.amount_minor
        if limit < minor <= before[number]:
            granted = granted_over_threshold(
                session, approver, request.request_id, number, minor, limit
            )
            return replace(request, approval=granted)
    return request
