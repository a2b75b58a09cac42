from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import insert, select

from counterdesk.core.clock import Clock
from counterdesk.core.errors import UserError
from counterdesk.models.ledger import Event, State
from counterdesk.store.disk import STOP_BELOW_BYTES, WARN_BELOW_BYTES
from counterdesk.store.opening import raw_of
from counterdesk.store.session import RecordedEvent, Session
from counterdesk.store.store import Store
from tests.conftest import UNLOCK


def record(session: Session) -> RecordedEvent:
    return session.record("thing.done", {"text": "x" * 100_000})


def last_seq(store: Store) -> int:
    return int(
        store.read(
            lambda read: read.execute(
                select(Event.seq).order_by(Event.seq.desc()).limit(1)
            ).scalar_one()
        ).result()
    )


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """Let the system refuse writes as a disk does that has no room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class FailingDisk:
    """Fails one commit of a store's writer, before or after it really happened."""

    def __init__(self, store: Store, *, kept: bool, code: int = sqlcipher.SQLITE_IOERR) -> None:
        writer: Any = store._writer
        self._dialect: Any = writer._connection.engine.dialect
        self._commit = self._dialect.do_commit
        self._kept, self._code = kept, code
        self._dialect.do_commit = self._fail

    def _fail(self, connection: Any) -> None:
        self._dialect.do_commit = self._commit
        if self._kept:
            self._commit(connection)
        error = sqlcipher.OperationalError("disk I/O error")
        error.sqlite_errorcode = self._code
        raise error


@pytest.mark.req("PAY-9")
def test_a_disk_that_takes_no_more_refuses_in_words_and_keeps_nothing(store: Store) -> None:
    before = last_seq(store)
    with no_file_grows_beyond(60_000), pytest.raises(UserError, match="Nothing was saved"):
        store.write(record).result()
    assert last_seq(store) == before
    assert store.write(record).result().seq == before + 1


@pytest.mark.req("PAY-9")
def test_a_full_database_refuses_in_words(store: Store) -> None:
    def fill(connection: Any) -> None:
        pages = raw_of(connection).execute("pragma page_count").fetchone()[0]
        raw_of(connection).execute(f"pragma max_page_count = {pages}")

    store._writer.outside_transaction(fill)
    with pytest.raises(UserError, match="disk is full"):
        store.write(record).result()


@pytest.mark.req("PAY-9")
def test_a_commit_that_failed_but_was_kept_is_answered_as_saved(store: Store) -> None:
    before = last_seq(store)
    FailingDisk(store, kept=True)
    assert store.write(record).result().seq == before + 1
    assert last_seq(store) == before + 1
    assert store.read_journal().entries[-1].seq == before + 1


@pytest.mark.req("PAY-9")
def test_a_commit_that_failed_and_was_not_kept_is_answered_as_not_saved(store: Store) -> None:
    before = last_seq(store)
    FailingDisk(store, kept=False)
    with pytest.raises(UserError, match="Nothing was saved"):
        store.write(record).result()
    assert last_seq(store) == before
    assert store.write(record).result().seq == before + 1


def test_when_nobody_can_tell_it_says_so_and_the_restart_tells(
    data_folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(data_folder, UNLOCK, clock)
    before = last_seq(store)
    FailingDisk(store, kept=True)
    with monkeypatch.context() as patch:
        patch.setattr("counterdesk.store.writer.open_ledger", _refuse)
        for _ in range(2):
            with pytest.raises(UserError, match="not known whether"):
                store.write(record).result()
    store.close()
    store = Store.open(data_folder, UNLOCK, clock)
    assert last_seq(store) == before + 1
    assert store.read_journal().entries[-1].seq == before + 1
    store.close()


def test_what_a_failed_commit_kept_reaches_the_journal_once_the_disk_is_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = last_seq(store)
    FailingDisk(store, kept=True)
    with monkeypatch.context() as patch:
        patch.setattr("counterdesk.store.writer.open_ledger", _refuse)
        with pytest.raises(UserError, match="not known whether"):
            store.write(record).result()
    assert store.write(record).result().seq == before + 2
    journalled = [entry.seq for entry in store.read_journal().entries]
    assert journalled[-2:] == [before + 1, before + 2]


def _refuse(*_arguments: object) -> None:
    raise UserError("the disk is gone")


def test_readers_go_on_after_a_failed_commit(store: Store) -> None:
    searches = store.search(lambda read: read.execute(select(Event.seq)).all())
    assert searches.result()
    FailingDisk(store, kept=True)
    store.write(record).result()
    assert store.search(lambda read: read.execute(select(Event.seq)).all()).result()


def test_a_payment_stands_when_the_journal_fails_and_the_next_one_waits(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = last_seq(store)
    with monkeypatch.context() as patch:
        patch.setattr("counterdesk.store.journal.os.fsync", _full)
        assert store.write(record).result().seq == before + 1
        with pytest.raises(UserError, match="journal cannot be written"):
            store.write(record).result()
        assert last_seq(store) == before + 1
    assert store.write(record).result().seq == before + 2
    assert [entry.seq for entry in store.read_journal().entries][-2:] == [before + 1, before + 2]


def _full(_file: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_journal_that_failed_is_caught_up_at_the_next_start(
    data_folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(data_folder, UNLOCK, clock)
    with monkeypatch.context() as patch:
        patch.setattr("counterdesk.store.journal.os.fsync", _full)
        seq = store.write(record).result().seq
    store.close()
    store = Store.open(data_folder, UNLOCK, clock)
    assert store.read_journal().entries[-1].seq == seq
    store.close()


def test_a_journal_that_cannot_be_opened_stops_the_start(data_folder: Path, clock: Clock) -> None:
    (data_folder / "journal.cdj").unlink()
    (data_folder / "journal.cdj").mkdir()
    with pytest.raises(UserError, match=r"journal\.cdj cannot be read or written"):
        Store.open(data_folder, UNLOCK, clock)


@pytest.mark.parametrize(
    ("free", "warns", "stops"),
    [
        (WARN_BELOW_BYTES, False, False),
        (WARN_BELOW_BYTES - 1, True, False),
        (STOP_BELOW_BYTES, True, False),
        (STOP_BELOW_BYTES - 1, True, True),
    ],
)
def test_little_room_warns_and_less_stops_money(
    data_folder: Path, clock: Clock, free: int, warns: bool, stops: bool
) -> None:
    store = Store.open(data_folder, UNLOCK, clock, free=lambda _folder: free)
    assert (store.disk_state().warns, store.disk_state().stops) == (warns, stops)
    store.write(lambda session: session.record("shift.closed", {})).result()
    payment = store.write(lambda session: session.record("paid", {}, tender_totals={"cash": 1}))
    assert (payment.exception() is not None) == stops
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_a_read_only_ledger_is_named(store: Store) -> None:
    def forbid(connection: Any) -> None:
        raw_of(connection).execute("pragma query_only = on")

    store._writer.outside_transaction(forbid)
    with pytest.raises(UserError, match="read-only"):
        store.write(
            lambda session: session.execute(insert(State), {"name": "a", "value": ""})
        ).result()
