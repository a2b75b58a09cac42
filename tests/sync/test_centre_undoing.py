"""Undoing at the centre: charges are open again, notes lose and get back, the sums stay."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.feeding import reader
from tests.sync.pushing import Desk
from tests.sync.spending import NamedNote, allow_credit, spending, spent_of
from tests.sync.undoing import bounced, by_cheque, corrected, own_charge, reversal, void
from tests.sync.written import Event, payment

MakeDesk = Callable[[str], Desk]
BILL = "INV-2025-001234"


def paid(centre: CentreUnderTest, bill: str = BILL) -> int:
    return int(centre.value("select paid_minor from cd.charge where number = %s", (bill,)))


def notes(centre: CentreUnderTest) -> list[tuple[int, int, str]]:
    """Amount, what is left, and status of every note, in the order in which they were made."""
    return centre.execute(
        "select amount_minor, cd.left_of(n), status::text from cd.credit_note as n"
        " order by length(number), number"
    )


def waiting(centre: CentreUnderTest) -> list[str]:
    return [reason for (reason,) in centre.execute("select reason from cd.suspense order by seq")]


def standing(centre: CentreUnderTest) -> int:
    """What John owes less his credit, with what was overspent: the same in any order of arrival."""
    return int(centre.value(
        "select (select sum(amount_minor - paid_minor) from cd.charge)"
        " - (select coalesce(sum(cd.left_of(n)), 0) from cd.credit_note as n)"
        " + (select coalesce(sum(overspent_minor), 0) from cd.credit_spent)"
    ))  # fmt: skip


def statuses(centre: CentreUnderTest) -> list[str]:
    rows = centre.execute(
        "select p.status::text from cd.payment as p join cd.counter using (counter_id)"
        " order by code, event_seq"
    )
    return [one for (one,) in rows]


@pytest.mark.req("PAY-20", "MON-7")
def test_a_void_opens_the_charge_and_takes_the_cash_out_of_the_drawer(
    town: CentreUnderTest, desk: Desk
) -> None:
    taken = payment()
    shift = UUID(taken["data"]["transaction"]["shift_id"])
    desk.send(taken)
    assert paid(town) == 14_550
    desk.send(void(taken))
    assert (paid(town), statuses(town), waiting(town)) == (0, ["Voided"], [])
    assert town.value("select cd.expected_drawer(%s)", (shift,)) == 0


@pytest.mark.req("PAY-20", "MON-7", "MON-11")
def test_a_reversal_of_one_payment_leaves_the_other_as_it_is(
    town: CentreUnderTest, desk: Desk
) -> None:
    taken = payment(1)
    desk.send(taken)
    before = notes(town)
    first, second = taken["data"]["payments"]
    back = reversal(taken, first["id"])
    desk.send(back)
    assert waiting(town) == []
    assert sorted(statuses(town)) == ["Posted", "Reversed"]
    undone = sum(one["amount_minor"] for one in back["data"]["undone"])
    assert -sum(one["delta_minor"] for one in back["data"]["tenders_back"]) == undone
    shift = UUID(back["data"]["undo"]["shift_id"])
    cash = back["totals"]["cash_delta_minor"]
    assert town.value("select cd.expected_drawer(%s)", (shift,)) == cash
    assert before != notes(town) or second["id"] != taken["data"]["overpayments"][0]["payment_id"]
    desk.send(reversal(taken, second["id"]))
    assert set(statuses(town)) == {"Reversed"}


@pytest.mark.req("MON-5", "MON-7", "MON-12", "SYNC-4")
def test_two_counters_one_bill_the_first_voided_the_note_pays_the_bill_again(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    first = payment(amount_minor=14_550)
    one.send(first)
    other.send(payment(amount_minor=14_550))
    assert notes(town) == [(14_550, 14_550, "Active")]
    with reader(other.login) as hearing:
        while hearing.page()["rows"]:
            pass
        one.send(void(first))
        told = {row["kind"]: row["row"] for row in hearing.page()["rows"]}
    assert (paid(town), notes(town)) == (14_550, [(14_550, 0, "Applied")])
    assert told["charge"]["paid_minor"] == 14_550
    assert told["credit"]["remaining_minor"] == 0
    assert set(told) == {"back", "charge", "credit", "payment"}
    assert statuses(town) == ["Voided", "Posted"]
    allocated = "select applied_minor, credited_minor, undone_minor from cd.allocation order by 1"
    assert town.execute(allocated) == [(0, 0, 14_550), (14_550, 0, 0)]


@pytest.mark.req("MON-5", "MON-7", "MON-12")
def test_two_counters_one_bill_the_second_voided_the_note_is_gone(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    second = payment(amount_minor=14_550)
    desk_of("C01").send(payment(amount_minor=14_550))
    other = desk_of("C02")
    other.send(second, void(second))
    assert (paid(town), notes(town)) == (14_550, [(14_550, 0, "Cancelled")])
    assert (statuses(town), waiting(town)) == (["Posted", "Voided"], [])


@pytest.mark.req("MON-7", "MON-8", "MON-12")
def test_a_cheque_bounces_after_a_part_of_its_note_was_spent_elsewhere(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    allow_credit(town)
    town.set_setting("cheque_fee_minor", 2_500)
    one, other = desk_of("C01"), desk_of("C02")
    taken = by_cheque(20_000)
    [row] = taken["data"]["credit_notes"]
    one.send(taken)
    other.send(spending(NamedNote(UUID(row["id"]), row["number"]), 3_000))
    with reader(other.login) as hearing:
        while hearing.page()["rows"]:
            pass
        one.send(bounced(taken, "C01-000002", fee_minor=2_500))
        told = hearing.page()["rows"]
    assert waiting(town) == []
    assert paid(town) == 0
    assert notes(town) == [(5_450, 0, "Cancelled")]
    assert town.value("select withdrawn_minor from cd.credit_note") == 2_450
    made = town.execute(
        "select amount_minor, paid_minor, kind, number, description from cd.charge"
        " join cd.undo_charge using (charge_id, number, description, amount_minor) order by 1"
    )
    assert made == [
        (2_500, 0, "Service", "C01-000002/1", "Made by an undo"),
        (3_000, 0, "Service", f"C01-000002/{row['number']}", "Credit withdrawn"),
    ]
    consumers = [one["row"] for one in told if one["kind"] == "consumer"]
    assert [one["cash_only"] for one in consumers] == [True]
    assert len([one for one in told if one["kind"] == "charge"]) == 3


@pytest.mark.req("MON-7")
def test_the_charge_for_spent_credit_is_the_one_that_the_counter_told_of(
    town: CentreUnderTest, desk: Desk
) -> None:
    allow_credit(town)
    taken = by_cheque(20_000)
    [row] = taken["data"]["credit_notes"]
    desk.send(taken, spending(NamedNote(UUID(row["id"]), row["number"]), 3_000))
    back = bounced(taken)
    undo_id = back["data"]["undo"]["id"]
    charge_id = town.value("select cd.debit_id(%s, %s)::text", (undo_id, row["id"]))
    own_charge(
        back, row["consumer_id"], charge_id=charge_id, purpose="credit_withdrawn",
        number="C01-000003/1", amount_minor=1, credit_note_id=row["id"],
    )  # fmt: skip
    desk.send(back)
    assert waiting(town) == []
    assert town.execute(
        "select charge_id::text, number::text, amount_minor from cd.undo_charge"
    ) == [(charge_id, "C01-000003/1", 3_000)]


@pytest.mark.req("CN-1", "MON-7")
@pytest.mark.parametrize(("spent", "status"), [(0, "Active"), (40, "Active"), (0, "Held")])
def test_what_somebody_credited_of_a_payment_goes_with_it(
    town: CentreUnderTest, desk: Desk, spent: int, status: str
) -> None:
    taken = payment(amount_minor=14_550)
    desk.send(taken)
    [payment_id] = town.execute("select id from cd.payment")[0]
    town.execute(
        "insert into cd.credit_note (id, number, consumer_id, account_number, consumer_name,"
        " source, payment_id, reason, amount_minor, spent_minor, currency, status, created_on,"
        " created_at_utc, created_by, expires_on) select gen_random_uuid(), 'CN-77', consumer_id,"
        " '', '', 'manual', id, 'Duplicate payment', 100, %s, 'USD', %s, business_date,"
        " now(), 'Jane', '2027-01-01' from cd.payment where id = %s",
        (spent, status, payment_id),
    )
    desk.send(reversal(taken))
    assert waiting(town) == []
    assert notes(town) == [(100, 0, "Cancelled")]
    debts = [] if not spent else [(spent, "C01-000002/CN-77")]
    assert town.execute("select amount_minor, number::text from cd.undo_charge") == debts


@pytest.mark.req("MON-6", "MON-7")
def test_a_note_that_was_spent_gets_it_back_but_not_what_was_overspent(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    taken = spending(note, 7_500, cash_minor=500)
    desk.send(taken)
    assert spent_of(town, note) == (6_000, "Applied")
    desk.send(reversal(taken))
    assert waiting(town) == []
    assert spent_of(town, note) == (0, "Active")


@pytest.mark.req("MON-5", "MON-7")
@pytest.mark.parametrize("late", [False, True])
def test_what_is_owed_less_credit_is_the_same_in_any_order_of_arrival(
    town: CentreUnderTest, desk_of: MakeDesk, note: NamedNote, late: bool
) -> None:
    """Four acts of four counters; an undo that comes before its payment is applied again."""
    outcome, before = set(), standing(town)
    for place, order in enumerate(permutations(range(4))):
        if late != (order.index(0) > order.index(1)):
            continue
        first, taken = payment(amount_minor=14_550), by_cheque(20_000)
        [row] = taken["data"]["credit_notes"]
        spent = spending(NamedNote(UUID(row["id"]), row["number"]), 3_000)
        acts: list[tuple[int, Event]] = [
            (0, taken), (0, bounced(taken)), (1, spent), (2, first),
        ]  # fmt: skip
        desks = [desk_of(f"D{place:02}{n}") for n in range(3)]
        start = standing(town)
        for act in order:
            desks[acts[act][0]].send(acts[act][1])
        _apply_again(town)
        outcome.add(standing(town) - start)
    assert outcome == {-14_550}
    assert waiting_open(town) == []
    assert before != 0


def _apply_again(centre: CentreUnderTest) -> None:
    for _round in range(3):
        for place in centre.execute(
            "select counter_id, seq from cd.suspense where state = 'open' order by created_at"
        ):
            centre.execute("select cd.apply_again(%s, %s)", place)


def waiting_open(centre: CentreUnderTest) -> list[Any]:
    return centre.execute("select kind, reason from cd.suspense where state = 'open'")


@pytest.mark.req("SYNC-2", "SYNC-3")
def test_an_undo_that_comes_before_its_payment_waits_and_is_applied_then(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    taken = payment(amount_minor=14_550)
    other.send(reversal(taken))
    assert waiting(town) == ["the payment is not known here"]
    one.send(taken)
    assert paid(town) == 14_550
    assert town.value("select cd.apply_again(%s, 1)", (other.counter_id,)) == ""
    assert (paid(town), statuses(town)) == (0, ["Reversed"])


@pytest.mark.req("PAY-20")
def test_a_correction_takes_the_old_back_and_the_new_stands(
    town: CentreUnderTest, desk: Desk
) -> None:
    old, new = payment(amount_minor=4_000), payment(amount_minor=3_000)
    desk.send(old, corrected(old, new["data"]["transaction"]["id"]), new)
    assert town.value("select count(*) from cd.suspense") == 0
    assert paid(town) == 3_000
    statuses = "select status::text from cd.payment order by event_seq"
    assert town.execute(statuses) == [("Reversed",), ("Posted",)]


@pytest.mark.req("PAY-17", "MON-8")
def test_a_cheque_beside_cash_takes_back_only_what_it_paid(
    town: CentreUnderTest, desk: Desk
) -> None:
    taken = payment(1)
    [card] = [one for one in taken["data"]["tenders"] if one["kind"] == "card"]
    card |= {"method": "cheque", "method_name": "Cheque", "kind": "cheque"}
    taken["totals"]["tenders"]["cheque"] = taken["totals"]["tenders"].pop("card")
    desk.send(taken)
    all_paid = "select sum(paid_minor) from cd.charge"
    before = town.value(all_paid)
    event = bounced(taken)
    desk.send(event)
    assert town.value("select count(*) from cd.suspense") == 0
    applied = sum(x["amount_minor"] for x in event["data"]["undone"] if x["allocation_id"])
    assert town.value(all_paid) == before - applied
    assert event["totals"]["cash_delta_minor"] == 0
