"""Who may be added or changed at a desk, by whom, and what the act tells of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.people_told import SEALING_STATE
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Credential, Event
from counterdesk.services.acts import acts_page
from counterdesk.services.people_changes import (
    KnownPerson,
    PersonChange,
    _check_last,
    change_person,
    known_people,
)
from counterdesk.services.secret_hash import HashCost
from counterdesk.store.sealed_box import open_box
from counterdesk.store.store import Store
from counterdesk.ui.tables.act_words import act_sentence
from tests.conftest import find_person, hire

pytestmark = pytest.mark.req("AUD-2")
CHEAP = HashCost(memory_kib=8, passes=1, lanes=1)
KEY = X25519PrivateKey.generate()
_events = table_of(Event)


@pytest.fixture
def admin(store: Store) -> Actor:
    """Who may manage people; the centre has told its key."""
    told = KEY.public_key().public_bytes_raw().hex()
    store.write(lambda session: session.keep_state(SEALING_STATE, told)).result()
    return find_person(store, "admin")


def known(store: Store, actor: Actor, login: str) -> KnownPerson:
    people = store.read(known_people, actor).result()
    return next(one for one in people if one.login == login)


def change_of(store: Store, actor: Actor, who: str, **given: Any) -> PersonChange:
    one = known(store, actor, who)
    now = PersonChange(one.user_id, one.login, one.name, one.role, one.active, one.mark)
    return replace(now, **given)


def ask(store: Store, actor: Actor, change: PersonChange) -> dict[str, Any]:
    """Ask; return the data of the act."""
    seq = store.write(lambda session: change_person(session, change, CHEAP), actor).result()
    body = select(_events.c.body).where(_events.c.seq == seq)
    text = store.read(lambda read: read.execute(body).scalar_one()).result()
    data: dict[str, Any] = json.loads(text)["data"]
    return data


def test_a_change_tells_before_and_after_and_waits_for_the_centre(
    store: Store, admin: Actor
) -> None:
    data = ask(store, admin, change_of(store, admin, "jane", role=Role.SUPERVISOR))
    assert data["before"] == {"name": "Jane Smith", "role": "Customer Executive", "active": True}
    assert (data["role"], data["sealed"], data["new_password"]) == ("Supervisor", "", False)
    jane = known(store, admin, "jane")
    assert (jane.role, jane.waits) == (Role.CASHIER, True)
    with pytest.raises(UserError, match="waits for the centre"):
        ask(store, admin, change_of(store, admin, "jane", active=False))


def test_a_new_secret_is_sealed_to_the_centre_and_to_the_person(store: Store, admin: Actor) -> None:
    data = ask(store, admin, change_of(store, admin, "jane", password="river of words"))
    opened = json.loads(open_box(KEY, bytes.fromhex(data["sealed"]), data["user_id"].encode()))
    assert set(opened) == {"password_salt", "password_hash", "memory_kib", "passes", "lanes"}
    assert opened["password_hash"] not in json.dumps(data)
    with pytest.raises(ValueError, match="does not open"):
        open_box(KEY, bytes.fromhex(data["sealed"]), str(admin.user_id).encode())


@pytest.mark.parametrize(
    ("login", "given", "said", "field"),
    [
        ("jane", {}, "Nothing is changed", "personName"),
        ("jane", {"name": " "}, "Enter a name", "personName"),
        ("jane", {"login": "other"}, "stays what it is", "personLogin"),
        ("jane", {"password": "short"}, "at least 8", "personPassword"),
        ("jane", {"pin": "111111"}, "too easy", "personPin"),
        ("jane", {"seen": "0"}, "changed since", ""),
        ("admin", {"role": Role.AUDITOR}, "own role", "personRole"),
        ("admin", {"active": False}, "themselves off", "personActive"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    store: Store, admin: Actor, login: str, given: dict[str, Any], said: str, field: str
) -> None:
    with pytest.raises(UserError, match=said) as refused:
        ask(store, admin, change_of(store, admin, login, **given))
    assert refused.value.field == field


def test_the_last_administrator_stays_one(store: Store, admin: Actor) -> None:
    auditor = replace(admin, user_id=find_person(store, "auditor").user_id)
    people = table_of(Credential)
    other = people.update().values(role="Administrator", active=False)
    store.write(
        lambda s: s.execute(other.where(people.c.user_id == auditor.user_id))
    ).result()  # fmt: skip
    change = change_of(store, admin, "admin", active=False)
    with store.transaction(auditor) as session:
        for given in ({"active": False}, {"active": True, "role": Role.AUDITOR}):
            with pytest.raises(UserError, match="last administrator"):
                _check_last(session, replace(change, **given))
        _check_last(session, replace(change, active=True))


def test_a_new_person_needs_a_password_a_free_login_and_a_key(store: Store, admin: Actor) -> None:
    new = PersonChange(admin.user_id, "bo", "Bo", Role.CASHIER, active=True, seen="")
    fresh = store.write(lambda session: session.new_id()).result()
    new = replace(new, user_id=fresh, password="river of words")
    with pytest.raises(UserError, match="at least 8"):
        ask(store, admin, replace(new, password=""))
    with pytest.raises(UserError, match="this login already"):
        ask(store, admin, replace(new, login="JANE"))
    store.write(lambda session: session.keep_state(SEALING_STATE, "")).result()
    with pytest.raises(UserError, match="how to seal"):
        ask(store, admin, new)


def test_who_waits_to_be_added_is_shown_already(store: Store, admin: Actor) -> None:
    fresh = store.write(lambda session: session.new_id()).result()
    new = PersonChange(
        fresh, "bo", "Bo", Role.CASHIER, active=True, seen="", password="river of words"
    )
    ask(store, admin, new)
    assert known(store, admin, "bo").waits
    [act, *_older] = store.read(acts_page, admin).result().acts
    assert act_sentence(act) == "The centre was asked to change who bo is"


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMINISTRATOR])
def test_nobody_else_manages_people(store: Store, admin: Actor, role: Role) -> None:
    change = change_of(store, admin, "jane", active=False)
    actor = store.write(lambda session: hire(session, role)).result()
    with pytest.raises(PermissionRefused):
        ask(store, actor, change)
    with pytest.raises(PermissionRefused):
        store.read(known_people, actor).result()
