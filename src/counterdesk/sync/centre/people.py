"""Who may sign in at the counters of an office, as the centre keeps them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.passwords import plain_login
from counterdesk.core.people_told import PersonTold
from counterdesk.core.permissions import Role

_COLUMNS = tuple(PersonTold.__slots__)


def add_person(connection: psycopg.Connection, person: PersonTold, office: str = "") -> None:
    """Let somebody sign in at the counters of an office; "" is every office.

    Raises:
        UserError: Somebody has the login already.
    """
    row = {**_row(person), "office": office.strip()}
    done = connection.execute(
        sql.SQL("insert into cd.person ({}) values ({}) on conflict (login) do nothing").format(
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
        ),
        row,
    )
    if not done.rowcount:
        raise UserError(
            _("Somebody has the login {login} already. Nothing was changed. Use: centre "
              "change-user").format(login=person.login)
        )  # fmt: skip


def change_person(connection: psycopg.Connection, login: str, changes: dict[str, Any]) -> None:
    """Change a person: name, role, office, active, or hashes of a new password or PIN.

    Raises:
        UserError: Nobody has the login.
    """
    done = connection.execute(
        sql.SQL("update cd.person set version = version + 1, {} where login = {}").format(
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name))
                for name in changes
            ),
            sql.Placeholder("key"),
        ),
        {**changes, "key": plain_login(login)},
    )
    if not done.rowcount:
        raise UserError(_("Nobody has the login {login}. Nothing was changed.").format(login=login))


def people_of(connection: psycopg.Connection, office: str) -> tuple[PersonTold, ...]:
    """Return who may sign in at an office: its own people and those of every office."""
    names = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    cursor = connection.cursor(row_factory=dict_row)
    cursor.execute(
        sql.SQL("select {} from cd.person where office in ('', %s) order by login").format(names),
        (office,),
    )
    return tuple(_person(row) for row in cursor)


def _row(person: PersonTold) -> dict[str, Any]:
    row = asdict(person)
    return row | {
        "role": person.role.value,
        "pin_salt": person.pin_salt or None,
        "pin_hash": person.pin_hash or None,
    }


def _person(row: dict[str, Any]) -> PersonTold:
    return PersonTold(**row | {
        "role": Role(row["role"]),
        "pin_salt": row["pin_salt"] or b"",
        "pin_hash": row["pin_hash"] or b"",
    })  # fmt: skip
