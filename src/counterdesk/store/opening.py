"""Opening the two SQLCipher files, always through the checked library and with the same pragmas."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from counterdesk.store.folder import Folder
from counterdesk.store.refusals import in_words

# Before 3.51.3 a writer that resets the WAL can lose committed rows.
# Source: SQLite release notes, 3.51.3, "WAL-reset bug".
_OLDEST_SQLITE = (3, 51, 3)
_OLDEST_SQLCIPHER = (4, 6)
_BUSY_MS = 5_000

SYNCHRONOUS = "FULL"
"""How the ledger is synced; the fault suite's control opens it with less."""


def open_ledger(folder: Folder, key: bytes, *, read_only: bool = False) -> Connection:
    """Open the ledger with `ref.db` attached read-only as the schema `ref`.

    Args:
        folder: The data folder; `ref.db` must be there.
        key: The raw data key, 32 bytes.
        read_only: Whether to open a reader; else this is the one writer.

    Raises:
        UserError: A file is missing, damaged, read-only or belongs to another key.
    """
    connection = open_file(folder.ledger, key, read_only=read_only)
    try:
        attach_reference(connection, folder, key)
    except BaseException:
        close(connection)
        raise
    return connection


def open_file(path: Path, key: bytes, *, read_only: bool = False) -> Connection:
    """Open one SQLCipher file that exists.

    Raises:
        UserError: It is missing, damaged, read-only or belongs to another key.
    """
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
    with in_words(path):
        raw = _open_raw(path, "ro" if read_only else "rw", key)
    return _through_sqlalchemy(raw, begin)


def create_file(path: Path, key: bytes) -> Connection:
    """Create an empty SQLCipher file and open it for writing.

    Raises:
        UserError: The disk does not take it.
    """
    with in_words(path):
        raw = _open_raw(path, "rwc", key)
    return _through_sqlalchemy(raw, "BEGIN IMMEDIATE")


def _open_raw(path: Path, mode: str, key: bytes) -> Any:
    check_versions()
    raw = sqlcipher.connect(
        _uri(path, mode), uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(raw, key, read_only=mode == "ro")
    except BaseException:
        raw.close()
        raise
    return raw


def attach_reference(connection: Connection, folder: Folder, key: bytes) -> None:
    """Attach `ref.db` read-only as the schema `ref`.

    Raises:
        UserError: It is damaged or belongs to another key.
    """
    with in_words(folder.reference):
        raw = raw_of(connection)
        raw.execute("ATTACH ? AS ref KEY ?", (_uri(folder.reference, "ro"), f"x'{key.hex()}'"))
        raw.execute("PRAGMA ref.mmap_size = 0")
        raw.execute(f"PRAGMA ref.cache_size = -{_PAGES_KIB}")
        raw.execute("SELECT count(*) FROM ref.sqlite_schema").fetchone()


def detach_reference(connection: Connection) -> None:
    """Let go of `ref.db`, so that another file can take its place."""
    raw_of(connection).execute("DETACH ref")


def raw_of(connection: Connection) -> Any:
    """Return the driver's connection, for pragmas and what else is outside transactions."""
    return connection.connection.driver_connection


def close(connection: Connection) -> None:
    """Close a connection and its file."""
    connection.close()


def check_versions() -> None:
    """Refuse a library that is known to lose data.

    Raises:
        RuntimeError: SQLite or SQLCipher is too old, or this is SQLite without encryption.
    """
    if sqlcipher.sqlite_version_info < _OLDEST_SQLITE:
        raise RuntimeError(f"SQLite {sqlcipher.sqlite_version} is too old")


class _Handed(threading.local):
    """The driver's connection that the next SQLAlchemy connection of this thread is made of."""

    raw: Any = None


_handed = _Handed()


def _take_handed() -> Any:
    raw, _handed.raw = _handed.raw, None
    if raw is None:
        raise RuntimeError("a file is only opened on purpose, never again by itself")
    return raw


@cache
def _engine(begin: str) -> Engine:
    """Return the one engine of all readers or writers: what it has compiled outlives a file."""
    engine = create_engine("sqlite://", module=sqlcipher, creator=_take_handed, poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _through_sqlalchemy(raw: Any, begin: str) -> Connection:
    _handed.raw = raw
    return _engine(begin).connect()


def _prepare(raw: Any, key: bytes, *, read_only: bool) -> None:
    raw.execute("PRAGMA cipher_log_level = NONE")  # its failures are raised, and said in words
    raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    _check_cipher(raw)
    raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    for pragma in _PRAGMAS if read_only else _PRAGMAS + _WRITER_PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    if not read_only:
        raw.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")


_PAGES_KIB = 32_000
"""Of each file, kept decrypted by each connection: decrypting is most of what a long list costs."""

_PRAGMAS = (
    f"busy_timeout = {_BUSY_MS}",
    f"cache_size = -{_PAGES_KIB}",
    "mmap_size = 0",  # a torn mapped page would crash the process, not raise
    "temp_store = MEMORY",  # nothing decrypted reaches the disk
    "trusted_schema = OFF",
    "foreign_keys = ON",
)
_WRITER_PRAGMAS = (
    "journal_mode = WAL",
    "cell_size_check = ON",
    "fullfsync = ON",  # macOS: fsync alone leaves data in the drive's cache
)


def _check_cipher(raw: Any) -> None:
    row = raw.execute("PRAGMA cipher_version").fetchone()
    version = row[0].split()[0] if row else "0.0"
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST_SQLCIPHER:
        raise RuntimeError(f"SQLCipher {version} is too old")


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(path.absolute().as_posix())}?mode={mode}"
