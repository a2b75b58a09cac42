"""A centre that lives in this process: the reference that the real one is compared with.

It answers what the functions of `sync/migrations/c0001` answer, and nothing of it outlives the
process.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from counterdesk.core.clock import Clock
from counterdesk.core.events import chain_hash
from counterdesk.store.session import JournalEntry
from counterdesk.sync.link import (
    CentreRefused,
    Cursor,
    FeedPage,
    FeedRow,
    Lease,
    NotGranted,
    PushAnswer,
    PushStatus,
    Reserved,
)
from counterdesk.sync.records import AccountFacts
from tests.faults.memory_apply import Touched, apply_event
from tests.faults.memory_books import Block, Books, CounterKept, Held, OwnedCharge, Suspended
from tests.faults.memory_changes import answer_asked
from tests.faults.memory_checks import Unplaceable
from tests.faults.memory_credit import hold, release

_MOST_CHANGES = 2_000
_MOST_NUMBERS = 5_000
_LONGEST_HELD_S = 900
_NEXT_YEARS_EARLY = timedelta(days=17)
"""So long before a year its numbers are leased already."""


class MemoryCentre:
    """The centre. Who asks holds `turn`, and a counter is who the link says it is."""

    def __init__(self, currency: str, settings: dict[str, str], clock: Clock) -> None:
        """Begin one without counters.

        Args:
            currency: ISO 4217 code.
            settings: JSON texts by name.
            clock: The centre's own time.
        """
        self.books = Books(currency, dict(settings), dict.fromkeys(settings, 1))
        self.clock = clock
        self.epoch = uuid4()
        self.turn = threading.Condition(threading.RLock())
        """Held by who asks or changes; told when the feed has something."""

    def add_counter(self, counter_id: UUID, public_key: bytes, code: str = "") -> None:
        """Let a counter in."""
        self.books.counters[counter_id] = CounterKept()
        self.books.keys[counter_id] = public_key
        self.books.codes[counter_id] = code

    def push(self, counter_id: UUID, events: Sequence[JournalEntry]) -> PushAnswer:
        """Take events in their order; say how far this counter's history is kept."""
        self._known(counter_id)
        status, touched = PushStatus.OK, Touched()
        taken = duplicates = 0
        for event in events:
            status = self._judge(counter_id, event)
            if status is not PushStatus.OK:
                break
            if event.seq <= self.books.counters[counter_id].last_seq:
                duplicates += 1
                continue
            touched += self._take(counter_id, event)
            self.books.counters[counter_id] = CounterKept(event.seq, event.hash)
            taken += 1
        self.publish(touched, counter_id)
        return self._answer(counter_id, status, taken, duplicates)

    def _judge(self, counter_id: UUID, event: JournalEntry) -> PushStatus:
        kept = self.books.counters[counter_id]
        if event.seq <= kept.last_seq:
            same = self.books.events[counter_id, event.seq].hash == event.hash
            return PushStatus.OK if same else PushStatus.FORK
        if event.seq > kept.last_seq + 1:
            return PushStatus.GAP
        fits = event.hash == chain_hash(kept.last_hash, event.body)
        return PushStatus.OK if fits else PushStatus.BADCHAIN

    def _answer(
        self, counter_id: UUID, status: PushStatus, taken: int, duplicates: int
    ) -> PushAnswer:
        kept = self.books.counters[counter_id]
        return PushAnswer(
            status, kept.last_seq, kept.last_hash, self.clock.now_utc(), self.epoch,
            self.books.head, taken=taken, duplicates=duplicates,
        )  # fmt: skip

    def _take(self, counter_id: UUID, event: JournalEntry) -> Touched:
        """Keep one event always; apply it if it can be."""
        place = (counter_id, event.seq)
        self.books.events[place] = event
        try:
            return apply_event(self.books, place, json.loads(event.body))
        except (Unplaceable, ValueError, KeyError, TypeError) as error:
            return self._suspend(place, event, str(error))

    def _suspend(self, place: tuple[UUID, int], event: JournalEntry, reason: str) -> Touched:
        told = json.loads(event.body)
        totals = told["totals"]
        self.books.suspense[place] = Suspended(
            told["kind"], reason, totals["cash_delta_minor"], totals["tenders"]
        )
        # Of the charges it names the counter must be told that it is not in them.
        rows = [*told["data"].get("allocations", ()), *told["data"].get("undone", ())]
        named = (UUID(one["charge_id"]) for one in rows if one["charge_id"])
        known = [("charge", one) for one in named if one in self.books.charges]
        return [("exception", place[1]), *known]

    def apply_again(self, counter_id: UUID, seq: int) -> str:
        """Apply a suspended event after what it lacked has come; return why not, or ""."""
        place = (counter_id, seq)
        waiting = self.books.suspense[place]
        try:
            told = json.loads(self.books.events[place].body)
            touched = apply_event(self.books, place, told)
        except (Unplaceable, ValueError, KeyError, TypeError) as error:
            self.books.suspense[place] = replace(waiting, reason=str(error))
            return str(error)
        self.books.suspense[place] = replace(waiting, state="applied")
        self.publish([*touched, ("exception", seq)], counter_id)
        return ""

    def publish(self, touched: Touched, counter_id: UUID | None = None) -> None:
        """Tell what changed."""
        with self.turn:
            self.books.publish(touched, counter_id)
            self.turn.notify_all()

    def feed_page(self, counter_id: UUID, after: Cursor, limit: int) -> FeedPage:
        """Return what changed after a cursor."""
        self._known(counter_id)
        if not self._of_this_history(after):
            return FeedPage(resync=True, rows=(), cursor=after, head_seq=0)
        feed = self.books.feed
        later = (s for s in range(after.sync_seq + 1, self.books.last_change + 1) if s in feed)
        page = list(islice(later, min(max(limit, 1), _MOST_CHANGES)))
        told = {
            (feed[seq].kind, feed[seq].key): None
            for seq in page
            if feed[seq].counter_id in {None, counter_id}
        }
        rows = tuple(FeedRow(*one, self.books.row_now(counter_id, *one)) for one in told)
        cursor = Cursor(page[-1], feed[page[-1]].tag) if page else after
        return FeedPage(False, rows, cursor, self.books.head)

    def _of_this_history(self, after: Cursor) -> bool:
        feed = self.books.feed
        if after.sync_seq == 0:
            return min(feed, default=1) <= 1
        return after.sync_seq in feed and feed[after.sync_seq].tag == after.tag

    def lease(
        self, counter_id: UUID, request_id: UUID, series: str, year: int, count: int
    ) -> Lease:
        """Lease numbers; the same request again gives the same block."""
        self._known(counter_id)
        if not 1 <= count <= _MOST_NUMBERS or self.books.number_format(series) is None:
            raise NotGranted("no such numbers are leased")
        if request_id not in self.books.blocks:
            first, last = self.books.cut_block(series, year, count)
            self.books.blocks[request_id] = Block(counter_id, series, year, first, last, first)
        block = self.books.blocks[request_id]
        if (block.counter_id, block.series, block.year) != (counter_id, series, year):
            raise NotGranted("this request was for something else")
        return Lease(request_id, series, year, block.first, block.last)

    def reserve(
        self, counter_id: UUID, request_id: UUID, note_id: UUID, amount_minor: int, seconds: int
    ) -> Reserved:
        """Hold a credit note for a visit; the same request again renews what it holds."""
        self._known(counter_id)
        now = self.clock.now_utc()
        until = now + timedelta(seconds=min(max(seconds, 1), _LONGEST_HELD_S))
        wanted = Held(counter_id, amount_minor, until)
        return hold(self.books, (request_id, note_id), wanted, now)

    def release(self, counter_id: UUID, request_id: UUID) -> None:
        """Give back what a visit held."""
        release(self.books, counter_id, request_id)

    def import_account(self, account: AccountFacts) -> None:
        """Write a consumer and their charges as the utility's books have them; tell what is new.

        What was paid here stays as it is.
        """
        books, consumer_id = self.books, account.consumer.consumer_id
        touched: Touched = []
        if books.consumers.get(consumer_id) != account.consumer:
            books.consumers[consumer_id] = account.consumer
            touched.append(("consumer", consumer_id))
        for facts in account.charges:
            known = books.charges.get(facts.charge_id)
            paid = known.facts.paid_minor if known else facts.paid_minor
            now = OwnedCharge(consumer_id, replace(facts, paid_minor=paid))
            if known != now:
                books.charges[facts.charge_id] = now
                touched.append(("charge", facts.charge_id))
        self.publish(touched)

    def cancel(self, charge_id: UUID) -> None:
        """Take a charge back: nobody owes it any more, and what was paid of it stays."""
        self.books.charges[charge_id] = replace(self.books.charges[charge_id], cancelled=True)
        self.publish([("charge", charge_id)])

    def set_setting(self, name: str, value: Any) -> None:
        """Change a setting."""
        self.books.change_setting(name, json.dumps(value))
        self.publish([("setting", name)])

    def answer_changes(self) -> None:
        """Do what the service does of what was asked of the office."""
        for place in [one for one, answer in self.books.asked.items() if not answer]:
            self.publish(answer_asked(self.books, place), place[0])

    def prune(self, through: int) -> None:
        """Forget the feed up to a place; its newest row stays."""
        through = min(through, self.books.head - 1)
        for seq in [one for one in self.books.feed if one <= through]:
            del self.books.feed[seq]

    def restore(self, kept: Books) -> None:
        """Put everything back to what `Books.backup` gave."""
        self.books = kept.backup()

    def after_restore(self, skip: int) -> None:
        """Do what an administrator does then: everyone fetches everything anew.

        Args:
            skip: More numbers than were given out since the copy was made.
        """
        self.skip_numbers(skip)
        self.books.feed.clear()
        self.publish([("setting", "utility_name")])

    def skip_numbers(self, skip: int) -> None:
        """Go on beyond every number that may have been given out."""
        books, today = self.books, self.clock.now_utc().date()
        books.series = {key: following + skip for key, following in books.series.items()}
        for block_id, one in books.blocks.items():
            if one.counter_id is None:
                books.blocks[block_id] = replace(one, next=one.last + 1)
        for series, form in json.loads(books.settings["number_formats"]).items():
            for year in range(today.year - 1, (today + _NEXT_YEARS_EARLY).year + 1):
                books.series.setdefault((series, year if form["yearly"] else 0), 1 + skip)

    def _known(self, counter_id: UUID) -> None:
        if counter_id not in self.books.counters:
            raise CentreRefused("this login is no active counter's")
