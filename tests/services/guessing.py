"""What tests of people share: a clock that obeys, and tries at a secret as a window does."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import Event
from counterdesk.services.people import Attempt, begin_attempt, sign_in
from counterdesk.store.store import Store


class ObedientClock:
    """A clock that stands still until it is told otherwise; anyone may set its wall."""

    def __init__(self) -> None:
        self.wall_utc = datetime(2025, 4, 20, 10, 0, tzinfo=UTC)
        self.running_ns = 3_600 * 1_000_000_000

    def now_utc(self) -> datetime:
        return self.wall_utc

    def monotonic_ns(self) -> int:
        return self.running_ns

    def pass_seconds(self, seconds: int) -> None:
        self.wall_utc += timedelta(seconds=seconds)
        self.running_ns += seconds * 1_000_000_000

    def set_days_ahead(self, days: int) -> None:
        self.wall_utc += timedelta(days=days)

    def restart_machine(self) -> None:
        self.running_ns = 0


def try_of(store: Store, login: str) -> Attempt:
    """Count a try, committed before anything is checked."""
    return store.write(lambda session: begin_attempt(session, login)).result()


def guess(store: Store, login: str, secret: str) -> Actor:
    """Try to sign in."""
    attempt = try_of(store, login)
    return store.write(lambda session: sign_in(session, attempt, secret)).result()


def without_ids(text: str) -> str:
    """Return a text without its UUIDs, whose digits may happen to be somebody's PIN."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text)


def events(store: Store) -> list[dict[str, Any]]:
    """Return what was recorded, oldest first."""
    bodies = select(Event.body).order_by(Event.seq)
    rows = store.read(lambda read: read.execute(bodies).all()).result()
    return [json.loads(row.body) for row in rows]
