"""The counter's side of sync as a state machine: what is needed next, one thing at a time.

It holds no thread and never sleeps: `step` does one thing and says how long to rest, so that a
test can be every clock and every network. What it knows lies in the two files; what it keeps
beside them is only pace, so that it may end anywhere and begin again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from uuid import UUID

from counterdesk.core.errors import UserError
from counterdesk.store.refusals import is_damage
from counterdesk.store.store import Store
from counterdesk.sync import status as words
from counterdesk.sync.credit_holds import CreditHolds, HoldAnswer, HoldAsked
from counterdesk.sync.exchange import Exchange, Sent
from counterdesk.sync.feed import Told, read_told
from counterdesk.sync.filling import FirstFill
from counterdesk.sync.leases import WantedBlock, wanted_blocks
from counterdesk.sync.link import CentreAway, CentreRefused, Link, NotGranted
from counterdesk.sync.outbox import Outbox, StoppedBy, read_outbox
from counterdesk.sync.pace import Pace
from counterdesk.sync.receipt_questions import PaymentAnswer, ReceiptQuestions
from counterdesk.sync.status import SyncState, SyncStatus

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rest:
    """How long there is nothing to do."""

    seconds: float
    listening: bool = False
    """Whether the feed or a commit ends the rest; else only stopping does."""


_GO_ON = Rest(0)


class _GivenUp(Exception):
    """What is half done is given up: the program ends, or somebody stopped a fill."""


class CounterSync:
    """Exchanges with the centre what this counter did and what it must know."""

    def __init__(
        self,
        store: Store,
        link: Link,
        chance: Random,
        tell: Callable[[SyncStatus], None] = lambda _status: None,
    ) -> None:
        """Begin without a line; one thread calls the rest.

        Args:
            store: Open; its clock is the time.
            link: The way to the centre.
            chance: Spreads the counters of a network over time.
            tell: Gets the status whenever it changed.
        """
        self._store = store
        self._link = link
        self._exchange = Exchange(store, link)
        self._holds = CreditHolds(link)
        self._receipts = ReceiptQuestions(link)
        self._pace = Pace(store.clock, chance)
        self._tell = tell
        self._status: SyncStatus | None = None
        self._trouble: tuple[SyncState, str] | None = (SyncState.OFFLINE, "")
        self._contact_utc: datetime | None = None
        self._skew_ms = 0
        self._fill: FirstFill | None = None
        self._must_fill = False
        self._cursor_seq = -1
        self._may_try_again = False
        self._not_granted: set[WantedBlock] = set()
        self._giving_up = threading.Event()
        self._fill_held = False

    def step(self) -> Rest:
        """Do what is needed most, and say how long to rest after it."""
        try:
            rest = self._next_thing()
        except _GivenUp:
            rest = _GO_ON
        except CentreAway as error:
            rest = self._failed(SyncState.OFFLINE, words.away_sentence(str(error)))
        except CentreRefused as error:
            rest = self._failed(SyncState.REFUSED, words.refused_sentence(str(error)))
        except UserError as error:
            rest = self._failed(SyncState.OFFLINE, words.trouble_sentence(error.message))
            self._drop_what_is_damaged(error)
        self.look()
        return rest

    def listen(self, seconds: float) -> None:
        """Rest until the feed says something, the link is woken or the time is over."""
        try:
            if self._link.wait(seconds):
                self._pace.poll_now()
        except (CentreAway, CentreRefused):
            self._pace.hello_now()  # which finds out, and says, how things stand

    def look(self) -> None:
        """Tell the status if it changed: something may have been recorded meanwhile."""
        try:
            self._tell_new(self._status_now())
        except UserError as error:  # the files, which say the rest, cannot be read now
            self._tell_unread(words.trouble_sentence(error.message))

    def hold_credit(self, asked: HoldAsked, told: Callable[[HoldAnswer], None]) -> None:
        """Ask the centre to hold credit notes for a visit, at the next step; from any thread.

        Args:
            asked: The visit and its notes.
            told: Gets the answer on sync's thread; on this one where the centre is known away.
        """
        if self._trouble is not None or self._giving_up.is_set():
            told(HoldAnswer(asked, away=True))
        else:
            self._holds.ask(asked, told)

    def release_credit(self, request_id: UUID) -> None:
        """Give back what is held for a visit, at the next step; from any thread."""
        self._holds.release(request_id)

    def ask_payment(self, receipt_number: str, told: Callable[[PaymentAnswer], None]) -> None:
        """Ask the centre for a payment of another counter, at the next step; from any thread.

        Args:
            receipt_number: Its receipt.
            told: Gets the answer on sync's thread; on this one where the centre is known away.
        """
        if self._trouble is not None or self._giving_up.is_set():
            told(PaymentAnswer(away=True))
        else:
            self._receipts.ask(receipt_number, told)

    def ask_now(self) -> None:
        """Greet, poll and fill as soon as may be; from any thread."""
        self._fill_held = False
        self._pace.hello_now()
        self._pace.poll_now()

    def hold_fill(self) -> None:
        """Fetch nothing for the first time, or anew, until `ask_now`; from any thread."""
        self._fill_held = True

    def fault(self) -> Rest:
        """Say that the program itself failed; the log has it. Say how long to rest."""
        self._tell_unread(words.fault_sentence())
        return self._failed(SyncState.OFFLINE, words.fault_sentence())

    def give_up(self) -> None:
        """End what is under way; may be called from any thread."""
        self._giving_up.set()
        self._link.close()

    def close(self) -> None:
        """Hang up, and leave no trace of what is half done."""
        self._drop_fill()
        self._link.close()

    def _next_thing(self) -> Rest:
        if self._giving_up.is_set():
            raise _GivenUp
        if self._pace.hello_due:
            return self._greet()
        outbox = self._outbox()
        if outbox.waiting and (outbox.stopped is None or self._may_try_again):
            return self._send()
        if self._holds.waiting:  # after what was done here: a note may be made of it
            self._holds.answer_one(stopped=outbox.stopped is not None)
            return _GO_ON
        if self._receipts.waiting:  # likewise: what was undone here is among what is told
            self._receipts.answer_one(stopped=outbox.stopped is not None)
            return _GO_ON
        if outbox.stopped is StoppedBy.BEHIND:  # whatever is written here now may be lost again
            return Rest(self._pace.until_next(polling=False), listening=True)
        return self._fetch(outbox.stopped)

    def _greet(self) -> Rest:
        sent = self._exchange.greet()
        self._note(sent)
        self._not_granted.clear()
        stopped = self._outbox().stopped is not None
        self._may_try_again = stopped
        self._pace.greeted(stopped=stopped)
        return _GO_ON

    def _send(self) -> Rest:
        self._may_try_again = False
        self._note(self._exchange.send())
        if self._outbox().stopped is not None:
            self._pace.greeted(stopped=True)
        return _GO_ON

    def _note(self, sent: Sent) -> None:
        self._heard()
        self._skew_ms = sent.skew_ms
        if sent.answer.head_seq != self._cursor_seq:
            self._pace.poll_now()

    def _fetch(self, stopped: StoppedBy | None) -> Rest:
        # After a fork the centre tells how bills stand with the other machine's acts in the place
        # of ours: what was paid here would look open again.
        pulling = stopped is not StoppedBy.FORK and not self._store.disk_state().stops_pulls
        if self._wants_fill and self._fill_held:
            self._drop_fill()
            pulling = False
        if pulling and self._wants_fill:
            return self._fill_on()
        if pulling and self._pace.poll_due:
            return self._pull()
        for wanted in self._store.read(wanted_blocks).result():
            if wanted not in self._not_granted:
                return self._lease(wanted)
        return Rest(self._pace.until_next(polling=pulling), listening=True)

    @property
    def _wants_fill(self) -> bool:
        return self._fill is not None or self._must_fill

    def _pull(self) -> Rest:
        told = self._exchange.told()
        page = self._exchange.pull(told) if told is not None else None
        if page is None or page.resync:
            self._must_fill = True
            return _GO_ON
        self._heard()
        self._cursor_seq = page.cursor.sync_seq
        if self._cursor_seq >= page.head_seq:
            self._pace.polled()
        return _GO_ON

    def _fill_on(self) -> Rest:
        if self._fill is None:
            self._fill = self._exchange.begin_fill()
        elif not self._exchange.fill_on(self._fill):
            self._finish(self._fill)
        self._heard()
        return _GO_ON

    def _finish(self, fill: FirstFill) -> None:
        try:
            self._exchange.finish_fill(fill, self._watch)
            self._must_fill = False
        finally:
            self._drop_fill()
        self._pace.hello_now()  # a centre that was restored may lack what it had acknowledged
        self._pace.poll_now()

    def _watch(self, _count: int) -> None:
        if self._giving_up.is_set() or self._fill_held:
            raise _GivenUp

    def _lease(self, wanted: WantedBlock) -> Rest:
        try:
            self._exchange.lease(wanted)
        except NotGranted as error:
            _log.warning("no numbers of the series %s: %s", wanted.series, error)
            self._not_granted.add(wanted)
        self._heard()
        return _GO_ON

    def _heard(self) -> None:
        self._trouble = None
        self._contact_utc = self._store.clock.now_utc()
        self._pace.answered()

    def _failed(self, state: SyncState, sentence: str) -> Rest:
        self._trouble = (state, sentence)
        self._holds.nobody_answers()
        self._receipts.nobody_answers()
        self._pace.hello_now()
        return Rest(self._pace.after_failure())

    def _drop_what_is_damaged(self, error: UserError) -> None:
        """A fill that could not be written begins anew; so does a `ref.db` that is damaged."""
        self._drop_fill()
        if is_damage(error.__cause__):
            self._must_fill = True

    def _drop_fill(self) -> None:
        if self._fill is not None:
            self._fill.abandon()
            self._fill = None

    def _outbox(self) -> Outbox:
        return self._store.read(read_outbox).result()

    def _status_now(self) -> SyncStatus:
        outbox, told = self._store.read(lambda read: (read_outbox(read), read_told(read))).result()
        state, reason = self._in_words(outbox, told)
        return SyncStatus(
            state=state,
            waiting=max(0, outbox.waiting),
            oldest_waiting_since_utc=outbox.oldest_waiting_utc,
            last_contact_utc=self._contact_utc,
            as_of_utc=told.as_of_utc if told else None,
            fill_done=self._fill.done if self._fill else 0,
            fill_total=self._fill.total if self._fill else 0,
            reason=reason,
            skew_ms=self._skew_ms,
            stopped_by=outbox.stopped,
            sent_through=self._exchange.sent_through,
        )

    def _tell_unread(self, sentence: str) -> None:
        known = self._status or SyncStatus(SyncState.OFFLINE)
        self._tell_new(replace(known, state=SyncState.OFFLINE, reason=sentence))

    def _tell_new(self, status: SyncStatus) -> None:
        if status != self._status:
            self._status = status
            self._tell(status)

    def _in_words(self, outbox: Outbox, told: Told | None) -> tuple[SyncState, str]:
        if outbox.stopped is not None:
            return SyncState.STOPPED, words.stopped_sentence(outbox.stopped)
        if self._trouble is not None:
            return self._trouble
        if self._store.disk_state().stops_pulls:
            return SyncState.ONLINE, words.disk_sentence()
        if self._wants_fill or told is None:
            return SyncState.FILLING, words.fill_held_sentence() if self._fill_held else ""
        return SyncState.ONLINE, ""
