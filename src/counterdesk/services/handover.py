"""A running drawer goes to another cashier: one counts and gives, the other signs and takes.

In one transaction the giver's shift is closed with its Z report and the receiver's opens with what
was counted as its float. Where the receiver refuses, nothing moved, and that is written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from counterdesk.core.drawer import Pieces
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission, require
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models.base import table_of
from counterdesk.models.cash_office import ShiftHandover
from counterdesk.services.approvals import another_person
from counterdesk.services.counts import cash_method, pieces_of
from counterdesk.services.people import Attempt, change_person, entitled
from counterdesk.services.shift_closing import ShiftClose, ShiftClosed, close_with
from counterdesk.services.shift_counting import check_fresh, held_against
from counterdesk.services.shifts import OpenShift, current_shift, open_shift
from counterdesk.store.session import ReadSession, Session

REFUSAL_FIELD = "refusal"
_LONGEST_REASON = 500
_handovers = table_of(ShiftHandover)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A drawer that changed hands."""

    closed: ShiftClosed
    opened: OpenShift
    receiver: Actor


def cash_to_hand_over(read: ReadSession, count_id: UUID) -> Pieces:
    """Return the notes and coins of a count, which is what the receiver takes over.

    Raises:
        PermissionRefused: The role does not allow shifts.
    """
    require(read.actor, Permission.OPEN_SHIFT)
    return pieces_of(read, count_id).get(cash_method(read.settings).code, ())


def hand_over(
    session: Session, attempt: Attempt, secret: str, asked: ShiftClose, skew_ms: int = 0
) -> HandedOver:
    """Close one's counted shift and open the receiver's with its cash.

    A receiver who may allow a difference beyond the limit allows it by taking over. From here on
    the receiver is who works at this counter.

    Args:
        session: Its actor gives the drawer.
        attempt: Counted for the receiver's login.
        secret: The receiver's password or PIN.
        asked: The last count, and why it differs from what is expected.
        skew_ms: How much the clock here is ahead of the centre's.

    Raises:
        PermissionRefused: It is another's shift, the receiver is the giver or may have no shift, or
            a difference is beyond the limit and the receiver may not allow it.
        UserError: As `close_shift` and `open_shift`, or the secret is wrong.
    """
    giver, shift = _own_shift(session)
    receiver = another_person(session, attempt, secret, giver, Permission.OPEN_SHIFT)
    counted = held_against(session, shift, asked.count_id, pieces_of(session, asked.count_id))
    allows = counted.needs_supervisor and receiver.may(Permission.ALLOW_CASH)
    closed = close_with(session, asked, receiver if allows else None)
    pieces = cash_to_hand_over(session, asked.count_id)
    change_person(session, receiver)
    opened = open_shift(session, closed.counted_minor, skew_ms, pieces or None)
    row = _row(session, giver, receiver, closed, opened)
    event = session.record(
        "shift.handed_over", {**row, "number": closed.number}, business_date=opened.business_date
    )
    session.execute(insert(_handovers), {**row, "event_seq": event.seq})
    return HandedOver(closed, opened, receiver)


def refuse_handover(
    session: Session, attempt: Attempt, secret: str, count_id: UUID, reason: str
) -> None:
    """Write down that the receiver did not take the drawer, and why; the shift goes on.

    Raises:
        PermissionRefused: It is another's shift, or the receiver is the giver or may have none.
        UserError: No reason is given, the count is not the last one, or the secret is wrong.
    """
    giver, shift = _own_shift(session)
    check_fresh(session, shift, count_id)
    why = checked_refusal(reason)
    receiver = another_person(session, attempt, secret, giver, Permission.OPEN_SHIFT)
    session.record(
        "handover.refused",
        {
            "number": shift.number,
            "count_id": count_id,
            "reason": why,
            "user_id": receiver.user_id,
            "user_name": receiver.name,
        },
        business_date=shift.business_date,
    )


def checked_refusal(reason: str) -> str:
    """Return why somebody does not take money over, if it says why.

    Raises:
        UserError: It is missing, too long, or holds a card number.
    """
    why = clean(reason).strip()
    if not why:
        raise UserError(_("Say why it is refused."), REFUSAL_FIELD)
    if len(why) > _LONGEST_REASON:
        raise UserError(
            _("Use at most {count} characters.").format(count=_LONGEST_REASON), REFUSAL_FIELD
        )
    refuse_card_number(why, REFUSAL_FIELD)
    return why


def _own_shift(session: Session) -> tuple[Actor, OpenShift]:
    giver, shift = entitled(session, Permission.OPEN_SHIFT), current_shift(session)
    if shift is None:
        raise UserError(_("No shift is open."))
    if shift.user_id != giver.user_id:
        raise PermissionRefused(_("This shift belongs to {name}.").format(name=shift.user_name))
    return giver, shift


def _row(
    session: Session, giver: Actor, receiver: Actor, closed: ShiftClosed, opened: OpenShift
) -> dict[str, Any]:
    return {
        "from_shift_id": closed.shift_id,
        "to_shift_id": opened.id,
        "cash_minor": closed.counted_minor,
        "handed_at_utc": session.clock.now_utc(),
        "user_id": giver.user_id,
        "user_name": giver.name,
        "receiver_id": receiver.user_id,
        "receiver_name": receiver.name,
    }
