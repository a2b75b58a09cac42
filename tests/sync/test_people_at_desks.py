"""Somebody added and changed at an enrolled till: the centre's service does it, and tells all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from counterdesk.core.clock import SystemClock
from counterdesk.core.errors import UserError
from counterdesk.core.ids import new_uuid7
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event
from counterdesk.services.people import begin_attempt, sign_in
from counterdesk.services.people_changes import (
    KnownPerson,
    PersonChange,
    change_person,
    known_people,
)
from counterdesk.services.secret_hash import HashCost
from counterdesk.sync.centre.opening import open_centre
from counterdesk.sync.centre.people import add_person
from counterdesk.sync.centre.people import change_person as change_at_centre
from tests.sync.offices import OfficeUnderTest
from tests.sync.test_changes_at_desks import ADMIN, ANN, enrolled, hearing
from tests.sync.tills import Till

CHEAP = HashCost(memory_kib=8, passes=1, lanes=1)
PASSWORD = "river of words"
_events = table_of(Event)


@pytest.fixture
def till(office: OfficeUnderTest, tmp_path: Path) -> Iterator[Till]:
    """An enrolled till that knows Ann, an administrator, while the service runs."""
    with open_centre(office.conninfo) as connection:
        add_person(connection, ADMIN)
    with office.served():
        till = enrolled(office, tmp_path / "one")
        hearing(lambda: bool(people(till)), till)
        yield till
        till.close()


def people(till: Till) -> dict[str, KnownPerson]:
    return {one.login: one for one in till.store.read(known_people, ANN).result()}


def ask(till: Till, actor: Actor = ANN, **given: Any) -> int:
    """Let somebody ask; what is not given stays as it is known."""
    now = people(till).get(given["login"])
    fields: dict[str, Any] = {
        "user_id": now.user_id if now else new_uuid7(SystemClock().now_utc()),
        "name": now.name if now else "Bo Clerk", "role": now.role if now else Role.CASHIER,
        "active": now.active if now else True, "seen": now.mark if now else "",
    } | given  # fmt: skip
    change = PersonChange(**fields)
    return till.store.write(lambda s: change_person(s, change, CHEAP), actor).result()


def signed_in(till: Till, login: str, secret: str) -> Actor:
    attempt = till.store.write(lambda s: begin_attempt(s, login)).result()
    return till.store.write(lambda s: sign_in(s, attempt, secret)).result()


def settled(till: Till, login: str) -> KnownPerson:
    """The person, once the centre has answered."""
    hearing(lambda: not people(till)[login].waits, till)
    return people(till)[login]


@pytest.mark.req("AUD-2", "SYNC-5")
def test_somebody_added_at_a_till_signs_in_and_their_secret_stands_nowhere(
    office: OfficeUnderTest, till: Till
) -> None:
    seq = ask(till, login="bo", password=PASSWORD, pin="204206")
    assert people(till)["bo"].waits
    assert settled(till, "bo").name == "Bo Clerk"
    assert signed_in(till, "bo", PASSWORD).role is Role.CASHIER
    assert signed_in(till, "bo", "204206").name == "Bo Clerk"
    body = till.store.read(
        lambda r: r.execute(select(_events.c.body).where(_events.c.seq == seq)).scalar_one()
    ).result()
    kept = office.execute(
        "select encode(password_hash, 'hex'), encode(password_salt, 'hex'),"
        " encode(pin_hash, 'hex') from cd.person where login = 'bo'"
    )
    assert not [one for one in kept[0] if one in body.decode()]
    assert json.loads(body)["data"]["before"] is None


@pytest.mark.req("AUD-2")
def test_role_name_password_and_leave_are_changed_and_hold_at_once(till: Till) -> None:
    ask(till, login="bo", password=PASSWORD, pin="204206")
    settled(till, "bo")
    ask(till, login="bo", name="Bo Boss", role=Role.SUPERVISOR, password="another river")
    assert settled(till, "bo").role is Role.SUPERVISOR
    assert signed_in(till, "bo", "another river").name == "Bo Boss"
    assert signed_in(till, "bo", "204206").name == "Bo Boss"
    with pytest.raises(UserError, match="not right"):
        signed_in(till, "bo", PASSWORD)
    ask(till, login="bo", active=False)
    assert not settled(till, "bo").active
    with pytest.raises(UserError, match="not right"):
        signed_in(till, "bo", "another river")


def test_what_somebody_else_changed_meanwhile_comes_back(
    office: OfficeUnderTest, till: Till
) -> None:
    ask(till, login="bo", password=PASSWORD)
    settled(till, "bo")
    with open_centre(office.conninfo) as connection:
        change_at_centre(connection, "bo", {"name": "Bo Other"})
    ask(till, login="bo", role=Role.SUPERVISOR)
    hearing(lambda: people(till)["bo"].name == "Bo Other", till)
    assert people(till)["bo"].role is Role.CASHIER
    hearing(lambda: bool(office.execute("select 1 from cd.work_item")), till)
    assert office.execute("select kind, subject from cd.work_item") == [("person_refused", "bo")]


@pytest.mark.req("AUD-2")
def test_the_centre_refuses_what_a_till_let_through(
    office: OfficeUnderTest, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    for check in ("_check_last", "_check_not_oneself", "_check_login"):
        monkeypatch.setattr(f"counterdesk.services.people_changes.{check}", lambda *_a: None)
    ask(till, login="ann", role=Role.AUDITOR)
    hearing(lambda: people(till)["ann"].returned != "", till)
    assert people(till)["ann"].role is Role.ADMINISTRATOR
    said = office.value("select detail from cd.work_item")
    assert "last administrator" in said or "their own role" in said
    with open_centre(office.conninfo) as connection:
        change_at_centre(connection, "ann", {"role": Role.MANAGER.value})
    monkeypatch.setattr("counterdesk.services.people_changes.entitled", lambda *_a: ANN)
    ask(till, login="eve", password=PASSWORD)
    hearing(
        lambda: people(till).get("eve") is not None and bool(people(till)["eve"].returned), till
    )
    assert office.execute("select 1 from cd.person where login = 'eve'") == []


@pytest.mark.req("AUD-2")
def test_an_administrator_of_one_office_has_no_say_over_people_of_all(
    office: OfficeUnderTest, till: Till
) -> None:
    ask(till, login="bo", password=PASSWORD)
    settled(till, "bo")
    here = office.value("select office from cd.counter")
    with open_centre(office.conninfo) as connection:
        change_at_centre(connection, "ann", {"office": here or "elsewhere"})
        change_at_centre(connection, "bo", {"office": ""})
    if here:
        ask(till, login="bo", password="another river")
        hearing(lambda: people(till)["bo"].returned != "", till)
        assert "every office" in people(till)["bo"].returned
