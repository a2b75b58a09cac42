"""Closing a counted shift: every difference with its reason, a large one with a supervisor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from counterdesk.core.documents import Document
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models import drawer, ledger
from counterdesk.models.base import table_of
from counterdesk.services.approvals import another_person
from counterdesk.services.counts import pieces_of
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.print_jobs import queue_copy
from counterdesk.services.shift_blockers import close_blockers
from counterdesk.services.shift_counting import (
    MethodCounted,
    ShiftCounted,
    check_fresh,
    held_against,
    shift_to_close,
)
from counterdesk.services.shift_reports import z_report
from counterdesk.services.shifts import OpenShift
from counterdesk.store.session import Session

REASON_FIELD = "reason"
_LONGEST_REASON = 500

_closed, _methods = table_of(ledger.ShiftClosed), table_of(drawer.ShiftMethod)


@dataclass(frozen=True, slots=True)
class ShiftClose:
    """What closes a counted shift."""

    count_id: UUID
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why it differs, by method code."""
    why: str = ""
    """Why another person's shift is closed, or one in spite of what is open."""


@dataclass(frozen=True, slots=True)
class ShiftClosed:
    """A closed shift; the amounts are those of the cash."""

    shift_id: UUID
    number: str
    z_number: str
    closed_at_utc: datetime
    expected_minor: int
    counted_minor: int
    reason: str
    methods: tuple[MethodCounted, ...]
    document: Document
    """Its Z report."""

    @property
    def difference_minor(self) -> int:
        """Counted less expected."""
        return self.counted_minor - self.expected_minor


def reason_field(method: str) -> str:
    """Return the field of the reason why a method differs."""
    return f"{REASON_FIELD}_{method}"


def close_shift(session: Session, asked: ShiftClose) -> ShiftClosed:
    """Close the running shift with its last count.

    A shift belongs to its cashier; a supervisor may close it for them and says why, also in spite
    of what is still open.

    Raises:
        PermissionRefused: It is another person's shift, and the role does not allow closing it; or
            a difference is beyond the limit and needs a supervisor.
        UserError: No shift is open, it was not counted or money moved since, something must be
            settled first, or a reason is missing, too long, or holds a card number.
    """
    return close_with(session, asked, None)


def close_shift_allowed(
    session: Session, attempt: Attempt, secret: str, asked: ShiftClose
) -> ShiftClosed:
    """Do the same with a supervisor's yes to the difference, by their own secret.

    Raises:
        PermissionRefused: As `close_shift`, or the approver may not allow it, or is the cashier.
        UserError: As `close_shift`, or the secret is wrong.
    """
    asker = entitled(session, Permission.OPEN_SHIFT)
    approver = another_person(session, attempt, secret, asker, Permission.ALLOW_CASH)
    return close_with(session, asked, approver)


def close_with(session: Session, asked: ShiftClose, approver: Actor | None) -> ShiftClosed:
    """Close the running shift; whoever allows its difference has proved who they are.

    Raises:
        PermissionRefused: As `close_shift`, or the approver is the shift's cashier.
        UserError: As `close_shift`.
    """
    actor = entitled(session, Permission.OPEN_SHIFT)
    shift = shift_to_close(session, actor)
    check_fresh(session, shift, asked.count_id)
    counted = held_against(session, shift, asked.count_id, pieces_of(session, asked.count_id))
    why = _checked_reason(asked.why, REASON_FIELD)
    reasons = {
        one.method: _checked_reason(asked.reasons.get(one.method, ""), reason_field(one.method))
        for one in counted.methods
    }
    _refuse_without_reason(shift, actor, counted, reasons, why)
    if shift.user_id != actor.user_id and actor.may(Permission.ALLOW_CASH):
        approver = approver or actor
    if counted.needs_supervisor and approver is None:
        raise PermissionRefused(_beyond_limit(session.settings))
    if approver is not None and approver.user_id == shift.user_id:
        raise PermissionRefused(_("Nobody allows the difference of their own shift."))
    if not (why and actor.may(Permission.CLOSE_ANY_SHIFT)):
        for one in close_blockers(session, shift):
            raise UserError(f"{one.words} {one.fix}")
    return _write(session, shift, actor, approver, counted, reasons, why)


def _checked_reason(text: str, field_name: str) -> str:
    why = clean(text).strip()
    if len(why) > _LONGEST_REASON:
        raise UserError(
            _("Use at most {count} characters.").format(count=_LONGEST_REASON), field_name
        )
    refuse_card_number(why, field_name)
    return why


def _refuse_without_reason(
    shift: OpenShift, actor: Actor, counted: ShiftCounted, reasons: Mapping[str, str], why: str
) -> None:
    if shift.user_id != actor.user_id and not why:
        raise UserError(_("Give the reason for closing another person's shift."), REASON_FIELD)
    for one in counted.methods:
        if one.difference_minor and not reasons[one.method]:
            raise UserError(
                _("The count differs from what is expected. Give the reason."),
                reason_field(one.method),
            )


def _beyond_limit(settings: Settings) -> str:
    limit = format_amount(settings.over_short_limit_minor, settings.currency, settings.locale)
    return _("A difference beyond {limit} needs a supervisor.").format(limit=limit)


def _write(
    session: Session,
    shift: OpenShift,
    actor: Actor,
    approver: Actor | None,
    counted: ShiftCounted,
    reasons: Mapping[str, str],
    why: str,
) -> ShiftClosed:
    cash = counted.methods[0]
    row: dict[str, Any] = {
        "shift_id": shift.id,
        "z_number": _next_z(session),
        "count_id": counted.count_id,
        "closed_at_utc": session.clock.now_utc(),
        "user_id": actor.user_id,
        "user_name": actor.name,
        "approver_id": approver.user_id if approver else None,
        "approver_name": approver.name if approver else "",
        "counted_minor": cash.counted_minor,
        "expected_minor": cash.expected_minor,
        "reason": why,
    }
    methods = [_method_row(session, shift, one, reasons[one.method]) for one in counted.methods]
    event = session.record(
        "shift.closed",
        {**row, "number": shift.number, "methods": methods},
        business_date=shift.business_date,
    )
    session.execute(insert(_closed), {**row, "event_seq": event.seq})
    session.execute(insert(_methods), methods)
    document = z_report(session, shift, row, methods, event)
    queue_copy(session, None, document, 0)
    return ShiftClosed(
        shift.id, shift.number, row["z_number"], row["closed_at_utc"], cash.expected_minor,
        cash.counted_minor, why, counted.methods, document,
    )  # fmt: skip


def _method_row(
    session: Session, shift: OpenShift, one: MethodCounted, reason: str
) -> dict[str, Any]:
    return {
        "id": session.new_id(),
        "shift_id": shift.id,
        "method": one.method,
        "method_name": one.name,
        "kind": one.kind,
        "expected_minor": one.expected_minor,
        "counted_minor": one.counted_minor,
        "reason": reason if one.difference_minor else "",
    }


def _next_z(session: Session) -> str:
    """A counter's Z reports follow each other without a gap, so they need no lease."""
    before = session.execute(select(func.count()).select_from(_closed)).scalar_one()
    return f"Z-{session.counter.code}-{before + 1:05}"
