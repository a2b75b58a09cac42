"""A ledger built beside the one in use, and put in its place when it is whole.

Nothing in the data folder changes before that. The ledger's file is replaced in one step of the
disk: a crash before it leaves the old one, a crash after it the new one, whose journal is caught
up at the next start.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from counterdesk.core.clock import Clock
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.boot import boot_id
from counterdesk.store.chain import entries_after, read_head
from counterdesk.store.counter import create_ledger, read_counter, read_settings
from counterdesk.store.folder import Folder
from counterdesk.store.journal import JournalContent, read_journal
from counterdesk.store.keys import Secrets
from counterdesk.store.migrating import bring_up_to_date
from counterdesk.store.opening import attach_reference, close, open_file, raw_of
from counterdesk.store.reference import flush_to_disk, put_in_place
from counterdesk.store.refusals import in_words, is_unreadable
from counterdesk.store.session import (
    CounterIdentity,
    CounterKeys,
    JournalEntry,
    ReadSession,
    Session,
)
from counterdesk.store.starting import open_journal

_SIDES = ("", "-wal", "-shm")


class LedgerUnsound(UserError):
    """A ledger that nothing can be begun with."""


class LedgerBeside:
    """The ledger in the making; the caller holds the folder's lock."""

    def __init__(self, folder: Folder, secrets: Secrets, clock: Clock) -> None:
        self.place = Folder(folder.path / "recovering")
        self.reference = folder
        """Where `ref.db` is: in the data folder, or in `place` until it is swapped too."""
        self._folder = folder
        self._secrets = secrets
        self._clock = clock

    def begin(self) -> None:
        """Make room; what lies there was never finished.

        Raises:
            OSError: The disk does not take it.
        """
        self.drop()
        self.place.path.mkdir(mode=0o700)

    def begin_with(self, ledger: Path, judge: Callable[[ReadSession], Sequence[str]]) -> None:
        """Begin with a copy of a ledger, log and all, brought to this version.

        Args:
            ledger: A file of this counter's.
            judge: Says in sentences what is wrong with its content.

        Raises:
            LedgerUnsound: It is no good, and why.
            UserError: The disk does not take the copy, or a newer version wrote it.
            OSError: The same, of the disk.
        """
        self._remove_ledger()
        for end in _SIDES[:2]:
            if (part := ledger.with_name(ledger.name + end)).exists():
                shutil.copyfile(part, self.place.path / f"ledger.db{end}")
        try:
            wrong = self._wrong(judge)
        except UserError as error:
            if not is_unreadable(error.__cause__):
                raise
            wrong = [_driver_says(error.__cause__)]
        except (SQLAlchemyError, sqlcipher.Error) as error:
            wrong = [_driver_says(error)]
        if wrong:
            raise LedgerUnsound(
                _("{name} is no good and was not used: {reason}").format(
                    name=ledger.name, reason=wrong[0]
                )
            )

    def begin_empty(self, counter: CounterIdentity) -> None:
        """Begin with a ledger that holds no act yet.

        Raises:
            UserError: The disk does not take it.
        """
        self._remove_ledger()
        with in_words(self.place.ledger):
            create_ledger(self.place, self._secrets, counter)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction on the ledger in the making.

        Raises:
            UserError: The disk failed.
        """
        with in_words(self.place.ledger), self._opened() as connection:
            attach_reference(connection, self.reference, self._secrets.data_key)
            counter, settings = read_counter(connection), read_settings(connection)
            read = ReadSession(connection, self._clock, counter, settings, None)
            head = read_head(connection)
            with connection.begin():
                yield Session(read, head, self._keys(), lambda: None)

    def entries(self) -> list[JournalEntry]:
        """Return every event of the ledger in the making."""
        with in_words(self.place.ledger), self._opened() as connection:
            return entries_after(connection, 0)

    def readable_entries(self, ledger: Path | None = None) -> list[JournalEntry]:
        """Return the events of a file, or of the copy that is no good, as far as they are read."""
        found: list[JournalEntry] = []
        with suppress(UserError, sqlcipher.Error), self._opened(ledger) as connection:
            raw = raw_of(connection)
            for row in raw.execute("SELECT seq, hash, signature, body FROM event ORDER BY seq"):
                found.append(JournalEntry(*row))  # noqa: PERF401 - what was read stays read
        return found

    def write_journal(self) -> JournalContent:
        """Write its journal, all anew, and return what that holds.

        Raises:
            UserError: The disk does not take it.
        """
        self.place.journal.unlink(missing_ok=True)
        with in_words(self.place.ledger), self._opened() as connection:
            open_journal(connection, self.place, self._secrets.journal_key).close()
        return read_journal(self.place.journal, self._secrets.journal_key)

    def take_over(self, told: Callable[[str], None]) -> Path:
        """Keep the files in use aside, and put the new ones in their place.

        Args:
            told: Called with "kept", "ledger" and "journal" as each is done.

        Returns:
            The folder where the files lie as they were.

        Raises:
            OSError: The disk does not take it.
        """
        aside = self._keep_aside(self._clock.now_utc())
        told("kept")
        key = self._secrets.data_key
        if self.reference is self.place:
            put_in_place(self.place.reference, self._folder.reference, key)
        put_in_place(self.place.ledger, self._folder.ledger, key)
        told("ledger")
        self.place.journal.replace(self._folder.journal)
        self._folder.sync()
        told("journal")
        return aside

    def drop(self) -> None:
        """Leave no trace of what was in the making."""
        shutil.rmtree(self.place.path, ignore_errors=True)

    @contextmanager
    def _opened(self, ledger: Path | None = None) -> Iterator[Connection]:
        path, key = ledger or self.place.ledger, self._secrets.data_key
        connection = open_file(path, key, read_only=ledger is not None)
        try:
            yield connection
        finally:
            close(connection)

    def _remove_ledger(self) -> None:
        for end in _SIDES:
            self.place.ledger.with_name(self.place.ledger.name + end).unlink(missing_ok=True)

    def _wrong(self, judge: Callable[[ReadSession], Sequence[str]]) -> Sequence[str]:
        bring_up_to_date(self.place, self._secrets.data_key)
        with self._opened() as connection:
            raw_of(connection).execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchall()
        with self.transaction() as session:
            return judge(session)

    def _keys(self) -> CounterKeys:
        signing = Ed25519PrivateKey.from_private_bytes(self._secrets.signing_key)
        return CounterKeys(signing, self._secrets.pepper, boot_id())

    def _keep_aside(self, now: datetime) -> Path:
        aside = _new_folder(self._folder.path, f"before-recovery-{now:%Y%m%dT%H%M%S}")
        ledger = self._folder.ledger
        sides = (ledger.with_name(ledger.name + end) for end in _SIDES)
        for part in (*sides, self._folder.journal, *self._replaced_reference()):
            if part.exists():
                shutil.copyfile(part, aside / part.name)
                flush_to_disk(aside / part.name)
        Folder(aside).sync()
        self._folder.sync()
        return aside

    def _replaced_reference(self) -> tuple[Path, ...]:
        return (self._folder.reference,) if self.reference is self.place else ()


def _driver_says(error: BaseException | None) -> str:
    return str(getattr(error, "orig", None) or error)


def _new_folder(parent: Path, name: str) -> Path:
    for number in count(1):
        path = parent / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return path
    raise AssertionError("numbers do not end")
