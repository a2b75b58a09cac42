"""A counter that lies about what it undoes changes nothing: its event waits, its money with it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from counterdesk.demo.sample import sample_id
from counterdesk.sync.records import AccountFacts
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, push, put_account
from tests.sync.spending import NamedNote, exceptions, spending
from tests.sync.tills import account
from tests.sync.undoing import (
    bounced,
    by_cheque,
    corrected,
    moved,
    moved_on,
    own_charge,
    reversal,
    void,
)
from tests.sync.written import Event, changed, payment

pytestmark = pytest.mark.req("AUD-3", "MON-7", "SYNC-3")

MakeDesk = Callable[[str], Desk]
Change = Callable[[Event], Any]
NEIGHBOUR: AccountFacts = account(10_002, 5_000)


def money(centre: CentreUnderTest) -> list[Any]:
    """Return everything that an undo may change."""
    tables = (
        "charge", "credit_note", "allocation", "payment", "consumer", "undo", "undone_settlement",
        "undo_tender", "undo_charge", "fact_id", "settlement", "number_used",
    )  # fmt: skip
    rows = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from cd.{} as t"
    return [(table, centre.value(rows.format(table))) for table in tables]


def paid(centre: CentreUnderTest) -> int:
    """What John's charges got here: a part of one was paid before."""
    return int(centre.value("select sum(paid_minor) from cd.charge")) - 13_875


def undo(**values: Any) -> Change:
    return lambda event: event["data"]["undo"].update(values)


def part(place: int = 0, **values: Any) -> Change:
    return lambda event: event["data"]["undone"][place].update(values)


def back(**values: Any) -> Change:
    return lambda event: event["data"]["tenders_back"][0].update(values)


def less(minor: int) -> Change:
    """Give back another amount, with totals to match."""

    def change(event: Event) -> None:
        back(delta_minor=-minor)(event)
        event["totals"] |= {"cash_delta_minor": -minor, "tenders": {"cash": -minor}}

    return change


def both(*changes: Change) -> Change:
    return lambda event: [change(event) for change in changes]


def twice(event: Event) -> None:
    event["data"]["undone"].append(event["data"]["undone"][0] | {"id": str(uuid4())})
    less(-2 * event["data"]["tenders_back"][0]["delta_minor"])(event)


def wrong(taken: Event, other: Event) -> dict[str, Event]:
    """Return what nobody may say of a payment that was taken here, beside another one."""
    good = reversal(taken)
    minor = taken["data"]["settlements"][0]["amount_minor"]
    theirs = reversal(other)["data"]["undone"][0]

    def spent_charge(event: Event) -> None:
        own_charge(event, theirs["consumer_id"], charge_id=str(uuid4()), purpose="credit_withdrawn",
                   number="C01-000009/1", amount_minor=5, credit_note_id=str(uuid4()))  # fmt: skip

    def fee(event: Event) -> None:
        own_charge(event, theirs["consumer_id"], charge_id=str(uuid4()), purpose="cheque_fee",
                   number="C01-000009/1", amount_minor=5)  # fmt: skip

    changes: dict[str, Change] = {
        "another amount": both(part(amount_minor=minor + 1), less(minor + 1)),
        "below zero": both(part(amount_minor=-minor), less(-minor)),
        "more than it undoes": less(minor + 1),
        "less than it undoes": less(minor - 1),
        "totals of its own": lambda e: e["totals"].update(cash_delta_minor=0),
        "one settlement twice": twice,
        "a settlement nobody knows": part(settlement_id=str(uuid4())),
        "another transaction's": lambda e: e["data"]["undone"].__setitem__(0, theirs),
        "another charge": part(charge_id=str(sample_id("INV-2025-001567"))),
        "another account": part(consumer_id=str(uuid4())),
        "a note that was not born": part(born_note_id=str(uuid4())),
        "a note that was not spent": part(spent_note_id=str(uuid4())),
        "another payment": undo(payment_id=str(uuid4())),
        "no payment": undo(payment_id=None),
        "another transaction": undo(transaction_id=other["data"]["transaction"]["id"]),
        "other numbers": undo(receipt_number="R-1"),
        "a void elsewhere": undo(kind="void", payment_id=None),
        "a cheque that was cash": both(
            undo(kind="bounced", payment_id=None, tender_id=theirs["tender_id"]),
        ),
        "one person": undo(approver_id=good["data"]["undo"]["user_id"]),
        "nobody": undo(user_name=""),
        "no reason": undo(reason=""),
        "another day": undo(business_date="2025-04-19"),
        "another currency": undo(currency="EUR"),
        "no shift": undo(shift_id=None),
        "a way nobody knows": both(
            back(method="gold", kind="gold"),
            lambda e: e["totals"].update(cash_delta_minor=0, tenders={"gold": -minor}),
        ),
        "credit for cash": both(
            back(method="credit_note", kind="credit"),
            lambda e: e["totals"].update(cash_delta_minor=0, tenders={"credit_note": -minor}),
        ),
        "nothing": lambda e: e["data"].update(undone=[]),
        "no parts": lambda e: e["data"].pop("undone"),
        "rows of a move": lambda e: e["data"].update(
            settlements=[other["data"]["settlements"][0] | {"id": str(uuid4())}]
        ),
        "a debt of no note": spent_charge,
        "a fee of no cheque": fee,
        "no kind of undoing": undo(kind="gift"),
    }  # fmt: skip
    return {name: changed(good, change) for name, change in changes.items()}


def test_no_forged_undo_changes_anything(
    town: CentreUnderTest, desk: Desk, note: NamedNote
) -> None:
    taken, other = payment(amount_minor=100), payment(amount_minor=200)
    desk.send(taken, other)
    before, first = money(town), desk.chain.seq + 1
    forged = wrong(taken, other)
    desk.send(*forged.values())
    assert money(town) == before
    seqs = {seq for (seq,) in town.execute("select seq from cd.suspense")}
    assert [name for seq, name in enumerate(forged, first) if seq not in seqs] == []
    assert len(exceptions(desk)) == len(forged)
    desk.send(reversal(taken))
    assert town.value("select count(*) from cd.undo") == 1
    assert note.number


def test_no_settlement_is_undone_twice(town: CentreUnderTest, desk_of: MakeDesk) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    taken = payment(amount_minor=100)
    one.send(taken, void(taken))
    before = money(town)
    other.send(reversal(taken))
    one.send(void(taken))
    assert money(town) == before
    assert town.execute("select reason, cash_delta_minor from cd.suspense") == [
        ("it was undone before", -100), ("it was undone before", -100),
    ]  # fmt: skip


def test_an_undo_that_is_sent_again_is_one(town: CentreUnderTest, desk: Desk) -> None:
    taken = payment(amount_minor=100)
    desk.send(taken, void(taken))
    before = money(town)
    assert push(desk.connection, desk.chain.entries)["duplicates"] == 2
    assert money(town) == before
    assert town.value("select count(*) from cd.suspense") == 0


def test_two_counters_that_undo_one_payment_at_once_give_it_back_once(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    visits = [payment(amount_minor=100) for _ in range(12)]
    one.send(*visits)

    def undo_all(desk: Desk, order: list[Event]) -> set[str]:
        return {desk.send(reversal(one))["status"] for one in order}

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(undo_all, one, visits), pool.submit(undo_all, other, visits[::-1])]
        assert [future.result() for future in done] == [{"OK"}, {"OK"}]
    assert town.value("select count(*) from cd.undo") == 12
    assert town.value("select count(*) from cd.suspense") == 12
    assert paid(town) == 0
    assert town.value("select deadlocks from pg_stat_database"
                      " where datname = current_database()") == 0  # fmt: skip


def test_another_office_undoes_nothing_here(town: CentreUnderTest, desk_of: MakeDesk) -> None:
    one, far = desk_of("C01"), desk_of("C09")
    town.execute("update cd.counter set office = 'Elsewhere' where code = 'C09'")
    taken = payment(amount_minor=100)
    one.send(taken)
    before = money(town)
    far.send(reversal(taken))
    assert money(town) == before
    assert town.value("select reason from cd.suspense") == "the payment was taken at another office"


def test_a_fee_is_never_more_than_the_office_asks_for(town: CentreUnderTest, desk: Desk) -> None:
    for minor, made in ((2_500, []), (900, [(800,)])):
        taken = by_cheque()
        desk.send(taken)
        desk.send(bounced(taken, f"C01-{desk.chain.seq + 1:06}", fee_minor=minor))
        assert town.execute("select amount_minor from cd.undo_charge") == made
        town.set_setting("cheque_fee_minor", 800)
    assert town.value("select count(*) from cd.suspense") == 0


def test_nobody_takes_the_number_of_a_bill_to_come(town: CentreUnderTest, desk: Desk) -> None:
    taken = by_cheque()
    desk.send(taken, bounced(taken, "INV-2026-000001", fee_minor=1))
    assert town.value("select reason from cd.suspense") == "such a charge does not follow from it"


# To another account, and instead of another payment


@pytest.mark.req("PAY-17")
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


@pytest.mark.req("PAY-17")
def test_what_was_moved_can_be_voided_where_it_lies_now(town: CentreUnderTest, desk: Desk) -> None:
    put_account(town, NEIGHBOUR)
    taken = payment(amount_minor=4_000)
    there = _to_neighbour(taken)
    desk.send(taken, there)
    before = money(town)
    desk.send(void(taken))
    assert money(town) == before
    desk.send(void(moved_on(taken, there)))
    assert paid(town) == 0
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


@pytest.mark.req("PAY-17")
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
    before = money(town)
    desk.send(*forged)
    assert money(town) == before
    assert town.value("select count(*) from cd.suspense") == len(forged)


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
    before = paid(town)
    event = bounced(taken)
    desk.send(event)
    assert town.value("select count(*) from cd.suspense") == 0
    applied = sum(x["amount_minor"] for x in event["data"]["undone"] if x["allocation_id"])
    assert paid(town) == before - applied
    assert event["totals"]["cash_delta_minor"] == 0
