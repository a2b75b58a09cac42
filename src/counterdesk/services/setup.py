"""Setting up a counter: who may sign in, which numbers it may use."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from counterdesk.core.passwords import check_new_password, check_new_pin, plain_login
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.ledger import Credential, NumberBlock
from counterdesk.services.secret_hash import COST, SALT_BYTES, HashCost, keep_secret
from counterdesk.store.session import Session


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person who will sign in here. Without a PIN, only the password opens."""

    login: str
    name: str
    role: Role
    password: str
    pin: str = ""


@dataclass(frozen=True, slots=True)
class NewNumbers:
    """A block of numbers leased to this counter; `year` is 0 for a series without years."""

    series: str
    year: int
    first: int
    last: int


def set_up_counter(
    session: Session,
    people: Sequence[NewPerson],
    number_blocks: Sequence[NewNumbers],
    cost: HashCost = COST,
) -> tuple[Actor, ...]:
    """Write who may sign in at a new counter and which numbers it may use, and the event of it.

    Args:
        session: Of a store just created, whose `counter` says who this till is.
        people: Their secrets are hashed; only the hashes are kept.
        number_blocks: As leased; the first number of each is the next one used.
        cost: What a guess at a secret costs; only tests and the demo lower it.

    Returns:
        The people as actors, in the order given.

    Raises:
        UserError: A password or a PIN is too easy.
    """
    actors = tuple(_add_person(session, person, cost) for person in people)
    for block in number_blocks:
        session.execute(insert(NumberBlock), _block_row(session, block))
    session.record("counter.set_up", _event(session, people, actors, number_blocks))
    return actors


def _add_person(session: Session, person: NewPerson, cost: HashCost = COST) -> Actor:
    check_new_password(person.password)
    password = keep_secret(session, person.password, secrets.token_bytes(SALT_BYTES), cost)
    actor = Actor(session.new_id(), person.name, person.role)
    session.execute(
        insert(Credential),
        {
            "user_id": actor.user_id,
            "login": plain_login(person.login),
            "name": person.name,
            "role": person.role.value,
            "password_salt": password.salt,
            "password_hash": password.hash,
            **_pin_columns(session, person.pin, cost),
            "memory_kib": cost.memory_kib,
            "passes": cost.passes,
            "lanes": cost.lanes,
            "active": True,
        },
    )
    return actor


def _pin_columns(session: Session, pin: str, cost: HashCost) -> dict[str, bytes | None]:
    if not pin:
        return {"pin_salt": None, "pin_hash": None}
    check_new_pin(pin)
    kept = keep_secret(session, pin, secrets.token_bytes(SALT_BYTES), cost)
    return {"pin_salt": kept.salt, "pin_hash": kept.hash}


def _block_row(session: Session, block: NewNumbers) -> dict[str, Any]:
    return {
        "id": session.new_id(),
        "series": block.series,
        "year": block.year,
        "first": block.first,
        "last": block.last,
        "next": block.first,
    }


def _event(
    session: Session,
    people: Sequence[NewPerson],
    actors: Sequence[Actor],
    blocks: Sequence[NewNumbers],
) -> dict[str, Any]:
    return {
        "counter_id": session.counter.counter_id,
        "code": session.counter.code,
        "name": session.counter.name,
        "office": session.counter.office,
        "people": [
            {"user_id": actor.user_id, "login": plain_login(person.login), "role": person.role}
            for person, actor in zip(people, actors, strict=True)
        ],
        "number_blocks": [
            {"series": block.series, "year": block.year, "first": block.first, "last": block.last}
            for block in blocks
        ],
    }
