"""Verified copies of the ledger, in the folder `backups`; the newest fourteen are kept."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection
from sqlcipher3 import dbapi2 as sqlcipher

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.store.chain import broken_link, read_head
from counterdesk.store.folder import Folder
from counterdesk.store.opening import close, open_file, raw_of
from counterdesk.store.refusals import database_refusal, file_refusal

KEPT = 14


def copy_ledger(connection: Connection, folder: Folder, key: bytes, name: str) -> Path:
    """Write a copy of the ledger under the same key, and check it, between two transactions.

    Args:
        connection: Open on the ledger.
        folder: Where `backups` lies.
        key: The raw data key.
        name: What the copy is for, such as "2025-04-20T180000"; becomes part of its file name.

    Returns:
        The copy's path.

    Raises:
        UserError: It could not be written, or is not whole; no copy was thrown away for it.
    """
    path = folder.backups / f"ledger-{name}.db"
    beside = path.with_suffix(".new")
    try:
        folder.backups.mkdir(mode=0o700, exist_ok=True)
        beside.unlink(missing_ok=True)
        raw_of(connection).execute("VACUUM INTO ?", (str(beside),))
        _check(connection, beside, key)
        beside.replace(path)
    except sqlcipher.Error as error:
        raise UserError(database_refusal(path, error) or _not_whole(path)) from error
    except OSError as error:
        raise UserError(file_refusal(path, error)) from error
    _drop_oldest(folder)
    return path


def _check(connection: Connection, copied: Path, key: bytes) -> None:
    copy = open_file(copied, key, read_only=True)
    try:
        raw = raw_of(copy)
        sound = not raw.execute("PRAGMA cipher_integrity_check").fetchall()
        sound = sound and raw.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
        same = read_head(copy) == read_head(connection)
        if not sound or not same or broken_link(copy, 0) is not None:
            raise UserError(_not_whole(copied))
    finally:
        close(copy)


def _drop_oldest(folder: Folder) -> None:
    copies = sorted(folder.backups.glob("ledger-*.db"), key=lambda path: path.stat().st_mtime_ns)
    for path in copies[:-KEPT]:
        path.unlink()


def _not_whole(path: Path) -> str:
    return _("The copy {name} could not be read back whole.").format(name=path.name)
