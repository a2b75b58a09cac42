"""The database logins of counters and of the service; their passwords never travel in clear."""

from __future__ import annotations

import psycopg
from psycopg import sql

from counterdesk.sync.centre.migrating import OWNER, SERVICE

_CONNECTIONS = 4
"""A till needs one, and a second to ask while that one works; the rest are lines that went dead,
which the server has not noticed yet."""

_TIMEOUTS = {
    "statement_timeout": "60s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "idle_session_timeout": "10min",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""What a counter's connection begins with. A login may set them again, as any may in PostgreSQL;
`cd.end_stalls` ends who does that and holds up others."""


def create_login(connection: psycopg.Connection, role: str, password: str, group: str) -> None:
    """Make a login and put it into a group, whose rights it has.

    A counter's has few connections, whose waits end: one that was stolen must not take all that
    the server has.
    """
    connection.execute(
        sql.SQL("create role {} login password {}").format(
            sql.Identifier(role), _verifier(connection, role, password)
        )
    )
    if group != SERVICE:
        _limit(connection, role)
    join_group(connection, role, group)


def _limit(connection: psycopg.Connection, role: str) -> None:
    limit = sql.SQL("alter role {} connection limit {}")
    connection.execute(limit.format(sql.Identifier(role), sql.Literal(_CONNECTIONS)))
    for name, value in _TIMEOUTS.items():
        connection.execute(
            sql.SQL("alter role {} set {} = {}").format(
                sql.Identifier(role), sql.Identifier(name), sql.Literal(value)
            )
        )


def set_password(connection: psycopg.Connection, role: str, password: str) -> None:
    """Give a login another password."""
    connection.execute(
        sql.SQL("alter role {} password {}").format(
            sql.Identifier(role), _verifier(connection, role, password)
        )
    )


def shut_login(connection: psycopg.Connection, role: str, groups: tuple[str, ...]) -> None:
    """Let nobody log in by this role again, and take its rights."""
    connection.execute(sql.SQL("alter role {} nologin").format(sql.Identifier(role)))
    for group in groups:
        _as_owner(connection, sql.SQL("revoke {} from {}").format(
            sql.Identifier(group), sql.Identifier(role)))  # fmt: skip


def join_group(connection: psycopg.Connection, role: str, group: str) -> None:
    """Put a login into a group."""
    _as_owner(connection, sql.SQL("grant {} to {}").format(
        sql.Identifier(group), sql.Identifier(role)))  # fmt: skip


def _as_owner(connection: psycopg.Connection, statement: sql.Composed) -> None:
    # From PostgreSQL 16 on a membership can only be taken by who gave it: that is always the owner.
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(OWNER)))
    connection.execute(statement)
    connection.execute("set local role none")


def _verifier(connection: psycopg.Connection, role: str, password: str) -> sql.Literal:
    """Return what the server keeps of a password: its log may hold the statement."""
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    )
    return sql.Literal(verifier.decode())
