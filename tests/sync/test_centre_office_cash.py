"""A shift's money after the shift at the centre: it stands as the till wrote it, or waits."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from counterdesk.core.permissions import Actor
from counterdesk.services.deposits import validate_deposit
from counterdesk.services.handover import hand_over
from counterdesk.services.people import begin_attempt
from counterdesk.services.settling import SettleRequest, open_differences, settle_difference
from counterdesk.services.shift_closing import ShiftClose
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import JournalEntry
from counterdesk.store.store import Store
from tests.conftest import PASSWORD
from tests.services.closed_shifts import (
    TAKEN_CASH,
    TAKEN_CHEQUE,
    a_closed_shift,
    accept,
    deposit,
    offer,
    refuse,
)
from tests.services.counting import close_shift, count_shift
from tests.services.till import Till
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, push
from tests.sync.written import Event, opened


@pytest.fixture
def office_day(store: Store, cashier: Actor, supervisor: Actor) -> tuple[JournalEntry, ...]:
    """A till's day after its payments: turned in and banked, a drawer that changes hands."""
    jane, boss = Till(store, cashier), Till(store, supervisor)
    jane.act(lambda s: open_shift(s, 10_000))
    shift = a_closed_shift(jane)
    offer(jane, shift)
    refuse(jane, shift, "count it again")
    offer(jane, shift)
    accept(jane, shift)
    banked = deposit(boss, shift).deposit_id
    boss.act(lambda s: validate_deposit(s, banked, "B-77", s.today()))
    jane.act(lambda s: open_shift(s, 10_000))
    jane.act(lambda s: close_shift(s, 9_900, "lost a note"))
    off = store.read(open_differences, supervisor).result()[0].shift_method_id
    boss.act(lambda s: settle_difference(s, SettleRequest(uuid4(), off, -60, "found")))
    jane.act(lambda s: open_shift(s, 10_000))
    counted = jane.act(lambda s: count_shift(s, 10_000))
    attempt = jane.act(lambda s: begin_attempt(s, "supervisor"))
    jane.act(lambda s: hand_over(s, attempt, PASSWORD, ShiftClose(counted.count_id)))
    return tuple(store.read_journal().entries)


def sent(town: CentreUnderTest, entries: tuple[JournalEntry, ...]) -> None:
    """Push a till's history as its own counter; nothing of it waits."""
    login = town.add_counter("C03", json.loads(entries[0].body)["counter_id"])
    with psycopg.connect(login.conninfo, autocommit=True) as connection:
        assert push(connection, entries)["status"] == "OK"
    assert town.value("select count(*) from cd.suspense") == 0


@pytest.mark.req("CASH-4", "SYNC-3")
def test_a_handover_stands_between_two_shifts(
    town: CentreUnderTest, office_day: tuple[JournalEntry, ...]
) -> None:
    sent(town, office_day)
    found = town.execute(
        "select h.cash_minor, h.receiver_name, t.user_name from cd.shift_handover as h"
        " join cd.shift as t on t.id = h.to_shift_id"
    )
    assert found == [(10_000, "Demo Supervisor", "Demo Supervisor")]


@pytest.mark.req("CASH-4", "SYNC-3")
def test_what_was_turned_in_stands_with_its_answers(
    town: CentreUnderTest, office_day: tuple[JournalEntry, ...]
) -> None:
    sent(town, office_day)
    answers = "select accepted, reason, user_name from cd.turn_in_answer order by event_seq"
    assert town.execute(answers) == [
        (False, "count it again", "Demo Supervisor"), (True, "", "Demo Supervisor"),
    ]  # fmt: skip
    taken = (
        "select sum(p.face_minor * p.pieces)::bigint from cd.turn_in_piece as p"
        " join cd.turn_in_answer as a using (turn_in_id) where a.accepted"
    )
    assert town.value(taken) == 10_000 + TAKEN_CASH + TAKEN_CHEQUE


@pytest.mark.req("CASH-5", "SYNC-3")
def test_a_deposit_stands_with_its_slip_and_the_banks_number(
    town: CentreUnderTest, office_day: tuple[JournalEntry, ...]
) -> None:
    sent(town, office_day)
    found = town.execute(
        "select d.number, d.cash_minor, d.cheques_minor, p.kept_minor, v.bank_number"
        " from cd.deposit as d join cd.deposit_shift as p on p.deposit_id = d.id"
        " join cd.deposit_validated as v on v.deposit_id = d.id"
    )
    assert found == [("D-C07-00001", TAKEN_CASH, TAKEN_CHEQUE, 10_000, "B-77")]
    assert town.execute("select reference, bank from cd.deposit_cheque") == [
        ("000123", "First Bank")
    ]  # fmt: skip


@pytest.mark.req("CASH-4", "SYNC-3")
def test_what_was_settled_later_stands_with_who_allowed_it(
    town: CentreUnderTest, office_day: tuple[JournalEntry, ...]
) -> None:
    sent(town, office_day)
    found = town.execute("select amount_minor, reason, approver_name from cd.difference_settled")
    assert found == [(-60, "found", "Demo Supervisor")]


def after_the_shift(kind: str, data: dict[str, Any], cash: int = 0) -> Event:
    """An act without a till."""
    return {
        "v": 1, "kind": kind, "business_date": "2025-04-20", "data": data,
        "totals": {"currency": "USD", "cash_delta_minor": cash, "tenders": {}},
    }  # fmt: skip


def handover(from_shift: str, to_shift: str, **more: Any) -> Event:
    data = {
        "from_shift_id": from_shift, "to_shift_id": to_shift, "cash_minor": 0,
        "handed_at_utc": "2025-04-20T12:00:00Z", "user_id": str(uuid4()), "user_name": "Jane",
        "receiver_id": str(uuid4()), "receiver_name": "Bob",
    }  # fmt: skip
    return after_the_shift("shift.handed_over", data | more)


@pytest.mark.req("SYNC-2")
def test_a_handover_of_what_was_not_closed_waits(town: CentreUnderTest, desk: Desk) -> None:
    first, second = opened(), opened()
    desk.send(first, second)
    desk.send(handover(first["data"]["id"], second["data"]["id"]))
    assert town.value("select count(*) from cd.shift_handover") == 0
    assert town.value("select count(*) from cd.suspense") == 1


def forged(entries: tuple[JournalEntry, ...], kind: str, **more: Any) -> Event:
    """The last act of a kind, told otherwise and under an id of its own."""
    body: Event = [json.loads(one.body) for one in entries if f'"{kind}"'.encode() in one.body][-1]
    new_id = {"id": str(uuid4())} if "id" in body["data"] else {}
    told = after_the_shift(kind, body["data"] | new_id | more)
    return told | {"business_date": body["business_date"]}


@pytest.mark.req("SYNC-2")
def test_what_another_counter_says_of_a_shift_waits(
    town: CentreUnderTest, desk: Desk, office_day: tuple[JournalEntry, ...]
) -> None:
    sent(town, office_day)
    wrong = [
        forged(office_day, "turn_in.offered", turn_in_pieces=[]),
        forged(office_day, "turn_in.answered"),
        forged(office_day, "deposit.made"),
        forged(office_day, "deposit.made", cash_minor=1),
        forged(office_day, "deposit.validated"),
        forged(office_day, "difference.settled"),
        after_the_shift("deposit.made", {}, cash=5),
    ]
    for event in wrong:
        desk.send(event)
    assert town.value("select count(*) from cd.suspense") == len(wrong)
    assert town.value("select count(*) from cd.deposit") == 1
    assert town.value("select count(*) from cd.difference_settled") == 1
