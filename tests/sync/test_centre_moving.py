"""Money on the wrong account, at the centre: it is moved, its tender stays, its number is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from counterdesk.core.numbers import write_number
from counterdesk.core.settings import Settings
from counterdesk.sync.centre.numbers import account_for_numbers
from counterdesk.sync.records import AccountFacts
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, put_account
from tests.sync.spending import NamedNote, spending
from tests.sync.tills import account
from tests.sync.undoing import moved, moved_on, void, what_undoing_changes
from tests.sync.written import Event, changed, payment

pytestmark = pytest.mark.req("PAY-17", "MON-7")

Change = Callable[[Event], Any]
NEIGHBOUR: AccountFacts = account(10_002, 5_000)


def test_what_is_moved_pays_the_right_account_and_its_tender_stays(
    town: CentreUnderTest, desk: Desk
) -> None:
    put_account(town, NEIGHBOUR)
    taken = payment(amount_minor=6_000)
    desk.send(taken)
    desk.send(_to_neighbour(taken))
    assert town.value("select count(*) from cd.suspense") == 0
    paid = "select paid_minor from cd.charge where number in (%s, 'INV-2025-001234') order by 1"
    assert town.execute(paid, (NEIGHBOUR.charges[0].number,)) == [(0,), (5_000,)]
    assert town.execute("select amount_minor, consumer_id from cd.credit_note") == [
        (1_000, NEIGHBOUR.consumer.consumer_id)
    ]
    assert town.execute("select status::text, method::text from cd.payment order by event_seq") == [
        ("Reversed", "Cash"), ("Posted", "Cash"),
    ]  # fmt: skip
    shift = taken["data"]["transaction"]["shift_id"]
    assert town.value("select cd.expected_drawer(%s)", (shift,)) == 6_000


def test_what_was_moved_can_be_voided_where_it_lies_now(town: CentreUnderTest, desk: Desk) -> None:
    put_account(town, NEIGHBOUR)
    taken = payment(amount_minor=4_000)
    there = _to_neighbour(taken)
    desk.send(taken, there)
    before = what_undoing_changes(town)
    desk.send(void(taken))
    assert what_undoing_changes(town) == before
    desk.send(void(moved_on(taken, there)))
    paid = "select sum(paid_minor) from cd.charge where number like 'INV%%1234' or number = %s"
    assert town.value(paid, (NEIGHBOUR.charges[0].number,)) == 0
    statuses = "select status::text from cd.payment order by event_seq"
    assert town.execute(statuses) == [("Reversed",), ("Voided",)]
    assert town.value("select count(*) from cd.suspense") == 1


def _to_neighbour(taken: Event) -> Event:
    who, [bill] = NEIGHBOUR.consumer, NEIGHBOUR.charges
    return moved(
        taken,
        {"consumer_id": str(who.consumer_id), "account_number": who.account_number,
         "consumer_name": who.name},
        {"kind": bill.kind, "charge_id": str(bill.charge_id), "number": bill.number},
    )  # fmt: skip


def test_no_forged_move_changes_anything(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    put_account(town, NEIGHBOUR)
    taken, credit = payment(amount_minor=4_000), spending(note, 1_000, cash_minor=10)
    desk.send(taken, credit)
    good = _to_neighbour(taken)

    def first(name: str, **values: Any) -> Change:
        return lambda event: event["data"][name][0].update(values)

    forged = [
        changed(good, first("payments", amount_minor=5_000)),
        changed(good, first("allocations", amount_minor=5_000)),
        changed(good, first("settlements", amount_minor=3_999)),
        changed(good, first("settlements", tender_id=str(uuid4()))),
        changed(good, first("payments", consumer_id=str(uuid4()))),
        changed(good, first("payments", transaction_id=str(uuid4()))),
        changed(good, first("allocations", charge_id=str(uuid4()))),
        changed(good, first("payments", status="Voided")),
        changed(good, lambda e: e["data"].update(payments=[], allocations=[], settlements=[])),
        _to_neighbour(credit),
    ]
    before = what_undoing_changes(town)
    desk.send(*forged)
    assert what_undoing_changes(town) == before
    assert town.value("select count(*) from cd.suspense") == len(forged)


@pytest.mark.req("NUM-2")
def test_the_number_of_a_moved_payment_is_used_or_waits_with_it(
    town: CentreUnderTest, desk: Desk
) -> None:
    put_account(town, NEIGHBOUR)
    form = Settings().number_formats["payment"]
    first = desk.ask("select first from cd.lease_numbers(%s, 'payment', 2025, 3)", uuid4())
    taken, unknown = payment(amount_minor=100), payment(amount_minor=100)
    for place, event in enumerate([_to_neighbour(taken), _to_neighbour(unknown)]):
        event["data"]["payments"][0]["number"] = write_number(form, 2025, first + place)
        desk.send(*([taken, event] if place == 0 else [event]))
    with psycopg.connect(town.conninfo) as connection:
        found = {(one.series, one.year): one for one in account_for_numbers(connection)}
    lines = [one.fate.value for one in found["payment", 2025].lines if one.counter == "C01"]
    assert lines == ["used", "used, in suspense", "open in a lease"]
