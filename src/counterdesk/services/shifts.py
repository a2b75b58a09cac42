"""Shifts: one cashier at this counter, from opening float to counted close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.settings import ModeKind
from counterdesk.core.skew import STOPS_SHIFTS_MS, skew_sentence
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models import ledger
from counterdesk.models.base import table_of
from counterdesk.services.numbering import next_number
from counterdesk.services.people import entitled
from counterdesk.store.session import ReadSession, Session

FLOAT_FIELD = "float"
COUNTED_FIELD = "counted"
REASON_FIELD = "reason"
_LONGEST_REASON = 500

_shifts = table_of(ledger.Shift)
_closed = table_of(ledger.ShiftClosed)
_visits = table_of(ledger.PaymentTransaction)
_tenders = table_of(ledger.Tender)

# Core, because every payment asks: SQLAlchemy's ORM would double its time.
_open_one = (
    select(
        _shifts.c.id,
        _shifts.c.number,
        _shifts.c.user_id,
        _shifts.c.user_name,
        _shifts.c.business_date,
        _shifts.c.opened_at_utc,
        _shifts.c.float_minor,
    )
    .where(~select(_closed.c.shift_id).where(_closed.c.shift_id == _shifts.c.id).exists())
    .limit(1)
)
_cash_of = (
    select(func.coalesce(func.sum(_tenders.c.amount_minor - _tenders.c.change_minor), 0))
    .join(_visits, _visits.c.id == _tenders.c.transaction_id)
    .where(_visits.c.shift_id == bindparam("of_shift"), _tenders.c.kind == ModeKind.CASH.value)
)


@dataclass(frozen=True, slots=True)
class OpenShift:
    """The shift that runs at this counter. Its business date stays, also past midnight."""

    id: UUID
    number: str
    user_id: UUID
    user_name: str
    business_date: date
    opened_at_utc: datetime
    float_minor: int


@dataclass(frozen=True, slots=True)
class ShiftClosed:
    """A shift after its count: over when more was counted than expected, short when less."""

    shift_id: UUID
    number: str
    closed_at_utc: datetime
    expected_minor: int
    counted_minor: int
    reason: str

    @property
    def difference_minor(self) -> int:
        """Counted less expected."""
        return self.counted_minor - self.expected_minor


def open_shift(session: Session, float_minor: int, skew_ms: int = 0) -> OpenShift:
    """Open a shift of the signed-in person with the cash counted into the drawer.

    Args:
        session: A write transaction.
        float_minor: What was counted.
        skew_ms: How much the clock here is ahead of the centre's; 0 while that is out of reach.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: A shift is open already, the float is negative or absurd, or the clock is so
            wrong that the business date may be too.
    """
    actor = entitled(session, Permission.OPEN_SHIFT)
    _check_clock(skew_ms)
    _check_cash(session, float_minor, FLOAT_FIELD)
    running = current_shift(session)
    if running is not None:
        raise UserError(_still_open(running))
    shift = _new_shift(session, actor, float_minor)
    opened = {
        "id": shift.id,
        "number": shift.number,
        "user_id": shift.user_id,
        "user_name": shift.user_name,
        "business_date": shift.business_date,
        "opened_at_utc": shift.opened_at_utc,
        "currency": session.settings.currency.code,
        "float_minor": float_minor,
    }
    event = session.record(
        "shift.opened", opened, business_date=shift.business_date, cash_delta_minor=float_minor
    )
    session.execute(insert(_shifts), {**opened, "event_seq": event.seq})
    return shift


def current_shift(read: ReadSession) -> OpenShift | None:
    """Return the shift that is open at this counter, or None."""
    row = read.execute(_open_one).mappings().one_or_none()
    return OpenShift(**row) if row else None


def expected_drawer(read: ReadSession, shift_id: UUID) -> int:
    """Return the cash that should lie in a shift's drawer: float + received - change, minor units.

    Raises:
        ValueError: There is no such shift.
    """
    opened_with = read.execute(select(_shifts.c.float_minor).where(_shifts.c.id == shift_id))
    float_minor = opened_with.scalar()
    if float_minor is None:
        raise ValueError(f"no shift {shift_id}")
    return int(float_minor) + int(read.execute(_cash_of, {"of_shift": shift_id}).scalar_one())


def close_shift(session: Session, counted_minor: int, reason: str = "") -> ShiftClosed:
    """Close the open shift with what was counted in the drawer.

    A shift belongs to its cashier; a supervisor may close it for them and says why.

    Raises:
        PermissionRefused: It is another person's shift, and the role does not allow closing it.
        UserError: No shift is open, the count is absurd, or a reason is missing, too long, or
            holds a card number.
    """
    actor = entitled(session, Permission.OPEN_SHIFT)
    shift = _shift_to_close(session, actor)
    _check_cash(session, counted_minor, COUNTED_FIELD)
    expected_minor, why = expected_drawer(session, shift.id), clean(reason).strip()
    if not why:
        _refuse_without_reason(shift, actor, counted_minor - expected_minor)
    if len(why) > _LONGEST_REASON:
        raise UserError(
            _("Use at most {count} characters.").format(count=_LONGEST_REASON), REASON_FIELD
        )
    refuse_card_number(why, REASON_FIELD)
    closed = ShiftClosed(
        shift.id, shift.number, session.clock.now_utc(), expected_minor, counted_minor, why
    )
    _write_closed(session, shift, closed, actor)
    return closed


def _new_shift(session: Session, actor: Actor, float_minor: int) -> OpenShift:
    today = session.today()
    return OpenShift(
        id=session.new_id(),
        number=next_number(session, "shift", today),
        user_id=actor.user_id,
        user_name=actor.name,
        business_date=today,
        opened_at_utc=session.clock.now_utc(),
        float_minor=float_minor,
    )


def _write_closed(session: Session, shift: OpenShift, closed: ShiftClosed, actor: Actor) -> None:
    row = {
        "shift_id": closed.shift_id,
        "closed_at_utc": closed.closed_at_utc,
        "user_id": actor.user_id,
        "user_name": actor.name,
        "counted_minor": closed.counted_minor,
        "expected_minor": closed.expected_minor,
        "reason": closed.reason,
    }
    event = session.record(
        "shift.closed", {**row, "number": shift.number}, business_date=shift.business_date
    )
    session.execute(insert(_closed), {**row, "event_seq": event.seq})


def _shift_to_close(session: Session, actor: Actor) -> OpenShift:
    shift = current_shift(session)
    if shift is None:
        raise UserError(_("No shift is open."))
    if shift.user_id != actor.user_id and not actor.may(Permission.CLOSE_ANY_SHIFT):
        raise PermissionRefused(
            _("Only {name} or a supervisor can close this shift.").format(name=shift.user_name)
        )
    return shift


def _check_clock(skew_ms: int) -> None:
    if abs(skew_ms) > STOPS_SHIFTS_MS:
        advice = _("Set the clock, then open the shift: its business date comes from it.")
        raise UserError(f"{skew_sentence(skew_ms)} {advice}")


def _check_cash(session: Session, amount_minor: int, field: str) -> None:
    if amount_minor < 0:
        raise UserError(_("An amount cannot be negative."), field)
    if amount_minor > session.settings.largest_payment_minor:
        raise UserError(_("This amount is too large."), field)


def _refuse_without_reason(shift: OpenShift, actor: Actor, difference_minor: int) -> None:
    if difference_minor:
        raise UserError(
            _("The count differs from what is expected. Give the reason."), REASON_FIELD
        )
    if shift.user_id != actor.user_id:
        raise UserError(_("Give the reason for closing another person's shift."), REASON_FIELD)


def _still_open(shift: OpenShift) -> str:
    return _("Shift {number} of {name} is still open. Close it first.").format(
        number=shift.number, name=shift.user_name
    )
