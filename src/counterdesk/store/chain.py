"""Reading the chain of events: its head, its tail, and whether each link holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from counterdesk.core.events import GENESIS, chain_hash
from counterdesk.models.ledger import Event
from counterdesk.store.session import ChainHead, JournalEntry

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def read_head(connection: Connection) -> ChainHead:
    """Return the last event of the ledger, or what stands before the first."""
    with connection.begin():
        row = connection.execute(
            select(Event.seq, Event.hash, Event.body).order_by(Event.seq.desc()).limit(1)
        ).one_or_none()
    if row is None:
        return ChainHead(0, GENESIS, _BEGINNING)
    at_utc = datetime.fromisoformat(json.loads(row.body)["at_utc"])
    return ChainHead(row.seq, row.hash, at_utc)


def entries_after(connection: Connection, seq: int) -> list[JournalEntry]:
    """Return the events after one, as the journal keeps them."""
    with connection.begin():
        rows = connection.execute(
            select(Event.seq, Event.hash, Event.signature, Event.body)
            .where(Event.seq > seq)
            .order_by(Event.seq)
        )
        return [JournalEntry(*row) for row in rows]


def broken_link(connection: Connection, seq: int) -> int | None:
    """Return the first event after one that does not follow from the event before it."""
    with connection.begin():
        rows = connection.execute(
            select(Event.seq, Event.prev_hash, Event.hash, Event.body)
            .where(Event.seq >= seq)
            .order_by(Event.seq)
        )
        previous, last = (GENESIS, 0) if seq == 0 else (None, seq - 1)
        for row in rows:
            follows = row.seq == last + 1 and previous in {None, row.prev_hash}
            if not follows or chain_hash(row.prev_hash, row.body) != row.hash:
                return int(row.seq)
            previous, last = row.hash, row.seq
    return None
