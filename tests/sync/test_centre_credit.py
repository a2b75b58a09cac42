"""A credit note is spent at the centre: once, by whoever is first, and never more than it is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.feeding import reader
from tests.sync.pushing import Desk
from tests.sync.spending import NamedNote, exceptions, overspent, spending, spent_of
from tests.sync.written import payment

pytestmark = pytest.mark.req("MON-6")

MakeDesk = Callable[[str], Desk]


def work(centre: CentreUnderTest) -> list[tuple[Any, ...]]:
    return centre.execute("select kind, seq, subject from cd.work_item where told order by item_id")


def placed(centre: CentreUnderTest) -> tuple[int, ...]:
    """What all tenders brought less change, and where it went: both sums must be the same."""
    [row] = centre.execute(
        "select (select sum(amount_minor - change_minor) from cd.tender),"
        " (select sum(applied_minor + credited_minor) from cd.allocation)"
        " + (select coalesce(sum(amount_minor), 0) from cd.overpayment)"
        " + (select sum(rounding_minor) from cd.payment_transaction)"
    )
    return row


def test_what_is_left_of_a_note_is_taken_until_it_is_applied(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    desk.send(spending(note, 2_000, cash_minor=1_000))
    assert spent_of(town, note) == (2_000, "Active")
    desk.send(spending(note, 4_000))
    assert spent_of(town, note) == (6_000, "Applied")
    assert overspent(town) == [(2_000, 0), (4_000, 0)]
    assert (work(town), exceptions(desk)) == ([], [])
    assert town.value("select count(*) from cd.suspense") == 0
    methods = town.execute("select method from cd.payment order by event_seq desc limit 2")
    assert methods == [("Credit note",), ("Cash + Credit note",)]


@pytest.mark.req("SYNC-5")
def test_every_counter_hears_what_is_left_of_it(
    town: CentreUnderTest, desk: Desk, desk_of: MakeDesk, note: NamedNote
) -> None:
    with reader(desk_of("C02").login) as other:
        while other.page()["rows"]:
            pass
        desk.send(spending(note, 2_500))
        told = {row["kind"]: row["row"] for row in other.page()["rows"]}
    assert told["credit"]["remaining_minor"] == 3_500
    assert told["credit"]["status"] == "Active"


@pytest.mark.req("SYNC-2", "SYNC-4")
def test_one_note_at_two_counters_is_spent_by_one_and_overspent_by_the_other(
    town: CentreUnderTest, desk_of: MakeDesk, note: NamedNote
) -> None:
    first, second = desk_of("C02"), desk_of("C03")
    with reader(second.login) as hearing, reader(first.login) as elsewhere:
        for desk in (first, second):
            assert desk.send(spending(note, 6_000, cash_minor=500))["status"] == "OK"
        heard = [row["row"] for row in _all(hearing) if row["kind"] == "exception"]
        assert not [row for row in _all(elsewhere) if row["kind"] == "exception"]
    assert spent_of(town, note) == (6_000, "Applied")
    assert overspent(town) == [(0, 6_000), (6_000, 0)]
    assert town.value("select count(*) from cd.payment where status = 'Posted'") == 4
    assert work(town) == [("overspent", 1, note.number)]
    [(seq, reason, state)] = exceptions(second)
    assert heard == [{"seq": seq, "reason": reason, "state": state, "suspended": False}]
    assert (seq, state, exceptions(first)) == (1, "open", [])
    assert f"6000 minor units more were spent than credit note {note.number}" in reason
    assert "spent before" in reason
    brought, went = placed(town)
    assert brought == went


def _all(reading: Any) -> list[Any]:
    rows = []
    while page := reading.page()["rows"]:
        rows += page
    return rows


def test_the_sums_are_the_same_in_any_order_of_arrival(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    amounts, outcome = [4_000, 1_000, 2_500], set()
    for order in permutations(amounts):
        town.execute("update cd.credit_note set spent_minor = 0, status = 'Active'")
        town.execute("delete from cd.credit_spent")
        desk.send(*(spending(note, minor) for minor in order))
        outcome.add(town.execute("select sum(amount_minor), sum(overspent_minor)"
                                 " from cd.credit_spent")[0])  # fmt: skip
        assert spent_of(town, note) == (6_000, "Applied")
    assert outcome == {(7_500, 1_500)}


@pytest.mark.req("CN-4")
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("expires_on = '2025-04-19'", "expired on 2025-04-19"),
        ("status = 'Held'", "it is Held"),
        ("status = 'Pending approval'", "it is Pending approval"),
        ("status = 'Rejected'", "it is Rejected"),
    ],
)
def test_a_note_that_is_no_good_loses_nothing_and_no_payment_is_refused(
    town: CentreUnderTest, desk: Desk, note: NamedNote, change: str, why: str
) -> None:
    town.execute(f"update cd.credit_note set {change}")
    before = spent_of(town, note)
    desk.send(spending(note, 1_000, cash_minor=200))
    assert spent_of(town, note) == before
    assert overspent(town) == [(0, 1_000)]
    [(_seq, reason, _state)] = exceptions(desk)
    assert why in reason
    assert town.value("select count(*) from cd.suspense") == 0


@pytest.mark.req("CN-4")
def test_a_note_is_good_on_the_day_it_expires(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    town.execute("update cd.credit_note set expires_on = '2025-04-20'")
    desk.send(spending(note, 1_000))
    assert (spent_of(town, note), work(town)) == ((1_000, "Active"), [])


@pytest.mark.req("MON-5")
def test_the_note_of_overspent_credit_is_held_until_somebody_looked(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    bill = "SVC-2025-000418"
    events = [spending(note, 6_000, cash_minor=1_500, bill=bill) for _ in range(2)]
    for event in events:
        event["data"]["payments"][0]["type"] = "Service"
    desk.send(*events)
    made = "select amount_minor, status from cd.credit_note where id <> %s"
    assert town.execute(made, (note.note_id,)) == [(7_500, "Held")]
    assert not desk.ask("select cd.reserve_credit(%s, id, 1) from cd.credit_note"
                        " where status = 'Held'", uuid4())["held"]  # fmt: skip


# What was held for a visit


def test_a_visit_uses_up_what_it_held(town: CentreUnderTest, desk: Desk, note: NamedNote) -> None:
    event = spending(note, 5_000)
    visit = UUID(event["data"]["transaction"]["id"])
    hold = "select cd.reserve_credit(%s, %s, 5000)"
    assert desk.ask(hold, visit, note.note_id)["held"]
    desk.send(event)
    assert town.value("select count(*) from cd.reservation") == 0
    assert desk.ask(hold, uuid4(), note.note_id) == {"held": False, "free_minor": 1_000}


def test_nobody_uses_up_what_another_counter_holds(
    town: CentreUnderTest, desk: Desk, desk_of: MakeDesk, note: NamedNote
) -> None:
    event = spending(note, 1_000)
    visit = UUID(event["data"]["transaction"]["id"])
    assert desk_of("C02").ask("select cd.reserve_credit(%s, %s, 10)", visit, note.note_id)["held"]
    desk.send(event)
    assert town.value("select count(*) from cd.reservation") == 1


def test_two_counters_naming_notes_in_opposite_order_never_wait_in_a_ring(
    town: CentreUnderTest, desk_of: MakeDesk, note: NamedNote
) -> None:
    one, other = desk_of("C02"), desk_of("C03")
    town.execute("update cd.charge set amount_minor = 1000000")
    one.send(payment(1))
    [row] = town.execute("select id, number from cd.credit_note where id <> %s", (note.note_id,))
    notes = (note, NamedNote(*row))

    def send(desk: Desk, bill: str, places: tuple[int, int]) -> set[str]:
        visits = (
            tuple(spending(notes[place], 1, bill=bill) for place in places) for _ in range(20)
        )
        return {desk.send(*pair)["status"] for pair in visits}

    with ThreadPoolExecutor(2) as pool:  # each pays a bill of its own: only the notes are shared
        done = [
            pool.submit(send, one, "INV-2025-001234", (0, 1)),
            pool.submit(send, other, "INV-2025-001567", (1, 0)),
        ]
        assert [future.result() for future in done] == [{"OK"}, {"OK"}]
    assert town.value("select sum(spent_minor) from cd.credit_note") == 80
    assert town.value("select deadlocks from pg_stat_database"
                      " where datname = current_database()") == 0  # fmt: skip


def test_a_late_clean_up_waits_for_no_payment(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    event = spending(note, 1)
    visit = UUID(event["data"]["transaction"]["id"])
    assert desk.ask("select cd.reserve_credit(%s, %s, 1)", visit, note.note_id)["held"]
    town.execute("update cd.reservation set held_until = now() - interval '1 s'")
    with psycopg.connect(desk.login.conninfo) as open_line:
        open_line.execute("select cd.release_credit(%s)", (visit,))
        town.execute("set lock_timeout = '100ms'")
        assert town.value("select cd.expire_reservations()") == 0
        open_line.rollback()
    assert town.value("select cd.expire_reservations()") == 1
