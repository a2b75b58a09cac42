"""The thread that keeps a counter and its centre together while the program runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from random import Random
from typing import Final
from uuid import UUID

from counterdesk.store.store import Store
from counterdesk.sync.counter_sync import CounterSync, Rest
from counterdesk.sync.credit_holds import HoldAnswer, HoldAsked
from counterdesk.sync.link import Link
from counterdesk.sync.receipt_questions import PaymentAnswer
from counterdesk.sync.status import SyncStatus

_log = logging.getLogger(__name__)
_LOOK_EVERY_S: Final = 1.0
"""While the centre is away, what waits is counted anew at most so often."""


class SyncWorker:
    """Runs a `CounterSync` on a thread of its own."""

    def __init__(
        self,
        store: Store,
        link: Link,
        on_status: Callable[[SyncStatus], None] = lambda _status: None,
        chance: Random | None = None,
    ) -> None:
        """Prepare it; `start` starts it.

        Args:
            store: Open until after `stop`.
            link: Nobody else uses it.
            on_status: Called on this thread whenever the status changed.
            chance: Spreads the counters over time; the system's by default.
        """
        self._store = store
        self._link = link
        self._sync = CounterSync(store, link, chance or Random(), on_status)  # noqa: S311 - pace
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._hurried = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sync", daemon=True)

    def start(self) -> None:
        """Begin, and be woken by every commit from now on."""
        self._store.on_commit.append(self.wake)
        self._thread.start()

    def wake(self) -> None:
        """Something was recorded, or somebody wants to know now; from any thread."""
        self._woken.set()
        self._link.wake()

    def try_now(self) -> None:
        """Cut the pause short and ask the centre; from any thread."""
        self._sync.ask_now()
        self._hurried.set()
        self.wake()

    def hold_fill(self) -> None:
        """Stop the first fill until `try_now`; from any thread."""
        self._sync.hold_fill()
        self.wake()

    def hold_credit(
        self,
        request_id: UUID,
        notes: tuple[tuple[UUID, int], ...],
        told: Callable[[HoldAnswer], None],
    ) -> None:
        """Ask the centre to hold credit notes for a visit; from any thread.

        Args:
            request_id: The visit.
            notes: Which, and how much of each in minor units.
            told: Gets the answer on sync's thread, or on this one where the centre is known away.
        """
        self._sync.hold_credit(HoldAsked(request_id, notes), told)
        self.wake()

    def release_credit(self, request_id: UUID) -> None:
        """Give back what is held for a visit; from any thread."""
        self._sync.release_credit(request_id)
        self.wake()

    def ask_payment(self, receipt_number: str, told: Callable[[PaymentAnswer], None]) -> None:
        """Ask the centre for a payment that another counter took; from any thread.

        Args:
            receipt_number: Its receipt.
            told: Gets the answer on sync's thread, or on this one where the centre is known away.
        """
        self._sync.ask_payment(receipt_number, told)
        self.wake()

    def stop(self, timeout_s: float = 3.0) -> None:
        """End now: what was not sent stays in the ledger and goes out after the next start.

        A line that hangs is cut. Where even that takes longer (a name that is being looked up),
        the thread is left to end by itself: it touches the store no more.
        """
        if self.wake in self._store.on_commit:
            self._store.on_commit.remove(self.wake)
        self._stopping.set()
        self._hurried.set()
        self._sync.give_up()
        self.wake()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _work(self) -> None:
        rest = Rest(0)
        try:
            while not self._stopping.is_set():
                rest = self._rest_and_step(rest)
        finally:
            self._sync.close()

    def _rest_and_step(self, rest: Rest) -> Rest:
        try:
            self._rest(rest)
            return rest if self._stopping.is_set() else self._sync.step()
        except Exception:  # noqa: BLE001 - the thread outlives what it cannot mend
            if self._stopping.is_set():  # the store was closed over it
                return Rest(0)
            _log.exception("sync: a fault; it goes on later")
        return self._sync.fault()

    def _rest(self, rest: Rest) -> None:
        if rest.listening:
            self._sync.listen(rest.seconds)
            return
        until = time.monotonic() + rest.seconds
        while (left := until - time.monotonic()) > 0:
            self._woken.clear()  # first: what is set from now on is not overlooked
            if self._stopping.is_set() or self._hurried.is_set():
                break
            if self._woken.wait(left) and not self._hurried.wait(min(left, _LOOK_EVERY_S)):
                self._sync.look()
        self._hurried.clear()
