"""A closed shift as a file that proves itself: its events as they were signed, and who signed them.

One JSON line says whose counter it is; each line after it is one event of the counter's chain, from
the opening of the shift to its close, without a gap.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, Shift, ShiftClosed
from counterdesk.store.session import ReadSession, Session

SHIFT_FILE = "counterdesk-shift"
"""What the first line calls such a file."""

_events, _shifts, _closed = table_of(Event), table_of(Shift), table_of(ShiftClosed)


def shift_lines(session: Session, number: str) -> tuple[str, ...]:
    """Return the lines of the file of a closed shift, and record that it was exported.

    Args:
        session: A write transaction of the counter that had the shift.
        number: The shift's number, such as `S-2025-00001`.

    Raises:
        UserError: This counter had no such shift, or it still runs.
    """
    query = select(_shifts.c.event_seq.label("first"), _closed.c.event_seq.label("last"))
    joined = query.outerjoin(_closed, _closed.c.shift_id == _shifts.c.id)
    row = session.execute(joined.where(_shifts.c.number == number)).one_or_none()
    if row is None:
        raise UserError(_("This counter had no shift {number}.").format(number=number))
    if row.last is None:
        raise UserError(_("Shift {number} still runs. Close it first.").format(number=number))
    session.record("shift.exported", {"number": number})
    return tuple(_lines(session, number, row.first, row.last))


def _lines(read: ReadSession, number: str, first: int, last: int) -> Iterator[str]:
    counter = read.counter
    yield _json({
        "file": SHIFT_FILE, "v": 1, "shift": number, "counter": counter.code,
        "counter_id": str(counter.counter_id), "certificate": counter.certificate.hex(),
    })  # fmt: skip
    chain = select(_events).where(_events.c.seq.between(first, last)).order_by(_events.c.seq)
    for event in read.execute(chain):
        yield _json({
            "seq": event.seq, "body": event.body.decode(), "prev_hash": event.prev_hash.hex(),
            "hash": event.hash.hex(), "signature": event.signature.hex(),
        })  # fmt: skip


def _json(line: dict[str, object]) -> str:
    return json.dumps(line, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
