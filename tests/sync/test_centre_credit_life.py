"""A credit note's life at the centre: what a till did stands, whoever allowed it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from counterdesk.core.credit import ChangeKind, NoteNow
from counterdesk.core.permissions import Actor, Role
from counterdesk.services import credit_payouts
from counterdesk.services.credit_payouts import Refund
from counterdesk.services.shifts import current_shift, expected_drawer, open_shift
from counterdesk.store.store import Store
from tests.services.crediting import active, allowed, decide, pay, raise_note
from tests.services.till import Till, card
from tests.sync.centres import CentreUnderTest
from tests.sync.feeding import reader
from tests.sync.pushing import Desk, push
from tests.sync.undoing import reversal
from tests.sync.written import Event

STANDS = "select number, status, amount_minor, paid_out_minor, approved_by from cd.credit_note"


class SendingTill(Till):
    """A till whose acts go to a centre."""

    def __init__(self, store: Store, actor: Actor, town: CentreUnderTest) -> None:
        super().__init__(store, actor)
        first = json.loads(store.read_journal().entries[0].body)
        login = town.add_counter("C07", UUID(first["counter_id"]))
        self.line = psycopg.connect(login.conninfo, autocommit=True)
        self.town, self.sent = town, 0

    def send(self) -> list[Event]:
        """Push what is new; return it."""
        entries = self.store.read_journal().entries[self.sent :]
        assert push(self.line, tuple(entries))["status"] == "OK"
        self.sent += len(entries)
        return [json.loads(entry.body) for entry in entries]


@pytest.fixture
def jane(
    town: CentreUnderTest, store: Store, cashier: Actor, supervisor: Actor
) -> Iterator[SendingTill]:
    """Jane's till, in a centre that knows her supervisor."""
    town.add_person(supervisor.user_id, Role.SUPERVISOR)
    town.add_person(cashier.user_id, Role.CASHIER)
    jane = SendingTill(store, cashier, town)
    jane.act(lambda s: open_shift(s, 10_000))
    yield jane
    jane.line.close()


def refund(
    jane: Till, note: NoteNow, amount: int, method: str = "cash", reference: str = ""
) -> None:
    asked = Refund(uuid4(), note.id, amount, method, "asked for it", reference)
    work = credit_payouts.refund_credit_note
    allowed(jane, lambda s, a, p: work(s, a, p, asked), "supervisor")


def matters(town: CentreUnderTest) -> list[tuple[Any, ...]]:
    return town.execute(
        "select kind, subject, detail from cd.work_item where told order by item_id"
    )


def stands(town: CentreUnderTest) -> list[tuple[Any, ...]]:
    return town.execute(f"{STANDS} order by number")


@pytest.mark.req("CN-3", "SYNC-3")
def test_a_note_that_was_raised_and_approved_is_worth_the_same_everywhere(
    town: CentreUnderTest, jane: SendingTill, desk_of: Callable[[str], Desk]
) -> None:
    with reader(desk_of("C02").login) as other:
        while other.page()["rows"]:
            pass
        note = raise_note(jane, pay(jane), 5_000)
        jane.send()
        assert stands(town) == [(note.number, "Pending approval", 5_000, 0, "")]
        approved = decide(jane, note.id, ChangeKind.APPROVED)
        jane.send()
        assert stands(town) == [(note.number, "Active", 5_000, 0, approved.approved_by)]
        told = {row["key"]: row["row"] for row in other.page()["rows"] if row["kind"] == "credit"}
    assert told[str(note.id)]["status"] == "Active"
    assert (matters(town), town.value("select count(*) from cd.suspense")) == ([], 0)


@pytest.mark.req("CN-5", "MON-11", "SYNC-3")
def test_refunds_leave_the_note_and_the_drawer_at_the_centre_too(
    town: CentreUnderTest, jane: SendingTill
) -> None:
    note = active(jane, 5_000, pay(jane, card(14_550)))
    refund(jane, note, 2_000)
    refund(jane, note, 3_000, "card", "slip 9")
    jane.send()
    assert stands(town)[0][1:4] == ("Applied", 5_000, 5_000)
    shift = jane.store.read(current_shift).result()
    assert shift is not None
    here = jane.store.read(lambda r: expected_drawer(r, shift.id)).result()
    assert town.value("select cd.expected_drawer(%s)", (shift.id,)) == here == 8_000
    assert (matters(town), town.value("select count(*) from cd.suspense")) == ([], 0)


@pytest.mark.req("CN-5")
def test_what_is_held_rejected_and_released_follows(
    town: CentreUnderTest, jane: SendingTill
) -> None:
    payment = pay(jane)
    note, other = active(jane, 5_000, payment), raise_note(jane, payment, 100)
    decide(jane, note.id, ChangeKind.HELD)
    decide(jane, other.id, ChangeKind.REJECTED)
    jane.send()
    assert [row[1] for row in stands(town)] == ["Held", "Rejected"]
    decide(jane, note.id, ChangeKind.RELEASED)
    jane.send()
    assert [row[1] for row in stands(town)] == ["Active", "Rejected"]
    assert matters(town) == []


@pytest.mark.req("CN-3")
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("update cd.person set active = false", "whoever allowed it may not"),
        ("update cd.person set role = 'Customer Executive'", "whoever allowed it may not"),
        ("update cd.setting set value = '4999' where name = 'credit_approval_ceiling_minor'",
         "beyond the ceiling"),
    ],
)  # fmt: skip
def test_a_yes_that_does_not_hold_leaves_the_note_held_and_a_matter(
    town: CentreUnderTest, jane: SendingTill, change: str, why: str
) -> None:
    note = active(jane, 5_000)
    town.execute(change)
    jane.send()
    assert stands(town)[0][:2] == (note.number, "Held")
    [(kind, subject, detail)] = matters(town)
    assert (kind, subject) == ("credit_approval", note.number)
    assert why in detail
    assert town.value("select count(*) from cd.suspense") == 0


@pytest.mark.req("CN-1", "SYNC-4")
def test_two_counters_that_credit_one_payment_whole_leave_one_note_held(
    town: CentreUnderTest, jane: SendingTill, desk: Desk
) -> None:
    note = active(jane, 14_550)
    raised = next(one for one in jane.send() if one["kind"] == "credit_note.raised")
    desk.send(again(raised))
    assert [row[1] for row in stands(town)] == ["Active", "Held"]
    [(kind, _subject, detail)] = matters(town)
    assert (kind, "credited before" in detail) == ("credit_approval", True)
    assert note.amount_minor == 14_550


@pytest.mark.req("CN-1", "MON-7")
def test_a_note_of_a_payment_goes_when_that_is_undone_and_a_later_one_is_held(
    town: CentreUnderTest, jane: SendingTill, desk: Desk
) -> None:
    active(jane)
    events = {one["kind"]: one for one in jane.send()}
    desk.send(reversal(events["payment.taken"]))
    assert town.value("select count(*) from cd.suspense") == 0
    assert [row[1] for row in stands(town)] == ["Cancelled"]
    desk.send(again(events["credit_note.raised"]))
    assert sorted(row[1] for row in stands(town)) == ["Cancelled", "Held"]
    [(kind, _subject, detail)] = matters(town)
    assert (kind, "its payment was undone" in detail) == ("credit_approval", True)


def again(raised: Event, **changes: Any) -> Event:
    """The same note once more, as another counter raises it."""
    event = copy.deepcopy(raised)
    event["data"]["credit_note"] |= {"id": str(uuid4()), "number": f"CN-X{uuid4()}"} | changes
    return event


@pytest.mark.req("MON-6", "SYNC-2", "SYNC-4")
def test_money_that_was_not_there_any_more_is_overspent_and_never_lost(
    town: CentreUnderTest, jane: SendingTill, desk: Desk
) -> None:
    note = active(jane, 5_000)
    jane.send()
    refund(jane, note, 4_000)
    [event] = [one for one in jane.send() if one["kind"] == "credit_note.changed"]
    event["data"]["change"] |= {"id": str(uuid4()), "shift_id": str(uuid4())}
    desk.send(event)
    assert stands(town)[0][1:4] == ("Applied", 5_000, 5_000)
    assert town.execute("select overspent_minor from cd.credit_note_change where kind = 'refunded'"
                        " order by 1") == [(0,), (3_000,)]  # fmt: skip
    assert [row[0] for row in matters(town)] == ["overspent"]
    assert town.value("select count(*) from cd.suspense") == 0


@pytest.mark.req("SYNC-2")
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 100}, {"currency": "EUR"}, {"number": "CN-1"}, {"method": "gold"},
        {"credit_note_id": str(uuid4())}, {"kind": "stolen"}, {"business_date": "2025-04-21"},
        {"shift_id": None}, {"method_kind": "credit"}, {"shift_id": "another counter's"},
    ],
)  # fmt: skip
def test_what_cannot_be_placed_waits_with_its_money(
    town: CentreUnderTest, jane: SendingTill, desk: Desk, wrong: dict[str, Any]
) -> None:
    note = active(jane, 5_000)
    jane.send()
    refund(jane, note, 2_000)
    [event] = [one for one in jane.send() if one["kind"] == "credit_note.changed"]
    own_shift = event["data"]["change"]["shift_id"]
    event["data"]["change"] |= {"id": str(uuid4()), "shift_id": str(uuid4())} | {
        name: own_shift if value == "another counter's" else value for name, value in wrong.items()
    }
    desk.send(event)
    assert town.execute("select cash_delta_minor, tenders from cd.suspense") == [
        (-2_000, {"cash": -2_000})
    ]
    assert stands(town)[0][3] == 2_000


@pytest.mark.req("SYNC-2")
@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "EUR"}, {"source": "excess"}, {"status": "Applied"},
        {"consumer_id": str(uuid4())}, {"created_on": "2025-04-19"}, {"amount_minor": 0},
    ],
)  # fmt: skip
def test_no_other_note_is_made_by_a_counter(
    town: CentreUnderTest, jane: SendingTill, desk: Desk, wrong: dict[str, Any]
) -> None:
    raise_note(jane, pay(jane), 100)
    raised = next(one for one in jane.send() if one["kind"] == "credit_note.raised")
    desk.send(again(raised, **wrong))
    assert len(stands(town)) == 1
    assert town.value("select count(*) from cd.suspense") == 1


@pytest.mark.req("CN-3")
def test_a_small_note_needs_nobody_and_a_larger_one_that_says_so_is_held(
    town: CentreUnderTest, jane: SendingTill, desk: Desk
) -> None:
    town.set_setting("auto_approve_minor", 500)
    raise_note(jane, pay(jane), 100)
    raised = next(one for one in jane.send() if one["kind"] == "credit_note.raised")
    desk.send(again(raised, status="Active", amount_minor=500))
    desk.send(again(raised, status="Active", amount_minor=501))
    statuses = town.execute("select amount_minor, status from cd.credit_note order by 1")
    assert statuses == [(100, "Pending approval"), (500, "Active"), (501, "Held")]
    assert "nobody else allowed it" in matters(town)[0][2]


@pytest.mark.req("CN-3")
def test_a_forged_yes_leaves_the_note_held(
    town: CentreUnderTest, jane: SendingTill, desk: Desk, supervisor: Actor
) -> None:
    note = raise_note(jane, pay(jane), 100)
    raised = next(one for one in jane.send() if one["kind"] == "credit_note.raised")
    boss = {"created_by_id": str(supervisor.user_id), "approver_id": str(supervisor.user_id)}
    desk.send(again(raised, status="Active", **boss))
    other = uuid4()
    town.execute(
        "insert into cd.consumer (consumer_id, account_number, name) values (%s, 'WU-2', 'X')",
        (other,),
    )
    desk.send(again(raised, consumer_id=str(other)))
    assert [row[2].partition(": ")[2] for row in matters(town)] == [
        "it was allowed by who made it", "its payment is of another account",
    ]  # fmt: skip
    decide(jane, note.id, ChangeKind.APPROVED)
    [event] = [one for one in jane.send() if one["kind"] == "credit_note.changed"]
    assert stands(town)[0][:2] == (note.number, "Active")
    town.execute("update cd.credit_note set status = 'Pending approval' where id = %s", (note.id,))
    event["data"]["change"] |= {"id": str(uuid4()), "amount_minor": 99}
    desk.send(event)
    assert stands(town)[0][:2] == (note.number, "Held")
    assert "another amount or reason was approved" in matters(town)[-1][2]


@pytest.mark.req("CN-5")
@pytest.mark.parametrize(("name", "status"), [("JÖHN  doe", "Active"), ("Mary Doe", "Held")])
def test_credit_comes_to_another_account_of_the_same_name_only(
    town: CentreUnderTest, jane: SendingTill, desk: Desk, name: str, status: str
) -> None:
    note = active(jane, 5_000)
    raised = next(one for one in jane.send() if one["kind"] == "credit_note.raised")
    refund(jane, note, 1_000)
    [event] = [one for one in jane.send() if one["kind"] == "credit_note.changed"]
    to = uuid4()
    town.execute(
        "insert into cd.consumer (consumer_id, account_number, name) values (%s, 'WU-2', %s)",
        (to, name),
    )
    made = again(
        raised, source="transfer", consumer_id=str(to), from_note_id=str(note.id), status="Active",
        amount_minor=2_000, payment_id=None, payment_number="", receipt_number="",
    )["data"]["credit_note"]  # fmt: skip
    event["totals"] |= {"cash_delta_minor": 0, "tenders": {}}
    event["data"] = {
        "credit_note": made,
        "change": event["data"]["change"] | {
            "id": str(uuid4()), "kind": "transferred", "amount_minor": 2_000, "method": "",
            "method_name": "", "method_kind": "", "shift_id": None, "to_note_id": made["id"],
        },
    }  # fmt: skip
    desk.send(event)
    moved = "select status, amount_minor from cd.credit_note where source = 'transfer'"
    assert town.execute(moved) == [(status, 2_000)]
    assert stands(town)[0][3] == 3_000
    assert [row[0] for row in matters(town)] == ([] if status == "Active" else ["credit_approval"])


@pytest.mark.req("CN-4", "SYNC-5")
def test_what_nobody_spent_in_time_expires_by_itself_and_every_counter_hears_it(
    town: CentreUnderTest, jane: SendingTill, desk: Desk
) -> None:
    note = active(jane, 5_000)
    jane.send()
    town.execute("update cd.credit_note set expires_on = current_date + 1")
    assert town.value("select cd.expire_credit()") == 0
    town.execute("update cd.credit_note set expires_on = current_date - 2")
    with reader(desk.login) as hearing:
        while hearing.page()["rows"]:
            pass
        assert town.value("select cd.expire_credit()") == 1
        [row] = hearing.page()["rows"]
    assert (row["key"], row["row"]["status"]) == (str(note.id), "Expired")
    assert town.value("select cd.expire_credit()") == 0


@pytest.mark.req("CN-4", "SYNC-2")
def test_money_paid_back_in_time_counts_though_it_arrives_after_the_end(
    town: CentreUnderTest, jane: SendingTill
) -> None:
    note = active(jane, 5_000)
    jane.send()
    town.execute("update cd.credit_note set status = 'Expired', expires_on = %s",
                 (date(2025, 4, 20),))  # fmt: skip
    refund(jane, note, 2_000)
    jane.send()
    assert stands(town)[0][1:4] == ("Expired", 5_000, 2_000)
    assert matters(town) == []
