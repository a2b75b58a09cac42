"""Sentences for a disk that fails: full, read-only, damaged, missing, in use."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

_KINDS = {
    sqlcipher.SQLITE_FULL: "full",
    sqlcipher.SQLITE_IOERR: "io",
    sqlcipher.SQLITE_READONLY: "readonly",
    sqlcipher.SQLITE_PERM: "readonly",
    sqlcipher.SQLITE_CANTOPEN: "missing",
    sqlcipher.SQLITE_CORRUPT: "damaged",
    sqlcipher.SQLITE_NOTADB: "damaged",
    sqlcipher.SQLITE_BUSY: "busy",
    sqlcipher.SQLITE_LOCKED: "busy",
}
_PRIMARY_CODE = 0xFF
"""The low byte of an extended SQLite result code names its family."""


def database_refusal(path: Path, error: BaseException) -> str:
    """Return the sentence for a database's failure, or "" if the disk is not to blame."""
    kind = _kind(error)
    return f"{_sentence(kind, path.name)}{_way_out(kind, path.name)}"


def is_damage(error: BaseException | None) -> bool:
    """Tell whether a database's failure means that its file is no good, or no database."""
    return _kind(error) == "damaged"


def is_unreadable(error: BaseException | None) -> bool:
    """Tell whether a database's failure means that nothing can be had from its file."""
    return _kind(error) in {"damaged", "io"}


def _kind(error: BaseException | None) -> str:
    if isinstance(error, DBAPIError):
        error = error.orig or error
    code = getattr(error, "sqlite_errorcode", None) or 0
    return _KINDS.get(code & _PRIMARY_CODE, "")


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn a failure of the disk into its sentence; a fault of the program goes on as it is.

    Raises:
        UserError: The disk failed while the body worked on the database.
    """
    try:
        yield
    except (DBAPIError, sqlcipher.Error) as error:
        sentence = database_refusal(path, error)
        if sentence:
            raise UserError(sentence) from error
        raise


def file_refusal(path: Path, error: OSError) -> str:
    """Return the sentence for a failure to read or write a plain file."""
    if error.errno == errno.ENOSPC:
        return _sentence("full", path.name)
    return _("{name} cannot be read or written: {reason}.").format(
        name=path.name, reason=error.strerror or error
    )


def _sentence(kind: str, name: str) -> str:
    match kind:
        case "full":
            return _("The disk is full. Nothing was saved; free some space and try again.")
        case "io":
            text = _("The disk could not read or write {name}. Nothing was saved.")
        case "readonly":
            text = _("{name} is read-only. Nothing can be saved until it may be written.")
        case "missing":
            text = _("{name} is missing or cannot be opened.")
        case "damaged":
            text = _("{name} is damaged, or it belongs to another key.")
        case "busy":
            text = _("{name} is in use by another program. Close it and try again.")
        case _:
            return ""
    return text.format(name=name)


def _way_out(kind: str, name: str) -> str:
    """Return what to do where another file cannot stand in; `ref.db` is made anew by itself."""
    if name != "ledger.db" or kind not in {"missing", "damaged"}:
        return ""
    return " " + _("Take no payments. To have it made whole again, run: counterdesk recover")
