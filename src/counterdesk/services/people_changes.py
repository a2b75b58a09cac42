"""Who works here, changed at a desk: the centre makes the change and tells every counter.

An act is kept for ever and read by many. A new password's or PIN's hash goes into it sealed, so
that the centre's service alone can read it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.passwords import check_new_password, check_new_pin, plain_login
from counterdesk.core.people_told import SEALING_STATE, person_mark
from counterdesk.core.permissions import Actor, Permission, Role, require
from counterdesk.core.text import clean
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Credential, Event, State
from counterdesk.models.ref import ExceptionItem
from counterdesk.services.people import entitled
from counterdesk.services.secret_hash import COST, SALT_BYTES, HashCost, hash_secret
from counterdesk.store.sealed_box import seal
from counterdesk.store.session import ReadSession, Session

NAME_FIELD, LOGIN_FIELD, ROLE_FIELD = "personName", "personLogin", "personRole"
ACTIVE_FIELD, PASSWORD_FIELD, PIN_FIELD = "personActive", "personPassword", "personPin"
"""Fields that refusals name."""

_LONGEST_NAME: Final = 100
_ASKED: Final = "person.asked."
_people, _state = table_of(Credential), table_of(State)
_events, _items = table_of(Event), table_of(ExceptionItem)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who may sign in here, or who is to."""

    user_id: UUID
    login: str
    name: str
    role: Role
    active: bool
    has_pin: bool
    mark: str
    """Which state of the person this is; "" while the centre knows nobody of the kind."""
    waits: bool = False
    """Whether a change waits for the centre's answer."""
    returned: str = ""
    """Why the centre returned the newest change; else ""."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What somebody is to be from now on; "" as password or PIN leaves it as it is."""

    user_id: UUID
    login: str
    name: str
    role: Role
    active: bool
    seen: str
    """The `mark` of what was seen; "" for somebody new."""
    password: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)


def known_people(read: ReadSession) -> tuple[KnownPerson, ...]:
    """Return everybody by name, with those who wait to be added.

    Raises:
        PermissionRefused: The role does not allow managing people.
    """
    require(read.actor, Permission.MANAGE_PEOPLE)
    asked = dict(_asked(read))
    known = [_person(row) for row in read.execute(select(_people))]
    told = [_answered(one, *asked.pop(one.user_id, (None, "", ""))) for one in known]
    new = [replace(_new(read, seq), waits=not why, returned=why) for seq, _m, why in asked.values()]
    return tuple(sorted([*told, *new], key=lambda one: (one.name.casefold(), one.login)))


def change_person(session: Session, change: PersonChange, cost: HashCost = COST) -> int:
    """Ask the centre to add or change somebody; until it answers, all stays as it is.

    Args:
        session: The write transaction; its actor is who asks.
        change: What the person is to be.
        cost: What a guess at a new person's secret costs; only tests lower it.

    Returns:
        The seq of the act.

    Raises:
        UserError: A field makes no sense, the person changed since they were shown, a change of
            them waits already, or the centre has told no key to seal with.
        PermissionRefused: The actor may not manage people, or not do this to themselves.
    """
    actor = entitled(session, Permission.MANAGE_PEOPLE)
    row = session.execute(select(_people).where(_people.c.user_id == change.user_id)).one_or_none()
    change = replace(change, name=clean(change.name).strip(), login=plain_login(change.login))
    _check_fields(change, row)
    _check_as_seen(session, change, row)
    if row is not None:
        _check_not_oneself(actor, change, row)
    _check_login(session, change, row)
    _check_last(session, change)
    sealed = _sealed(session, change, cost if row is None else _cost_of(row))
    event = session.record("user.changed", _told(change, row, sealed))
    note_person_asked(session, change.user_id, change.seen, event.seq)
    return event.seq


def note_person_asked(session: Session, user_id: UUID, seen: str, seq: int) -> None:
    """Remember that an act asked for a change of this state of a person."""
    session.keep_state(f"{_ASKED}{user_id}", json.dumps([seen, seq]))


def _told(change: PersonChange, row: Row[Any] | None, sealed: bytes) -> dict[str, Any]:
    before = row and {"name": row.name, "role": row.role, "active": row.active}
    return {
        "user_id": change.user_id,
        "login": change.login,
        "name": change.name,
        "role": change.role.value,
        "active": change.active,
        "seen": change.seen,
        "before": before,
        "new_password": bool(change.password),
        "new_pin": bool(change.pin),
        "sealed": sealed,
    }


def _check_fields(change: PersonChange, row: Row[Any] | None) -> None:
    if not change.name or len(change.name) > _LONGEST_NAME:
        raise UserError(_("Enter a name, of 100 letters at most."), NAME_FIELD)
    if not change.login:
        raise UserError(_("Enter a login."), LOGIN_FIELD)
    if row is not None and change.login != row.login:
        raise UserError(_("A login stays what it is."), LOGIN_FIELD)
    if change.password or row is None:
        check_new_password(change.password, PASSWORD_FIELD)
    if change.pin:
        check_new_pin(change.pin, PIN_FIELD)


def _check_as_seen(session: Session, change: PersonChange, row: Row[Any] | None) -> None:
    if change.seen != (_person(row).mark if row else ""):
        raise UserError(_("This person changed since they were shown. Look at them again."))
    _seq, mark, returned = dict(_asked(session)).get(change.user_id, (None, None, ""))
    if mark == change.seen and not returned:
        raise UserError(_("A change of this person waits for the centre's answer."))
    is_same = row is not None and (row.name, row.role, row.active) == (
        change.name, change.role.value, change.active,
    )  # fmt: skip
    if is_same and not change.password and not change.pin:
        raise UserError(_("Nothing is changed."), NAME_FIELD)


def _check_not_oneself(actor: Actor, change: PersonChange, row: Row[Any]) -> None:
    if actor.user_id != change.user_id:
        return
    if change.role.value != row.role:
        raise PermissionRefused(_("Nobody changes their own role."), ROLE_FIELD)
    if not change.active:
        raise PermissionRefused(_("Nobody switches themselves off."), ACTIVE_FIELD)


def _check_login(session: Session, change: PersonChange, row: Row[Any] | None) -> None:
    taken = select(_people.c.user_id).where(_people.c.login == change.login)
    if row is None and session.execute(taken).first() is not None:
        raise UserError(_("Somebody has this login already."), LOGIN_FIELD)


def _check_last(session: Session, change: PersonChange) -> None:
    """Whoever could mend it again must stay."""
    if change.active and change.role is Role.ADMINISTRATOR:
        return
    others = select(_people.c.user_id).where(
        _people.c.role == Role.ADMINISTRATOR.value,
        _people.c.active,
        _people.c.user_id != change.user_id,
    )
    if session.execute(others.limit(1)).first() is None:
        text = _("The last administrator stays one. Name another one first.")
        raise UserError(text, ROLE_FIELD if change.active else ACTIVE_FIELD)


def _sealed(session: Session, change: PersonChange, cost: HashCost) -> bytes:
    """Return the hashes of new secrets for the centre's service alone; b"" for none."""
    given = {"password": change.password, "pin": change.pin}
    parts: dict[str, Any] = {}
    for name, secret in given.items():
        if secret:
            salt = secrets.token_bytes(SALT_BYTES)
            parts |= {
                f"{name}_salt": salt.hex(), f"{name}_hash": hash_secret(secret, salt, cost).hex(),
            }  # fmt: skip
    if not parts:
        return b""
    parts |= {"memory_kib": cost.memory_kib, "passes": cost.passes, "lanes": cost.lanes}
    key = session.execute(select(_state.c.value).where(_state.c.name == SEALING_STATE)).scalar()
    if not key:
        raise UserError(
            _("The centre has not told this counter how to seal a password. Let it connect first."),
            PASSWORD_FIELD,
        )
    return seal(bytes.fromhex(key), json.dumps(parts).encode(), str(change.user_id).encode())


def _cost_of(row: Row[Any]) -> HashCost:
    """Password and PIN of one person share it: the one that stays must still open."""
    return HashCost(row.memory_kib, row.passes, row.lanes)


def _person(row: Row[Any]) -> KnownPerson:
    mark = person_mark(
        row.name, row.role, active=row.active, salts=(row.password_salt, row.pin_salt)
    )
    return KnownPerson(
        row.user_id, row.login, row.name, Role(row.role), row.active, bool(row.pin_hash), mark
    )


def _asked(read: ReadSession) -> Iterator[tuple[UUID, tuple[int, str, str]]]:
    """Yield whom a change was asked for here: the act, the mark it saw, why it came back."""
    for row in read.execute(
        select(_state.c.name, _state.c.value).where(_state.c.name.startswith(_ASKED))
    ):
        mark, seq = json.loads(row.value)
        returned = read.execute(select(_items.c.reason).where(_items.c.seq == seq)).scalar()
        yield UUID(row.name.removeprefix(_ASKED)), (seq, mark, returned or "")


def _answered(person: KnownPerson, seq: int | None, mark: str, returned: str) -> KnownPerson:
    if seq is None or mark != person.mark:
        return person
    return replace(person, waits=not returned, returned=returned)


def _new(read: ReadSession, seq: int) -> KnownPerson:
    body = read.execute(select(_events.c.body).where(_events.c.seq == seq)).scalar_one()
    data = json.loads(body)["data"]
    return KnownPerson(
        UUID(data["user_id"]), data["login"], data["name"], Role(data["role"]), data["active"],
        data["new_pin"], "",
    )  # fmt: skip
