"""Setting up a counter: what is written, and which secrets are kept how."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError

from counterdesk.core.errors import UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Credential, Event, NumberBlock
from counterdesk.services.secret_hash import COST, HashCost, hash_secret
from counterdesk.services.setup import NewNumbers, NewPerson, set_up_counter
from counterdesk.store.session import Session
from tests.services.guessing import without_ids

CHEAP = HashCost(memory_kib=8, passes=1, lanes=1)
SECRET = "a mouse in the house"
PIN = "804613"
MARY = NewPerson(" Mary ", "Mary Major", Role.CASHIER, SECRET, PIN)


def set_up(session: Session, *people: NewPerson) -> tuple[Actor, ...]:
    return set_up_counter(session, people, [NewNumbers("plan", 2025, 34, 99)], CHEAP)


def credential(session: Session) -> Row[Any]:
    table = table_of(Credential)
    return session.execute(select(table).where(table.c.login == "mary")).one()


def test_person_is_written_with_a_plain_login(session: Session) -> None:
    (actor,) = set_up(session, MARY)
    row = credential(session)
    assert (row.user_id, row.name, row.role) == (actor.user_id, "Mary Major", Role.CASHIER.value)
    assert row.active


@pytest.mark.req("AUD-2")
def test_secrets_are_kept_as_peppered_argon2id(session: Session) -> None:
    set_up(session, MARY)
    row = credential(session)
    for salt, kept, secret in (
        (row.password_salt, row.password_hash, SECRET),
        (row.pin_salt, row.pin_hash, PIN),
    ):
        assert kept == session.pepper(hash_secret(secret, salt, CHEAP))
        assert len(salt) == 16
    assert row.password_salt != row.pin_salt
    assert (row.memory_kib, row.passes, row.lanes) == (8, 1, 1)


@pytest.mark.req("AUD-2")
def test_a_guess_costs_what_the_standard_recommends() -> None:
    assert HashCost(memory_kib=64 * 1024, passes=3, lanes=4) == COST
    assert len(hash_secret(SECRET, bytes(16))) == 32


@pytest.mark.req("AUD-2")
def test_person_without_pin_has_none(session: Session) -> None:
    set_up(session, NewPerson("mary", "Mary Major", Role.AUDITOR, SECRET))
    assert credential(session).pin_hash is None


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize(
    ("password", "pin"), [("short", PIN), (SECRET, "1234"), (SECRET, "123456")]
)
def test_poor_secrets_are_refused(session: Session, password: str, pin: str) -> None:
    with pytest.raises(UserError):
        set_up(session, NewPerson("mary", "Mary Major", Role.CASHIER, password, pin))


def test_one_login_is_one_person(session: Session) -> None:
    with pytest.raises(IntegrityError):
        set_up(session, MARY, NewPerson("MARY", "Mary Minor", Role.AUDITOR, SECRET))


@pytest.mark.req("NUM-2")
def test_blocks_begin_with_their_first_number(session: Session) -> None:
    set_up(session)
    blocks = table_of(NumberBlock)
    block = session.execute(select(blocks).where(blocks.c.series == "plan")).one()
    assert (block.year, block.first, block.next, block.last) == (2025, 34, 34, 99)


@pytest.mark.req("AUD-1")
def test_event_tells_people_and_numbers_but_no_secret(session: Session) -> None:
    set_up(session, MARY)
    body = session.execute(select(Event.body).order_by(Event.seq.desc()).limit(1)).scalar_one()
    event = json.loads(body)
    assert event["kind"] == "counter.set_up"
    assert [person["login"] for person in event["data"]["people"]] == ["mary"]
    assert event["data"]["number_blocks"][0]["series"] == "plan"
    said = without_ids(json.dumps(event["data"]))
    assert SECRET not in said
    assert PIN not in said
