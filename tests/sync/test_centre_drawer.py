"""The cash of a shift at the centre: moves, counts and differences stand as the till wrote them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from counterdesk.core.drawer import MoveKind
from counterdesk.core.permissions import Actor
from counterdesk.services.drawer_moves import MoveRequest, move_cash, undo_move
from counterdesk.services.shift_closing import ShiftClose, close_shift
from counterdesk.services.shifts import expected_drawer, open_shift
from counterdesk.store.session import JournalEntry
from counterdesk.store.store import Store
from tests.services.counting import count_shift
from tests.services.till import Till, ask, cash, line_of
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, push
from tests.sync.written import Event, changed, opened


def asked(kind: MoveKind, amount: int, reason: str = "", envelope: str = "") -> MoveRequest:
    return MoveRequest(uuid4(), kind, amount, reason, envelope)


@pytest.fixture
def cash_day(store: Store, cashier: Actor) -> tuple[JournalEntry, ...]:
    """A till's day: a float, a bill, a drop that is put right, a count that is 0.50 short."""
    jane = Till(store, cashier)
    jane.act(lambda s: open_shift(s, 10_000, pieces=((5_000, 2),)))
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    wrong = jane.act(lambda s: move_cash(s, asked(MoveKind.DROP, 600, "", "E-1")))
    jane.act(lambda s: undo_move(s, uuid4(), wrong.id, "60.00 was meant"))
    jane.act(lambda s: move_cash(s, asked(MoveKind.DROP, 6_000, "", "E-1")))
    jane.act(lambda s: move_cash(s, asked(MoveKind.PAID_IN, 200, "found")))
    counted = jane.act(lambda s: count_shift(s, 18_700))
    jane.act(lambda s: close_shift(s, ShiftClose(counted.count_id, {"cash": "a coin"})))
    return tuple(store.read_journal().entries)


def sent(town: CentreUnderTest, entries: tuple[JournalEntry, ...]) -> None:
    """Push a till's history as its own counter."""
    login = town.add_counter("C03", json.loads(entries[0].body)["counter_id"])
    with psycopg.connect(login.conninfo, autocommit=True) as connection:
        assert push(connection, entries)["status"] == "OK"
    assert town.value("select count(*) from cd.suspense") == 0


@pytest.mark.req("MON-11", "SYNC-3", "CASH-2")
def test_the_centre_expects_what_the_counter_expects(
    town: CentreUnderTest, cash_day: tuple[JournalEntry, ...], store: Store
) -> None:
    sent(town, cash_day)
    shift_id = town.value("select id from cd.shift")
    here = store.read(lambda r: expected_drawer(r, shift_id)).result()
    assert town.value(f"select cd.expected_drawer('{shift_id}')") == here == 18_750
    assert town.execute("select kind, delta_minor from cd.drawer_move order by event_seq") == [
        ("drop", -600), ("undone", 600), ("drop", -6_000), ("paid_in", 200),
    ]  # fmt: skip


@pytest.mark.req("CASH-4", "SYNC-3")
def test_counts_and_differences_stand_with_their_reasons(
    town: CentreUnderTest, cash_day: tuple[JournalEntry, ...]
) -> None:
    sent(town, cash_day)
    sums = (
        "select c.purpose, sum(p.face_minor * p.pieces)::bigint from cd.drawer_count as c"
        " join cd.counted_piece as p on p.count_id = c.id group by 1 order by 1"
    )
    assert town.execute(sums) == [("close", 18_700), ("float", 10_000)]
    methods = (
        "select method, counted_minor - expected_minor, reason from cd.shift_method order by 1"
    )
    assert town.execute(methods) == [("cash", -50, "a coin"), ("cheque", 0, "")]


def move(shift_id: str, delta: int = -500, **more: Any) -> Event:
    """A drop out of a shift, as an event without a till."""
    data = {
        "id": str(uuid4()), "shift_id": shift_id, "number": f"V-{uuid4()}", "kind": "drop",
        "delta_minor": delta, "currency": "USD", "reason": "", "envelope": "E-1",
        "undoes_id": None, "moved_at_utc": "2025-04-20T10:00:00Z", "user_id": str(uuid4()),
        "user_name": "Jane", "approver_id": None, "approver_name": "",
    }  # fmt: skip
    return {
        "v": 1, "kind": "drawer.moved", "business_date": "2025-04-20", "data": data | more,
        "totals": {"currency": "USD", "cash_delta_minor": delta, "tenders": {}},
    }  # fmt: skip


@pytest.mark.req("SYNC-2")
def test_a_move_that_cannot_be_placed_waits_with_its_cash(
    town: CentreUnderTest, desk: Desk
) -> None:
    shift = opened()
    shift_id = shift["data"]["id"]
    good = move(shift_id)
    desk.send(shift, good)
    wrong = [
        move(shift_id, 500), move(shift_id, id=good["data"]["id"]), move(shift_id, currency="EUR"),
        move(shift_id, 400, kind="undone", undoes_id=good["data"]["id"]),
        move(shift_id, number=good["data"]["number"]), move(shift_id, kind="stolen"),
        changed(move(shift_id), lambda event: event["totals"].update(cash_delta_minor=-1)),
        changed(move(shift_id), lambda event: event.update(business_date="2025-04-21")),
    ]  # fmt: skip
    for event in wrong:
        desk.send(event)
    assert town.value("select count(*) from cd.drawer_move") == 1
    kept = "select sum(cash_delta_minor)::bigint, count(*) from cd.suspense"
    assert town.execute(kept) == [(
        sum(event["totals"]["cash_delta_minor"] for event in wrong), len(wrong)
    )]  # fmt: skip
    desk.send(move(shift_id, 500, kind="undone", undoes_id=good["data"]["id"]))
    assert town.value(f"select cd.expected_drawer('{shift_id}')") == shift["data"]["float_minor"]
