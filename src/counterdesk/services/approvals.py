"""A supervisor's yes, given at the counter with their own secret, recorded before it is used."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.dates import write_instant
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission, require
from counterdesk.core.visit import Approval
from counterdesk.models.ledger import Event
from counterdesk.services.people import (
    LOGIN_FIELD,
    SECRET_FIELD,
    Attempt,
    begin_attempt,
    check_secret,
    entitled,
    people_valid_until,
)
from counterdesk.store.session import ReadSession, Session

_GRANTED = "approval.granted"


@dataclass(frozen=True, slots=True)
class GrantedApproval:
    """What a supervisor allowed: that much extra money, on one account, in one visit."""

    request_id: UUID
    account_number: str
    extra_minor: int
    currency: str
    approver_id: UUID
    approver_name: str

    def covers(self, request_id: UUID, account_number: str, extra_minor: int) -> bool:
        """Tell whether this much extra, kept change included, is what was allowed."""
        asked = (request_id, account_number)
        return asked == (self.request_id, self.account_number) and extra_minor <= self.extra_minor


def begin_approval(session: Session, login: str) -> Attempt:
    """Count a supervisor's try, where they may be relied on at all.

    Raises:
        UserError: The centre's word on people ran out, no login, or a wait is not over.
    """
    refuse_outdated(session)
    return begin_attempt(session, login)


def refuse_outdated(session: Session) -> None:
    """Refuse where the centre has not said for three days who may approve.

    Somebody may have lost the right meanwhile. Signing in and taking payments go on: without
    them the queue would stand still, and each payment is checked again at the centre.

    Raises:
        UserError: It ran out.
    """
    until = people_valid_until(session)
    if until is None or session.clock.now_utc() <= until:
        return
    settings = session.settings
    ended = write_instant(until, settings.locale, settings.time_zone)
    raise UserError(
        _("Nobody can approve here now: what this counter knows of supervisors was good until "
          "{time}, and it has not heard from the centre since. Nothing is lost, and payments "
          "within the limits go on. Bring the counter back to the centre (F11), then ask again."
          ).format(time=ended), SECRET_FIELD,
    )  # fmt: skip


def allow_over_threshold(
    session: Session,
    attempt: Attempt,
    secret: str,
    *,
    request_id: UUID,
    account_number: str,
    extra_minor: int,
    limit_minor: int,
) -> Approval:
    """Let a supervisor allow one visit more extra money on an account than the settings do.

    Args:
        session: Its actor is the cashier who asks.
        attempt: Counted for the supervisor's login.
        secret: The supervisor's password or PIN.
        request_id: The visit it is for; no other visit can use it.
        account_number: The account the extra money belongs to.
        extra_minor: What is paid above the outstanding of what is ticked, kept change included.
        limit_minor: What the settings allow without asking.

    Raises:
        PermissionRefused: The approver is the cashier, or their role may not allow it.
        UserError: Unknown login or wrong secret, or the centre's word on people ran out.
        ValueError: The amount needs no approval.
    """
    cashier = entitled(session, Permission.TAKE_PAYMENT)
    if extra_minor <= limit_minor:
        raise ValueError(f"{extra_minor} is within the limit of {limit_minor}")
    approver = another_person(session, attempt, secret, cashier, Permission.ALLOW_OVER_THRESHOLD)
    return granted_over_threshold(
        session, approver, request_id, account_number, extra_minor, limit_minor
    )


def granted_over_threshold(
    session: Session,
    approver: Actor,
    request_id: UUID,
    account_number: str,
    extra_minor: int,
    limit_minor: int,
) -> Approval:
    """Record the yes of one who proved to be entitled to it. Arguments as above."""
    granted = {
        "request_id": request_id,
        "account_number": account_number,
        "extra_minor": extra_minor,
        "limit_minor": limit_minor,
        "currency": session.settings.currency.code,
        "approver_id": approver.user_id,
        "approver": approver.name,
    }
    return Approval(session.record(_GRANTED, granted).event_id, approver.name)


def another_person(
    session: Session, attempt: Attempt, secret: str, asker: Actor, permission: Permission
) -> Actor:
    """Return who says yes with their own secret, and may.

    Raises:
        PermissionRefused: It is the person who asks, or their role may not allow it.
        UserError: Unknown login or wrong secret, or the centre's word on people ran out.
    """
    refuse_outdated(session)
    approver = check_secret(session, attempt, secret)
    if approver.user_id == asker.user_id:
        raise PermissionRefused(_("Somebody other than the cashier must allow this."), LOGIN_FIELD)
    return require(approver, permission)


def find_approval(read: ReadSession, event_id: UUID) -> GrantedApproval | None:
    """Return what an approval's event allows, or None if no such event stands in the ledger."""
    body = read.execute(
        select(Event.body).where(Event.event_id == event_id, Event.kind == _GRANTED)
    ).scalar()
    if body is None:
        return None
    data = json.loads(body)["data"]
    return GrantedApproval(
        request_id=UUID(data["request_id"]),
        account_number=data["account_number"],
        extra_minor=data["extra_minor"],
        currency=data["currency"],
        approver_id=UUID(data["approver_id"]),
        approver_name=data["approver"],
    )
