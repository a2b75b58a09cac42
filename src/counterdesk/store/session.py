"""What a service works with: one snapshot to read, or the one open transaction to write."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from counterdesk.core.clock import office_date
from counterdesk.core.errors import UserError
from counterdesk.core.events import EVENT_VERSION, canonical_bytes, chain_hash
from counterdesk.core.i18n import _
from counterdesk.core.ids import new_uuid7
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, State

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlalchemy import Connection, CursorResult
    from sqlalchemy.sql.base import Executable

    from counterdesk.core.clock import Clock
    from counterdesk.core.permissions import Actor
    from counterdesk.core.settings import Settings

ACKNOWLEDGED = "sync.acknowledged_seq"
"""The name in `state` of the last event that the centre has acknowledged."""

STOPPED = "sync.stopped"
"""The name in `state` of why this counter and the centre do not go on together."""

BEHIND = "behind"
"""The centre has acts that this ledger lost: a new one would take the place of one of those."""

_state = table_of(State)
_stopped = select(_state.c.value).where(_state.c.name == STOPPED)


@dataclass(frozen=True, slots=True)
class CounterIdentity:
    """Who this till is."""

    counter_id: UUID
    code: str
    name: str
    office: str
    public_key: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it stands in the ledger."""

    seq: int
    event_id: UUID
    hash: bytes
    signature: bytes
    recorded_at_utc: datetime


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last event: what the next one follows."""

    seq: int
    hash: bytes
    recorded_at_utc: datetime


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An event the way the journal keeps it, enough to put it back."""

    seq: int
    hash: bytes
    signature: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class CounterKeys:
    """What a counter signs and peppers with."""

    signing: Ed25519PrivateKey
    pepper: bytes
    boot_id: str


class ReadSession:
    """One snapshot: the ledger, and what came from the centre as the schema `ref`."""

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        counter: CounterIdentity,
        settings: Settings,
        actor: Actor | None,
    ) -> None:
        self.connection = connection
        self.clock = clock
        self.counter = counter
        self.settings = settings
        self.actor = actor

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run one SQLAlchemy statement."""
        return self.connection.execute(statement, parameters)

    def today(self) -> date:
        """Return the office's calendar date now."""
        return office_date(self.clock.now_utc(), self.settings.time_zone)


class Session(ReadSession):
    """The one open write transaction. Services never commit it; its owner does."""

    def __init__(
        self,
        read: ReadSession,
        head: ChainHead,
        keys: CounterKeys,
        before_money: Callable[[], None],
    ) -> None:
        super().__init__(read.connection, read.clock, read.counter, read.settings, read.actor)
        self.head = head
        self.entries: list[JournalEntry] = []
        self._last_id = UUID(int=0)
        self._keys = keys
        self._before_money = before_money

    def new_id(self) -> UUID:
        """Return a fresh id, ordered by the session's clock; later ids are always greater.

        Source: RFC 9562, section 6.2: ids of one millisecond are told apart by counting on.
        """
        fresh = new_uuid7(self.clock.now_utc())
        self._last_id = max(fresh, UUID(int=self._last_id.int + 1))
        return self._last_id

    def sign(self, message: bytes) -> bytes:
        """Return the counter's Ed25519 signature of a message: 64 bytes."""
        return self._keys.signing.sign(message)

    def pepper(self, secret_hash: bytes) -> bytes:
        """Return HMAC-SHA256 of a hash under this device's pepper: 32 bytes."""
        return hmac.digest(self._keys.pepper, secret_hash, hashlib.sha256)

    def keep_state(self, name: str, value: str) -> None:
        """Keep what no event tells, in place of what was kept by that name."""
        row = {"name": name, "value": value}
        self.execute(
            upsert(_state).values(row).on_conflict_do_update(index_elements=["name"], set_=row)
        )

    def record(
        self,
        kind: str,
        data: Mapping[str, Any],
        *,
        business_date: date | None = None,
        cash_delta_minor: int = 0,
        tender_totals: Mapping[str, int] | None = None,
    ) -> RecordedEvent:
        """Append one event to the chain, now; rows that name its seq are inserted after it.

        Args:
            kind: What happened, such as "payment_taken".
            data: The rows it makes, and what else an auditor needs; no floats.
            business_date: The date it counts on, where it has one.
            cash_delta_minor: How much more cash lies in the drawer afterwards.
            tender_totals: Money taken by payment mode, less the change given.

        Raises:
            UserError: Money is taken while the disk is nearly full, or the centre has shown that
                this ledger lost acts.
        """
        if self.execute(_stopped).scalar() == BEHIND:
            raise UserError(_behind())
        if tender_totals:
            self._before_money()
        event_id, at_utc = self.new_id(), self.clock.now_utc()
        envelope = {
            **self._envelope(kind, event_id, at_utc),
            "business_date": business_date,
            "totals": {
                "currency": self.settings.currency.code,
                "cash_delta_minor": cash_delta_minor,
                "tenders": dict(tender_totals or {}),
            },
            "data": data,
        }
        return self._append(kind, event_id, at_utc, canonical_bytes(envelope))

    def put_back(self, entry: JournalEntry) -> RecordedEvent:
        """Append an event that was recorded before and was lost here, as it was.

        Raises:
            ValueError: It is not the one that follows.
        """
        if (entry.seq, entry.hash) != (self.head.seq + 1, chain_hash(self.head.hash, entry.body)):
            raise ValueError(f"event {entry.seq} does not follow event {self.head.seq}")
        body = json.loads(entry.body)
        event_id, at_utc = UUID(body["event_id"]), datetime.fromisoformat(body["at_utc"])
        self._insert(body["kind"], event_id, entry)
        self.head = ChainHead(entry.seq, entry.hash, at_utc)
        return RecordedEvent(entry.seq, event_id, entry.hash, entry.signature, at_utc)

    def _envelope(self, kind: str, event_id: UUID, at_utc: datetime) -> dict[str, Any]:
        envelope = {
            "v": EVENT_VERSION,
            "kind": kind,
            "event_id": event_id,
            "counter_id": self.counter.counter_id,
            "seq": self.head.seq + 1,
            "at_utc": at_utc,
            "monotonic_ns": self.clock.monotonic_ns(),
            "boot_id": self._keys.boot_id,
            "user_id": self.actor.user_id if self.actor else None,
            "user_name": self.actor.name if self.actor else None,
        }
        if at_utc < self.head.recorded_at_utc:
            envelope["clock_back"] = True  # seq orders events, so this is told and not mended
        return envelope

    def _append(self, kind: str, event_id: UUID, at_utc: datetime, body: bytes) -> RecordedEvent:
        seq, own_hash = self.head.seq + 1, chain_hash(self.head.hash, body)
        entry = JournalEntry(seq, own_hash, self.sign(own_hash), body)
        self._insert(kind, event_id, entry)
        self.head = ChainHead(seq, own_hash, at_utc)
        self.entries.append(entry)
        return RecordedEvent(seq, event_id, own_hash, entry.signature, at_utc)

    def _insert(self, kind: str, event_id: UUID, entry: JournalEntry) -> None:
        self.execute(
            insert(Event),
            {
                "seq": entry.seq, "event_id": event_id, "kind": kind, "body": entry.body,
                "prev_hash": self.head.hash, "hash": entry.hash, "signature": entry.signature,
            },
        )  # fmt: skip


def _behind() -> str:
    return _(
        "The centre keeps acts of this counter that are missing here: its data is older than it "
        "should be. Nothing was saved, and what the centre has is safe. Take no payments at this "
        "counter: close CounterDesk and run: counterdesk recover"
    )
