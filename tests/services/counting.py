"""Counting and closing a shift in one go, for tests that are about something else."""

from __future__ import annotations

from uuid import uuid4

from counterdesk.core.cash import notes_for
from counterdesk.core.settings import ModeKind
from counterdesk.services import shift_closing, shift_counting
from counterdesk.services.shift_closing import ShiftClose, ShiftClosed
from counterdesk.services.shift_counting import CountGiven, ShiftCounted
from counterdesk.services.shift_figures import counted_modes, expected_of
from counterdesk.services.shifts import OpenShift, current_shift
from counterdesk.store.session import Session


def running(session: Session) -> OpenShift:
    """Return the shift that runs."""
    shift = current_shift(session)
    assert shift is not None
    return shift


def count_shift(session: Session, cash_minor: int, **others: int) -> ShiftCounted:
    """Count so much cash in the running shift, and of other methods what is expected or given."""
    pieces = {}
    for mode in counted_modes(session.settings):
        if mode.kind is ModeKind.CASH:
            pieces[mode.code] = notes_for(cash_minor, session.settings.cash_notes_minor)
            continue
        there = others.get(mode.code)
        if there is None:
            shift = current_shift(session)
            there = expected_of(session, shift.id, mode) if shift else 0
        pieces[mode.code] = ((there, 1),) if there else ()
    return shift_counting.count_drawer(session, CountGiven(uuid4(), pieces))


def close_shift(session: Session, cash_minor: int, reason: str = "") -> ShiftClosed:
    """Count so much cash and close the shift, with one reason for everything."""
    shift, actor = current_shift(session), session.actor
    another_s = shift is not None and actor is not None and shift.user_id != actor.user_id
    counted = count_shift(session, cash_minor)
    reasons = {one.method: reason for one in counted.methods}
    return shift_closing.close_shift(
        session, ShiftClose(counted.count_id, reasons, reason if another_s else "")
    )
