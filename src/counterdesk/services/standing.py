"""How this counter stands: what it has saved, and what waits for the printer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from counterdesk.core.printers import Printers
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, PrintJob
from counterdesk.services.printers import counter_printers
from counterdesk.services.shifts import OpenShift, current_shift, expected_drawer
from counterdesk.store.session import ReadSession

_events, _jobs = table_of(Event), table_of(PrintJob)
_WAITING = ("queued", "sending", "blocked", "held")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the bar on top says."""

    acts: int
    """Acts that are saved at this counter."""
    printers: Printers
    print_waiting: int
    print_state: str
    """State of the newest print job; "" before the first."""
    print_unknown: int
    """Receipts of which nobody knows whether they came out."""
    shift: OpenShift | None
    over_ceiling: bool
    """Whether more cash lies in the drawer than should."""


def standing(read: ReadSession) -> Standing:
    """Return how this counter stands; needs no permission, because it names nobody's money."""
    on_paper = _jobs.c.mail_to == ""
    counted = select(_jobs.c.state, func.count().label("jobs")).where(on_paper)
    states = {row.state: int(row.jobs) for row in read.execute(counted.group_by(_jobs.c.state))}
    newest = select(_jobs.c.state).where(on_paper).order_by(_jobs.c.created_at_utc.desc()).limit(1)
    shift = current_shift(read)
    ceiling = read.settings.drawer_ceiling_minor
    return Standing(
        acts=int(read.execute(select(func.max(_events.c.seq))).scalar() or 0),
        printers=counter_printers(read),
        print_waiting=sum(states.get(state, 0) for state in _WAITING),
        print_state=str(read.execute(newest).scalar() or ""),
        print_unknown=states.get("unknown", 0),
        shift=shift,
        over_ceiling=shift is not None and expected_drawer(read, shift.id) > ceiling,
    )
