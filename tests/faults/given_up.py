"""Data folders that are given up in the middle of a run: looked through then, and thrown away."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, PaymentTransaction
from counterdesk.services.verification import verify
from counterdesk.store.store import Store
from tests.faults.simulated_till import Ledger, opened

_events, _visits = table_of(Event), table_of(PaymentTransaction)

Digests = Mapping[int, bytes]
"""The SHA-256 of each event's bytes, by its seq."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What stays of a data folder: whose it was, what it held, and what was wrong with it."""

    counter_id: UUID
    code: str
    digests: Digests
    findings: tuple[str, ...]


def give_up(ledger: Ledger) -> GivenUp:
    """Look a folder through for the last time."""
    with opened(ledger) as store:
        found = looked_through(ledger.counter_id, ledger.folder.name, store, ledger.saved)
    shutil.rmtree(ledger.folder)
    return found


def looked_through(counter_id: UUID, name: str, store: Store, saved: Iterable[UUID]) -> GivenUp:
    """Verify all that a counter recorded, and that no payment is missing that was saved."""
    there = set(store.read(lambda r: r.execute(select(_visits.c.id)).scalars().all()).result())
    lost = set(saved) - there
    findings = [f"{name} lost {len(lost)} payments that were saved"] if lost else []
    findings += [f"{name}: {one}" for one in report_of(store)]
    return GivenUp(counter_id, store.counter.code, digests_of(store), tuple(findings))


def report_of(store: Store) -> tuple[str, ...]:
    """Verify all that a counter recorded."""
    return store.write(lambda s: verify(s, store.read_journal())).result().findings


def digests_of(store: Store) -> Digests:
    """Return the digest of every event's bytes."""
    rows = store.read(lambda r: r.execute(select(_events.c.seq, _events.c.body)).all()).result()
    return {row.seq: sha256(row.body).digest() for row in rows}
