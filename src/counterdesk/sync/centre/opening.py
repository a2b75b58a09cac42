"""Reaching the centre's database as somebody who looks after it; every refusal in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.sync.centre.migrating import HEAD, revision_of

_CONNECT_SECONDS = "5"


@contextmanager
def open_centre(conninfo: str) -> Iterator[psycopg.Connection]:
    """Open one transaction at a centre of this version; it is committed at the end.

    Raises:
        UserError: No server, no centre, a newer or an older one, or no rights.
    """
    with in_words(), connect(conninfo) as connection:
        check_version(connection)
        yield connection


def connect(conninfo: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Connect, giving up after seconds.

    Raises:
        UserError: The text is no connection, nobody answers, or the login is refused.
    """
    try:
        given = conninfo_to_dict(conninfo)
        text = make_conninfo(conninfo, connect_timeout=given.get("connect_timeout") or
                             _CONNECT_SECONDS)  # fmt: skip
    except psycopg.ProgrammingError as error:
        raise UserError(
            _("This does not say where a centre is: {reason}. Write it like: "
              "host=db.example.org dbname=counterdesk user=admin").format(reason=first_line(error))
        ) from error  # fmt: skip
    try:
        return psycopg.connect(text, autocommit=autocommit)
    except psycopg.OperationalError as error:
        raise UserError(
            _("The centre's database does not let us in: {reason}. Nothing was changed. Check the "
              "address, the login and the network.").format(reason=first_line(error))
        ) from error  # fmt: skip


def check_version(connection: psycopg.Connection) -> None:
    """Refuse a database that is no centre of this version.

    Raises:
        UserError: It is none, or the schema is newer or older.
    """
    found = revision_of(connection)
    if found is None:
        raise UserError(
            _("There is no centre in the database {name}. Nothing was changed. Is it the right "
              "one? A new centre is made by: centre init").format(name=connection.info.dbname)
        )  # fmt: skip
    if found > HEAD:
        raise UserError(
            _("The centre is newer than this CounterDesk. Nothing was changed. Upgrade the program "
              "on this machine.")
        )  # fmt: skip
    if found < HEAD:
        raise UserError(
            _("The centre is older than this CounterDesk. Nothing was changed. Back it up, then "
              "run: centre upgrade")
        )  # fmt: skip


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what a database refuses an administrator into a sentence.

    Raises:
        UserError: No rights, or the server went away.
    """
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise UserError(
            _("This login may not do that: {reason}. Nothing was changed. Use the login that made "
              "the centre.").format(reason=first_line(error))
        ) from error  # fmt: skip
    except psycopg.OperationalError as error:
        raise UserError(
            _("The centre's database went away: {reason}. Nothing was changed, or all of it: look "
              "with centre status, then try again.").format(reason=first_line(error))
        ) from error  # fmt: skip


def first_line(error: psycopg.Error) -> str:
    """Return what a database says of a failure, short enough for a sentence."""
    lines = str(error).strip().splitlines()
    told = next((line for line in reversed(lines) if "FATAL" in line), lines[0] if lines else "")
    return told.split("FATAL:")[-1].strip().rstrip(".")
