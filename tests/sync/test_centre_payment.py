"""What a real payment becomes at the centre: every row and sum; one bill at several counters."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from itertools import permutations
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from counterdesk.demo.sample import sample_id
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, push
from tests.sync.written import ROWS, changed, opened, payment, real_day, real_event

MakeDesk = Callable[[str], Desk]
BILL = sample_id("INV-2025-001234")
TABLES = {
    "payments": "payment", "allocations": "allocation", "credit_notes": "credit_note",
    "overpayments": "overpayment", "tenders": "tender", "settlements": "settlement",
}  # fmt: skip


@pytest.fixture
def day(town: CentreUnderTest) -> CentreUnderTest:
    """The centre after a real till's day."""
    counter_id = json.loads(real_day()[0].body)["counter_id"]
    login = town.add_counter("C03", counter_id)
    with psycopg.connect(login.conninfo, autocommit=True) as connection:
        assert push(connection, real_day())["taken"] == len(real_day())
    return town


def rows(centre: CentreUnderTest, table: str) -> dict[str, dict[str, Any]]:
    """Return a table's rows by id, as JSON says them."""
    with psycopg.connect(centre.conninfo, row_factory=dict_row) as connection:
        found = connection.execute(f"select to_jsonb(t) as row from cd.{table} as t")
        return {row["row"]["id"]: row["row"] for row in found}


@pytest.mark.req("SYNC-3", "MON-1")
@pytest.mark.parametrize("place", [0, 1])
def test_every_row_of_a_payment_stands_as_the_till_wrote_it(
    day: CentreUnderTest, place: int
) -> None:
    data = real_event("payment.taken", place)["data"]
    visit = rows(day, "payment_transaction")[data["transaction"]["id"]]
    _assert_kept(data["transaction"], visit)
    for name, table in TABLES.items():
        kept = rows(day, table)
        for row in data[name]:
            _assert_kept(row, kept[row["id"]])


def _assert_kept(written: dict[str, Any], kept: dict[str, Any]) -> None:
    times = {"taken_at_utc", "created_at_utc"}
    shared = written.keys() & kept.keys() - times
    assert len(shared) >= min(len(written), 5)
    assert {name: kept[name] for name in shared} == {name: written[name] for name in shared}
    for name in times & written.keys():
        assert datetime.fromisoformat(kept[name]) == datetime.fromisoformat(written[name])


def test_no_row_is_made_that_the_till_did_not_write(day: CentreUnderTest) -> None:
    events = [real_event("payment.taken", place)["data"] for place in (0, 1)]
    for name, table in TABLES.items():
        written = {row["id"] for data in events for row in data[name]}
        assert rows(day, table).keys() == written


@pytest.mark.req("MON-1", "MON-12")
def test_the_bills_are_paid_and_the_notes_stand(day: CentreUnderTest) -> None:
    paid = dict(day.execute("select number, paid_minor from cd.charge where paid_minor > 0"))
    assert paid["INV-2025-001234"] == 14_550
    assert paid["INV-2025-001567"] == 15_225
    assert paid["SVC-2025-000418"] == 7_500
    assert day.execute("select number, amount_minor, spent_minor from cd.credit_note") == [
        ("CN-46129", 275, 0)
    ]
    methods = day.execute("select method, type from cd.payment order by number")
    assert methods == [("Cash", "Bill"), ("Card + Cash", "Bill"), ("Card + Cash", "Service")]


@pytest.mark.req("VIEW-3", "MON-10")
def test_a_payment_carries_what_the_lists_of_counters_show(day: CentreUnderTest) -> None:
    told = day.execute(
        "select transaction_number, channel, counter, cashier, account_number, amount_minor,"
        " collected_minor from cd.payment order by number"
    )
    assert [row[:5] for row in told] == [
        (number, "Walk-in", "C03", "Jane Smith", "WU-10001")
        for number in ("TXN-2025-008934", "TXN-2025-008935", "TXN-2025-008935")
    ]
    assert [row[6] for row in told] == [row[5] for row in told]


@pytest.mark.req("NUM-2")
def test_every_number_of_the_day_is_used_once(day: CentreUnderTest) -> None:
    used = {number for (number,) in day.execute("select number from cd.number_used")}
    assert used == {
        "S-2025-00001", "TXN-2025-008934", "TXN-2025-008935", "R-5001", "R-5002", "CN-46129",
        "PAY-2025-004521", "PAY-2025-004522", "PAY-2025-004523",
    }  # fmt: skip


@pytest.mark.req("MON-11")
def test_the_shift_stands_with_its_count(day: CentreUnderTest) -> None:
    query = (
        "select s.number, s.business_date, s.float_minor, c.expected_minor, c.counted_minor"
        " from cd.shift as s join cd.shift_closed as c on c.shift_id = s.id"
    )
    counted = 20_000 + 14_550 + 13_000
    assert day.execute(query) == [("S-2025-00001", date(2025, 4, 20), 20_000, counted, counted)]


@pytest.mark.req("SYNC-5")
def test_what_changed_is_told_in_the_feed(day: CentreUnderTest) -> None:
    kinds = dict(day.execute("select kind, count(*) from cd.change group by 1"))
    assert kinds == {"payment": 3, "charge": 3, "credit": 1}


def test_a_payment_of_this_month_lies_in_the_month_s_part(
    town: CentreUnderTest, desk: Desk
) -> None:
    today = town.value("select current_date::text")
    event = json.loads(json.dumps(payment()).replace("2025-04-20", today))
    desk.send(event)
    part = "payment_" + today[:7].replace("-", "")
    assert town.value("select tableoid::regclass::text from cd.payment") == f"cd.{part}"


# One bill, several counters


def notes(centre: CentreUnderTest) -> list[tuple[Any, ...]]:
    return centre.execute(
        "select source_allocation, amount_minor, number, currency, status, created_by"
        " from cd.credit_note where source_allocation is not null order by number"
    )


def balance(centre: CentreUnderTest) -> tuple[int, int, int]:
    """What was taken, what it settled, what it is still good for."""
    return tuple(
        int(centre.value(f"select coalesce(sum({column}), 0) from cd.{table}"))
        for column, table in (
            ("due_minor", "payment_transaction"), ("applied_minor", "allocation"),
            ("amount_minor", "credit_note"),
        )
    )  # type: ignore[return-value] # fmt: skip


@pytest.mark.req("MON-5", "MON-12", "SYNC-4")
def test_one_bill_at_two_counters_leaves_one_note(town: CentreUnderTest, desk_of: MakeDesk) -> None:
    first, second = desk_of("C01"), desk_of("C02")
    events = payment(amount_minor=14_550), payment(amount_minor=14_550)
    for desk, event in zip((second, first), events, strict=True):
        assert desk.send(event)["status"] == "OK"
    assert town.value("select paid_minor from cd.charge where charge_id = %s", (BILL,)) == 14_550
    [(source, amount, number, currency, status, by)] = notes(town)
    assert str(source) == events[1]["data"]["allocations"][0]["id"]
    assert (amount, number, currency, status, by) == (14_550, "CN-1", "USD", "Active", "System")
    assert town.value("select count(*) from cd.payment where status = 'Posted'") == 2
    assert town.value("select count(*) from cd.suspense") == 0


@pytest.mark.req("MON-5", "SYNC-4")
def test_five_counters_on_one_bill_give_the_same_sums_in_any_order(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    desks = [desk_of(f"C0{place}") for place in range(5)]
    amounts = [14_550, 10_000, 5_000, 1, 14_549]
    outcome = set()
    for order in list(permutations(range(5)))[::17]:
        town.execute("update cd.charge set paid_minor = 0 where charge_id = %s", (BILL,))
        before = balance(town)
        for place in order:
            desks[place].send(payment(amount_minor=amounts[place]))
        outcome.add(tuple(now - then for now, then in zip(balance(town), before, strict=True)))
    assert outcome == {(sum(amounts), 14_550, sum(amounts) - 14_550)}
    assert town.value("select count(*) from cd.suspense") == 0


@pytest.mark.req("MON-5")
def test_the_part_that_still_fits_is_applied(town: CentreUnderTest, desk_of: MakeDesk) -> None:
    desk_of("C01").send(payment(amount_minor=10_000))
    desk_of("C02").send(payment(amount_minor=14_550))
    applied = "select amount_minor, applied_minor, credited_minor from cd.allocation order by 1"
    assert town.execute(applied) == [(10_000, 10_000, 0), (14_550, 4_550, 10_000)]
    assert [note[1] for note in notes(town)] == [10_000]


@pytest.mark.req("MON-5", "CN-2")
def test_a_note_s_id_follows_from_its_allocation(town: CentreUnderTest, desk_of: MakeDesk) -> None:
    desk_of("C01").send(payment(amount_minor=14_550))
    desk_of("C02").send(payment(amount_minor=14_550))
    derived = (
        "select id = cd.note_id_of(source_allocation),"
        " substr(id::text, 15, 1), substr(id::text, 20, 1) in ('8', '9', 'a', 'b')"
        " from cd.credit_note"
    )
    assert town.execute(derived) == [(True, "8", True)]


@pytest.mark.req("MON-5", "CN-4")
def test_the_note_expires_after_the_months_of_the_settings(
    town: CentreUnderTest, desk: Desk
) -> None:
    town.set_setting("credit_note_months", 6)
    desk.send(payment(amount_minor=14_550), payment(amount_minor=14_550))
    assert town.value("select expires_on from cd.credit_note") == date(2025, 10, 20)


@pytest.mark.req("MON-5", "NUM-2")
def test_a_number_that_a_counter_used_is_passed_over(town: CentreUnderTest, desk: Desk) -> None:
    town.execute("insert into cd.number_used (series, number) values ('credit_note', 'CN-1')")
    town.execute("insert into cd.number_used (series, number) values ('credit_note', 'CN-2')")
    desk.send(payment(amount_minor=14_550), payment(amount_minor=14_550))
    assert [note[2] for note in notes(town)] == ["CN-3"]


@pytest.mark.req("MON-5")
@pytest.mark.parametrize("why", ["cancelled", "replaced_by_plan"])
def test_money_for_a_charge_that_is_no_more_becomes_a_note(
    town: CentreUnderTest, desk: Desk, why: str
) -> None:
    town.execute(f"update cd.charge set {why} = true where charge_id = %s", (BILL,))
    desk.send(payment(amount_minor=14_550))
    assert [note[1] for note in notes(town)] == [14_550]
    assert town.value("select paid_minor from cd.charge where charge_id = %s", (BILL,)) == 0


@pytest.mark.req("MON-5")
def test_a_charge_that_was_lowered_below_what_is_paid_takes_no_more(
    town: CentreUnderTest, desk: Desk
) -> None:
    desk.send(payment(amount_minor=14_550))
    town.execute("update cd.charge set amount_minor = 100 where charge_id = %s", (BILL,))
    desk.send(payment(amount_minor=500))
    assert [note[1] for note in notes(town)] == [500]
    assert town.value("select paid_minor from cd.charge where charge_id = %s", (BILL,)) == 14_550


@pytest.mark.req("MON-5")
def test_one_visit_paying_a_bill_twice_is_credited_for_the_rest(
    town: CentreUnderTest, desk: Desk
) -> None:
    def doubled(event: dict[str, Any]) -> None:
        data, other = event["data"], payment(amount_minor=10_000)["data"]
        for name in ("allocations", "settlements"):
            data[name].append(other[name][0])
        data["allocations"][1]["payment_id"] = data["payments"][0]["id"]
        data["settlements"][1]["tender_id"] = data["tenders"][0]["id"]
        data["payments"][0]["amount_minor"] = data["tenders"][0]["amount_minor"] = 20_000
        data["transaction"] |= {"due_minor": 20_000, "tendered_minor": 20_000}
        event["totals"] |= {"cash_delta_minor": 20_000, "tenders": {"cash": 20_000}}

    desk.send(changed(payment(amount_minor=10_000), doubled))
    assert town.execute("select applied_minor from cd.allocation order by 1") == [
        (4_550,), (10_000,),
    ]  # fmt: skip
    assert balance(town) == (20_000, 14_550, 5_450)


@pytest.mark.req("CASH-7")
def test_a_shift_and_its_payments_are_the_counter_s_own(town: CentreUnderTest, desk: Desk) -> None:
    shift = opened()
    desk.send(shift, payment(shift_id=shift["data"]["id"]))
    query = "select s.counter_id from cd.shift as s join cd.payment_transaction on shift_id = s.id"
    assert town.execute(query) == [(desk.counter_id,)]


def test_the_lists_of_rows_here_are_those_of_a_real_payment() -> None:
    data = real_event("payment.taken", 1)["data"]
    assert set(ROWS) == TABLES.keys() == data.keys() - {"transaction"}
    assert all(data[name] for name in ROWS)
