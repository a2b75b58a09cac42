"""The centre's database: made, and brought to this version, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

if TYPE_CHECKING:
    from sqlalchemy import Connection

HEAD = "c0001"
"""The newest revision in `sync/migrations/versions`; a test holds the two together."""

OWNER = "cd_owner"
"""Owns the schema; nobody can log in as it."""

COUNTERS, ENROLLING = "cd_counter", "cd_enrolling"
"""The groups of the counters' logins: with a certificate, and before they have one."""

SERVICE = "cd_service"
"""The group of the login that `centre serve` connects with."""

_CLOSE_BUILT_IN = """
do $$
declare one regprocedure;
begin
    for one in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace
            and proname ~ '^(lo_|lowrite$|pg_(try_)?advisory_|pg_logical_emit_message$)' loop
        execute format('revoke execute on function %s from public', one);
    end loop;
    grant execute on function pg_try_advisory_lock(bigint) to cd_service;
end $$"""
"""What everyone may call: it could fill the disk, the table of locks, or the service's place."""

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
_OLDEST_SERVER = 150_000


def create_centre(
    conninfo: str,
    name: str,
    currency: str,
    furnish: Callable[[psycopg.Connection], None] = lambda _connection: None,
) -> None:
    """Make an empty database the centre of a utility.

    Args:
        conninfo: Of the database, as somebody who may create roles and schemas in it.
        name: The utility's name.
        currency: ISO 4217 code of the money it takes; it never changes.
        furnish: What else belongs to the beginning; it stands or falls with the rest.

    Raises:
        UserError: The server is too old, or the database is a centre already or not in UTF-8.
    """
    with _transaction(conninfo) as (through, connection):
        _check_server(connection)
        if revision_of(connection) is not None:
            raise UserError(_("This database is a centre already; use: centre upgrade"))
        _create_roles(connection)
        connection.execute(sql.SQL("create schema cd authorization {}").format(_owner()))
        close_to_the_public(connection)
        _migrate(through, connection)
        connection.execute("insert into cd.site (name, currency) values (%s, %s)", (name, currency))
        furnish(connection)


def upgrade_centre(conninfo: str) -> tuple[str, str]:
    """Bring the schema to this version.

    Returns:
        The revision before and after.

    Raises:
        UserError: The database is no centre, or newer than this version.
    """
    with _transaction(conninfo) as (through, connection):
        before = revision_of(connection)
        if before is None:
            raise UserError(_("This database is no centre yet; use: centre init"))
        if before > HEAD:
            raise UserError(_("The centre is newer than this CounterDesk: upgrade the program."))
        _create_roles(connection)
        close_to_the_public(connection)
        _migrate(through, connection)
        return before, HEAD


def close_to_the_public(connection: psycopg.Connection) -> None:
    """Take from everyone what PostgreSQL gives everyone; a copied database has it again."""
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("revoke all on database {} from public").format(database))
    connection.execute(sql.SQL("grant connect on database {} to {}, {}, {}").format(
        database, *map(sql.Identifier, (COUNTERS, ENROLLING, SERVICE))))  # fmt: skip
    connection.execute("revoke all on schema public from public")
    if _is_superuser(connection):  # nobody else can; see docs/decisions/011
        connection.execute(_CLOSE_BUILT_IN)


@contextmanager
def _transaction(conninfo: str) -> Iterator[tuple[Connection, psycopg.Connection]]:
    """Open one transaction, as Alembic wants it and as psycopg gives it."""
    from sqlalchemy import create_engine  # noqa: PLC0415 - 250 ms, needed by two commands
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: _connect(conninfo), poolclass=NullPool
    )
    with engine.begin() as through:
        connection = through.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)  # noqa: S101 - what creator gave
        yield through, connection


def _connect(conninfo: str) -> psycopg.Connection:
    connection = psycopg.connect(conninfo)
    if connection.info.parameter_status("server_encoding") != "UTF8":
        connection.close()
        raise UserError(_("The centre needs a database whose encoding is UTF8."))
    return connection


def _check_server(connection: psycopg.Connection) -> None:
    if connection.info.server_version < _OLDEST_SERVER:
        raise UserError(_("The centre needs PostgreSQL 15 or newer."))


def revision_of(connection: psycopg.Connection) -> str | None:
    """Return the revision of the centre in a database; None where there is none."""
    there = connection.execute("select to_regclass('cd.schema_version')").fetchone()
    if there is None or there[0] is None:
        return None
    row = connection.execute("select version_num from cd.schema_version").fetchone()
    return str(row[0]) if row else None


def _owner() -> sql.Identifier:
    return sql.Identifier(OWNER)


def _create_roles(connection: psycopg.Connection) -> None:
    for role in (OWNER, COUNTERS, ENROLLING, SERVICE):
        known = connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
        if known is None:
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
    connection.execute(sql.SQL("grant {} to current_user").format(_owner()))
    # So that a counter can be certified by a function of the owner, not by whoever may make roles.
    groups = map(sql.Identifier, (COUNTERS, ENROLLING, SERVICE))
    connection.execute(sql.SQL("grant {}, {}, {} to {} with admin option").format(
        *groups, _owner()))  # fmt: skip
    _let_owner_end_stalls(connection)


def _let_owner_end_stalls(connection: psycopg.Connection) -> None:
    """Where the server does not allow it, the schema does without: see cd.end_stalls."""
    try:
        with connection.transaction():
            connection.execute(
                sql.SQL("grant pg_signal_backend, pg_read_all_stats to {}").format(_owner())
            )
    except psycopg.errors.InsufficientPrivilege:
        return


def _is_superuser(connection: psycopg.Connection) -> bool:
    return connection.info.parameter_status("is_superuser") == "on"


def _migrate(through: Connection, connection: psycopg.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - 290 ms, needed by two commands
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = through
    connection.execute(sql.SQL("set role {}").format(_owner()))
    command.upgrade(config, HEAD)
    connection.execute("set role none")
