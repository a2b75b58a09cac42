"""The one writer: transaction, commit, journal, and what is true after a commit that failed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor
from counterdesk.store.chain import entries_after, read_head
from counterdesk.store.folder import Folder
from counterdesk.store.journal import Journal
from counterdesk.store.opening import close, open_ledger
from counterdesk.store.readers import Reader
from counterdesk.store.refusals import database_refusal, file_refusal
from counterdesk.store.session import ChainHead, CounterKeys, JournalEntry, ReadSession, Session

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class WriterParts:
    """What the writer works with."""

    folder: Folder
    data_key: bytes
    keys: CounterKeys
    make_session: Callable[[Connection, Actor | None], ReadSession]
    before_money: Callable[[], None]


class Writer:
    """Holds the ledger's only writing connection."""

    def __init__(
        self,
        parts: WriterParts,
        connection: Connection,
        journal: Journal,
        readers: Sequence[Reader],
    ) -> None:
        self._parts = parts
        self._connection: Connection | None = connection
        self._journal = journal
        self._readers = readers
        self._head: ChainHead = read_head(connection)
        self._journalled_seq = self._head.seq
        self._unjournalled: list[JournalEntry] = []
        self._turn = threading.Lock()

    @contextmanager
    def transaction(self, actor: Actor | None) -> Iterator[Session]:
        """Open a transaction that is committed, journalled and synced when the body ends.

        Raises:
            UserError: Nothing was saved: the body refused, the disk failed, or the journal is
                behind and cannot be written.
        """
        with self._turn:
            connection = self._connected()
            self._write_journal()
            try:
                session = self._begin(connection, actor)
                yield session
            except DBAPIError as error:
                self._roll_back(connection)
                self._refuse(error)
                raise
            except BaseException:
                self._roll_back(connection)
                raise
            self._commit(connection, session)

    def outside_transaction(self, act: Callable[[Connection], Result]) -> Result:
        """Do something with the connection between two transactions."""
        with self._turn:
            return act(self._connected())

    def close(self) -> None:
        """Close the ledger and the journal."""
        with self._turn:
            if self._connection is not None:
                close(self._connection)
                self._connection = None
            self._journal.close()

    def _begin(self, connection: Connection, actor: Actor | None) -> Session:
        connection.begin()
        read = self._parts.make_session(connection, actor)
        return Session(read, self._head, self._parts.keys, self._parts.before_money)

    def _roll_back(self, connection: Connection) -> None:
        try:
            connection.rollback()
        except DBAPIError:
            self._reopen()  # a rollback that fails is done by closing

    def _commit(self, connection: Connection, session: Session) -> None:
        try:
            connection.commit()
        except DBAPIError as error:
            self._settle_failed_commit(session, error)
        else:
            self._unjournalled.extend(session.entries)
        self._head = session.head
        with suppress(UserError):  # what was saved stands; the next one waits for the journal
            self._write_journal()

    def _write_journal(self) -> None:
        if not self._unjournalled:
            return
        try:
            self._journal.append(self._unjournalled)
        except OSError as error:
            raise UserError(
                _("The journal cannot be written, so nothing new can be saved. {reason}").format(
                    reason=file_refusal(self._parts.folder.journal, error)
                )
            ) from error
        self._journalled_seq = self._unjournalled[-1].seq
        self._unjournalled.clear()

    def _settle_failed_commit(self, session: Session, error: DBAPIError) -> None:
        """Find out whether a commit that failed was kept after all.

        Raises:
            UserError: It was not kept, or nobody can tell.
        """
        self._reopen()
        if self._connection is None:
            raise UserError(_unknown()) from error
        if session.entries and read_head(self._connection).hash == session.head.hash:
            return
        self._refuse(error)
        raise error

    def _reopen(self) -> None:
        """Close every connection and open the ledger anew, so that its log is read again.

        Readers must let go too: while one holds the shared memory of the log, frames of a failed
        commit are out of sight, and would come back with the next start.
        """
        with ExitStack() as stack:
            for reader in self._readers:
                stack.enter_context(reader.held_closed())
            if self._connection is not None:
                _close_quietly(self._connection)
                self._connection = None
            try:
                self._connection = open_ledger(self._parts.folder, self._parts.data_key)
                self._head = read_head(self._connection)
                self._unjournalled = entries_after(self._connection, self._journalled_seq)
            except (UserError, DBAPIError):
                self._connection = None

    def _connected(self) -> Connection:
        if self._connection is None:
            self._reopen()
        if self._connection is None:
            raise UserError(_unknown())
        return self._connection

    def _refuse(self, error: DBAPIError) -> None:
        sentence = database_refusal(self._parts.folder.ledger, error)
        if sentence:
            raise UserError(sentence) from error


def _close_quietly(connection: Connection) -> None:
    with suppress(DBAPIError):  # the disk has failed already; opening anew tells what it kept
        close(connection)


def _unknown() -> str:
    return _(
        "The disk failed, and it is not known whether the last act was saved. "
        "Start CounterDesk again: it will tell."
    )
