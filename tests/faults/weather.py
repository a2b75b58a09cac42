"""A line between a counter and a centre on which everything goes wrong that can, by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from random import Random
from typing import TypeVar
from uuid import UUID

from counterdesk.core.undoing import PaymentTold
from counterdesk.store.session import JournalEntry
from counterdesk.sync.link import (
    CentreAway,
    Cursor,
    FeedPage,
    Lease,
    Link,
    OfficeFacts,
    PushAnswer,
    Reserved,
)
from counterdesk.sync.records import AccountsPage

Answer = TypeVar("Answer")


class Crash(BaseException):
    """The counter's process is gone; what its files held then is all there is."""


class Fate(Enum):
    """What becomes of one call."""

    DONE = "done"
    CUT_BEFORE = "cut before the centre did it"
    CUT_AFTER = "cut after the centre did it"
    TWICE = "done twice"
    LATE = "done again, after another call"


class Weather(Enum):
    """How likely each fate is, in the order above."""

    FAIR = (97, 1, 1, 1, 0)
    FLAPPING = (45, 20, 20, 10, 5)
    DEAF = (0, 10, 90, 0, 0)
    """One way only: the centre hears, and nothing comes back."""
    AWAY = (0, 100, 0, 0, 0)
    CALM = (100, 0, 0, 0, 0)


class FaultyLink:
    """A way to the centre through the weather."""

    inner: Link
    """The way that is taken when nothing goes wrong."""

    def __init__(self, chance: Random, on_crash: Callable[[], None]) -> None:
        """Begin in fair weather.

        Args:
            chance: Decides.
            on_crash: Called at the moment of a crash, before anything is tidied up.
        """
        self.weather = Weather.FAIR
        self.crash_after: int | None = None
        """So many calls from now the process dies, before or after the centre did what was
        asked."""
        self._chance = chance
        self._on_crash = on_crash
        self._late: Callable[[], object] | None = None

    def push(self, events: Sequence[JournalEntry], now_utc: datetime) -> PushAnswer:
        return self._go(lambda: self.inner.push(events, now_utc))

    def feed_page(self, after: Cursor, limit: int) -> FeedPage:
        return self._go(lambda: self.inner.feed_page(after, limit))

    def feed_head(self) -> Cursor:
        return self._go(self.inner.feed_head)

    def accounts_page(self, after: UUID | None, limit: int) -> AccountsPage:
        return self._go(lambda: self.inner.accounts_page(after, limit))

    def office_facts(self) -> OfficeFacts:
        return self._go(self.inner.office_facts)

    def lease_numbers(self, request_id: UUID, series: str, year: int, count: int) -> Lease:
        return self._go(lambda: self.inner.lease_numbers(request_id, series, year, count))

    def my_events(self, after_seq: int, limit: int) -> tuple[JournalEntry, ...]:
        return self._go(lambda: self.inner.my_events(after_seq, limit))

    def reserve_credit(
        self, request_id: UUID, note_id: UUID, amount_minor: int, seconds: int
    ) -> Reserved:
        asked = (request_id, note_id, amount_minor, seconds)
        return self._go(lambda: self.inner.reserve_credit(*asked))

    def release_credit(self, request_id: UUID) -> None:
        self._go(lambda: self.inner.release_credit(request_id))

    def payment_to_undo(self, receipt_number: str) -> PaymentTold | None:
        return self._go(lambda: self.inner.payment_to_undo(receipt_number))

    def wait(self, timeout_s: float) -> bool:
        return self.inner.wait(timeout_s)

    def wake(self) -> None:
        self.inner.wake()

    def close(self) -> None:
        self.inner.close()

    def crash(self) -> None:
        """End the process now."""
        self.crash_after = None
        self._on_crash()
        raise Crash

    def _go(self, call: Callable[[], Answer]) -> Answer:
        dying = self._is_last_call()
        if dying and self._chance.random() < 0.5:
            self.crash()
        fate = self._chance.choices(list(Fate), self.weather.value)[0]
        if fate is Fate.CUT_BEFORE:
            raise CentreAway(fate.value)
        answer = call()
        self._send_what_is_late(call if fate is Fate.LATE else None)
        if dying:
            self.crash()
        if fate is Fate.CUT_AFTER:
            raise CentreAway(fate.value)
        return call() if fate is Fate.TWICE else answer

    def _is_last_call(self) -> bool:
        if self.crash_after is None:
            return False
        self.crash_after -= 1
        return self.crash_after <= 0

    def _send_what_is_late(self, call: Callable[[], object] | None) -> None:
        """A request that the network held back arrives after a younger one."""
        late, self._late = self._late, call or self._late
        if late is not None and call is None:
            self._late = None
            late()
