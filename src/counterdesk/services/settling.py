"""What was over or short at a close is settled later: a fact with its reason and a supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission, require
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models.base import table_of
from counterdesk.models.cash_office import DifferenceSettled
from counterdesk.models.drawer import ShiftMethod
from counterdesk.models.ledger import Shift, ShiftClosed
from counterdesk.services.approvals import another_person
from counterdesk.services.people import Attempt, entitled
from counterdesk.store.session import ReadSession, Session

AMOUNT_FIELD, REASON_FIELD = "settleAmount", "settleReason"
_LONGEST_REASON = 500
_settled, _methods = table_of(DifferenceSettled), table_of(ShiftMethod)
_shifts, _closed = table_of(Shift), table_of(ShiftClosed)


@dataclass(frozen=True, slots=True)
class OpenDifference:
    """What was over or short of one method of a closed shift, and is not settled."""

    shift_method_id: UUID
    number: str
    """The shift's."""
    user_id: UUID
    user_name: str
    method_name: str
    closed_at_utc: datetime
    difference_minor: int
    open_minor: int
    """What is left of it: below 0 for what was short."""
    reason: str
    """What was said at the close."""


@dataclass(frozen=True, slots=True)
class SettleRequest:
    """What a person asks for; its id makes it happen once."""

    request_id: UUID
    shift_method_id: UUID
    amount_minor: int
    """Of the difference, with its sign."""
    reason: str


def open_differences(read: ReadSession) -> tuple[OpenDifference, ...]:
    """Return what is over or short and not settled, the oldest first; a cashier sees their own.

    Raises:
        PermissionRefused: The role does not allow it.
    """
    actor = require(read.actor, Permission.SEE_DEPOSITS)
    query = _open.order_by(_closed.c.event_seq, _methods.c.method)
    if not actor.may(Permission.SEE_DRAWER):
        query = query.where(_shifts.c.user_id == actor.user_id)
    found = (OpenDifference(**row) for row in read.execute(query).mappings())
    return tuple(one for one in found if one.open_minor)


def settle_difference(session: Session, request: SettleRequest) -> OpenDifference:
    """Settle a difference of another's closed shift, as a supervisor.

    Returns:
        The difference with what is still open of it.

    Raises:
        PermissionRefused: The role does not allow it, or it is one's own shift: then another
            supervisor must allow it.
        UserError: There is nothing open, the amount is more than that or of the other sign, or the
            reason is missing, too long, or holds a card number.
        RequestChanged: The id is known with other content.
    """
    return _settle(session, request, entitled(session, Permission.ALLOW_CASH))


def settle_difference_allowed(
    session: Session, attempt: Attempt, secret: str, request: SettleRequest
) -> OpenDifference:
    """Do the same with a supervisor's yes, by their own secret.

    Raises:
        PermissionRefused: As `settle_difference`, or the approver is who asks.
        UserError: As `settle_difference`, or the secret is wrong.
        RequestChanged: The id is known with other content.
    """
    asker = entitled(session, Permission.OPEN_SHIFT)
    approver = another_person(session, attempt, secret, asker, Permission.ALLOW_CASH)
    return _settle(session, request, approver)


def _settle(session: Session, request: SettleRequest, approver: Actor) -> OpenDifference:
    row = session.execute(_open.where(_methods.c.id == request.shift_method_id)).mappings().first()
    if row is None:
        raise UserError(_("There is nothing to settle."))
    found, asked = OpenDifference(**row), entitled(session, Permission.OPEN_SHIFT)
    why = _reason(request.reason)
    if _is_known(session, request, why):
        return found
    if found.user_id == approver.user_id:
        raise PermissionRefused(_("Nobody settles the difference of their own shift."))
    within = 0 < abs(request.amount_minor) <= abs(found.open_minor)
    if not within or (request.amount_minor > 0) != (found.open_minor > 0):
        raise UserError(_("Settle at most what is open of it."), AMOUNT_FIELD)
    _write(session, request, found, asked, approver, why)
    return OpenDifference(**{**row, "open_minor": found.open_minor - request.amount_minor})


def _reason(text: str) -> str:
    why = clean(text).strip()
    if not why:
        raise UserError(_("Give the reason."), REASON_FIELD)
    if len(why) > _LONGEST_REASON:
        raise UserError(
            _("Use at most {count} characters.").format(count=_LONGEST_REASON), REASON_FIELD
        )
    refuse_card_number(why, REASON_FIELD)
    return why


def _is_known(session: Session, request: SettleRequest, why: str) -> bool:
    known = session.execute(
        select(_settled.c.shift_method_id, _settled.c.amount_minor, _settled.c.reason).where(
            _settled.c.id == request.request_id
        )
    ).one_or_none()
    if known is None:
        return False
    if tuple(known) != (request.shift_method_id, request.amount_minor, why):
        raise RequestChanged(_("This was saved already, with other content."))
    return True


def _write(
    session: Session,
    request: SettleRequest,
    found: OpenDifference,
    asked: Actor,
    approver: Actor,
    why: str,
) -> None:
    row: dict[str, Any] = {
        "id": request.request_id,
        "shift_method_id": request.shift_method_id,
        "amount_minor": request.amount_minor,
        "reason": why,
        "settled_at_utc": session.clock.now_utc(),
        "user_id": asked.user_id,
        "user_name": asked.name,
        "approver_id": approver.user_id,
        "approver_name": approver.name,
    }
    told = {**row, "number": found.number, "method_name": found.method_name}
    event = session.record("difference.settled", told, business_date=session.today())
    session.execute(insert(_settled), {**row, "event_seq": event.seq})


_off = _methods.c.counted_minor - _methods.c.expected_minor
_sum = (
    select(func.coalesce(func.sum(_settled.c.amount_minor), 0))
    .where(_settled.c.shift_method_id == _methods.c.id)
    .scalar_subquery()
)
_open = (
    select(
        _methods.c.id.label("shift_method_id"),
        _shifts.c.number,
        _shifts.c.user_id,
        _shifts.c.user_name,
        _methods.c.method_name,
        _closed.c.closed_at_utc,
        _off.label("difference_minor"),
        (_off - _sum).label("open_minor"),
        _methods.c.reason,
    )
    .join(_shifts, _shifts.c.id == _methods.c.shift_id)
    .join(_closed, _closed.c.shift_id == _methods.c.shift_id)
    .where(_off != 0)
)
