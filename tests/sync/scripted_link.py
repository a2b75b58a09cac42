"""A centre that says what a test tells it to: for the branches of the counter's state machine."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from counterdesk.core.events import GENESIS, chain_hash
from counterdesk.core.undoing import PaymentTold
from counterdesk.store.session import JournalEntry
from counterdesk.sync.link import (
    CentreAway,
    Cursor,
    FeedPage,
    FeedRow,
    Lease,
    OfficeFacts,
    PushAnswer,
    PushStatus,
    Reserved,
)
from counterdesk.sync.records import AccountsPage

EPOCH = UUID(int=99)


class HeldClock:
    """A clock that stands where a test puts it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.monotonic = 0

    def now_utc(self) -> datetime:
        return self.now

    def monotonic_ns(self) -> int:
        return self.monotonic

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.monotonic += int(seconds * 1e9)


class ScriptedLink:
    """It keeps events as the centre does, tells `feed` and `pages`, and fails on demand."""

    def __init__(self) -> None:
        self.kept: list[JournalEntry] = []
        self.feed: list[FeedRow] = []
        self.tag = UUID(int=1)
        self.resync = False
        self.pages: list[AccountsPage] = []
        self.office = OfficeFacts({}, ())
        self.leases: dict[UUID, Lease] = {}
        self.gives_again: list[int] = []
        """Numbers of a block that is leased already, to be leased once more."""
        self.skew = timedelta()
        self.sees_damage = False
        self.failures: defaultdict[str, list[Exception]] = defaultdict(list)
        """By the name of a call: raised before it is done, one for each call."""
        self.lost_answers: defaultdict[str, list[Exception]] = defaultdict(list)
        """The same, raised after it is done."""
        self.calls: list[str] = []
        self.closed = threading.Event()

    def push(self, events: Sequence[JournalEntry], now_utc: datetime) -> PushAnswer:
        with self._call("push" if events else "hello"):
            status = next((bad for one in events if (bad := self._take(one))), PushStatus.OK)
            return PushAnswer(
                status,
                len(self.kept),
                self._last_hash(),
                now_utc + self.skew,
                EPOCH,
                len(self.feed),
            )

    def _take(self, event: JournalEntry) -> PushStatus | None:
        if event.seq <= len(self.kept):
            return None
        if event.seq > len(self.kept) + 1:
            return PushStatus.GAP
        if self.sees_damage or chain_hash(self._last_hash(), event.body) != event.hash:
            return PushStatus.BADCHAIN
        self.kept.append(event)
        return None

    def _last_hash(self) -> bytes:
        return self.kept[-1].hash if self.kept else GENESIS

    def feed_page(self, after: Cursor, limit: int) -> FeedPage:
        with self._call("feed"):
            if self.resync:
                return FeedPage(True, (), after, 0)
            rows = tuple(self.feed[after.sync_seq : after.sync_seq + limit])
            cursor = Cursor(after.sync_seq + len(rows), self.tag if self.feed else None)
            return FeedPage(False, rows, cursor, len(self.feed))

    def feed_head(self) -> Cursor:
        with self._call("head"):
            self.resync = False
            return Cursor(len(self.feed), self.tag if self.feed else None)

    def accounts_page(self, after: UUID | None, limit: int) -> AccountsPage:
        with self._call("accounts"):
            following = (
                page for page in self.pages if after is None or page.consumers[-1][0] > after
            )
            return next(following, AccountsPage(()))

    def office_facts(self) -> OfficeFacts:
        with self._call("office"):
            return self.office

    def lease_numbers(self, request_id: UUID, series: str, year: int, count: int) -> Lease:
        with self._call("lease"):
            first = 1 + sum(one.last - one.first + 1 for one in self.leases.values())
            if self.gives_again:
                return Lease(request_id, series, year, *([self.gives_again.pop()] * 2))
            lease = Lease(request_id, series, year, first, first + count - 1)
            return self.leases.setdefault(request_id, lease)

    def my_events(self, after_seq: int, limit: int) -> tuple[JournalEntry, ...]:
        with self._call("my events"):
            return tuple(self.kept[after_seq : after_seq + limit])

    def reserve_credit(
        self, request_id: UUID, note_id: UUID, amount_minor: int, seconds: int
    ) -> Reserved:
        raise NotImplementedError

    def release_credit(self, request_id: UUID) -> None:
        raise NotImplementedError

    def payment_to_undo(self, receipt_number: str) -> PaymentTold | None:
        raise NotImplementedError

    def wait(self, timeout_s: float) -> bool:
        with self._call("wait"):
            return False

    def wake(self) -> None:
        self.calls.append("wake")

    def close(self) -> None:
        self.closed.set()

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        self.calls.append(name)
        if self.failures[name]:
            raise self.failures[name].pop(0)
        yield
        if self.lost_answers[name]:
            raise self.lost_answers[name].pop(0)


class HangingLink(ScriptedLink):
    """A line on which nothing ever comes, until it is cut."""

    def push(self, events: Sequence[JournalEntry], now_utc: datetime) -> PushAnswer:
        self.calls.append("hello")
        self.closed.wait(60)
        raise CentreAway("cut")


def beginning() -> HeldClock:
    """A clock on an ordinary working day."""
    return HeldClock(datetime(2026, 3, 3, 9, tzinfo=UTC))
