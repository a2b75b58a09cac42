"""The window's one way to the database: work goes to the store's threads, answers come back here.

Services run in the store's transaction, never on the GUI thread. Answers arrive by queued
connection and are dropped if the widget that asked is gone.

Pages import no service by name, or SQLAlchemy would be loaded before the first picture. They write
`from counterdesk import services` (records under TYPE_CHECKING) and ask for
`lambda session: services.payments.take_payment(session, request)`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from shiboken6 import isValid

from counterdesk.core.errors import SignInEnded, UserError
from counterdesk.core.permissions import Actor
from counterdesk.ui import messages
from counterdesk.ui.alert_line import AlertLine
from counterdesk.ui.centre_line import CentreLine
from counterdesk.ui.printing_line import PrintingLine

if TYPE_CHECKING:  # the store imports SQLAlchemy, which the window must not wait for
    from counterdesk.store.session import ReadSession, Session
    from counterdesk.store.store import Store

T = TypeVar("T")
Failed = Callable[[UserError], None]
_BETWEEN_TOLD_S = 0.1


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asked for what, and how they want to hear of it."""

    owner: QObject
    done: Callable[[Any], None] | None
    failed: Failed | None
    search: int = 0
    """Number of a search; 0 for anything else. Only the newest is answered."""
    told: Callable[[int, int], None] | None = None
    given_up: Callable[[], None] | None = None
    stop: threading.Event | None = None
    """Of something long: ends it."""


class _Teller:
    """Tells from a thread how far it is, not too often, and ends what nobody wants any more."""

    def __init__(self, wanted: Callable[[], bool], tell: Callable[[int, int], None]) -> None:
        self._wanted = wanted
        self._tell = tell
        self._told_at = 0.0

    def __call__(self, far: int, of: int) -> None:
        if not self._wanted():
            raise CancelledError
        now = monotonic()
        if now - self._told_at >= _BETWEEN_TOLD_S:
            self._told_at = now
            self._tell(far, of)


class Jobs(QObject):
    """Runs services off the GUI thread and brings their results back to it."""

    changed = Signal()
    """Something was written here, or told by the centre: figures and lists are read anew."""

    sign_in_ended = Signal(str)
    """The signed-in person may no longer work here; the sentence says why."""

    _committed = Signal()
    _arrived = Signal(object, object)
    _came_far = Signal(object, int, int)

    def __init__(
        self, store: Store | None = None, actor: Actor | None = None, parent: QObject | None = None
    ) -> None:
        """Begin with an open store, or with none while it is still being opened.

        Args:
            store: Open already; else `open` brings it, and what is asked before waits for it.
            actor: Who is signed in.
            parent: Owns the jobs.
        """
        super().__init__(parent)
        self.actor = actor
        self.centre = CentreLine(self)
        """How this counter stands with its centre."""
        self.alerts = AlertLine(self)
        """Which figures of the dashboard are beyond their limits."""
        self.printing = PrintingLine(self)
        """How the printers of this counter do."""
        self._store: Store | None = None
        self._early: list[Callable[[], None]] = []
        self._long: list[_Asked] = []
        self._searches = 0
        self._closing = False
        self._finished = False
        self._unanswered = 0
        self._at_work = 0
        self._idle = threading.Condition()
        self._arrived.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._came_far.connect(self._tell_how_far, Qt.ConnectionType.QueuedConnection)
        self._committed.connect(self.changed, Qt.ConnectionType.QueuedConnection)
        if store is not None:
            self.open(store)

    @property
    def is_open(self) -> bool:
        """Whether there is a store already."""
        return self._store is not None

    @property
    def store(self) -> Store:
        """The open store.

        Raises:
            RuntimeError: It is still being opened.
        """
        if self._store is None:
            raise RuntimeError("the store is not open yet")
        return self._store

    def open(self, store: Store) -> None:
        """Take the store that was opened meanwhile, and do what was asked before."""
        self._store = store
        for news in (store.on_commit, store.on_told):
            news.append(self._wake)
        early, self._early = self._early, []
        for ask in early:
            ask()

    def write(
        self,
        owner: QObject,
        work: Callable[[Session], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run a service that writes, in one transaction.

        Args:
            owner: Whoever asks; if it is destroyed meanwhile, the answer is dropped.
            work: Called with the session on the writer's thread; must not touch widgets.
            done: Called with the result on the GUI thread, once it is safely saved.
            failed: Called with the refusal; without it the sentence is shown in a window.
        """
        asked, actor = _Asked(owner, done, failed), self.actor
        self._ask(lambda: self._follow(asked, self.store.write(work, actor)))

    def read(
        self,
        owner: QObject,
        work: Callable[[ReadSession], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run a service that only reads, on one snapshot. Arguments as for `write`."""
        asked, actor = _Asked(owner, done, failed), self.actor
        self._ask(lambda: self._follow(asked, self.store.read(work, actor)))

    def search(
        self,
        owner: QObject,
        work: Callable[[ReadSession], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run a search while someone types: a newer one silences every older one."""
        self._searches += 1
        asked, actor = _Asked(owner, done, failed, self._searches), self.actor
        self._ask(lambda: self._follow(asked, self.store.search(work, actor)))

    def read_long(
        self,
        owner: QObject,
        work: Callable[[ReadSession, Callable[[int, int], None]], T],
        done: Callable[[T], None],
        failed: Failed,
        *,
        told: Callable[[int, int], None],
        given_up: Callable[[], None],
    ) -> Callable[[], None]:
        """Run a service that reads for long, beside everything else; one after the other.

        It is given up with the window, too, when the person leaves, and where the files that it
        reads are needed.

        Args:
            owner: Whoever asks; if it is destroyed meanwhile, the answer is dropped.
            work: Called on a thread of its own; tells how far it is, and of how much, which
                raises `CancelledError` where nobody wants more of it.
            done: Called with the result on the GUI thread.
            failed: Called with the refusal.
            told: Called with how far it is, some ten times a second.
            given_up: Called where it was stopped.

        Returns:
            What stops it.
        """
        stop = threading.Event()
        asked = _Asked(owner, done, failed, 0, told, given_up, stop)
        actor = self.actor
        tell = _Teller(
            lambda: not stop.is_set() and self.actor == actor,
            lambda *far: self._came_far.emit(asked, *far),
        )
        self._long.append(asked)
        if self._closing:
            stop.set()
        self._ask(
            lambda: self._follow(
                asked, self.store.read_until(stop, lambda read: work(read, tell), actor)
            )
        )
        return stop.set

    def back_up(self, owner: QObject, name: str) -> None:
        """Write a verified copy of the ledger; a failure is shown in a window.

        Args:
            owner: Whoever asks.
            name: What the copy is for; becomes part of its file name.
        """
        asked = _Asked(owner, None, None)
        self._ask(lambda: self._follow(asked, self.store.back_up(name)))

    def drain(self) -> None:
        """Wait until everything asked for is done, and deliver the answers."""
        while self._unanswered:
            with self._idle:
                self._idle.wait_for(lambda: self._at_work == 0)
            QCoreApplication.sendPostedEvents(self)

    def finish(self) -> None:
        """Finish what is queued and take no more: the window closes, then the store."""
        self._closing = True
        for asked in self._long:
            if asked.stop is not None:
                asked.stop.set()
        self.drain()
        self._finished = True
        for news in (self._store.on_commit, self._store.on_told) if self._store else ():
            if self._wake in news:
                news.remove(self._wake)

    def _ask(self, ask: Callable[[], None]) -> None:
        if self._finished:
            return  # a timer of the closing window
        if self.is_open:
            ask()
        else:
            self._early.append(ask)

    def _wake(self) -> None:
        # On the writer's thread or sync's, where an exception would look like a failed payment.
        if isValid(self):
            self._committed.emit()

    def _follow(self, asked: _Asked, future: Future[Any]) -> None:
        self._unanswered += 1
        with self._idle:
            self._at_work += 1

        def hand_over(finished: Future[Any]) -> None:
            self._arrived.emit(asked, finished)
            with self._idle:
                self._at_work -= 1
                self._idle.notify_all()

        future.add_done_callback(hand_over)

    @Slot(object, object)
    def _answer(self, asked: _Asked, finished: Future[Any]) -> None:
        self._unanswered -= 1
        if asked in self._long:
            self._long.remove(asked)
        if asked.search and asked.search != self._searches:
            return
        try:
            result = finished.result()
        except CancelledError:
            if asked.given_up is not None and isValid(asked.owner):
                asked.given_up()
            return
        except UserError as error:
            self._refuse(asked, error)
            return
        if asked.done is not None and isValid(asked.owner):
            asked.done(result)

    @Slot(object, int, int)
    def _tell_how_far(self, asked: _Asked, far: int, of: int) -> None:
        if asked.told is not None and isValid(asked.owner):
            asked.told(far, of)

    def _refuse(self, asked: _Asked, error: UserError) -> None:
        ended = isinstance(error, SignInEnded)
        if isValid(asked.owner) and asked.failed is not None:
            asked.failed(error)
        elif isValid(asked.owner) and not ended:
            messages.tell(asked.owner, error.message)
        if ended:
            self.sign_in_ended.emit(error.message)
