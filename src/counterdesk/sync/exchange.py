"""What a counter and its centre exchange, one act at a time, each whole by itself.

No transaction of the ledger is open while the centre is asked: an act reads, asks, and writes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from counterdesk.store.refusals import in_words
from counterdesk.store.store import Store
from counterdesk.sync.feed import Told, apply_page, read_told
from counterdesk.sync.filling import FirstFill
from counterdesk.sync.leases import WantedBlock, lease_request, take_lease
from counterdesk.sync.link import FeedPage, Link, OfficeFacts, PushAnswer
from counterdesk.sync.outbox import next_events, read_outbox, settle_answer
from counterdesk.sync.people import NotTrusted, take_people
from counterdesk.sync.reach import take_reach
from counterdesk.sync.reference import Progress
from counterdesk.sync.renewing import take_certificates

_log = logging.getLogger(__name__)
_SNAPSHOT: Final = "snapshot"
_MILLISECOND: Final = timedelta(milliseconds=1)

CHANGES_OF_A_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """A push or a greeting that was answered, and settled in the ledger."""

    answer: PushAnswer
    skew_ms: int
    """How much this machine's clock is ahead of the centre's."""


class Exchange:
    """The acts. Each may raise `CentreAway` or `CentreRefused`, and may then be done again."""

    def __init__(self, store: Store, link: Link) -> None:
        self._store = store
        self._link = link
        self.sent_through = 0
        """Up to this event everything was in a push, answered or not."""

    def greet(self) -> Sent:
        """Ask how far the centre has this counter."""
        return self._push(sending=False)

    def send(self) -> Sent:
        """Send the next events that were not acknowledged."""
        return self._push(sending=True)

    def told(self) -> Told | None:
        """Return how far `ref.db` follows the centre; None before the first fill."""
        return self._store.read(read_told).result()

    def pull(self, told: Told) -> FeedPage:
        """Write the next page of the feed, unless the centre says that all must be had anew."""
        now = self._store.clock.now_utc()
        page = self._link.feed_page(told.cursor, CHANGES_OF_A_PAGE)
        if page.resync:
            return page
        if any(row.kind == _SNAPSHOT for row in page.rows):
            self._take_office(self._link.office_facts())  # before the cursor moves beyond them
        self._write(page, now)
        return page

    def begin_fill(self) -> FirstFill:
        """Begin to fill a new `ref.db`, as the centre is from now on."""
        now = self._store.clock.now_utc()
        head = self._link.feed_head()
        office = self._link.office_facts()
        self._take_office(office)
        path = self._store.folder.reference
        with in_words(path):
            return FirstFill(path, self._store.data_key, head, office, now)

    def fill_on(self, fill: FirstFill) -> bool:
        """Fetch a page of accounts; tell whether there was one."""
        with in_words(self._store.folder.reference):
            return fill.advance(self._link)

    def finish_fill(self, fill: FirstFill, progress: Progress) -> None:
        """Let the new `ref.db` take its place; what `progress` raises stops it before that."""
        with in_words(self._store.folder.reference):
            self._store.replace_reference(fill.finish(progress))
        self._store.take_news()

    def lease(self, wanted: WantedBlock) -> None:
        """Lease a block of numbers.

        Raises:
            NotGranted: The centre knows no such series.
        """
        request_id = self._store.write(lambda s: lease_request(s, wanted)).result()
        lease = self._link.lease_numbers(request_id, wanted.series, wanted.year, wanted.count)
        self._store.write(lambda s: take_lease(s, lease)).result()

    def _push(self, *, sending: bool) -> Sent:
        events = self._store.read(next_events).result() if sending else ()
        before = self._store.clock.now_utc()
        if events:
            self.sent_through = max(self.sent_through, events[-1].seq)
        answer = self._link.push(events, before)
        after = self._store.clock.now_utc()
        witness = self._witness(answer)
        self._store.write(
            lambda s: settle_answer(s, answer, sent=len(events), witness=witness)
        ).result()
        return Sent(answer, _skew_ms(before, after, answer.server_time_utc))

    def _witness(self, answer: PushAnswer) -> dict[int, bytes]:
        """Where the centre has more than the ledger: what it has in the place of our last event."""
        head_seq = self._store.read(read_outbox).result().head_seq
        if head_seq == 0 or answer.last_seq <= head_seq:
            return {}
        return {one.seq: one.hash for one in self._link.my_events(head_seq - 1, 1)}

    def _take_office(self, office: OfficeFacts) -> None:
        take_certificates(self._store, office)
        take_reach(self._store, office)
        try:
            self._store.write(lambda s: take_people(s, office)).result()
        except NotTrusted as error:
            _log.warning("people as the centre tells them are not taken: %s", error)

    def _write(self, page: FeedPage, now: datetime) -> None:
        path = self._store.folder.reference
        with in_words(path):
            settings_changed = apply_page(path, self._store.data_key, page, now)
        if settings_changed:
            self._store.reread_settings()
        if page.rows and page.cursor.sync_seq >= page.head_seq:  # once, behind a long absence
            self._store.take_news()


def _skew_ms(before: datetime, after: datetime, theirs: datetime) -> int:
    return round((before + (after - before) / 2 - theirs) / _MILLISECOND)
