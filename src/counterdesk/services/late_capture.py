"""Receipts that were written by hand while the machine was down: captured later, each once."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.text import clean
from counterdesk.core.visit import Approval, PaperReceipt, PaymentRequest
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.core.visit_sums import work_out
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, PaymentTransaction
from counterdesk.services.approvals import another_person
from counterdesk.services.people import Attempt, entitled
from counterdesk.store.session import ReadSession, Session

PAPER_FIELD, DATE_FIELD = "paperNumber", "paperDate"
_ALLOWED = "late.allowed"
_LONGEST = 40
_visits = table_of(PaymentTransaction)


def allow_late(
    session: Session,
    attempt: Attempt,
    secret: str,
    request_id: UUID,
    number: str,
    written_on: date,
    paid_minor: int,
) -> PaperReceipt:
    """Let a supervisor allow a visit that was receipted by hand to be captured.

    Args:
        session: Its actor is the cashier who captures it.
        attempt: Counted for the supervisor's login.
        secret: The supervisor's password or PIN.
        request_id: The visit; no other can use the yes.
        number: What is printed on the paper.
        written_on: The date on it.
        paid_minor: What it says was paid; the yes is for this amount.

    Raises:
        PermissionRefused: The approver is the cashier, or one of the two may not.
        UserError: Number or date is missing or wrong, or the paper was captured before.
    """
    cashier = entitled(session, Permission.CAPTURE_LATE)
    plain = paper_number(number)
    _check(session, plain, written_on)
    approver = another_person(session, attempt, secret, cashier, Permission.ALLOW_LATE)
    allowed = {
        "request_id": request_id,
        "paper_number": plain,
        "paper_on": written_on,
        "paid_minor": paid_minor,
        "currency": session.settings.currency.code,
        "approver_id": approver.user_id,
        "person": approver.name,
    }
    event = session.record(_ALLOWED, allowed)
    return PaperReceipt(plain, written_on, Approval(event.event_id, approver.name))


def check_late(session: Session, request: PaymentRequest, actor: Actor) -> None:
    """Refuse a paper receipt that nobody else allowed for this visit, or that is here already.

    Args:
        session: The transaction that posts the visit.
        request: The visit.
        actor: Who captures it.

    Raises:
        UserError: It is not allowed, or was captured before.
    """
    paper = request.paper
    if paper is None:
        return
    _check(session, paper_number(paper.number), paper.written_on)
    body = session.execute(
        select(Event.body).where(Event.event_id == paper.approval.event_id, Event.kind == _ALLOWED)
    ).scalar()
    data = json.loads(body)["data"] if body is not None else {}
    result, on = work_out(request, session.settings, session.today()), paper.written_on.isoformat()
    paid_minor = result.tendered_minor - result.change_minor
    asked = (str(request.request_id), paper.number, on, paid_minor)
    names = ("request_id", "paper_number", "paper_on", "paid_minor")
    told = tuple(data.get(name) for name in names)
    if asked != told or data["approver_id"] == str(actor.user_id):
        raise UserError(_("A supervisor has not allowed this receipt to be captured."), PAPER_FIELD)


def paper_number(typed: str) -> str:
    """Return a paper's number the one way it is kept."""
    return clean(typed).strip().upper()


def _check(read: ReadSession, number: str, written_on: date) -> None:
    if not number or len(number) > _LONGEST:
        raise UserError(_("Enter the number that stands on the paper."), PAPER_FIELD)
    refuse_card_number(number, PAPER_FIELD)
    if written_on > read.today():
        raise UserError(_("The date on the paper cannot be in the future."), DATE_FIELD)
    known = read.execute(
        select(_visits.c.receipt_number).where(_visits.c.paper_number == number)
    ).scalar()
    if known is not None:
        text = _("Paper {paper} was captured before, as receipt {number}.")
        raise UserError(text.format(paper=number, number=known), PAPER_FIELD)
