"""Who may sign in is the utility's word: signed, for this office, and never an older one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from counterdesk.core.people_told import PeopleTold, PersonTold, people_bytes, people_to_sign
from counterdesk.core.permissions import Role
from counterdesk.models.ledger import Credential, Event
from counterdesk.services.people import begin_attempt, people_valid_until, sign_in
from counterdesk.services.secret_hash import HashCost, hash_secret
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.link import FeedRow, OfficeFacts, Snapshot
from counterdesk.sync.people import NotTrusted, take_people
from tests.sync.scripted_link import HeldClock, ScriptedLink, beginning
from tests.sync.tills import UTILITY_KEY, Till, new_store

PASSWORD = "a word of water 26"
COST = HashCost(memory_kib=8, passes=1, lanes=1)
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> HeldClock:
    return beginning()


@pytest.fixture
def till(tmp_path: Path, clock: HeldClock) -> Iterator[Till]:
    till = Till(new_store(tmp_path / "data", "C07", clock=clock), ScriptedLink())
    yield till
    till.close()


def person(login: str, **changes: object) -> PersonTold:
    salt = login.encode().ljust(16, b".")
    told = PersonTold(
        UUID(int=sum(map(ord, login))), login, login.title(), Role.CASHIER, True, salt,
        hash_secret(PASSWORD, salt, COST), b"", b"", COST.memory_kib, COST.passes, COST.lanes,
    )  # fmt: skip
    return replace(told, **changes)  # type: ignore[arg-type]


def told(
    *people: PersonTold,
    office: str = "",
    issued: datetime = NOW,
    key: Ed25519PrivateKey = UTILITY_KEY,
) -> Snapshot:
    body = people_bytes(PeopleTold(office, issued, issued + timedelta(hours=72), people))
    return Snapshot(office, body, key.sign(people_to_sign(body)))


def office(*snapshots: Snapshot, key: Ed25519PrivateKey = UTILITY_KEY) -> OfficeFacts:
    public_key = json.dumps(key.public_key().public_bytes_raw().hex())
    return OfficeFacts({"utility_public_key": public_key}, snapshots)


def tell(till: Till, *snapshots: Snapshot, key: Ed25519PrivateKey = UTILITY_KEY) -> None:
    """The centre has these people, and its feed says that they changed."""
    link = till.link
    assert isinstance(link, ScriptedLink)
    link.office = office(*snapshots, key=key)
    link.feed.append(FeedRow("snapshot", "", {}))
    till.sync._pace.poll_now()
    till.settle()


def logins(store: Store) -> dict[str, str]:
    query = select(Credential.login, Credential.role)
    return {row.login: row.role for row in store.read(lambda r: r.execute(query).all()).result()}


def kinds(store: Store) -> list[str]:
    return list(store.read(lambda r: r.execute(select(Event.kind)).scalars().all()).result())


@pytest.mark.req("SYNC-5", "AUD-2")
def test_whom_the_utility_names_may_sign_in_and_nobody_else(till: Till) -> None:
    tell(till, told(person("ann"), person("bo", role=Role.SUPERVISOR)))
    assert logins(till.store) == {"ann": "Customer Executive", "bo": "Supervisor"}
    attempt = till.store.write(lambda s: begin_attempt(s, "ann")).result()
    actor = till.store.write(lambda s: sign_in(s, attempt, PASSWORD)).result()
    assert (actor.name, actor.role) == ("Ann", Role.CASHIER)
    assert till.store.read(people_valid_until).result() == NOW + timedelta(hours=72)


@pytest.mark.req("AUD-3")
def test_no_hash_is_kept_as_it_came(till: Till) -> None:
    tell(till, told(person("ann")))
    kept = till.store.read(lambda r: r.execute(select(Credential.password_hash)).scalar_one())
    assert kept.result() != person("ann").password_hash


def test_people_of_the_own_office_and_of_every_office_together(till: Till) -> None:
    tell(
        till,
        told(person("ann"), person("bo")),
        told(person("bo", role=Role.SUPERVISOR), office="Main office"),
        told(person("eve"), office="Elsewhere"),
    )
    assert logins(till.store) == {"ann": "Customer Executive", "bo": "Supervisor"}


def test_people_are_relied_on_until_the_first_word_of_them_runs_out(till: Till) -> None:
    before = NOW - timedelta(hours=1)
    tell(till, told(person("ann"), issued=before), told(person("bo"), office="Main office"))
    assert till.store.read(people_valid_until).result() == before + timedelta(hours=72)


@pytest.mark.req("AUD-1")
def test_the_same_people_told_again_are_no_new_act(till: Till) -> None:
    for _turn in range(3):
        tell(till, told(person("ann")))
    assert kinds(till.store).count("people.told") == 1


@pytest.mark.req("AUD-2")
def test_people_that_somebody_else_signed_are_not_taken(
    till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    before = logins(till.store)
    other = Ed25519PrivateKey.generate()
    tell(till, told(person("eve"), key=other))
    tell(till, told(person("eve"), key=other), key=other)  # who may change settings, too
    forged = told(person("ann"))
    tell(till, replace(forged, body=forged.body.replace(b"ann", b"eve")))
    tell(till, replace(told(person("eve"), office="Elsewhere"), office="Main office"))
    tell(till, replace(told(person("eve")), body=b"nonsense"))
    assert logins(till.store) == before
    assert caplog.text.count("not taken") >= 5


@pytest.mark.req("AUD-2")
def test_a_certificate_of_another_counter_vouches_for_nobody(till: Till) -> None:
    def take(session: Session) -> None:
        session.counter = replace(session.counter, public_key=bytes(32))
        take_people(session, office(told(person("eve"))))

    with pytest.raises(NotTrusted, match="another counter's"):
        till.store.write(take).result()


@pytest.mark.req("AUD-2")
def test_an_older_word_does_not_undo_a_newer_one(
    till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    tell(till, told(person("ann", active=False)))
    tell(till, told(person("ann"), issued=NOW - timedelta(hours=1)))
    tell(till)
    active = till.store.read(lambda r: r.execute(select(Credential.active)).scalar_one())
    assert active.result() is False
    assert "older" in caplog.text
