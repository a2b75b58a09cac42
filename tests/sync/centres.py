"""A centre of a test's own: a copy of an empty one in the test run's PostgreSQL."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from counterdesk.core.ids import new_uuid7
from counterdesk.core.permissions import Role
from counterdesk.core.settings import settings_rows
from counterdesk.demo.sample import sample_settings, sample_start_utc
from counterdesk.sync.centre.embedded import EmbeddedServer
from counterdesk.sync.centre.migrating import COUNTERS, close_to_the_public, create_centre

MATTERS = "(select * from cd.work_item where kind <> 'foreign_number') as matter"
"""Work items of tests that write payments themselves, with numbers that nobody leased."""

_TEMPLATE = "centre_template"


@dataclass(frozen=True, slots=True)
class CounterLogin:
    """An active counter as the centre knows it, and how it connects."""

    counter_id: UUID
    code: str
    conninfo: str


def make_template(server: EmbeddedServer) -> None:
    """Make the empty centre that the others are copies of."""
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute("alter system set fsync = off")  # no test here cuts the power
        connection.execute("select pg_reload_conf()")
        connection.execute(f"create database {_TEMPLATE}")
    create_centre(server.conninfo(_TEMPLATE), "Cityville Water", "USD")
    with psycopg.connect(server.conninfo(_TEMPLATE)) as connection:
        for name, text in settings_rows(sample_settings()).items():
            connection.execute(
                "insert into cd.setting (name, value) values (%s, %s::jsonb)", (name, text)
            )


class CentreUnderTest:
    """One database with a centre in it, seen as its owner sees it."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self.database = f"centre_{secrets.token_hex(4)}"
        self._roles: list[str] = []
        self._as_superuser(f"create database {self.database} template {_TEMPLATE}")
        self.conninfo = server.conninfo(self.database)
        self._connection = psycopg.connect(self.conninfo, autocommit=True)
        close_to_the_public(self._connection)

    def execute(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run a statement as a superuser and return its rows."""
        cursor = self._connection.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []

    def value(self, statement: str, parameters: Any = None) -> Any:
        """Return the one value of a query."""
        [(value,)] = self.execute(statement, parameters)
        return value

    def add_counter(
        self, code: str, counter_id: UUID | None = None, public_key: bytes | None = None
    ) -> CounterLogin:
        """Add an active counter with a login of its own."""
        role, password = f"{self.database}_{code.lower()}", secrets.token_hex(8)
        counter_id = counter_id or new_uuid7(sample_start_utc())
        self._connection.execute(
            sql.SQL("create role {} login password {} in role {}").format(
                sql.Identifier(role), sql.Literal(password), sql.Identifier(COUNTERS)
            )
        )
        self._roles.append(role)
        self.execute(
            "insert into cd.counter (counter_id, code, name, office, role_name, status, public_key)"
            " values (%s, %s, %s, 'Main office', %s, 'active', %s)",
            (counter_id, code, f"Counter {code}", role, public_key or secrets.token_bytes(32)),
        )
        conninfo = self._server.conninfo(self.database, user=role, password=password)
        return CounterLogin(counter_id, code, conninfo)

    def set_setting(self, name: str, value: Any) -> None:
        """Change one of the office's settings."""
        self.execute(
            "insert into cd.setting as s (name, value) values (%s, %s) on conflict (name)"
            " do update set value = excluded.value, version = s.version + 1",
            (name, Jsonb(value)),
        )

    def add_person(self, user_id: UUID, role: Role, office: str = "") -> None:
        """Let somebody sign in; nobody knows the password."""
        self.execute(
            "insert into cd.person (user_id, login, name, role, office, password_salt,"
            " password_hash, memory_kib, passes, lanes)"
            " values (%s, %s, %s, %s, %s, '', '', 8, 1, 1)",
            (user_id, str(user_id), f"A {role}", role.value, office),
        )

    def keep_copy(self) -> None:
        """Copy everything, for `put_back_copy`; every line to the centre is cut."""
        self._copy(self.database, self._kept)
        self._connection = psycopg.connect(self.conninfo, autocommit=True)

    def put_back_copy(self) -> None:
        """Let everything be as it was when the copy was made."""
        self._copy(self._kept, self.database)
        self._connection = psycopg.connect(self.conninfo, autocommit=True)
        close_to_the_public(self._connection)

    def _copy(self, source: str, target: str) -> None:
        self._connection.close()
        self._as_superuser(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            f" where datname in ('{source}', '{target}')"
        )
        self._as_superuser(f"drop database if exists {target} with (force)")
        self._as_superuser(f"create database {target} template {source}")

    @property
    def _kept(self) -> str:
        return f"{self.database}_kept"

    def drop(self) -> None:
        """Remove the database and its counters' logins."""
        self._connection.close()
        for database in (self.database, self._kept):
            self._as_superuser(f"drop database if exists {database} with (force)")
        for role in self._roles:
            self._as_superuser(f"drop role {role}")

    def _as_superuser(self, statement: str) -> None:
        with psycopg.connect(self._server.conninfo(), autocommit=True) as connection:
            connection.execute(statement)
