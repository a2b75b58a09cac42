"""One counter's local data, opened: the one writer, the readers, the settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from counterdesk.core.clock import Clock
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.ids import new_uuid7
from counterdesk.core.permissions import Actor
from counterdesk.store import opening
from counterdesk.store.backup import copy_ledger
from counterdesk.store.boot import boot_id
from counterdesk.store.counter import create_ledger, read_counter, read_settings
from counterdesk.store.disk import DiskState, FreeBytes, free_bytes
from counterdesk.store.folder import Folder
from counterdesk.store.journal import JournalContent, read_journal
from counterdesk.store.keys import Secrets, create_key_file, open_key_file
from counterdesk.store.lock import FolderLock, take_folder
from counterdesk.store.migrating import bring_up_to_date
from counterdesk.store.readers import LongReader, Reader, SearchReader
from counterdesk.store.reference import (
    create_empty_reference,
    flush_to_disk,
    put_in_place,
    reference_fits,
)
from counterdesk.store.refusals import in_words
from counterdesk.store.session import CounterIdentity, CounterKeys, ReadSession, Session
from counterdesk.store.starting import check_ledger, open_journal
from counterdesk.store.unlock import KeySource
from counterdesk.store.writer import Writer, WriterParts

Result = TypeVar("Result")
AnyReader = TypeVar("AnyReader", bound=Reader)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewCounter:
    """Who a till will be."""

    code: str
    name: str
    office: str
    counter_id: UUID | None = None
    certify: Callable[[UUID, bytes], bytes] = field(default=lambda _id, _public_key: b"")
    """Gets the counter's id and public key; returns the utility's signature of them."""


class Store:
    """An open data folder. `create` sets one up, `open` opens it."""

    def __init__(
        self, folder: Folder, lock: FolderLock, secrets: Secrets, clock: Clock, free: FreeBytes
    ) -> None:
        """Check and open the files; `open` is the way to call it.

        Raises:
            UserError: A file is damaged, missing, newer than this version, or behind the journal.
        """
        self.folder = folder
        self.clock = clock
        self.on_commit: list[Callable[[], None]] = []
        """Called on the writer's thread after each commit: printing and sync wake up."""
        self.on_told: list[Callable[[], None]] = []
        """Called on sync's thread after news of the centre: what is in sight is read anew."""
        self._lock = lock
        self._secrets = secrets
        self._free = free
        self._prepare_reference()
        with in_words(folder.ledger), ExitStack() as on_failure:
            bring_up_to_date(folder, secrets.data_key)
            connection = opening.open_ledger(folder, secrets.data_key)
            on_failure.callback(opening.close, connection)
            check_ledger(connection, folder)
            journal = open_journal(connection, folder, secrets.journal_key)
            self.counter = read_counter(connection)
            self.settings = read_settings(connection)
            self._long = self._reader(LongReader, "read long")
            self._reading = self._reader(Reader, "read")
            self._searching = self._reader(SearchReader, "search")
            self._readers: tuple[Reader, ...] = (self._long, self._reading, self._searching)
            self._writer = Writer(self._writer_parts(), connection, journal, self._readers)
            self._writing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="write")
            on_failure.pop_all()

    @classmethod
    def create(
        cls,
        path: Path,
        unlock: KeySource,
        counter: NewCounter,
        clock: Clock,
        free: FreeBytes = free_bytes,
    ) -> tuple[Store, str]:
        """Set up a data folder for a new counter and open it.

        The ledger gets its name last: what a crash leaves half-way is set up anew.

        Returns:
            The open store, and the recovery code, which is kept nowhere: show it once.

        Raises:
            UserError: The folder holds a counter already, or cannot be written; the keyring is
                absent, locked or unsafe.
        """
        folder = Folder(path)
        lock = take_folder(folder)
        try:
            if folder.ledger.exists() or folder.journal.exists():
                raise UserError(
                    _("The data folder {folder} already holds a counter.").format(folder=path)
                )
            secrets, recovery_code = create_key_file(folder.keys, unlock)
            create_ledger(folder, secrets, _identity(counter, secrets, clock))
            return cls(folder, lock, secrets, clock, free), recovery_code
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(
        cls, path: Path, unlock: KeySource, clock: Clock, free: FreeBytes = free_bytes
    ) -> Store:
        """Open a counter's data folder.

        Raises:
            UserError: Another instance runs, the key cannot be had, a file is damaged, missing,
                newer than this version, or behind the journal. The sentence says which.
        """
        folder = Folder(path)
        if not folder.ledger.exists() and not folder.journal.exists():
            raise UserError(_("The data folder {folder} holds no counter yet.").format(folder=path))
        lock = take_folder(folder)
        try:
            return cls(folder, lock, open_key_file(folder.keys, unlock), clock, free)
        except BaseException:
            lock.release()
            raise

    def write(
        self, work: Callable[[Session], Result], actor: Actor | None = None
    ) -> Future[Result]:
        """Let the writer's thread do something in one transaction.

        Returns:
            Its result, once the commit and the journal are safely on the disk; a `UserError` if
            nothing was saved.
        """
        return self._writing.submit(self._write, work, actor)

    def read(
        self, work: Callable[[ReadSession], Result], actor: Actor | None = None
    ) -> Future[Result]:
        """Let the reader's thread look something up in one snapshot."""
        return self._reading.submit(work, actor)

    def search(
        self, work: Callable[[ReadSession], Result], actor: Actor | None = None
    ) -> Future[Result]:
        """Look something up while somebody types: the newest call wins.

        Returns:
            A future that raises `CancelledError` if a newer search came meanwhile.
        """
        return self._searching.submit(work, actor)

    def read_until(
        self,
        stop: threading.Event,
        work: Callable[[ReadSession], Result],
        actor: Actor | None = None,
    ) -> Future[Result]:
        """Read for long in one snapshot, beside all else that reads; see `LongReader`."""
        return self._long.read_until(stop, work, actor)

    @contextmanager
    def transaction(self, actor: Actor | None = None) -> Iterator[Session]:
        """Open the write transaction on this thread; `write` does it on the writer's.

        Raises:
            UserError: Nothing was saved; the sentence says why.
        """
        with self._writer.transaction(actor) as session:
            yield session
        _wake(self.on_commit)

    def disk_state(self) -> DiskState:
        """Return how much room is left."""
        return DiskState(self._free(self.folder.path))

    def keep_room(self, folder: Path) -> None:
        """Say no to whoever fills a folder while the disk of the data is nearly full.

        Raises:
            UserError: The folder lies on that disk.
        """
        same = folder.stat().st_dev == self.folder.path.stat().st_dev
        if same and self.disk_state().stops_pulls:
            raise UserError(
                _("The disk is nearly full: what is left is for payments. Choose another disk.")
            )

    @property
    def data_key(self) -> bytes:
        """The raw key of `ledger.db` and `ref.db`: sync fills the latter with it."""
        return self._secrets.data_key

    def read_journal(self) -> JournalContent:
        """Return the whole journal, for `verify`; ask within a transaction, so that it rests."""
        return read_journal(self.folder.journal, self._secrets.journal_key)

    def back_up(self, name: str) -> Future[Path]:
        """Let the writer's thread write a verified copy of the ledger; see `copy_ledger`."""
        return self._writing.submit(self._back_up, name)

    def reload_reference(self) -> None:
        """Take up a `ref.db` that was filled or swapped, and its settings."""
        self._release_reference(lambda: None)

    def take_news(self) -> None:
        """Let whoever shows what the centre tells know that it told something."""
        _wake(self.on_told)

    def replace_reference(self, beside: Path) -> None:
        """Let a `ref.db` that was filled beside the one in use take its place.

        Raises:
            OSError: The disk does not take it; the one in use stays.
        """
        flush_to_disk(beside)  # may take seconds, and nobody has to wait for it
        self._release_reference(
            lambda: put_in_place(beside, self.folder.reference, self._secrets.data_key)
        )

    def reread_settings(self) -> None:
        """Take up settings that changed in `ref.db`; what is under way ends with the old ones."""
        self._writer.outside_transaction(self._take_up_settings)

    def close(self) -> None:
        """Finish what is queued, close the files and let another instance in."""
        self._writing.shutdown(wait=True)
        for reader in self._readers:
            reader.close()
        self._writer.close()
        self._lock.release()

    def _back_up(self, name: str) -> Path:
        def copy(connection: Connection) -> Path:
            return copy_ledger(connection, self.folder, self._secrets.data_key, name)

        return self._writer.outside_transaction(copy)

    def _release_reference(self, act: Callable[[], None]) -> None:
        """Do something while nobody has `ref.db` open: readers and payments wait for it."""

        def alone(connection: Connection) -> None:
            opening.detach_reference(connection)
            try:
                act()
            finally:
                self._prepare_reference()
                opening.attach_reference(connection, self.folder, self._secrets.data_key)
            self._take_up_settings(connection)

        with ExitStack() as stack:
            for reader in self._readers:
                stack.enter_context(reader.held_closed())
            self._writer.outside_transaction(alone)

    def _take_up_settings(self, connection: Connection) -> None:
        self.settings = read_settings(connection)

    def _prepare_reference(self) -> None:
        if not reference_fits(self.folder.reference, self._secrets.data_key):
            create_empty_reference(self.folder.reference, self._secrets.data_key)

    def _write(self, work: Callable[[Session], Result], actor: Actor | None) -> Result:
        with self.transaction(actor) as session:
            return work(session)

    def _reader(self, kind: type[AnyReader], name: str) -> AnyReader:
        return kind(name, self.folder, self._secrets.data_key, self._session)

    def _session(self, connection: Connection, actor: Actor | None) -> ReadSession:
        return ReadSession(connection, self.clock, self.counter, self.settings, actor)

    def _writer_parts(self) -> WriterParts:
        signing = Ed25519PrivateKey.from_private_bytes(self._secrets.signing_key)
        keys = CounterKeys(signing, self._secrets.pepper, boot_id())
        return WriterParts(
            self.folder, self._secrets.data_key, keys, self._session, self._require_room
        )

    def _require_room(self) -> None:
        if self.disk_state().stops:
            raise UserError(
                _("The disk is nearly full: no payment can be saved. Free some space first.")
            )


def _identity(new: NewCounter, secrets: Secrets, clock: Clock) -> CounterIdentity:
    counter_id = new.counter_id or new_uuid7(clock.now_utc())
    signing = Ed25519PrivateKey.from_private_bytes(secrets.signing_key)
    public_key = signing.public_key().public_bytes_raw()
    certificate = new.certify(counter_id, public_key)
    return CounterIdentity(counter_id, new.code, new.name, new.office, public_key, certificate)


def _wake(sleepers: Iterable[Callable[[], None]]) -> None:
    for wake in sleepers:
        try:
            wake()
        except Exception:  # noqa: BLE001 - the money is saved; it may not look otherwise
            _log.exception("something to be woken after a commit failed")
