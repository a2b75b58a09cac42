"""The way to a centre that lives in this process."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from counterdesk.core.undoing import PaymentTold
from counterdesk.store.session import JournalEntry
from counterdesk.sync.link import (
    PUSH_BYTES,
    PUSH_EVENTS,
    CentreAway,
    Cursor,
    FeedPage,
    Lease,
    OfficeFacts,
    PushAnswer,
    Reserved,
)
from counterdesk.sync.records import AccountsPage, Row
from tests.faults.memory_books import Books, Place
from tests.faults.memory_centre import MemoryCentre

_MOST_EVENTS = 1_000


class MemoryLink:
    """One counter's line to a `MemoryCentre`; it never breaks by itself."""

    def __init__(self, centre: MemoryCentre, counter_id: UUID) -> None:
        self._centre = centre
        self._counter_id = counter_id
        self._heard = 0
        self._woken = False

    def push(self, events: Sequence[JournalEntry], now_utc: datetime) -> PushAnswer:
        """Send events in order; with none it says hello."""
        size = sum(len(one.body) for one in events)
        if len(events) > PUSH_EVENTS or (size > PUSH_BYTES and len(events) > 1):
            raise CentreAway("a push has at most 50 events and 256 KiB (54000)")
        with self._centre.turn:
            return self._centre.push(self._counter_id, events)

    def feed_page(self, after: Cursor, limit: int) -> FeedPage:
        """Return what changed after a cursor."""
        with self._centre.turn:
            return self._centre.feed_page(self._counter_id, after, limit)

    def feed_head(self) -> Cursor:
        """Return where the feed stands."""
        with self._centre.turn:
            books = self._centre.books
            return Cursor(books.head, books.feed[books.head].tag) if books.head else Cursor()

    def accounts_page(self, after: UUID | None, limit: int) -> AccountsPage:
        """Return whole accounts by consumer id; no consumers is the end."""
        with self._centre.turn:
            books = self._centre.books
            later = (one for one in sorted(books.consumers) if after is None or one > after)
            chosen = list(islice(later, limit))
            among = set(chosen)
            charges = [
                (one.consumer_id, *_values(books.charge_now(self._counter_id, charge_id)))
                for charge_id, one in books.charges.items()
                if one.consumer_id in among and not one.cancelled
            ]
            return AccountsPage(
                [_values(books.consumers[one]) for one in chosen],
                charges,
                payments=[(who, *_values(x)) for who, x in books.payments.values() if who in among],
                backs=[(who, *_values(x)) for who, x in books.backs.values() if who in among],
                disputes=[(who, *_values(x)) for who, x in books.disputes.values() if who in among],
                credits=[
                    (one.consumer_id, *_values(books.credit_now(self._counter_id, note_id)))
                    for note_id, one in books.notes.items()
                    if one.consumer_id in among
                ],
            )

    def office_facts(self) -> OfficeFacts:
        """Return the settings and this counter's exceptions; nobody signs people here."""
        with self._centre.turn:
            books = self._centre.books
            exceptions = tuple(
                books.exception_now(place)
                for place in sorted({*books.suspense, *books.matters})
                if place[0] == self._counter_id
            )
            return OfficeFacts(
                dict(books.settings),
                (),
                exceptions,
                len(books.consumers),
                versions=dict(books.versions),
            )

    def lease_numbers(self, request_id: UUID, series: str, year: int, count: int) -> Lease:
        """Lease numbers; the same request again gives the same block."""
        with self._centre.turn:
            return self._centre.lease(self._counter_id, request_id, series, year, count)

    def my_events(self, after_seq: int, limit: int) -> tuple[JournalEntry, ...]:
        """Return this counter's own events as the centre keeps them."""
        with self._centre.turn:
            last = self._centre.books.counters[self._counter_id].last_seq
            wanted = range(after_seq + 1, min(last, after_seq + min(limit, _MOST_EVENTS)) + 1)
            return tuple(self._centre.books.events[self._counter_id, seq] for seq in wanted)

    def reserve_credit(
        self, request_id: UUID, note_id: UUID, amount_minor: int, seconds: int
    ) -> Reserved:
        """Hold a credit note for a visit."""
        with self._centre.turn:
            return self._centre.reserve(
                self._counter_id, request_id, note_id, amount_minor, seconds
            )

    def release_credit(self, request_id: UUID) -> None:
        """Give back what a visit held."""
        with self._centre.turn:
            self._centre.release(self._counter_id, request_id)

    def payment_to_undo(self, receipt_number: str) -> PaymentTold | None:
        """Return a payment of any counter, or None; there is one office here."""
        with self._centre.turn:
            books = self._centre.books
            for place in books.visits:
                told = _data(books, place)
                if told.get("transaction", {}).get("receipt_number") == receipt_number:
                    return PaymentTold(books.codes[place[0]], told, _undone_of(books, told))
        return None

    def wait(self, timeout_s: float) -> bool:
        """Wait until the feed has something, `wake` is called or the time is over."""
        until = time.monotonic() + timeout_s
        with self._centre.turn:
            while not (told := self._centre.books.last_change > self._heard) and not self._woken:
                if not self._centre.turn.wait(until - time.monotonic()):
                    break
            self._heard, self._woken = self._centre.books.last_change, False
            return told

    def wake(self) -> None:
        """End a `wait` now."""
        with self._centre.turn:
            self._woken = True
            self._centre.turn.notify_all()

    def close(self) -> None:
        """Hang up: there is no line, only somebody who may be waiting."""
        self.wake()


def _undone_of(books: Books, told: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    visit = UUID(told["transaction"]["id"])
    undos = {one.place for one in books.undone.values() if one.transaction_id == visit}
    return tuple(_data(books, one) for one in books.events if one in undos)


def _data(books: Books, place: Place) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(books.events[place].body)["data"]
    return told


def _values(facts: Any) -> Row:
    return tuple(getattr(facts, item.name) for item in fields(facts))
