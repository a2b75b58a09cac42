"""A setting changed at a desk: made by the centre's service, or returned with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from counterdesk.core.permissions import Role
from counterdesk.sync.centre.answering import answer_changes
from tests.sync.asking import asked
from tests.sync.centres import CentreUnderTest
from tests.sync.feeding import reader
from tests.sync.pushing import Desk, push
from tests.sync.spending import exceptions
from tests.sync.written import Event, changed

pytestmark = pytest.mark.req("SYNC-5")

SEALING = X25519PrivateKey.generate()
MakeDesk = Callable[[str], Desk]
LIMIT = "select value, version, changed_by from cd.setting where name = 'notes_limit'"


@pytest.fixture
def admin(town: CentreUnderTest) -> UUID:
    """Who may change settings, at every counter."""
    user_id = uuid4()
    town.add_person(user_id, Role.ADMINISTRATOR)
    return user_id


@pytest.fixture
def answer(town: CentreUnderTest) -> Iterator[Callable[[], int]]:
    """Does what the service does; how many changes it answered."""
    with psycopg.connect(town.conninfo, autocommit=True) as connection:
        yield lambda: answer_changes(connection, SEALING)


def test_what_waits_is_made_and_told_to_every_counter(
    town: CentreUnderTest, desk: Desk, desk_of: MakeDesk, admin: UUID, answer: Callable[[], int]
) -> None:
    assert desk.send(asked(admin, "notes_limit", 1, 120))["status"] == "OK"
    assert town.execute(LIMIT) == [(500, 1, "")]
    assert (answer(), answer()) == (1, 0)
    assert town.execute(LIMIT) == [(120, 2, "A Administrator, C01")]
    with reader(desk_of("C02").login) as other:
        [told] = other.page()["rows"]
    assert told["row"] == {"name": "notes_limit", "value": 120, "version": 2}
    assert exceptions(desk) == []


@pytest.mark.req("KPI-3")
def test_a_billing_manager_sets_the_limits_of_alerts_and_nothing_else(
    town: CentreUnderTest, desk: Desk, answer: Callable[[], int]
) -> None:
    manager = uuid4()
    town.add_person(manager, Role.MANAGER)
    limits = [{"tile": "collection_rate", "lower": 800, "upper": None}]
    desk.send(asked(manager, "tile_limits", 1, limits), asked(manager, "notes_limit", 1, 120))
    assert answer() == 2
    assert town.execute("select value from cd.setting where name = 'tile_limits'") == [(limits,)]
    assert town.execute(LIMIT) == [(500, 1, "")]
    [(seq, reason, _state)] = exceptions(desk)
    assert (seq, "may not do this" in reason) == (2, True)


@pytest.mark.req("SYNC-2")
def test_of_two_who_saw_the_same_version_the_first_is_right(
    town: CentreUnderTest, desk_of: MakeDesk, admin: UUID, answer: Callable[[], int]
) -> None:
    first, second = desk_of("C02"), desk_of("C03")
    first.send(asked(admin, "notes_limit", 1, 120))
    second.send(asked(admin, "notes_limit", 1, 130))
    assert answer() == 2
    assert town.execute(LIMIT) == [(120, 2, "A Administrator, C02")]
    work = town.execute("select kind, counter_id, seq, subject from cd.work_item")
    assert work == [("setting_conflict", second.counter_id, 1, "notes_limit")]
    with reader(second.login) as hearing:
        heard = {row["kind"]: row["row"] for row in hearing.page()["rows"]}
    [(seq, reason, state)] = exceptions(second)
    told = {"seq": seq, "reason": reason, "state": state, "suspended": False}
    assert heard["exception"] == told
    assert (seq, state) == (1, "open")
    assert "changed by somebody else meanwhile" in reason
    assert exceptions(first) == []


def test_a_setting_that_the_centre_keeps_no_row_of_has_version_0(
    town: CentreUnderTest, desk: Desk, admin: UUID, answer: Callable[[], int]
) -> None:
    town.execute("delete from cd.setting where name = 'notes_limit'")
    desk.send(asked(admin, "notes_limit", 0, 120), asked(admin, "notes_limit", 0, 130))
    answer()
    assert [row[:2] for row in town.execute(LIMIT)] == [(120, 1)]
    assert [row[0] for row in exceptions(desk)] == [2]


@pytest.mark.req("SYNC-3")
def test_the_same_event_twice_changes_once(
    town: CentreUnderTest, desk: Desk, admin: UUID, answer: Callable[[], int]
) -> None:
    desk.send(asked(admin, "notes_limit", 1, 120))
    answer()
    assert push(desk.connection, desk.chain.entries)["duplicates"] == 1
    desk.send(asked(admin, "notes_limit", 1, 500))  # an old version, replayed
    assert answer() == 1
    assert [row[:2] for row in town.execute(LIMIT)] == [(120, 2)]
    assert [row[0] for row in exceptions(desk)] == [2]


def wrong(good: Event) -> dict[str, Event]:
    """Return what changes nothing, whoever asks."""

    def data(**values: Any) -> Event:
        return changed(good, lambda event: event["data"].update(values))

    return {
        "no such setting": data(name="colour"),
        "fixed": data(name="utility_public_key", after="00"),
        "below zero": data(after=-1),
        "another form": data(after="many"),
        "half": data(after=[1]),
        "no value": changed(good, lambda event: event["data"].pop("after")),
        "no name": data(name=None),
        "a version in words": data(seen_version="1"),
        "a version below zero": data(seen_version=-1),
        "a version beyond all": data(seen_version=2**40),
        "a truth for a version": data(seen_version=True),
        "nobody": changed(good, lambda event: event.update(user_id=None)),
        "no id": changed(good, lambda event: event.update(user_id="admin")),
        "no data": changed(good, lambda event: event.pop("data")),
        "data that is none": changed(good, lambda event: event.update(data=[])),
    }


@pytest.mark.req("AUD-4", "SYNC-3")
def test_what_makes_no_sense_is_returned_and_stops_nobody(
    town: CentreUnderTest, desk: Desk, admin: UUID, answer: Callable[[], int]
) -> None:
    forged = wrong(asked(admin, "notes_limit", 1, 120))
    before = town.execute("select * from cd.setting order by name")
    desk.send(*forged.values())
    deep = asked(admin, "channels", 1, "HERE")
    deep |= {"counter_id": str(desk.counter_id), "seq": len(forged) + 1}
    nested = "[" * 3_000 + "]" * 3_000
    desk.send(json.dumps(deep).replace('"HERE"', nested).encode())
    assert answer() == len(forged) + 1
    assert town.execute("select * from cd.setting order by name") == before
    returned = {row[0] for row in exceptions(desk)}
    assert [name for seq, name in enumerate(forged, 1) if seq not in returned] == []
    desk.send(asked(admin, "notes_limit", 1, 120))
    assert answer() == 1
    assert [row[:2] for row in town.execute(LIMIT)] == [(120, 2)]


@pytest.mark.req("AUD-2", "AUD-3")
def test_nobody_changes_a_setting_without_the_right_to(
    town: CentreUnderTest, desk: Desk, admin: UUID, answer: Callable[[], int]
) -> None:
    people = {role: uuid4() for role in Role if role is not Role.ADMINISTRATOR}
    for role, user_id in people.items():
        town.add_person(user_id, role)
    elsewhere, gone = uuid4(), uuid4()
    town.add_person(elsewhere, Role.ADMINISTRATOR, "North")
    town.add_person(gone, Role.ADMINISTRATOR)
    town.execute("update cd.person set active = false where user_id = %s", (gone,))
    asking = [*people.values(), elsewhere, gone, uuid4()]
    desk.send(*(asked(one, "notes_limit", 1, 120) for one in asking))
    assert answer() == len(asking)
    assert town.execute(LIMIT) == [(500, 1, "")]
    assert len(exceptions(desk)) == len(asking)
    kinds = town.execute("select distinct kind from cd.work_item")
    assert kinds == [("setting_refused",)]


@pytest.mark.req("AUD-3")
def test_who_stole_a_login_and_not_the_key_changes_nothing(
    town: CentreUnderTest, desk: Desk, admin: UUID, answer: Callable[[], int]
) -> None:
    desk.chain.key = None
    desk.send(asked(admin, "notes_limit", 1, 120))
    answer()
    assert town.execute(LIMIT) == [(500, 1, "")]
    assert "did not sign" in exceptions(desk)[0][1]


@pytest.mark.req("SYNC-6")
def test_what_a_counter_asked_before_it_was_shut_out_is_not_done(
    town: CentreUnderTest, desk: Desk, admin: UUID, answer: Callable[[], int]
) -> None:
    desk.send(asked(admin, "notes_limit", 1, 120))
    town.execute("update cd.counter set status = 'revoked'")
    answer()
    assert town.execute(LIMIT) == [(500, 1, "")]


@pytest.mark.req("SYNC-2")
def test_money_in_such_an_event_waits_in_suspense(
    town: CentreUnderTest, desk: Desk, admin: UUID, answer: Callable[[], int]
) -> None:
    def with_money(event: Event) -> None:
        event["totals"] |= {"cash_delta_minor": 100, "tenders": {"cash": 100}}

    desk.send(changed(asked(admin, "notes_limit", 1, 120), with_money))
    assert town.value("select cash_delta_minor from cd.suspense") == 100
    assert answer() == 0


@pytest.mark.req("AUD-3")
def test_no_counter_answers_itself(desk: Desk, admin: UUID) -> None:
    desk.send(asked(admin, "notes_limit", 1, 120))
    for query in (
        "select cd.make_change(1, 'notes_limit', 1, '120', 'me')",
        "select cd.return_change(1, 'setting_refused', '', '')",
        "select * from cd.asked_change",
        "select kind from cd.work_item",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.ask(query)
