"""Every act of a counter in a list, with how far it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert

from counterdesk.core.errors import PermissionRefused
from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import State
from counterdesk.services.acts import Act, Wanted, Way, acts_page, count_acts, way_of
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import ACKNOWLEDGED
from counterdesk.store.store import Store
from counterdesk.sync.feed import apply_page
from counterdesk.sync.link import Cursor, FeedPage, FeedRow
from tests.conftest import START_UTC


def record(store: Store, kind: str, data: dict[str, Any]) -> int:
    return store.write(lambda s: s.record(kind, data)).result().seq


def acknowledge(store: Store, seq: int) -> None:
    """Let the centre have everything up to an act."""
    row = {"name": ACKNOWLEDGED, "value": str(seq)}
    store.write(lambda s: s.execute(insert(State), row)).result()


def suspend(store: Store, seq: int, reason: str, state: str = "open") -> None:
    """Let the centre tell of an act that it could not place."""
    row = FeedRow("exception", str(seq), {"seq": seq, "reason": reason, "state": state})
    page = FeedPage(False, (row,), Cursor(), 0)
    apply_page(store.folder.reference, store.data_key, page, START_UTC)


def listed(store: Store, cashier: Actor, *given: Any, **more: Any) -> Sequence[Act]:
    return store.read(lambda read: acts_page(read, *given, **more), cashier).result().acts


@pytest.mark.req("SYNC-2")
def test_each_act_says_how_far_it_came(store: Store, cashier: Actor) -> None:
    last = [record(store, "thing.done", {}) for _turn in range(3)][-1]
    acknowledge(store, last - 2)
    ways = [act.way for act in listed(store, cashier, sent_through=last - 1)]
    assert ways[:3] == [Way.SAVED, Way.SENT, Way.ACKNOWLEDGED]
    assert store.read(count_acts).result().waiting == 2
    assert store.read(lambda read: way_of(read, last)).result() is Way.SAVED


@pytest.mark.req("SYNC-2")
def test_what_the_centre_could_not_place_stands_on_a_list_with_its_reason(
    store: Store, cashier: Actor
) -> None:
    seq = record(store, "thing.done", {})
    settled = record(store, "thing.done", {})
    acknowledge(store, settled)
    suspend(store, seq, "the charge is not known")
    suspend(store, settled, "was not known", "applied")
    (act,) = listed(store, cashier, Wanted.EXCEPTIONS)
    assert (act.seq, act.way, act.reason) == (seq, Way.EXCEPTION, "the charge is not known")
    assert store.read(count_acts).result().exceptions == 1
    assert store.read(lambda read: way_of(read, settled)).result() is Way.ACKNOWLEDGED


def test_a_long_list_comes_in_pages_newest_first(store: Store, cashier: Actor) -> None:
    last = [record(store, "thing.done", {}) for _turn in range(5)][-1]
    first = store.read(lambda read: acts_page(read, most=3), cashier).result()
    assert [act.seq for act in first.acts] == [last, last - 1, last - 2]
    assert first.more
    following = listed(store, cashier, before_seq=last - 2, most=2)
    assert [act.seq for act in following] == [last - 3, last - 4]


def test_waiting_acts_are_those_after_the_last_acknowledged(store: Store, cashier: Actor) -> None:
    last = [record(store, "thing.done", {}) for _turn in range(4)][-1]
    acknowledge(store, last - 2)
    assert [act.seq for act in listed(store, cashier, Wanted.WAITING)] == [last, last - 1]


def test_an_act_names_number_person_and_amount(store: Store, cashier: Actor) -> None:
    store.write(lambda s: open_shift(s, 12_345), cashier).result()
    act = listed(store, cashier)[0]
    assert (act.kind, act.subject, act.of_whom) == ("shift.opened", "S-2025-00001", "Jane Smith")
    assert (act.amount_minor, act.at_utc >= START_UTC) == (12_345, True)


def test_nobody_who_is_not_signed_in_sees_them(store: Store) -> None:
    with pytest.raises(PermissionRefused):
        store.read(acts_page).result()
