"""A counter that lies about what it undoes changes nothing: its event waits, its money with it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from counterdesk.demo.sample import sample_id
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, push
from tests.sync.spending import NamedNote, exceptions
from tests.sync.undoing import (
    bounced,
    by_cheque,
    own_charge,
    reversal,
    void,
    what_undoing_changes,
)
from tests.sync.written import Event, changed, payment

pytestmark = pytest.mark.req("AUD-3", "MON-7", "SYNC-3")

MakeDesk = Callable[[str], Desk]
Change = Callable[[Event], Any]


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
    before, first = what_undoing_changes(town), desk.chain.seq + 1
    forged = wrong(taken, other)
    desk.send(*forged.values())
    assert what_undoing_changes(town) == before
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
    before = what_undoing_changes(town)
    other.send(reversal(taken))
    one.send(void(taken))
    assert what_undoing_changes(town) == before
    assert town.execute("select reason, cash_delta_minor from cd.suspense") == [
        ("it was undone before", -100), ("it was undone before", -100),
    ]  # fmt: skip


def test_an_undo_that_is_sent_again_is_one(town: CentreUnderTest, desk: Desk) -> None:
    taken = payment(amount_minor=100)
    desk.send(taken, void(taken))
    before = what_undoing_changes(town)
    assert push(desk.connection, desk.chain.entries)["duplicates"] == 2
    assert what_undoing_changes(town) == before
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
    assert town.value("select sum(paid_minor) from cd.charge where number like 'INV%1234'") == 0
    assert town.value("select deadlocks from pg_stat_database"
                      " where datname = current_database()") == 0  # fmt: skip


def test_another_office_undoes_nothing_here(town: CentreUnderTest, desk_of: MakeDesk) -> None:
    one, far = desk_of("C01"), desk_of("C09")
    town.execute("update cd.counter set office = 'Elsewhere' where code = 'C09'")
    taken = payment(amount_minor=100)
    one.send(taken)
    before = what_undoing_changes(town)
    far.send(reversal(taken))
    assert what_undoing_changes(town) == before
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
