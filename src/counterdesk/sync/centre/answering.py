"""What people at desks ask of the office, answered: changed, or returned with the reason.

The service does it, since it knows the rules and roles, and a counter's signature when it sees one.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission, Role, require
from counterdesk.core.setting_rules import checked_setting, permission_to_change
from counterdesk.sync.centre.answering_people import person_asked
from counterdesk.sync.centre.office_settings import read_office

_log = logging.getLogger(__name__)
_BATCH: Final = 100
_LARGEST_VERSION: Final = 2**31 - 1
_WAITING: Final = (
    "select a.asked_id, c.code, c.office, c.status, c.public_key, e.body, e.hash, e.signature"
    " from cd.asked_change as a join cd.event as e using (counter_id, seq)"
    " join cd.counter as c using (counter_id)"
    " where a.answer is null order by a.asked_id limit %s"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An event that asks for a change, and the counter it came from."""

    asked_id: int
    code: str
    office: str
    status: str
    public_key: bytes
    body: bytes
    hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class _Change:
    """What it asks for; `seen_version` is 0 where the centre kept no such setting."""

    user_id: UUID
    name: str
    seen_version: int
    after: Any


def answer_changes(connection: psycopg.Connection, key: X25519PrivateKey) -> int:
    """Answer what waits, in the order of arrival; each for itself.

    Args:
        connection: The service's, in autocommit.
        key: Opens what counters seal to the service.

    Returns:
        How many were answered; 0 where nothing waits.
    """
    waiting = [_Asked(*row) for row in connection.execute(_WAITING, (_BATCH,)).fetchall()]
    for asked in waiting:
        _answer(connection, asked, key)
    return len(waiting)


def _answer(connection: psycopg.Connection, asked: _Asked, key: X25519PrivateKey) -> None:
    kind, about = _kind_and_subject(asked.body)
    try:
        _check_counter(asked)
        if kind == "person":
            _change_person(connection, asked, key)
        else:
            _change_setting(connection, asked)
    except UserError as error:
        _log.warning("a change asked for at %s is returned: %s", asked.code, error.message)
        connection.execute(
            "select cd.return_change(%s, %s, %s, %s)",
            (asked.asked_id, f"{kind}_refused", about, error.message),
        )


def _kind_and_subject(body: bytes) -> tuple[str, str]:
    """Return what a change is of, and which one: the setting's name, or the person's login."""
    with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
        event = json.loads(body)
        if event["kind"] == "user.changed":
            return "person", str(event["data"]["login"])
        return "setting", str(event["data"]["name"])
    return "setting", ""


def _change_person(connection: psycopg.Connection, asked: _Asked, key: X25519PrivateKey) -> None:
    try:
        event = json.loads(asked.body)
        by, data = UUID(event["user_id"]), event["data"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(_unknown()) from error
    _person(connection, by, asked.office, Permission.MANAGE_PEOPLE)
    version, person = person_asked(connection, data, by, asked.office, key)
    connection.execute(
        "select cd.make_person(%s, %s::integer, %s::jsonb)",
        (asked.asked_id, version, json.dumps(person)),
    )


def _change_setting(connection: psycopg.Connection, asked: _Asked) -> None:
    change = _read(asked.body)
    name = change.name
    actor = _person(connection, change.user_id, asked.office, permission_to_change(name))
    text = checked_setting(read_office(connection), name, change.after)
    by = f"{actor.name}, {asked.code}"
    connection.execute(
        "select cd.make_change(%s, %s, %s::integer, %s::jsonb, %s)",
        (asked.asked_id, name, change.seen_version, text, by),
    )


def _check_counter(asked: _Asked) -> None:
    """No money waits for this, so that a signature that does not hold is reason enough.

    Whoever stole a counter's login alone can then change nothing.
    """
    try:
        Ed25519PublicKey.from_public_bytes(asked.public_key).verify(asked.signature, asked.hash)
    except InvalidSignature as error:
        raise UserError(_("The counter did not sign this. Nothing was changed.")) from error
    if asked.status != "active":
        raise UserError(_("The counter was shut out meanwhile. Nothing was changed."))


def _read(body: bytes) -> _Change:
    try:
        event = json.loads(body)
        data = event["data"]
        name, seen = data["name"], data["seen_version"]
        if type(name) is not str or type(seen) is not int or not 0 <= seen <= _LARGEST_VERSION:
            raise ValueError(f"{name!r} in version {seen!r}")
        return _Change(UUID(event["user_id"]), name, seen, data["after"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(_unknown()) from error


def _unknown() -> str:
    return _("This asks for no change that is known here.")


def _person(
    connection: psycopg.Connection, user_id: UUID, office: str, permission: Permission
) -> Actor:
    """Return who asks, if they may sign in at that office and do this, as of now."""
    row = connection.execute(
        "select name, role from cd.person"
        " where user_id = %s and active and office in ('', %s)", (user_id, office),
    ).fetchone()  # fmt: skip
    if row is None or row[1] not in list(Role):
        raise PermissionRefused(_("Nobody who may sign in there asked for it."))
    return require(Actor(user_id, row[0], Role(row[1])), permission)
