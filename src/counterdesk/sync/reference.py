"""Filling `ref.db`: a new file is built beside the one in use and takes its place when whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from counterdesk.core.settings import Settings, settings_rows
from counterdesk.models import ref
from counterdesk.models.base import RefBase
from counterdesk.store.reference import open_reference, put_in_place, remove_reference
from counterdesk.sync.link import Cursor
from counterdesk.sync.records import AccountFacts, ExceptionFacts
from counterdesk.sync.reference_rows import (
    INSERT_CONSUMER,
    INSERT_EXCEPTION,
    INSERT_SETTING,
    INSERT_TEXT,
    OWNED,
    OwnedRows,
    consumer_row,
    search_text,
    write_refreshed,
)

_BATCH = 5_000
_INDEX_BATCH = 20_000
_PAGE_CACHE_KIB = 64_000

Progress = Callable[[int], None]
"""Gets the accounts written so far. What it raises stops the fill; the file in use stays."""


@dataclass(frozen=True, slots=True)
class OfficeTold:
    """What stands in `ref.db` besides accounts, and of when and where in the feed it all is."""

    settings: Mapping[str, str]
    """JSON texts by name."""
    as_of_utc: datetime
    cursor: Cursor = field(default_factory=Cursor)
    exceptions: tuple[ExceptionFacts, ...] = ()


def build_reference(
    path: Path,
    key: bytes,
    accounts: Iterable[AccountFacts],
    settings: Settings,
    *,
    as_of_utc: datetime,
    progress: Progress | None = None,
) -> int:
    """Fill a new `ref.db` and swap it in; open readers see the old one until they reattach.

    Args:
        path: Where `ref.db` is, or will be.
        key: The raw 32-byte key of the local files.
        accounts: Read once, in the order of their age: the newest comes last.
        settings: Of the office, as the centre holds them.
        as_of_utc: When all this was true at the centre.
        progress: Called every few thousand accounts.

    Returns:
        The number of accounts written.
    """
    told = OfficeTold(settings_rows(settings), as_of_utc)
    with filled_beside(path, key, accounts, told, progress) as (beside, count):
        put_in_place(beside, path, key)
    return count


@contextmanager
def filled_beside(
    path: Path,
    key: bytes,
    accounts: Iterable[AccountFacts],
    told: OfficeTold,
    progress: Progress | None = None,
) -> Iterator[tuple[Path, int]]:
    """Fill a new `ref.db` beside the one in use; what was not taken from there is thrown away.

    Returns:
        Where it is, and the number of accounts in it.
    """
    beside = path.with_name(path.name + ".new")
    remove_reference(beside)
    try:
        yield beside, _fill(beside, key, accounts, told, progress or _no_progress)
    finally:
        remove_reference(beside)


def _no_progress(_count: int) -> None:
    """Nobody watches."""


def _fill(
    path: Path, key: bytes, accounts: Iterable[AccountFacts], told: OfficeTold, progress: Progress
) -> int:
    # The tables name their schema "ref", so the file is attached under that name.
    connection = open_reference(path, key)
    try:
        # A half-built file is thrown away, so nothing needs to be undone or flushed on the way.
        for pragma in ("journal_mode=off", "synchronous=off", f"cache_size=-{_PAGE_CACHE_KIB}"):
            connection.execute(f"pragma ref.{pragma}")
        connection.execute("begin")
        _create_tables(connection)
        count = _write_accounts(connection, accounts, progress)
        _write_office(connection, told)
        _create_indexes(connection, count, progress)
        connection.execute(f"pragma ref.user_version = {ref.REF_FORMAT}")
        connection.execute("commit")
        connection.execute("pragma ref.journal_mode = wal")  # the feed goes on while it is read
    finally:
        connection.close()
    return count


def _create_tables(connection: Any) -> None:
    for table in RefBase.metadata.sorted_tables:
        connection.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))


def _create_indexes(connection: Any, count: int, progress: Progress) -> None:
    for table in RefBase.metadata.sorted_tables:
        for index in table.indexes:
            connection.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
            progress(count)
    for statement in ref.SEARCH_INDEXES:
        connection.execute(statement)
    for first in range(1, count + 1, _INDEX_BATCH):
        chosen = (first, first + _INDEX_BATCH - 1)
        connection.execute(_INDEX_WORDS, chosen)
        connection.execute(_INDEX_PARTS, chosen)
        progress(count)


_INDEX_WORDS = """insert into ref.search_words (rowid, name, address)
    select row_id, name, address from ref.search_text where row_id between ? and ?"""
_INDEX_PARTS = """insert into ref.search_parts (rowid, name, address, codes)
    select row_id, name, address, codes from ref.search_text where row_id between ? and ?"""


def _write_accounts(connection: Any, accounts: Iterable[AccountFacts], progress: Progress) -> int:
    count = 0
    for batch in _batches(accounts):
        _write_consumers(connection, batch, count + 1)
        for owned in OWNED.values():
            connection.executemany(owned.insert, _owned_rows(owned, batch))
        count += len(batch)
        progress(count)
    return count


def _batches(accounts: Iterable[AccountFacts]) -> Iterator[list[AccountFacts]]:
    remaining = iter(accounts)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _write_consumers(connection: Any, batch: list[AccountFacts], first: int) -> None:
    numbered = list(enumerate(batch, first))
    connection.executemany(
        INSERT_CONSUMER, (consumer_row(row_id, account.consumer) for row_id, account in numbered)
    )
    connection.executemany(
        INSERT_TEXT, ((row_id, *_search_text(account)) for row_id, account in numbered)
    )


def _search_text(account: AccountFacts) -> tuple[str, str, str]:
    consumer = account.consumer
    numbers = (consumer.account_number, *(charge.number for charge in account.charges))
    return search_text(consumer.name, consumer.service_address, consumer.phone, numbers)


def _owned_rows(owned: OwnedRows, batch: list[AccountFacts]) -> Iterator[tuple[Any, ...]]:
    part, values = owned.part, owned.values
    for account in batch:
        owner = account.consumer.consumer_id
        for facts in part(account):
            yield (owner, *values(facts))


def _write_office(connection: Any, told: OfficeTold) -> None:
    connection.executemany(INSERT_SETTING, list(told.settings.items()))
    connection.executemany(
        INSERT_EXCEPTION, [(one.seq, one.reason, one.state) for one in told.exceptions]
    )
    write_refreshed(connection, told.as_of_utc, told.cursor)
