"""The database logins of counters and of the service; their passwords never travel in clear."""

from __future__ import annotations

import psycopg
from psycopg import sql

from counterdesk.sync.centre.migrating import OWNER


def create_login(connection: psycopg.Connection, role: str, password: str, group: str) -> None:
    """Make a login and put it into a group, whose rights it has."""
    connection.execute(
        sql.SQL("create role {} login password {}").format(
            sql.Identifier(role), _verifier(connection, role, password)
        )
    )
    join_group(connection, role, group)


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
