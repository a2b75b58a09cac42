"""Cash into the drawer and out of it without a payment, each a fact with its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from counterdesk.core.drawer import INTO_THE_DRAWER, MoveKind
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission, require
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models.base import table_of
from counterdesk.models.drawer import DrawerMove
from counterdesk.services.approvals import another_person
from counterdesk.services.drawer import ask_drawer
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.print_jobs import queue_copy
from counterdesk.services.shift_reports import voucher
from counterdesk.services.shifts import OpenShift, check_cash, current_shift, expected_drawer
from counterdesk.store.session import ReadSession, Session

AMOUNT_FIELD, REASON_FIELD, ENVELOPE_FIELD = "moveAmount", "moveReason", "moveEnvelope"
_LONGEST_REASON, _LONGEST_ENVELOPE = 200, 40
_moves = table_of(DrawerMove)


_LIMITED = (MoveKind.PAID_IN, MoveKind.PAID_OUT)


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """What a person asks for; its id makes it happen once."""

    request_id: UUID
    kind: MoveKind
    amount_minor: int
    """More than 0, whichever way it goes."""
    reason: str = ""
    envelope: str = ""
    """Number of the envelope that a drop goes to the safe in."""


@dataclass(frozen=True, slots=True)
class DrawerMoved:
    """A move that is safely in the ledger."""

    id: UUID
    number: str
    kind: MoveKind
    delta_minor: int
    reason: str
    envelope: str
    undoes_id: UUID | None
    user_name: str
    approver_name: str


def move_cash(session: Session, request: MoveRequest) -> DrawerMoved:
    """Put cash into the drawer of one's own shift, or take some out.

    Raises:
        PermissionRefused: The role does not allow it, it is another's shift, or the amount is over
            the limit: then a supervisor must allow it.
        UserError: No shift is open, the drawer does not hold that much, or amount, reason or
            envelope is missing or wrong.
        RequestChanged: The id is known with other content.
    """
    return _move(session, request, None)


def move_cash_allowed(
    session: Session, attempt: Attempt, secret: str, request: MoveRequest
) -> DrawerMoved:
    """Do the same with a supervisor's yes, by their own secret.

    Raises:
        PermissionRefused: As `move_cash`, or the approver may not allow it, or is the cashier.
        UserError: As `move_cash`, or the secret is wrong.
        RequestChanged: The id is known with other content.
    """
    asker = entitled(session, Permission.OPEN_SHIFT)
    approver = another_person(session, attempt, secret, asker, Permission.ALLOW_CASH)
    return _move(session, request, approver)


def needs_supervisor(request: MoveRequest, settings: Settings) -> bool:
    """Tell whether an amount is over what a cashier moves alone."""
    return request.kind in _LIMITED and request.amount_minor > settings.drawer_move_limit_minor


def undo_move(session: Session, request_id: UUID, move_id: UUID, reason: str) -> DrawerMoved:
    """Take back a move of the running shift that was written down wrongly; the old one stays.

    Raises:
        PermissionRefused: The role does not allow it, or it is another's shift.
        UserError: There is no such move, it was taken back before, or no reason is given.
    """
    shift, actor = _own_shift(session)
    known = _known(session, request_id)
    if known is not None:
        return known
    wrong = _known(session, move_id, shift.id)
    if wrong is None or wrong.kind is MoveKind.UNDONE:
        raise UserError(_("There is nothing to take back."))
    if session.execute(select(_moves.c.id).where(_moves.c.undoes_id == move_id)).first():
        raise UserError(_("{number} was taken back before.").format(number=wrong.number))
    told = DrawerMoved(
        request_id, _next_number(session, shift), MoveKind.UNDONE, -wrong.delta_minor,
        _reason(reason), "", move_id, actor.name, "",
    )  # fmt: skip
    return _save(session, shift, told, None)


def shift_moves(read: ReadSession, shift_id: UUID) -> tuple[DrawerMoved, ...]:
    """Return the moves of a shift in their order.

    Raises:
        PermissionRefused: The role has nothing to do with shifts.
    """
    require(read.actor, Permission.OPEN_SHIFT)
    rows = read.execute(
        select(_moves).where(_moves.c.shift_id == shift_id).order_by(_moves.c.event_seq)
    ).mappings()
    return tuple(_told(row) for row in rows)


def _move(session: Session, request: MoveRequest, approver: Actor | None) -> DrawerMoved:
    shift, actor = _own_shift(session)
    known = _known(session, request.request_id)
    told = _asked(session, request, shift, actor, approver)
    if known is not None:
        if _content(known) != _content(told):
            raise RequestChanged(_("This was saved already, with other content."))
        return known
    if approver is None and needs_supervisor(request, session.settings):
        raise PermissionRefused(_over_limit(session.settings), AMOUNT_FIELD)
    if expected_drawer(session, shift.id) + told.delta_minor < 0:
        raise UserError(_("The drawer does not hold that much."), AMOUNT_FIELD)
    return _save(session, shift, told, approver)


def _content(moved: DrawerMoved) -> tuple[object, ...]:
    return moved.kind, moved.delta_minor, moved.reason, moved.envelope


def _own_shift(session: Session) -> tuple[OpenShift, Actor]:
    actor, shift = entitled(session, Permission.OPEN_SHIFT), current_shift(session)
    if shift is None:
        raise UserError(_("No shift is open. Open one first (F7)."), "shift")
    if shift.user_id != actor.user_id:
        raise PermissionRefused(_("This shift belongs to {name}.").format(name=shift.user_name))
    return shift, actor


def _asked(
    session: Session,
    request: MoveRequest,
    shift: OpenShift,
    actor: Actor,
    approver: Actor | None,
) -> DrawerMoved:
    kind, amount_minor = MoveKind(request.kind), request.amount_minor
    if kind is MoveKind.UNDONE:
        raise ValueError("a move is taken back by naming it")
    check_cash(session, amount_minor, AMOUNT_FIELD)
    if amount_minor == 0:
        raise UserError(_("Enter an amount."), AMOUNT_FIELD)
    return DrawerMoved(
        request.request_id, _next_number(session, shift), kind,
        amount_minor if kind in INTO_THE_DRAWER else -amount_minor,
        _reason(request.reason, needed=kind in _LIMITED),
        _envelope(request.envelope) if kind is MoveKind.DROP else "",
        None, actor.name, approver.name if approver else "",
    )  # fmt: skip


def _reason(reason: str, *, needed: bool = True) -> str:
    why = clean(reason).strip()
    if needed and not why:
        raise UserError(_("Give the reason."), REASON_FIELD)
    if len(why) > _LONGEST_REASON:
        raise UserError(
            _("Use at most {count} characters.").format(count=_LONGEST_REASON), REASON_FIELD
        )
    refuse_card_number(why, REASON_FIELD)
    return why


def _envelope(number: str) -> str:
    written = clean(number).strip()[:_LONGEST_ENVELOPE]
    if not written:
        raise UserError(_("Write the number of the envelope."), ENVELOPE_FIELD)
    refuse_card_number(written, ENVELOPE_FIELD)
    return written


def _over_limit(settings: Settings) -> str:
    limit = format_amount(settings.drawer_move_limit_minor, settings.currency, settings.locale)
    return _("More than {limit} needs a supervisor.").format(limit=limit)


def _next_number(session: Session, shift: OpenShift) -> str:
    before = select(func.count()).where(_moves.c.shift_id == shift.id)
    return f"{shift.number}/{session.execute(before).scalar_one() + 1}"


def _save(
    session: Session, shift: OpenShift, told: DrawerMoved, approver: Actor | None
) -> DrawerMoved:
    row = {
        "id": told.id,
        "number": told.number,
        "shift_id": shift.id,
        "kind": told.kind.value,
        "delta_minor": told.delta_minor,
        "currency": session.settings.currency.code,
        "reason": told.reason,
        "envelope": told.envelope,
        "undoes_id": told.undoes_id,
        "moved_at_utc": session.clock.now_utc(),
        "user_id": shift.user_id,
        "user_name": told.user_name,
        "approver_id": approver.user_id if approver else None,
        "approver_name": told.approver_name,
    }
    event = session.record(
        "drawer.moved", row, business_date=shift.business_date, cash_delta_minor=told.delta_minor
    )
    session.execute(insert(_moves), {**row, "event_seq": event.seq})
    queue_copy(session, None, voucher(session, row), 0)
    ask_drawer(session)
    return told


def _known(read: ReadSession, move_id: UUID, shift_id: UUID | None = None) -> DrawerMoved | None:
    query = select(_moves).where(_moves.c.id == move_id)
    if shift_id is not None:
        query = query.where(_moves.c.shift_id == shift_id)
    row = read.execute(query).mappings().one_or_none()
    return _told(row) if row else None


def _told(row: Any) -> DrawerMoved:
    return DrawerMoved(
        row["id"], row["number"], MoveKind(row["kind"]), row["delta_minor"], row["reason"],
        row["envelope"], row["undoes_id"], row["user_name"], row["approver_name"],
    )  # fmt: skip
