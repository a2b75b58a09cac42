"""Disputes at the centre: told to all, closed once; an odd one waits and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from counterdesk import cli
from counterdesk.core.permissions import Role
from counterdesk.sync.centre.import_applying import place_suspense
from counterdesk.sync.centre.matters import open_matters
from counterdesk.sync.centre.number_sums import Fate
from counterdesk.sync.centre.numbers import account_for_numbers
from counterdesk.sync.records import PastDisputeFacts, facts_from
from tests.sync.centres import CentreUnderTest
from tests.sync.disputing import BOSS, DAY, closed, raised
from tests.sync.feeding import reader
from tests.sync.pushing import Desk
from tests.sync.test_centre_suspense import elsewhere
from tests.sync.written import Event, payment

pytestmark = pytest.mark.req("DISP-1", "SYNC-2")

STANDS = "select outcome, closed_by from cd.dispute"
WAITS = "select reason from cd.suspense where state = 'open' order by created_at"


@pytest.fixture
def taken(town: CentreUnderTest, desk: Desk) -> Event:
    """A payment of 145.50 that the centre has."""
    town.add_person(BOSS, Role.SUPERVISOR)
    visit = payment()
    desk.send(visit)
    return visit


def told(desk: Desk) -> dict[str, PastDisputeFacts]:
    """Return the disputes that the feed tells a counter, by number, as they stand now."""
    with reader(desk.login) as hearing:
        while hearing.page()["rows"]:
            pass
        rows = [row["row"] for row in hearing.seen if row["kind"] == "dispute"]
    found = [facts_from(PastDisputeFacts, row) for row in rows]
    return {one.number: one for one in found}


def test_a_dispute_is_told_to_every_counter_and_so_is_its_end(
    town: CentreUnderTest, desk: Desk, desk_of: Callable[[str], Desk], taken: Event
) -> None:
    other, doubt = desk_of("C02"), raised(taken, amount_minor=9_000, outcome="rejected")
    before = town.value("select max(sync_seq) from cd.change")
    desk.send(doubt)
    [one] = told(other).values()
    assert (one.number, one.outcome, one.closed_by) == (doubt["data"]["number"], None, "")
    assert (one.amount_minor, one.payment_amount_minor) == (9_000, 14_550)
    assert (one.words, one.raised_by, one.counter) == ("It was paid twice.", "Jane", "C01")
    other.send(closed(doubt))
    [one] = told(desk).values()
    assert (one.outcome, one.closed_words, one.closed_by) == (
        "refunded", "Given back in cash.", "Sam",
    )  # fmt: skip
    assert town.execute(WAITS) == []
    kinds = "select array_agg(distinct kind) from cd.change where sync_seq > %s"
    assert town.value(kinds, (before,)) == ["dispute"]


def test_names_of_any_length_are_told_short(desk: Desk, taken: Event) -> None:
    doubt = raised(taken, consumer_name="N" * 10_000, user_name="J" * 10_000)
    desk.send(doubt, closed(doubt, user_name="S" * 10_000))
    [one] = told(desk).values()
    assert [len(x) for x in (one.consumer_name, one.raised_by, one.closed_by)] == [200] * 3


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"consumer_id": str(uuid4())}, "another one here"),
        ({"account_number": "WU-10002"}, "another one here"),
        ({"payment_number": "PAY-0"}, "another one here"),
        ({"receipt_number": "R-0"}, "another one here"),
        ({"payment_amount_minor": 20_000}, "another one here"),
        ({"payment_on": "2025-04-19"}, "another one here"),
        ({"currency": "EUR"}, "another one here"),
        ({"payment_id": str(uuid4())}, "not known here"),
        ({"business_date": "2025-04-20"}, "another day"),
        ({"amount_minor": 14_551}, "check constraint"),
        ({"amount_minor": 0}, "check constraint"),
        ({"category": "annoyed"}, "check constraint"),
        ({"words": ""}, "check constraint"),
        ({"words": "x" * 10_000}, "check constraint"),
        ({"words": None}, "null value"),
        ({"words": "\x00"}, ""),
        ({"number": "D" * 10_000}, "check constraint"),
        ({"number": ""}, "check constraint"),
        ({"user_name": ""}, "check constraint"),
        ({"raised_at_utc": "9999-01-01T00:00:00Z"}, "check constraint"),
        ({"id": None}, ""),
    ],
)
def test_what_is_told_otherwise_waits(
    town: CentreUnderTest, desk: Desk, taken: Event, more: dict[str, Any], why: str
) -> None:
    desk.send(raised(taken, **more))
    [(reason,)] = town.execute(WAITS)
    assert why in reason
    assert town.value("select count(*) from cd.dispute") == 0
    assert town.value("select count(*) from cd.number_used where series = 'dispute'") == 0


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"dispute_id": str(uuid4())}, "not known here"),
        ({"number": "DSP-0"}, "another one here"),
        ({"payment_id": str(uuid4())}, "another one here"),
        ({"consumer_id": str(uuid4())}, "another one here"),
        ({"business_date": "2025-04-20"}, "another day"),
        ({"outcome": "forgotten"}, "check constraint"),
        ({"outcome": None}, "null value"),
        ({"words": ""}, "check constraint"),
        ({"words": "x" * 10_000}, "check constraint"),
        ({"user_name": ""}, "check constraint"),
        ({"closed_at_utc": None}, "null value"),
        ({"id": None}, ""),
    ],
)
def test_a_closing_that_tells_otherwise_waits_and_the_dispute_stays_open(
    town: CentreUnderTest, desk: Desk, taken: Event, more: dict[str, Any], why: str
) -> None:
    doubt = raised(taken)
    desk.send(doubt, closed(doubt, **more))
    [(reason,)] = town.execute(WAITS)
    assert why in reason
    assert town.execute(STANDS) == [(None, "")]


def test_money_in_them_waits(town: CentreUnderTest, desk: Desk, taken: Event) -> None:
    doubt, end = raised(taken), closed(raised(taken))
    for event in (doubt, end):
        event["totals"] |= {"cash_delta_minor": -9_000, "tenders": {"cash": -9_000}}
    desk.send(doubt, end)
    assert town.execute(WAITS) == [
        ("a dispute moves no money",), ("closing a dispute moves no money",),
    ]  # fmt: skip


def test_an_id_and_a_number_are_used_once(town: CentreUnderTest, desk: Desk, taken: Event) -> None:
    doubt = raised(taken)
    again = raised(taken, id=doubt["data"]["id"])
    same_number = raised(taken, number=doubt["data"]["number"])
    as_payment = raised(taken, id=taken["data"]["payments"][0]["id"])
    desk.send(doubt, again, same_number, as_payment)
    reasons = [reason for (reason,) in town.execute(WAITS)]
    assert ["an id" in reasons[0], "a number" in reasons[1], "an id" in reasons[2]] == [True] * 3
    assert town.value("select array_agg(id) from cd.dispute") == [UUID(doubt["data"]["id"])]


@pytest.mark.req("DISP-2")
def test_who_closed_first_stays_named_and_the_second_closing_is_kept(
    town: CentreUnderTest, desk: Desk, desk_of: Callable[[str], Desk], taken: Event
) -> None:
    doubt, other = raised(taken), desk_of("C02")
    desk.send(doubt, closed(doubt))
    other.send(closed(doubt, outcome="rejected", user_name="Somebody later"))
    assert town.execute(STANDS) == [("refunded", "Sam")]
    assert town.value("select count(*) from cd.dispute_closed") == 2
    with psycopg.connect(town.conninfo) as connection:
        assert [x.kind for x in open_matters(connection) if x.kind != "foreign_number"] == []


@pytest.mark.req("DISP-2")
def test_whoever_may_not_close_it_leaves_it_open_and_somebody_hears_of_it(
    town: CentreUnderTest, desk: Desk, taken: Event
) -> None:
    cashier, gone = uuid4(), uuid4()
    town.add_person(cashier, Role.CASHIER)
    town.add_person(gone, Role.MANAGER)
    town.execute("update cd.person set active = false where user_id = %s", (gone,))
    doubt = raised(taken)
    desk.send(doubt, *(closed(doubt, user_id=str(one)) for one in (cashier, gone, uuid4())))
    assert town.execute(STANDS) == [(None, "")]
    with psycopg.connect(town.conninfo) as connection:
        said = [one for one in open_matters(connection) if one.kind == "not_closed"]
    number = doubt["data"]["number"]
    assert [(one.counter, one.subject) for one in said] == [("C01", number)] * 3
    assert said[0].detail == (
        f"dispute {number} was closed, and stays open: whoever closed it may not"
    )
    assert desk.ask("select reason from cd.exception_now where seq = 3") == said[0].detail
    desk.send(closed(doubt))  # somebody who may can close it after all
    assert town.execute(STANDS) == [("refunded", "Sam")]


def test_the_matter_is_listed_with_words(
    town: CentreUnderTest, desk: Desk, taken: Event, capsys: pytest.CaptureFixture[str]
) -> None:
    doubt = raised(taken)
    desk.send(doubt, closed(doubt, user_id=str(uuid4())))
    assert cli.main(["centre", "--centre", town.conninfo, "matters"]) == 0
    number = doubt["data"]["number"]
    assert (
        f"not_closed  C01-000003 {number}: dispute {number} was closed, and stays open: whoever"
        " closed it may not\n"
    ) in capsys.readouterr().out


def test_a_dispute_of_what_waits_waits_too_and_is_placed_with_it(
    town: CentreUnderTest, desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    town.add_person(BOSS, Role.SUPERVISOR)
    visit, other = elsewhere(payment()), desk_of("C02")
    doubt = raised(visit)
    other.send(closed(doubt), doubt)  # it came before the payment: the centre was restored
    desk.send(visit)
    assert [reason for (reason,) in town.execute(WAITS)][:2] == [
        "the dispute is not known here", "the payment is not known here",
    ]  # fmt: skip
    charge_id = visit["data"]["allocations"][0]["charge_id"]
    town.execute(
        "update cd.charge set charge_id = %s where number = 'INV-2025-001234'", (charge_id,)
    )
    with psycopg.connect(town.conninfo, autocommit=True) as connection:
        assert place_suspense(connection, lambda _done: None) == (3, 0)
    assert [one.outcome for one in told(desk).values()] == ["refunded"]


@pytest.mark.req("NUM-2", "AUD-1")
def test_numbers_of_disputes_are_accounted_for_also_of_one_that_waits(
    town: CentreUnderTest, desk: Desk, taken: Event
) -> None:
    desk.ask("select first from cd.lease_numbers(%s, 'dispute', %s, 4)", uuid4(), int(DAY[:4]))
    numbers = [f"DSP-{DAY[:4]}-{place:06}" for place in (1, 2)]
    desk.send(raised(taken, number=numbers[0]), raised(taken, number=numbers[1], currency="EUR"))
    with psycopg.connect(town.conninfo) as connection:
        [found] = [one for one in account_for_numbers(connection) if one.series == "dispute"]
    assert found.findings == ()
    assert [(line.first, line.last, line.fate) for line in found.lines] == [
        (1, 1, Fate.USED), (2, 2, Fate.SUSPENDED), (3, 4, Fate.OPEN),
    ]  # fmt: skip


def test_what_is_old_is_told_while_it_is_open(
    town: CentreUnderTest, desk: Desk, taken: Event
) -> None:
    old = "2024-01-10"
    doubt = raised(taken, business_date=old) | {"business_date": old}
    desk.send(doubt)
    assert len(told(desk)) == 1
    desk.send(closed(doubt))
    with reader(desk.login) as hearing:
        while hearing.page()["rows"]:
            pass
        assert [row["row"] for row in hearing.seen if row["kind"] == "dispute"][-1] is None
