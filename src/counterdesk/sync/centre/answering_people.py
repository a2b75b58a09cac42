"""Who is to be added or changed, worked out from what a desk asks for: the service's rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from psycopg.rows import dict_row

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.passwords import plain_login
from counterdesk.core.people_told import person_mark
from counterdesk.core.permissions import Role
from counterdesk.core.text import clean
from counterdesk.store.sealed_box import open_box

_LONGEST_NAME: Final = 100
_COSTS: Final = {"memory_kib": 1 << 20, "passes": 16, "lanes": 16}
"""The most that a counter may be made to work at each sign-in."""

_BYTES: Final = {"password_salt": 16, "password_hash": 32, "pin_salt": 16, "pin_hash": 32}

Row = Mapping[str, Any]


def person_asked(
    connection: psycopg.Connection, data: Row, asked_by: UUID, office: str, key: X25519PrivateKey
) -> tuple[int, dict[str, Any]]:
    """Return the version of a person that is changed, 0 for a new one, and what they are to be.

    Args:
        connection: The service's.
        data: Of the event.
        asked_by: An administrator, by the event that was signed.
        office: Of the counter it was asked at.
        key: Opens what was sealed to the service.

    Raises:
        UserError: Something makes no sense, or the person was changed meanwhile.
        PermissionRefused: Nobody may do this to themselves, or to somebody of every office.
    """
    try:
        user_id, wanted = UUID(data["user_id"]), _wanted(data)
        before = _person(connection, user_id)
        _check(connection, before, wanted, data["seen"])
        _check_reach(connection, before, asked_by, office)
        _check_oneself(before, wanted, same=user_id == asked_by)
        secrets = _opened(data["sealed"], user_id, key)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(_("This asks for no change that is known here.")) from error
    if before is None:
        return 0, _row({"pin_salt": None, "pin_hash": None, "office": office}, wanted, secrets)
    _check_cost(before, secrets)
    return int(before["version"]), _row(before, wanted, secrets)


def _wanted(data: Row) -> dict[str, Any]:
    name, login, role = clean(data["name"]).strip(), plain_login(data["login"]), Role(data["role"])
    if not 0 < len(name) <= _LONGEST_NAME or not login or type(data["active"]) is not bool:
        raise ValueError("a person without name or login")
    names = {"name": name, "login": login, "role": role.value, "active": data["active"]}
    return {"user_id": UUID(data["user_id"]), **names}


def _person(connection: psycopg.Connection, user_id: UUID) -> dict[str, Any] | None:
    cursor = connection.cursor(row_factory=dict_row)
    cursor.execute("select * from cd.person where user_id = %s", (user_id,))
    return cursor.fetchone()


def _check(connection: psycopg.Connection, before: Row | None, wanted: Row, seen: str) -> None:
    if seen != (_mark(before) if before else ""):
        raise UserError(_("Somebody else changed this person meanwhile. Nothing was changed."))
    if before is not None and before["login"] != wanted["login"]:
        raise ValueError("a login stays what it is")
    taken = connection.execute("select 1 from cd.person where login = %s", (wanted["login"],))
    if before is None and taken.fetchone() is not None:
        raise UserError(_("Somebody has this login already. Nothing was changed."))
    if before is not None and _is_last(connection, before, wanted):
        raise UserError(_("The last administrator stays one. Nothing was changed."))


def _is_last(connection: psycopg.Connection, before: Row, wanted: Row) -> bool:
    """Whether nobody could mend it again, in the office or in all."""
    still = wanted["active"] and wanted["role"] == Role.ADMINISTRATOR
    was = before["active"] and before["role"] == Role.ADMINISTRATOR
    if still or not was:
        return False
    others = connection.execute(
        "select 1 from cd.person where active and role = %s and user_id <> %s"
        " and office in ('', %s) limit 1",
        (Role.ADMINISTRATOR.value, before["user_id"], before["office"]),
    )
    return others.fetchone() is None


def _check_reach(
    connection: psycopg.Connection, before: Row | None, asked_by: UUID, office: str
) -> None:
    """An administrator of one office has no say over people of another, or of every one."""
    own = _person(connection, asked_by)
    theirs = office if before is None else before["office"]
    if own is None or own["office"] not in {"", theirs}:
        raise PermissionRefused(_("This person belongs to every office. Nothing was changed."))


def _check_oneself(before: Row | None, wanted: Row, *, same: bool) -> None:
    if same and before and (before["role"], True) != (wanted["role"], wanted["active"]):
        raise PermissionRefused(
            _("Nobody changes their own role or switches themselves off. Nothing was changed.")
        )


def _check_cost(before: Row, secrets: Row) -> None:
    if any(secrets.get(name, before[name]) != before[name] for name in _COSTS):
        raise UserError(_("Somebody else changed this person meanwhile. Nothing was changed."))


def _opened(sealed: str, user_id: UUID, key: X25519PrivateKey) -> dict[str, Any]:
    """Return salts, hashes and costs of new secrets; nothing where there are none."""
    if not sealed:
        return {}
    given = json.loads(open_box(key, bytes.fromhex(sealed), str(user_id).encode()))
    for name, most in _COSTS.items():
        if type(given[name]) is not int or not 0 < given[name] <= most:
            raise ValueError(f"{name} of {given[name]}")
    for name, size in _BYTES.items():
        if name in given and len(bytes.fromhex(given[name])) != size:
            raise ValueError(f"{name} of another length")
    return {name: given[name] for name in (*_COSTS, *_BYTES) if name in given}


def _row(before: Row, wanted: Row, secrets: Row) -> dict[str, Any]:
    """Return a whole row as JSON: bytes the way PostgreSQL writes them."""
    new = {name: f"\\x{secrets[name]}" for name in _BYTES if name in secrets}
    row = {**before, **wanted, **{name: secrets[name] for name in _COSTS if name in secrets}, **new}
    if "password_hash" not in row:
        raise UserError(_("A new person needs a password. Nothing was changed."))
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return f"\\x{value.hex()}"
        case UUID():
            return str(value)
    return value


def _mark(row: Row) -> str:
    salts = row["password_salt"], row["pin_salt"]
    return person_mark(row["name"], row["role"], active=row["active"], salts=salts)
