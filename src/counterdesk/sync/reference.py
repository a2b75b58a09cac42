"""Filling `ref.db`: a new file is built beside the one in use and takes its place when whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from counterdesk.core.search_text import code_of, digits_of, words_of
from counterdesk.core.settings import Settings, settings_rows
from counterdesk.models import ref
from counterdesk.models.base import RefBase, UtcInstant, table_of
from counterdesk.sync.records import (
    AccountFacts,
    ChargeFacts,
    ConsumerFacts,
    PastCreditFacts,
    PastPaymentFacts,
    PlanFacts,
)

_BATCH = 5_000
_INDEX_BATCH = 20_000
_PAGE_CACHE_KIB = 64_000

Progress = Callable[[int], None]
"""Gets the accounts written so far. What it raises stops the fill; the file in use stays."""


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

    The file is never in WAL mode while it is only read and replaced whole: so there is no side
    file that could be taken for the new one's.

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
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    try:
        count = _fill(beside, key, accounts, settings, as_of_utc, progress or _no_progress)
        _swap(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _no_progress(_count: int) -> None:
    """Nobody watches."""


def _fill(
    path: Path, key: bytes, accounts: Iterable[AccountFacts], settings: Settings,
    as_of_utc: datetime, progress: Progress,
) -> int:  # fmt: skip
    connection = _open_empty(path, key)
    try:
        _create_tables(connection)
        count = _write_accounts(connection, accounts, progress)
        _write_office(connection, settings, as_of_utc)
        _create_indexes(connection, count, progress)
        connection.execute(f"pragma ref.user_version = {ref.REF_FORMAT}")
        connection.execute("commit")
    finally:
        connection.close()
    return count


def _open_empty(path: Path, key: bytes) -> Any:
    # The tables name their schema "ref", so the file is attached under that name here too.
    connection = sqlcipher.connect(":memory:", isolation_level=None)
    connection.execute("pragma temp_store=memory")  # nothing decrypted reaches the disk
    connection.execute(f"attach ? as ref key \"x'{key.hex()}'\"", (str(path),))
    # A half-built file is thrown away, so nothing needs to be undone or flushed on the way.
    for pragma in ("journal_mode=off", "synchronous=off", f"cache_size=-{_PAGE_CACHE_KIB}"):
        connection.execute(f"pragma ref.{pragma}")
    connection.execute("begin")
    return connection


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
        for table in _OWNED:
            connection.executemany(table.insert, table.rows(batch))
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
        _insert(ref.Consumer, ("row_id", "account_digits", "phone_digits", *_CONSUMER)),
        ((row_id, *_digits(account.consumer), *_consumer_values(account.consumer))
         for row_id, account in numbered),
    )  # fmt: skip
    connection.executemany(
        _insert(ref.SearchText, ("row_id", "name", "address", "codes")),
        ((row_id, *_search_text(account)) for row_id, account in numbered),
    )


def _digits(consumer: ConsumerFacts) -> tuple[str, str]:
    return digits_of(consumer.account_number), digits_of(consumer.phone)


def _search_text(account: AccountFacts) -> tuple[str, str, str]:
    consumer = account.consumer
    numbers = (consumer.account_number, *(charge.number for charge in account.charges))
    codes = " ".join((*map(code_of, numbers), digits_of(consumer.phone)))
    return words_of(consumer.name), words_of(consumer.service_address), codes


def _insert(model: type[RefBase], columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    names = ", ".join(columns)
    return f"insert into {table_of(model).fullname} ({names}) values ({marks})"  # noqa: S608 - ours


def _names(facts: type[Any]) -> tuple[str, ...]:
    return tuple(item.name for item in fields(facts))


class _Owned:
    """How the facts of one kind that belong to a consumer are written."""

    def __init__(self, model: type[RefBase], facts: type[Any], part: str) -> None:
        names = _names(facts)
        self.insert = _insert(model, ("consumer_id", *names))
        self._part = attrgetter(part)
        self._values = attrgetter(*names)

    def rows(self, batch: list[AccountFacts]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a batch of accounts."""
        part, values = self._part, self._values
        for account in batch:
            owner = account.consumer.consumer_id
            for facts in part(account):
                yield (owner, *values(facts))


_CONSUMER = _names(ConsumerFacts)
_consumer_values = attrgetter(*_CONSUMER)
_OWNED = (
    _Owned(ref.Charge, ChargeFacts, "charges"),
    _Owned(ref.Plan, PlanFacts, "plans"),
    _Owned(ref.PastPayment, PastPaymentFacts, "payments"),
    _Owned(ref.PastCredit, PastCreditFacts, "credits"),
)

# As the columns of the models write them.
sqlcipher.register_adapter(UUID, attrgetter("hex"))
sqlcipher.register_adapter(date, date.isoformat)
sqlcipher.register_adapter(bool, int)  # known types only: the search for an unknown one is slow


def _write_office(connection: Any, settings: Settings, as_of_utc: datetime) -> None:
    connection.executemany(
        _insert(ref.SettingRow, ("name", "value")), list(settings_rows(settings).items())
    )
    instant = UtcInstant().process_bind_param(as_of_utc, sqlite.dialect())
    connection.execute(_insert(ref.Refreshed, ("one", "as_of_utc")), (1, instant))


def _swap(beside: Path, path: Path) -> None:
    """Put a whole file in the place of the one in use.

    Raises:
        OSError: The system does not let a file that is open be replaced: detach it first.
    """
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    for leftover in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    beside.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows cannot open a folder, and does not need to
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
