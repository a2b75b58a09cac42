"""What the centre has not acknowledged yet, and how far it has: one cursor in the ledger.

The cursor moves by an answer of the centre and by nothing else. It moves back when the centre was
restored to an earlier day: what that lost is sent again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, ScalarSelect, cast, delete, func, select

from counterdesk.core.events import GENESIS
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, State
from counterdesk.store.session import (
    ACKNOWLEDGED,
    BEHIND,
    STOPPED,
    JournalEntry,
    ReadSession,
    Session,
)
from counterdesk.sync.link import PUSH_BYTES, PUSH_EVENTS, PushAnswer, PushStatus

_events, _state = table_of(Event), table_of(State)


class StoppedBy(StrEnum):
    """Why this counter sends nothing more until somebody has looked into it."""

    FORK = "fork"
    """The centre has other acts in the place of ours: two ledgers share this counter's name."""
    BAD_CHAIN = "bad_chain"
    """Our bytes do not give our hash: the ledger was changed by hand, or is damaged."""
    BEHIND = BEHIND
    """The centre has acts that this ledger lost; no new ones may take their places."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """How far the centre has this ledger."""

    head_seq: int = 0
    acknowledged_seq: int = 0
    stopped: StoppedBy | None = None
    oldest_waiting_utc: datetime | None = None

    @property
    def waiting(self) -> int:
        """How many events are not acknowledged."""
        return self.head_seq - self.acknowledged_seq


def read_outbox(read: ReadSession) -> Outbox:
    """Return how far the centre has this ledger, as far as this counter knows."""
    head_seq, acknowledged, stopped, oldest = tuple(read.execute(_STANDING).one())
    return Outbox(
        head_seq,
        acknowledged,
        StoppedBy(stopped) if stopped is not None else None,
        datetime.fromisoformat(json.loads(oldest)["at_utc"]) if oldest else None,
    )


def next_events(read: ReadSession) -> tuple[JournalEntry, ...]:
    """Return what goes into the next push: in order, and never more than the centre takes."""
    chosen: list[JournalEntry] = []
    size = 0
    for row in read.execute(_WAITING):
        entry = JournalEntry(row.seq, row.hash, row.signature, row.body)
        size += len(entry.body)
        if chosen and size > PUSH_BYTES:  # one alone goes, however large
            break
        chosen.append(entry)
    return tuple(chosen)


def settle_answer(
    session: Session,
    answer: PushAnswer,
    *,
    sent: int,
    witness: Mapping[int, bytes] | None = None,
) -> None:
    """Take an answer of the centre at its word: all that makes events acknowledged.

    Args:
        session: A write transaction, so that nothing is recorded meanwhile.
        answer: As it came.
        sent: How many events it answers; 0 for a hello. A chain that the centre would not have is
            no better after a hello: only events that were taken settle the matter.
        witness: Hashes of this counter's events at the centre, where it has more than the ledger.
    """
    stopped = _misfit(session, answer, witness or {})
    if stopped is None:
        session.keep_state(ACKNOWLEDGED, str(answer.last_seq))
        stopped = _stopped_by(session, answer)
    if stopped is not None:
        session.keep_state(STOPPED, stopped.value)
    elif sent or answer.last_seq == session.head.seq:
        session.execute(delete(_state).where(_state.c.name == STOPPED))


def _misfit(session: Session, answer: PushAnswer, witness: Mapping[int, bytes]) -> StoppedBy | None:
    """Return how the centre's history differs from a beginning of this one; None if it does not."""
    head = session.head
    if answer.last_seq > head.seq:
        # Is all of ours a beginning of what the centre has? Then it was lost here.
        ours_fits = head.seq == 0 or witness.get(head.seq) == head.hash
        return StoppedBy.BEHIND if ours_fits else StoppedBy.FORK
    fits = _hash_at(session, answer.last_seq) == answer.last_hash
    return None if fits else StoppedBy.FORK


def _stopped_by(session: Session, answer: PushAnswer) -> StoppedBy | None:
    if answer.status is PushStatus.GAP and _hash_at(session, answer.last_seq + 1) is None:
        return StoppedBy.BAD_CHAIN  # what it waits for was taken out of the ledger
    return _STOPPED_BY.get(answer.status)


_STOPPED_BY = {PushStatus.FORK: StoppedBy.FORK, PushStatus.BADCHAIN: StoppedBy.BAD_CHAIN}


def _hash_at(read: ReadSession, seq: int) -> bytes | None:
    if seq == 0:
        return GENESIS
    return read.execute(select(_events.c.hash).where(_events.c.seq == seq)).scalar()


def _kept(name: str) -> ScalarSelect[str]:
    return select(_state.c.value).where(_state.c.name == name).scalar_subquery()


_ACKNOWLEDGED = func.coalesce(cast(_kept(ACKNOWLEDGED), Integer), 0)
_BODY = select(_events.c.body).where(_events.c.seq == _ACKNOWLEDGED + 1)
_STANDING = select(
    select(func.coalesce(func.max(_events.c.seq), 0)).scalar_subquery(),
    _ACKNOWLEDGED,
    _kept(STOPPED),
    _BODY.scalar_subquery(),
)
"""Asked after every step of sync, and so in one statement."""

_WAITING = (
    select(_events.c.seq, _events.c.hash, _events.c.signature, _events.c.body)
    .where(_events.c.seq > _ACKNOWLEDGED)
    .order_by(_events.c.seq)
    .limit(PUSH_EVENTS)
)
