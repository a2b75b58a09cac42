"""Shifts: one cashier at this counter. How one opens, which one runs, what its drawer should hold.

How it is counted and closed is in `shift_closing`, what moves without a payment in `drawer_moves`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

from counterdesk.core.drawer import Pieces, checked_pieces, total_of
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.settings import ModeKind
from counterdesk.core.skew import STOPS_SHIFTS_MS, skew_sentence
from counterdesk.models import credits, drawer, ledger, undoing
from counterdesk.models.base import table_of
from counterdesk.services.counts import cash_method, count_rows, write_count
from counterdesk.services.numbering import next_number
from counterdesk.services.people import entitled
from counterdesk.store.session import ReadSession, Session

FLOAT_FIELD = "float"

_shifts = table_of(ledger.Shift)
_closed = table_of(ledger.ShiftClosed)
_visits = table_of(ledger.PaymentTransaction)
_tenders = table_of(ledger.Tender)
_moves = table_of(drawer.DrawerMove)
_undos, _back = table_of(undoing.Undo), table_of(undoing.UndoTender)
_changes = table_of(credits.CreditNoteChange)

# Core, because every payment asks: SQLAlchemy's ORM would double its time.
_any = select(
    _shifts.c.id,
    _shifts.c.number,
    _shifts.c.user_id,
    _shifts.c.user_name,
    _shifts.c.business_date,
    _shifts.c.opened_at_utc,
    _shifts.c.float_minor,
)
_is_closed = select(_closed.c.shift_id).where(_closed.c.shift_id == _shifts.c.id).exists()
_open_one = _any.where(~_is_closed).limit(1)
_moved_of = select(func.coalesce(func.sum(_moves.c.delta_minor), 0)).where(
    _moves.c.shift_id == bindparam("of_shift")
)
_undone_of = (
    select(func.coalesce(func.sum(_back.c.delta_minor), 0))
    .join(_undos, _undos.c.id == _back.c.undo_id)
    .where(_undos.c.shift_id == bindparam("of_shift"), _back.c.kind == ModeKind.CASH.value)
)
_refunded_of = select(-func.coalesce(func.sum(_changes.c.amount_minor), 0)).where(
    _changes.c.shift_id == bindparam("of_shift"), _changes.c.method_kind == ModeKind.CASH.value
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


def open_shift(
    session: Session, float_minor: int, skew_ms: int = 0, pieces: Pieces | None = None
) -> OpenShift:
    """Open a shift of the signed-in person with the cash counted into the drawer.

    Args:
        session: A write transaction.
        float_minor: What was counted.
        skew_ms: How much the clock here is ahead of the centre's; 0 while that is out of reach.
        pieces: The same by denomination; None for a float that came counted, in a sealed bag.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: A shift is open already, the float is negative, absurd or not the sum of its
            pieces, or the clock is so wrong that the business date may be too.
    """
    actor = entitled(session, Permission.OPEN_SHIFT)
    _check_clock(skew_ms)
    check_cash(session, float_minor, FLOAT_FIELD)
    counted = checked_pieces(pieces or (), session.settings.cash_notes_minor, FLOAT_FIELD)
    if pieces is not None and total_of(counted) != float_minor:
        raise UserError(_("The float is not the sum of what was counted."), FLOAT_FIELD)
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
    counts = count_rows(session, shift.id, "float", {cash_method(session.settings).code: counted})
    event = session.record(
        "shift.opened",
        {**opened, **counts},
        business_date=shift.business_date,
        cash_delta_minor=float_minor,
    )
    session.execute(insert(_shifts), {**opened, "event_seq": event.seq})
    write_count(session, counts, event)
    return shift


def current_shift(read: ReadSession) -> OpenShift | None:
    """Return the shift that is open at this counter, or None."""
    row = read.execute(_open_one).mappings().one_or_none()
    return OpenShift(**row) if row else None


def shift_of(read: ReadSession, shift_id: UUID) -> OpenShift:
    """Return a shift of this counter as it was while it ran."""
    return OpenShift(**read.execute(_any.where(_shifts.c.id == shift_id)).mappings().one())


def expected_drawer(read: ReadSession, shift_id: UUID) -> int:
    """Return the cash that should lie in a shift's drawer, in minor units.

    Source: MON-11: float + received - change + paid in + change fund - paid out - drops - cash
    refunds - what undoing handed back.

    Raises:
        ValueError: There is no such shift.
    """
    opened_with = read.execute(select(_shifts.c.float_minor).where(_shifts.c.id == shift_id))
    float_minor = opened_with.scalar()
    if float_minor is None:
        raise ValueError(f"no shift {shift_id}")
    return int(float_minor) + sum(
        int(read.execute(query, {"of_shift": shift_id}).scalar_one())
        for query in (_cash_of, _moved_of, _undone_of, _refunded_of)
    )


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


def _check_clock(skew_ms: int) -> None:
    if abs(skew_ms) > STOPS_SHIFTS_MS:
        advice = _("Set the clock, then open the shift: its business date comes from it.")
        raise UserError(f"{skew_sentence(skew_ms)} {advice}")


def check_cash(session: Session, amount_minor: int, field: str) -> None:
    """Refuse an amount that nobody can have counted.

    Raises:
        UserError: It is below zero, or more than the office ever takes.
    """
    if amount_minor < 0:
        raise UserError(_("An amount cannot be negative."), field)
    if amount_minor > session.settings.largest_payment_minor:
        raise UserError(_("This amount is too large."), field)


def _still_open(shift: OpenShift) -> str:
    return _("Shift {number} of {name} is still open. Close it first.").format(
        number=shift.number, name=shift.user_name
    )
