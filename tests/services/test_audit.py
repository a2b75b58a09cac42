"""Who did what: found by day, person, kind and text, proved in parts, written out harmlessly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from counterdesk.core.clock import Clock
from counterdesk.core.errors import PermissionRefused
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event
from counterdesk.services.acts import Act
from counterdesk.services.audit import (
    Sought,
    acts_count,
    audit_choices,
    audit_page,
    check_part,
    whole_act,
    whole_acts,
)
from counterdesk.services.shifts import open_shift
from counterdesk.services.verified_chain import ChainPart
from counterdesk.store.store import Store
from tests.conftest import START_UTC, find_person, hire

pytestmark = pytest.mark.req("AUD-1")


@pytest.fixture
def auditor(store: Store) -> Actor:
    """Who may see the audit."""
    return find_person(store, "auditor")


def record(store: Store, actor: Actor | None, kind: str, data: dict[str, Any]) -> int:
    return store.write(lambda session: session.record(kind, data), actor).result().seq


def found(store: Store, auditor: Actor, **sought: Any) -> Sequence[Act]:
    return store.read(lambda read: audit_page(read, Sought(**sought)), auditor).result().acts


def test_acts_are_found_by_person_kind_text_and_day(
    store: Store, cashier: Actor, auditor: Actor
) -> None:
    store.write(lambda session: open_shift(session, 20_000), cashier).result()
    record(store, None, "person.tried", {"login": "100%", "tries": 1})
    assert [act.by for act in found(store, auditor)] == ["", "Jane Smith", ""]
    assert [act.kind for act in found(store, auditor, user_id=cashier.user_id)] == ["shift.opened"]
    assert [act.kind for act in found(store, auditor, family="person")] == ["person.tried"]
    assert [act.kind for act in found(store, auditor, text="s-2025")] == ["shift.opened"]
    assert [act.kind for act in found(store, auditor, text="0%")] == ["person.tried"]
    assert found(store, auditor, text="_") != ()
    assert [act.seq for act in found(store, auditor, before_utc=START_UTC)] == [1]
    assert [act.seq for act in found(store, auditor, from_utc=START_UTC)] == [3, 2]
    choices = store.read(audit_choices, auditor).result()
    assert (cashier.user_id, "Jane Smith") in choices.people
    assert choices.families == ("counter", "person", "shift")


def test_who_came_and_who_allowed_is_found_by_person_too(
    store: Store, cashier: Actor, supervisor: Actor, auditor: Actor
) -> None:
    who = {"person_id": cashier.user_id, "person": cashier.name, "login": "jane"}
    record(store, None, "person.signed_in", who)
    record(store, cashier, "thing.allowed", {"approver_id": supervisor.user_id})
    [came, *_others] = found(store, auditor, family="person")
    assert (came.by, came.kind) == ("Jane Smith", "person.signed_in")
    assert len(found(store, auditor, user_id=cashier.user_id)) == 2
    assert [a.kind for a in found(store, auditor, user_id=supervisor.user_id)] == ["thing.allowed"]


def test_pages_follow_on_one_another_and_skip_nothing(store: Store, auditor: Actor) -> None:
    for turn in range(7):
        record(store, None, "thing.done" if turn % 2 else "other.done", {"turn": turn})
    seen: list[int] = []
    before, more = None, True
    while more:
        look = partial(audit_page, sought=Sought(family="thing"), before_seq=before, most=2)
        page = store.read(look, auditor).result()
        seen, more = seen + [act.seq for act in page.acts], page.more
        before = seen[-1]
    assert seen == [7, 5, 3]


def test_one_act_is_read_whole(store: Store, auditor: Actor) -> None:
    seq = record(store, auditor, "thing.done", {"before": 1, "after": 2})
    whole = store.read(lambda read: whole_act(read, seq), auditor).result()
    assert (whole.act.by, whole.data) == ("Demo Auditor", {"before": 1, "after": 2})
    assert len(whole.hash) == 32


def check(store: Store, auditor: Actor) -> ChainPart:
    """Check the whole chain, part by part."""
    part = ChainPart()
    while not part.ended:
        part, _total = store.read(partial(check_part, part=part), auditor).result()
    return part


def test_the_chain_is_checked_in_parts_and_a_break_is_named(
    store: Store, auditor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterdesk.services.verified_chain._AT_ONCE", 2)
    for turn in range(5):
        record(store, None, "thing.done", {"turn": turn})
    assert (check(store, auditor).count, check(store, auditor).findings) == (6, ())
    changed = table_of(Event).update().values(body=b"{}").where(Event.seq == 4)
    store.write(lambda session: session.execute(changed)).result()
    said = " ".join(check(store, auditor).findings)
    assert "Event 4" in said
    assert "Event 3" not in said


@pytest.mark.req("AUD-4")
def test_whole_acts_are_read_on_from_the_last_and_counted(store: Store, auditor: Actor) -> None:
    for turn in range(5):
        record(store, None, "thing.done", {"turn": turn})
    sought = Sought(family="thing")
    first, more = store.read(lambda r: whole_acts(r, sought, most=3), auditor).result()
    last = first[-1].act.seq
    rest, none = store.read(
        lambda r: whole_acts(r, sought, before_seq=last, most=3), auditor
    ).result()
    assert [one.data["turn"] for one in (*first, *rest)] == [4, 3, 2, 1, 0]
    assert (more, none) == (True, False)
    assert first[0] == store.read(lambda r: whole_act(r, first[0].act.seq), auditor).result()
    assert store.read(lambda r: acts_count(r, sought), auditor).result() == 5
    until = replace(sought, up_to_seq=last)
    assert store.read(lambda r: acts_count(r, until), auditor).result() == 3


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("role", [Role.CASHIER, Role.RECOVERY])
def test_a_cashier_sees_no_audit(store: Store, clock: Clock, role: Role) -> None:
    actor = store.write(lambda session: hire(session, role)).result()
    until = clock.now_utc() + timedelta(days=1)
    for look in (
        lambda read: audit_page(read, Sought(before_utc=until)),
        audit_choices,
        lambda read: whole_act(read, 1),
        lambda read: check_part(read, ChainPart()),
        lambda read: whole_acts(read, Sought()),
        lambda read: acts_count(read, Sought()),
    ):
        with pytest.raises(PermissionRefused):
            store.read(look, actor).result()
