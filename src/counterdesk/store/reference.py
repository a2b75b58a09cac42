"""The file `ref.db` as a whole: made empty, judged, opened by sync to write, and replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable

from counterdesk.core.errors import UserError
from counterdesk.models import ref
from counterdesk.models.base import RefBase
from counterdesk.store.checking import file_damage
from counterdesk.store.folder import Folder
from counterdesk.store.opening import check_versions, close, open_file, raw_of
from counterdesk.store.refusals import is_damage

_BUSY_MS = 5_000
_WAL_BYTES = 16 << 20
"""What a long pull leaves of the log once it is written back."""

_PRAGMAS = ("mmap_size = 0", "synchronous = NORMAL", f"journal_size_limit = {_WAL_BYTES}")


def create_empty_reference(path: Path, key: bytes) -> None:
    """Write a `ref.db` with no content: nothing was pulled yet."""
    beside = path.with_name(path.name + ".new")
    remove_reference(beside)
    raw = open_reference(beside, key)
    try:
        raw.execute("BEGIN")
        for statement in (*table_statements(), *index_statements()):
            raw.execute(statement)
        raw.execute(f"PRAGMA ref.user_version = {ref.REF_FORMAT}")
        raw.execute("COMMIT")
        raw.execute("PRAGMA ref.journal_mode = WAL")
    finally:
        raw.close()
    put_in_place(beside, path, key)


def table_statements() -> Iterator[str]:
    """Yield what makes the tables of a `ref.db`."""
    for table in RefBase.metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=sqlite.dialect()))


def index_statements() -> Iterator[str]:
    """Yield what makes its indexes, those of the search too: quickest once the rows are there."""
    for table in RefBase.metadata.sorted_tables:
        for index in table.indexes:
            yield str(CreateIndex(index).compile(dialect=sqlite.dialect()))
    yield from ref.SEARCH_INDEXES


def open_reference(path: Path, key: bytes) -> Any:
    """Open a `ref.db` to write, as the schema `ref` of a connection that holds nothing else.

    The ledger's connections read it meanwhile: they see a page of the feed whole or not at all.
    """
    check_versions()
    raw = sqlcipher.connect(":memory:", isolation_level=None)
    try:
        raw.execute("PRAGMA cipher_log_level = NONE")  # its failures are raised
        raw.execute("PRAGMA temp_store = MEMORY")  # nothing decrypted reaches the disk
        raw.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        raw.execute("ATTACH ? AS ref KEY ?", (str(path), f"x'{key.hex()}'"))
        for pragma in _PRAGMAS:
            raw.execute(f"PRAGMA ref.{pragma}")
    except BaseException:
        raw.close()
        raise
    return raw


def reference_fits(path: Path, key: bytes) -> bool:
    """Tell whether `ref.db` is there, whole, and of the format that this version reads.

    Raises:
        UserError: It cannot be opened, which does not mean that it is worth nothing.
    """
    if not path.exists():
        return False
    try:
        connection = open_file(path, key, read_only=True)
    except UserError as error:
        if is_damage(error.__cause__):
            return False
        raise
    found = raw_of(connection).execute("PRAGMA user_version").fetchone()[0]
    close(connection)
    return bool(found == ref.REF_FORMAT)


def reference_is_sound(path: Path, key: bytes) -> bool:
    """Tell whether `ref.db` fits and every page of it can be read; for a million it takes long.

    Raises:
        UserError: It cannot be opened, which does not mean that it is worth nothing.
    """
    if not reference_fits(path, key):
        return False
    connection = open_file(path, key, read_only=True)
    try:
        return not file_damage(connection)
    except DBAPIError:
        return False
    finally:
        close(connection)


def put_in_place(beside: Path, path: Path, key: bytes) -> None:
    """Let a whole file take the place of the one in use.

    Raises:
        OSError: The system does not let a file that is open be replaced: let go of it first.
    """
    flush_to_disk(beside)
    _write_back(path, key)
    for leftover in _side_files(path):
        leftover.unlink(missing_ok=True)
    beside.replace(path)
    Folder(path.parent).sync()


def flush_to_disk(path: Path) -> None:
    """Wait until the disk has a file that no database connection holds open."""
    with path.open("r+b") as file:  # Windows flushes nothing for who may only read
        os.fsync(file.fileno())


def remove_reference(path: Path) -> None:
    """Remove a file that is not in use, with what lies beside it."""
    for part in (path, *_side_files(path)):
        part.unlink(missing_ok=True)


def _side_files(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))


def _write_back(path: Path, key: bytes) -> None:
    """Empty the old file's log, so that a crash after its removal leaves the old file whole."""
    if not path.exists():
        return
    with suppress(sqlcipher.Error):  # damaged or another key's: it is worth nothing either way
        raw = open_reference(path, key)
        try:
            raw.execute("PRAGMA ref.wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()
