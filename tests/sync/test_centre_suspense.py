"""Money the centre cannot place is never refused: its bytes are kept, its cash is in suspense."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from counterdesk.core.events import canonical_bytes
from counterdesk.demo.sample import sample_id
from tests.sync.centres import MATTERS, CentreUnderTest
from tests.sync.pushing import Desk, push
from tests.sync.written import Event, changed, opened, payment, real_event

SUSPENDED = (
    "select seq, kind, currency, business_date, cash_delta_minor, tenders, state"
    " from cd.suspense order by seq"
)
DAY = date(2025, 4, 20)


def elsewhere(event: Event) -> Event:
    """A payment of a charge that nobody knows."""

    def change(event: Event) -> None:
        event["data"]["allocations"][0] |= {"charge_id": str(uuid4()), "charge_number": "INV-?"}

    return changed(event, change)


def reason(centre: CentreUnderTest, seq: int) -> str:
    """Return why an event is in suspense, or nothing."""
    rows = centre.execute("select reason from cd.suspense where seq = %s", (seq,))
    return rows[0][0] if rows else ""


def no_fact_is_kept(centre: CentreUnderTest, payments: int = 0) -> bool:
    """Tell whether nothing of a suspended payment stands anywhere but in suspense."""
    counts = {
        table: centre.value(f"select count(*) from cd.{table}")
        for table in ("payment_transaction", "payment", "allocation", "tender", "settlement")
    }
    return set(counts.values()) == {payments}


@pytest.mark.req("SYNC-2", "SYNC-3")
def test_a_payment_of_an_unknown_charge_waits_with_its_cash(
    town: CentreUnderTest, desk: Desk
) -> None:
    answer = desk.send(elsewhere(payment(amount_minor=14_550)))
    assert (answer["status"], answer["taken"], answer["last_seq"]) == ("OK", 1, 1)
    assert town.execute(SUSPENDED) == [
        (1, "payment.taken", "USD", DAY, 14_550, {"cash": 14_550}, "open")
    ]
    work = "select kind, counter_id, seq, subject, state from cd.work_item"
    assert town.execute(work) == [("suspense", desk.counter_id, 1, "payment.taken", "open")]
    assert "INV-?" in reason(town, 1)
    assert town.value("select body from cd.event") == desk.chain.entries[0].body
    assert no_fact_is_kept(town)
    assert town.value("select count(*) from cd.number_used") == 0
    assert town.value("select kind from cd.change") == "exception"


@pytest.mark.req("SYNC-2", "SYNC-3")
def test_the_events_around_it_go_through(town: CentreUnderTest, desk: Desk) -> None:
    answer = desk.send(payment(), b"not json at all", elsewhere(payment()), payment(1))
    assert (answer["status"], answer["taken"]) == ("OK", 4)
    assert town.value("select array_agg(seq order by seq) from cd.suspense") == [2, 3]
    assert town.value("select count(*) from cd.payment_transaction") == 2


UNREADABLE = {
    "no_text": b"\xff\xfe\x00",
    "half_a_character": b'{"kind":"payment.taken","name":"\xc3"}',
    "empty": b"",
    "no_json": b"{'kind': 1}",
    "a_number_only": b"17",
    "a_list": b"[]",
    "null": b"null",
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "not_a_number": b'{"kind":"x","totals":{"cash_delta_minor":NaN}}',
    "no_kind": canonical_bytes({"v": 1, "totals": {}}),
    "lone_surrogate": b'{"kind":"payment.taken","x":"\\ud800"}',
}


@pytest.mark.req("SYNC-3", "AUD-4")
def test_bytes_that_say_nothing_are_kept_as_they_are(town: CentreUnderTest, desk: Desk) -> None:
    for body in UNREADABLE.values():
        assert desk.send(body)["status"] == "OK"
    assert desk.send(payment())["taken"] == 1
    bodies = [row[0] for row in town.execute("select body from cd.event order by seq")]
    assert bodies == [entry.body for entry in desk.chain.entries]
    assert town.value("select count(*) from cd.suspense") == len(UNREADABLE)
    assert no_fact_is_kept(town, payments=1)


@pytest.mark.req("SYNC-3", "AUD-4")
def test_a_zero_character_hides_no_cash(town: CentreUnderTest, desk: Desk) -> None:
    for notes in ("\0", "a\\u0000\0b", "\\\0"):
        event = payment(amount_minor=100)
        event["data"]["transaction"]["notes"] = notes
        desk.send(event)
    assert town.execute(SUSPENDED) == [
        (seq, "payment.taken", "USD", DAY, 100, {"cash": 100}, "open") for seq in (1, 2, 3)
    ]


@pytest.mark.req("SYNC-3")
def test_money_in_a_kind_from_a_newer_version_waits(town: CentreUnderTest, desk: Desk) -> None:
    totals = {"currency": "USD", "cash_delta_minor": -500, "tenders": {}}
    desk.send(
        {"v": 1, "kind": "cash.dropped", "business_date": "2025-04-20", "totals": totals},
        {"v": 1, "kind": "cash.swapped", "totals": {"cash_delta_minor": 0, "tenders": {"card": 9}}},
        {"v": 1, "kind": "person.tried", "totals": totals | {"cash_delta_minor": 0}},
        changed(payment(amount_minor=700), lambda event: event.update(v=2)),
    )
    assert town.execute(SUSPENDED) == [
        (1, "cash.dropped", "USD", DAY, -500, {}, "open"),
        (2, "cash.swapped", None, None, 0, {"card": 9}, "open"),
        (4, "payment.taken", "USD", DAY, 700, {"cash": 700}, "open"),
    ]


@pytest.mark.req("SYNC-3")
@pytest.mark.parametrize("amount", [2**70, 145.5, "a lot", -(2**70), [1], None, {}, True])
def test_amounts_that_are_none_leave_the_sums_to_a_person(
    town: CentreUnderTest, desk: Desk, amount: Any
) -> None:
    event = elsewhere(payment(amount_minor=100))
    event["totals"] |= {"cash_delta_minor": amount, "tenders": {"cash": 100}}
    place = {"counter_id": str(desk.counter_id), "seq": 1}
    assert desk.send(json.dumps({**event, **place}).encode())["status"] == "OK"
    assert town.execute(SUSPENDED) == [
        (1, "payment.taken", "USD", DAY, None, {"cash": 100}, "open")
    ]


@pytest.mark.req("SYNC-2", "CASH-7")
def test_what_the_centre_holds_is_what_the_tills_say_they_took(
    town: CentreUnderTest, desk: Desk
) -> None:
    shift = opened()
    events = [
        shift, payment(amount_minor=100), elsewhere(payment(amount_minor=200)), payment(1),
        changed(payment(amount_minor=300), lambda e: e["data"].pop("settlements")),
    ]  # fmt: skip
    desk.send(*events)
    took = sum(event["totals"]["cash_delta_minor"] for event in events)
    placed = (
        "select (select sum(float_minor) from cd.shift)"
        " + (select sum(amount_minor - change_minor) from cd.tender where kind = 'cash')"
    )
    waiting = "select sum(cash_delta_minor) from cd.suspense where state = 'open'"
    assert town.value(placed) + town.value(waiting) == took


@pytest.mark.req("NUM-2", "SYNC-3")
def test_a_number_used_twice_puts_the_second_in_suspense(town: CentreUnderTest, desk: Desk) -> None:
    first = payment(amount_minor=100)
    second = payment(amount_minor=200)
    second["data"]["transaction"]["receipt_number"] = first["data"]["transaction"]["receipt_number"]
    desk.send(first, second)
    assert first["data"]["transaction"]["receipt_number"] in reason(town, 2)
    assert no_fact_is_kept(town, payments=1)


# Applied again, after what was missing has come


@pytest.mark.req("SYNC-2", "SYNC-3")
def test_it_is_applied_once_the_charge_is_known(town: CentreUnderTest, desk: Desk) -> None:
    event = elsewhere(payment(amount_minor=14_550))
    desk.send(event)
    again = "select cd.apply_again(%s, 1)"
    assert "not known here" in town.value(again, (desk.counter_id,))
    charge = event["data"]["allocations"][0]["charge_id"]
    town.execute(
        "insert into cd.charge (charge_id, consumer_id, kind, number, charged_on, due_on,"
        " amount_minor) values (%s, %s, 'Bill', 'INV-?', '2025-04-01', '2025-04-15', 14550)",
        (charge, sample_id("WU-10001")),
    )
    assert town.value(again, (desk.counter_id,)) == ""
    assert town.value("select state from cd.suspense") == "applied"
    assert town.value(f"select state from {MATTERS}") == "done"
    assert town.value("select paid_minor from cd.charge where number = 'INV-?'") == 14_550
    told = {(kind, key) for kind, key in town.execute("select kind, key from cd.change")}
    assert {("exception", "1"), ("charge", charge)} <= told
    with pytest.raises(psycopg.Error, match="nothing of this counter waits"):
        town.value(again, (desk.counter_id,))
    assert no_fact_is_kept(town, payments=1)


def test_it_is_applied_though_its_shift_was_closed_since(town: CentreUnderTest, desk: Desk) -> None:
    shift = opened()
    shift_id = shift["data"]["id"]
    event = payment(amount_minor=100, shift_id=shift_id)
    event["data"]["tenders"][0]["method"] = "barter"
    event["totals"]["tenders"] = {"barter": 100}
    closed = real_event("shift.closed")
    closed["data"]["shift_id"] = shift_id
    desk.send(shift, event, closed)
    assert "a way that this centre does not know" in reason(town, 2)
    modes = town.value("select value from cd.setting where name = 'payment_modes'")
    barter = {"code": "barter", "name": "Barter", "kind": "cash"}
    town.set_setting("payment_modes", [*modes, barter])
    assert town.value("select cd.apply_again(%s, 2)", (desk.counter_id,)) == ""


def test_two_people_applying_it_at_once_apply_it_once(town: CentreUnderTest, desk: Desk) -> None:
    desk.send(elsewhere(payment(amount_minor=100)))
    town.execute("update cd.charge set charge_id = (select (convert_from(body, 'UTF8')::jsonb"
                 " #>> '{data,allocations,0,charge_id}')::uuid from cd.event) where number = %s",
                 ("INV-2025-001234",))  # fmt: skip
    again = "select cd.apply_again(%s, 1)"
    with psycopg.connect(town.conninfo) as first, psycopg.connect(town.conninfo) as second:
        assert first.execute(again, (desk.counter_id,)).fetchone() == ("",)
        second.execute("set lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            second.execute(again, (desk.counter_id,))
        second.rollback()
        first.commit()
        with pytest.raises(psycopg.Error, match="nothing of this counter waits"):
            second.execute(again, (desk.counter_id,))
    assert no_fact_is_kept(town, payments=1)


@pytest.mark.req("AUD-3")
def test_no_counter_may_apply_again(desk: Desk) -> None:
    desk.send(elsewhere(payment()))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.ask("select cd.apply_again(%s, 1)", desk.counter_id)


# The machine's faults are not the event's


@pytest.mark.req("SYNC-3")
def test_a_lock_that_is_not_had_takes_nothing(town: CentreUnderTest, desk: Desk) -> None:
    entries = [desk.chain.add(payment(amount_minor=100)) for _ in range(2)]
    with psycopg.connect(town.conninfo) as other:
        # The second event's number: the first has been applied by then.
        number = json.loads(entries[1].body)["data"]["transaction"]["number"]
        other.execute(
            "insert into cd.number_used (series, number) values ('transaction', %s)", (number,)
        )
        desk.connection.execute("set statement_timeout = '300ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            push(desk.connection, entries)
        desk.connection.execute("set statement_timeout = 0")
        town.execute("alter function cd.push set lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            push(desk.connection, entries)
        assert town.value("select count(*) from cd.event") == 0
        assert no_fact_is_kept(town)
        other.rollback()
    assert push(desk.connection, entries)["taken"] == 2
    assert town.value("select count(*) from cd.suspense") == 0


MACHINE = ["40001", "40P01", "53100", "53200", "55P03", "57014", "57P01", "58030", "XX000", "42501"]


@pytest.mark.req("SYNC-3")
def test_each_class_of_the_machine_s_faults_takes_nothing(
    town: CentreUnderTest, desk: Desk
) -> None:
    good, bad = desk.chain.add(payment(amount_minor=100)), desk.chain.add(payment(1))
    _fail_on_the_second(town)
    for state in MACHINE:
        town.execute(f"alter database {town.database} set cd_test.state = '{state}'")
        with psycopg.connect(desk.login.conninfo, autocommit=True) as connection:
            with pytest.raises(psycopg.Error) as failed:
                push(connection, [good, bad])
            assert failed.value.sqlstate == state
    assert town.value("select count(*) from cd.event") == 0
    assert town.value("select last_seq from cd.counter") == 0
    assert no_fact_is_kept(town)
    town.execute(f"alter database {town.database} set cd_test.state = '22000'")
    with psycopg.connect(desk.login.conninfo, autocommit=True) as connection:
        assert push(connection, [good, bad])["taken"] == 2
    assert town.value("select array_agg(seq) from cd.suspense") == [2]


def _fail_on_the_second(centre: CentreUnderTest) -> None:
    """Let the database break down in the middle of every payment with a credit note."""
    centre.execute("""
        create function cd.break_down() returns trigger language plpgsql as $$
        begin
            raise exception using message = 'broken', errcode = current_setting('cd_test.state');
        end $$""")
    centre.execute("""
        create trigger break_down before insert on cd.credit_note
        for each row execute function cd.break_down()""")


@pytest.mark.req("SYNC-3")
def test_two_counters_naming_charges_in_opposite_order_never_wait_in_a_ring(
    town: CentreUnderTest, desk_of: Callable[[str], Desk]
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    town.execute("update cd.charge set amount_minor = 100000")

    def send(desk: Desk, places: tuple[int, int]) -> set[str]:
        return {desk.send(*map(payment, places))["status"] for _ in range(10)}

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(send, one, (0, 1)), pool.submit(send, other, (1, 0))]
        assert [future.result() for future in done] == [{"OK"}, {"OK"}]
    assert town.value("select count(*) from cd.payment_transaction") == 40
