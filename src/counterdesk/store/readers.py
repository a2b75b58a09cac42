"""Reader threads, each with its own read-only connection: slow lists never wait for payments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from counterdesk.core.permissions import Actor
from counterdesk.store.folder import Folder
from counterdesk.store.opening import close, open_ledger, raw_of
from counterdesk.store.refusals import in_words
from counterdesk.store.session import ReadSession

Result = TypeVar("Result")
ReadWork = Callable[[ReadSession], Result]

_STEPS_BETWEEN_LOOKS = 10_000
"""Of SQLite's virtual machine: about half a millisecond."""

_PIN_SNAPSHOTS = "SELECT 1 FROM main.sqlite_schema, ref.sqlite_schema LIMIT 1"


class Reader:
    """One thread that reads."""

    def __init__(
        self,
        name: str,
        folder: Folder,
        data_key: bytes,
        make_session: Callable[[Connection, Actor | None], ReadSession],
    ) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._folder = folder
        self._data_key = data_key
        self._make_session = make_session
        self._connection: Connection | None = None

    def submit(self, work: ReadWork[Result], actor: Actor | None = None) -> Future[Result]:
        """Let the thread do some reading in one snapshot of both files."""
        return self._executor.submit(self._run, work, actor)

    @contextmanager
    def held_closed(self) -> Iterator[None]:
        """Keep this reader's files closed while the body runs; its work waits."""
        closed, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            self._drop()
            closed.set()
            go_on.wait()

        self._executor.submit(hold)
        closed.wait()
        try:
            yield
        finally:
            go_on.set()

    def close(self) -> None:
        """Finish what is queued and close the connection."""
        self._executor.submit(self._drop)
        self._executor.shutdown(wait=True)

    def _run(self, work: ReadWork[Result], actor: Actor | None) -> Result:
        if self._connection is None:
            self._connection = self._open()
        connection = self._connection
        with in_words(self._folder.ledger), connection.begin():
            raw_of(connection).execute(_PIN_SNAPSHOTS).fetchall()
            return work(self._make_session(connection, actor))

    def _open(self) -> Connection:
        return open_ledger(self._folder, self._data_key, read_only=True)

    def _drop(self) -> None:
        if self._connection is not None:
            close(self._connection)
            self._connection = None


class SearchReader(Reader):
    """A reader for typing: a newer search stops the older ones and takes their place."""

    _newest = 0
    _running = 0

    def submit(self, work: ReadWork[Result], actor: Actor | None = None) -> Future[Result]:
        """Search, and give up every search asked for before; called from one thread.

        Returns:
            A future that raises `CancelledError` if a newer search came meanwhile.
        """
        self._newest += 1
        return self._executor.submit(self._search, self._newest, work, actor)

    def _open(self) -> Connection:
        connection = super()._open()
        # Asked from within a running statement: an interrupt could come just before it begins.
        raw_of(connection).set_progress_handler(self._is_old, _STEPS_BETWEEN_LOOKS)
        return connection

    def _search(self, number: int, work: ReadWork[Result], actor: Actor | None) -> Result:
        self._running = number
        if self._is_old():
            raise CancelledError
        try:
            return self._run(work, actor)
        except DBAPIError as error:
            if self._is_old():
                raise CancelledError from error
            raise

    def _is_old(self) -> bool:
        return self._running != self._newest


class LongReader(Reader):
    """A reader for what takes many seconds: one thing after another, each until it is stopped."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._stops: list[threading.Event] = []

    def read_until(
        self, stop: threading.Event, work: ReadWork[Result], actor: Actor | None = None
    ) -> Future[Result]:
        """Let the thread read for long.

        Args:
            stop: Set by whoever wants no more of it, also while it waits for its turn, or here
                when the files are needed; what is being asked of them ends at once.
            work: What to do; it looks at `stop` between its questions.
            actor: Who asks.

        Returns:
            A future that raises `CancelledError` if it was stopped.
        """
        self._stops.append(stop)
        future = self._executor.submit(self._read_until, stop, work, actor)
        future.add_done_callback(lambda _done: self._stops.remove(stop))
        return future

    @contextmanager
    def held_closed(self) -> Iterator[None]:
        """Keep this reader's files closed; nobody waits for what it reads."""
        self._stop_all()
        with super().held_closed():
            yield

    def close(self) -> None:
        """Stop what is read and close the connection."""
        self._stop_all()
        super().close()

    def _stop_all(self) -> None:
        for stop in tuple(self._stops):
            stop.set()

    def _read_until(
        self, stop: threading.Event, work: ReadWork[Result], actor: Actor | None
    ) -> Result:
        def watched(read: ReadSession) -> Result:
            raw_of(read.connection).set_progress_handler(stop.is_set, _STEPS_BETWEEN_LOOKS)
            return work(read)

        if stop.is_set():
            raise CancelledError
        try:
            return self._run(watched, actor)
        except DBAPIError as error:
            if stop.is_set():
                raise CancelledError from error
            raise
