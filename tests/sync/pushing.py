"""Counters without a till: chains of events as they write them, and pushing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.types.json import Jsonb

from counterdesk.core.events import GENESIS, canonical_bytes, chain_hash
from counterdesk.store.session import JournalEntry
from counterdesk.sync.records import AccountFacts
from tests.sync.centres import CentreUnderTest

PUSH = "select cd.push(%s::bigint[], %b::bytea[], %b::bytea[], %b::bytea[], %s)"
_CHARGE = (
    "charge_id", "kind", "number", "charged_on", "due_on", "amount_minor", "paid_minor",
    "description", "period", "plan_number", "installment", "minimum_minor", "refused_methods",
    "disputed", "online_pending", "replaced_by_plan",
)  # fmt: skip
_CONSUMER = (
    "consumer_id", "account_number", "name", "service_address", "phone", "email", "preferences",
    "circumstances", "cash_only", "disconnected",
)  # fmt: skip


@dataclass
class Chain:
    """The history of one counter; what is added follows from what was there."""

    counter_id: UUID
    entries: list[JournalEntry] = field(default_factory=list)
    key: Ed25519PrivateKey | None = None
    """What it signs with; None where nobody looks at signatures."""

    def add(self, event: Mapping[str, Any]) -> JournalEntry:
        """Add an event, with its place in this chain written into it."""
        place = {"counter_id": str(self.counter_id), "seq": self.seq + 1}
        return self.add_bytes(canonical_bytes({**event, "event_id": str(uuid4()), **place}))

    def add_bytes(self, body: bytes) -> JournalEntry:
        """Add bytes as they are."""
        head = self.entries[-1].hash if self.entries else GENESIS
        own_hash = chain_hash(head, body)
        signature = self.key.sign(own_hash) if self.key else bytes(64)
        entry = JournalEntry(self.seq + 1, own_hash, signature, body)
        self.entries.append(entry)
        return entry

    @property
    def seq(self) -> int:
        """The place of the last event."""
        return self.entries[-1].seq if self.entries else 0


class Desk:
    """A counter without a till: its login, connected, and its chain."""

    def __init__(self, centre: CentreUnderTest, code: str) -> None:
        key = Ed25519PrivateKey.generate()
        self.login = centre.add_counter(code, public_key=key.public_key().public_bytes_raw())
        self.counter_id = self.login.counter_id
        self.chain = Chain(self.counter_id, key=key)
        self.connection = psycopg.connect(self.login.conninfo, autocommit=True)

    def send(self, *events: Mapping[str, Any] | bytes) -> dict[str, Any]:
        """Add events to the chain and push them."""
        added = [
            self.chain.add_bytes(event) if isinstance(event, bytes) else self.chain.add(event)
            for event in events
        ]
        return push(self.connection, added)

    def ask(self, query: str, *parameters: Any) -> Any:
        """Return the one value of a query, asked as this counter."""
        row = self.connection.execute(query, parameters).fetchone()
        assert row is not None
        return row[0]

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


def push(
    connection: psycopg.Connection, entries: Sequence[JournalEntry] = (), about: Any = None
) -> dict[str, Any]:
    """Push events in the caller's transaction and return the answer."""
    row = connection.execute(PUSH, _columns(entries, about)).fetchone()
    assert row is not None
    answer: dict[str, Any] = row[0]
    return answer


def _columns(entries: Sequence[JournalEntry], about: Any = None) -> tuple[Any, ...]:
    return (
        [entry.seq for entry in entries],
        [entry.body for entry in entries],
        [entry.hash for entry in entries],
        [entry.signature for entry in entries],
        Jsonb(about or {}),
    )


def push_and_hang_up(connection: psycopg.Connection, entries: Sequence[JournalEntry]) -> None:
    """Send a push and cut the line before the answer comes."""
    query = psycopg.ClientCursor(connection).mogrify(PUSH.replace("%b", "%s"), _columns(entries))
    connection.pgconn.send_query(query.encode())
    connection.pgconn.flush()
    connection.close()


def put_account(centre: CentreUnderTest, account: AccountFacts) -> None:
    """Let the centre know a customer and what they owe."""
    consumer = account.consumer
    _insert(centre, "consumer", {name: getattr(consumer, name) for name in _CONSUMER})
    for charge in account.charges:
        owed = {name: getattr(charge, name) for name in _CHARGE}
        _insert(centre, "charge", {"consumer_id": consumer.consumer_id, **owed})


def _insert(centre: CentreUnderTest, table: str, row: Mapping[str, Any]) -> None:
    places = ", ".join(f"%({name})s" for name in row)
    centre.execute(f"insert into cd.{table} ({', '.join(row)}) values ({places})", row)
