"""Asking the centre for another setting: who may, and what stands in the event."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from counterdesk.core.errors import PermissionRefused, SignInEnded, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Credential, Event
from counterdesk.services.acts import acts_page
from counterdesk.services.office_changes import (
    ChangeAsked,
    SettingChange,
    ShownSetting,
    change_setting,
    shown_setting,
    waits_for_centre,
)
from counterdesk.store.store import Store
from counterdesk.sync.feed import apply_page
from counterdesk.sync.link import Cursor, FeedPage, FeedRow
from counterdesk.ui.tables.act_words import act_sentence, way_sentence
from tests.conftest import START_UTC, find_person, hire

_events = table_of(Event)


@pytest.fixture
def admin(store: Store) -> Actor:
    """Who may change settings."""
    return find_person(store, "admin")


def tell(store: Store, kind: str, key: str, row: dict[str, Any]) -> None:
    """Let the centre tell something."""
    page = FeedPage(False, (FeedRow(kind, key, row),), Cursor(), 0)
    apply_page(store.folder.reference, store.data_key, page, START_UTC)
    store.reread_settings()


def tell_setting(store: Store, value: Any, version: int, name: str = "notes_limit") -> None:
    tell(store, "setting", name, {"name": name, "value": value, "version": version})


def shown(store: Store, name: str = "notes_limit") -> ShownSetting:
    return store.read(lambda read: shown_setting(read, name)).result()


def ask(store: Store, actor: Actor | None, after: Any, **more: Any) -> ChangeAsked:
    change = replace(SettingChange(shown(store), after), **more)
    return store.write(lambda session: change_setting(session, change), actor).result()


def told(store: Store, seq: int) -> dict[str, Any]:
    """Return what an event says."""
    wanted = select(_events.c.body).where(_events.c.seq == seq)
    body = store.read(lambda read: read.execute(wanted).scalar_one()).result()
    event: dict[str, Any] = json.loads(body)
    return event


def test_the_event_names_the_version_that_was_seen(store: Store, admin: Actor) -> None:
    tell_setting(store, 300, 7)
    asked = ask(store, admin, 120, reason=" too\nlong ")
    event = told(store, asked.seq)
    assert event["kind"] == "setting.changed"
    assert event["user_id"] == str(admin.user_id)
    assert event["data"] == {
        "name": "notes_limit", "seen_version": 7, "before": 300, "after": 120,
        "reason": "too long",
    }  # fmt: skip
    assert event["totals"]["tenders"] == {}


def test_here_it_stays_as_it_was_until_the_centre_says_so(store: Store, admin: Actor) -> None:
    ask(store, admin, 120)
    assert (store.settings.notes_limit, shown(store).version) == (500, 0)
    tell_setting(store, 120, 1)
    assert (store.settings.notes_limit, shown(store).version) == (120, 1)


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMINISTRATOR])
def test_only_an_administrator_asks(store: Store, role: Role) -> None:
    actor = store.write(lambda session: hire(session, role)).result()
    with pytest.raises(PermissionRefused):
        ask(store, actor, 120)


@pytest.mark.req("KPI-3", "AUD-2")
def test_a_billing_manager_asks_for_limits_of_alerts(store: Store) -> None:
    manager = store.write(lambda session: hire(session, Role.MANAGER)).result()
    auditor = find_person(store, "auditor")
    limits = [{"tile": "given_back", "lower": None, "upper": 5_000}]
    with pytest.raises(PermissionRefused):
        ask(store, auditor, limits, seen=shown(store, "tile_limits"))
    seq = ask(store, manager, limits, seen=shown(store, "tile_limits")).seq
    assert told(store, seq)["data"]["after"] == limits


@pytest.mark.req("KPI-3")
@pytest.mark.parametrize(
    "limits",
    [
        [{"tile": "collected", "lower": 2, "upper": 1}],
        [{"tile": "collected", "lower": -1, "upper": None}],
        [{"tile": "collected", "lower": True, "upper": None}],
        [{"tile": "weather", "lower": 1, "upper": None}],
        [{"tile": "collected", "lower": 1, "upper": None}] * 2,
    ],
)
def test_limits_that_make_no_sense_are_refused(
    store: Store, admin: Actor, limits: list[dict[str, Any]]
) -> None:
    with pytest.raises(UserError, match="no sense"):
        ask(store, admin, limits, seen=shown(store, "tile_limits"))


@pytest.mark.req("AUD-2")
def test_nobody_asks_who_may_no_longer(store: Store, admin: Actor) -> None:
    with pytest.raises(PermissionRefused):
        ask(store, None, 120)
    gone = table_of(Credential).update().values(active=False).where(
        Credential.user_id == admin.user_id
    )  # fmt: skip
    store.write(lambda session: session.execute(gone)).result()
    with pytest.raises(SignInEnded):
        ask(store, admin, 120)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("notes_limit", -1, "no sense"),
        ("notes_limit", "many", "no sense"),
        ("currency", {"code": "EUR", "digits": 2, "symbol": "E"}, "fixed"),
        ("colour", "blue", "no setting colour"),
        ("notes_limit", 500, "that already"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    store: Store, admin: Actor, name: str, value: Any, said: str
) -> None:
    seen = ShownSetting(name, None, 0) if name == "colour" else shown(store, name)
    with pytest.raises(UserError, match=said):
        ask(store, admin, value, seen=seen)


def test_what_changed_since_it_was_shown_must_be_looked_at_again(
    store: Store, admin: Actor
) -> None:
    seen = shown(store)
    tell_setting(store, 500, 2)
    with pytest.raises(UserError, match="changed since it was shown"):
        ask(store, admin, 120, seen=seen)
    with pytest.raises(UserError, match="500 letters"):
        ask(store, admin, 120, reason="x" * 501)


def test_it_is_asked_for_once_until_the_centre_answers(store: Store, admin: Actor) -> None:
    asked = ask(store, admin, 120)
    with pytest.raises(UserError, match="waits for the centre"):
        ask(store, admin, 130)
    seen = shown(store)
    assert store.read(lambda read: waits_for_centre(read, seen)).result()
    tell_setting(store, 120, 1)
    again = ask(store, admin, 130)
    assert told(store, again.seq)["data"]["seen_version"] == 1
    assert again.seq > asked.seq


@pytest.mark.req("SYNC-2")
def test_a_change_that_was_returned_says_so_and_can_be_asked_for_again(
    store: Store, admin: Actor
) -> None:
    asked = ask(store, admin, 120)
    returned = {"seq": asked.seq, "reason": "changed meanwhile", "state": "open"}
    store.write(
        lambda session: session.keep_state("sync.acknowledged_seq", str(asked.seq))
    ).result()
    tell(store, "exception", str(asked.seq), returned)
    [act, *_older] = store.read(acts_page, admin).result().acts
    assert act_sentence(act) == "The office was asked to change notes_limit"
    assert way_sentence(act).startswith(f"The centre returned No. {asked.seq}: changed meanwhile.")
    assert ask(store, admin, 130).seq > asked.seq
