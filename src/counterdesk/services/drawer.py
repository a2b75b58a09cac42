"""The cash drawer: opens for cash, or without a sale for a reason that is written down.

A drawer that opens late opens before somebody else: what is asked for lives five seconds, is taken
once and never tried again. Only the newest request counts, so it is no job of the queue.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from counterdesk.core.errors import UserError
from counterdesk.core.events import instant_text
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models.base import table_of
from counterdesk.models.ledger import State
from counterdesk.services.people import entitled
from counterdesk.services.printers import counter_printers
from counterdesk.services.shifts import current_shift
from counterdesk.store.session import ReadSession, Session

DRAWER_REASON_FIELD = "drawerReason"
_LONGEST_REASON = 100
_LIFE: Final = timedelta(seconds=5)
_ASKED = "drawer.asked"
_state = table_of(State)
_asked = select(_state.c.value).where(_state.c.name == _ASKED)


def ask_drawer(session: Session) -> None:
    """Have the drawer opened once this transaction is committed, at once or not at all."""
    session.keep_state(_ASKED, instant_text(session.clock.now_utc()))


def open_drawer_without_sale(session: Session, reason: str) -> None:
    """Open the drawer for another reason than a payment, and record who and why.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: No reason is given or one with a card number, or no printer has a drawer.
    """
    actor = entitled(session, Permission.OPEN_DRAWER)
    why = clean(reason).strip()[:_LONGEST_REASON]
    if not why:
        raise UserError(_("Say why the drawer is opened."), DRAWER_REASON_FIELD)
    refuse_card_number(why, DRAWER_REASON_FIELD)
    if counter_printers(session).with_drawer is None:
        raise UserError(_("No printer with a drawer is set up here."), DRAWER_REASON_FIELD)
    shift = current_shift(session)
    session.record(
        "drawer.opened",
        {
            "reason": why,
            "shift_number": shift.number if shift is not None else "",
            "user_id": actor.user_id,
            "user_name": actor.name,
        },
    )
    ask_drawer(session)


def drawer_asked(read: ReadSession, printer_id: UUID) -> bool:
    """Tell whether somebody asked for the drawer that hangs on a printer."""
    printer = counter_printers(read).with_drawer
    is_here = printer is not None and printer.printer_id == printer_id
    return is_here and read.execute(_asked).scalar() is not None


def take_drawer(session: Session, printer_id: UUID) -> bool:
    """Take what was asked of the drawer on a printer; tell whether it is to be opened now.

    The caller commits before it sends anything: what was taken is never taken again.
    """
    if not drawer_asked(session, printer_id):
        return False
    asked_at_utc = datetime.fromisoformat(session.execute(_asked).scalar_one())
    session.execute(delete(_state).where(_state.c.name == _ASKED))
    return timedelta(0) <= session.clock.now_utc() - asked_at_utc <= _LIFE
