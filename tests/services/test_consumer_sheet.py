"""The consumer on one screen: the balance of every line holds, whatever was done to the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest

from counterdesk.core.account_sheet import ChargeState, LineKind
from counterdesk.core.errors import UserError
from counterdesk.core.habits import Timing, Usual
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import TenderGiven
from counterdesk.services.consumer_sheet import ConsumerSheet, consumer_sheet
from counterdesk.store.store import Store
from counterdesk.sync.records import (
    AccountFacts,
    PastBackFacts,
    PastCreditFacts,
    PastPaymentFacts,
    PlanFacts,
)
from tests.services.crediting import active
from tests.services.plans import statements, steps_of
from tests.services.till import Till, ask, card, cash, line_of
from tests.services.towns import TODAY, bill, fill, person
from tests.services.undo_till import bounced, cheque, moving, reversal, undo, void

Sheet = Callable[[UUID], ConsumerSheet]
ANOTHER = "WU-20003"
_FEW = {
    "SCAN ref.refreshed", "SCAN ref.exception_item", "SCAN own_charge", "SCAN anon_1",
    "SCAN anon_1 VIRTUAL TABLE INDEX 1:",
}  # fmt: skip
"""One row, what the centre returned, what undos ask for, the notes of this consumer, given ids."""


def sheet_of(till: Till, account: str = "WU-10001") -> ConsumerSheet:
    who = till.view(account).account.consumer_id
    return till.store.read(lambda read: consumer_sheet(read, who), till.actor).result()


def holds(seen: ConsumerSheet) -> int:
    """Prove that the lines add up; return what was brought forward."""
    balance = seen.brought_forward_minor
    for one in reversed(seen.lines):
        balance += one.effect_minor
        assert one.balance_minor == balance
    assert balance == seen.view.outstanding_minor
    return seen.brought_forward_minor


@pytest.fixture
def sheet(store: Store, cashier: Actor) -> Sheet:
    return lambda who: store.read(lambda read: consumer_sheet(read, who), cashier).result()


def told(number: int, on: date, amount: int, **more: object) -> PastPaymentFacts:
    facts = PastPaymentFacts(
        UUID(int=number), f"R-{number}", on, "Bill", "Card", amount, channel="Online",
        payment_number=f"PAY-{number}",
    )  # fmt: skip
    return replace(facts, **more)  # type: ignore[arg-type]


@pytest.mark.req("SRCH-4")
def test_the_sample_s_year_adds_up_from_nothing_to_what_is_owed(jane: Till) -> None:
    seen = sheet_of(jane)
    assert holds(seen) == 0
    told = [(one.number, one.status, one.effect_minor) for one in reversed(seen.lines)]
    assert told[:3] == [
        ("INV-2025-000987", "Paid", 13_875),
        ("R-4403", "Posted", -13_875),
        ("PP-2025-0034/1", "Overdue", 6_750),
    ]
    assert seen.lines[0].balance_minor == 60_025


@pytest.mark.req("SRCH-4")
def test_an_overpayment_pays_its_charge_and_the_rest_stands_as_credit(jane: Till) -> None:
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),), keep=True))
    seen = sheet_of(jane)
    credit, paid, *_rest = seen.lines
    assert (paid.kind, paid.amount_minor, paid.effect_minor) == (
        LineKind.PAYMENT, 15_000, -14_550,
    )  # fmt: skip
    assert (paid.credit_minor, paid.balance_minor) == (450, 45_475)
    assert (credit.kind, credit.amount_minor, credit.effect_minor) == (LineKind.CREDIT, 450, 0)
    assert holds(seen) == 0


@pytest.mark.req("SRCH-4", "MON-7")
def test_what_is_undone_has_a_line_of_its_own_that_owes_it_again(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),), keep=True))
    undo(jane, void(taken))
    seen = sheet_of(jane)
    gone, back, *_rest = (one for one in seen.lines if one.kind is not LineKind.CREDIT)
    assert (gone.kind, gone.text, gone.effect_minor) == (LineKind.UNDO, "void", 14_550)
    assert (back.number, back.status, back.effect_minor) == ("R-5001", "Voided", -14_550)
    assert (gone.balance_minor, back.balance_minor) == (60_025, 45_475)
    assert (seen.view.outstanding_minor, holds(seen)) == (60_025, 0)


@pytest.mark.req("SRCH-4")
@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_nothing_is_brought_forward_that_was_not_before(
    jane: Till, seed: int
) -> None:
    """Each act's own lines explain all that it changed: so does their sum, in any order."""
    chance, done = Random(seed), []
    before = {account: holds(sheet_of(jane, account)) for account in ("WU-10001", ANOTHER)}
    for _turn in range(7):
        view = jane.view()
        match chance.randrange(6):
            case 0 | 1 if view.charges:
                line = line_of(view, extra=chance.choice((0, 500)), most=chance.randint(1, 3))
                pay: tuple[TenderGiven, ...] = (card(line.total_minor),)
                if view.account.cash_only or chance.random() < 0.5:
                    pay = (cash(-(-line.total_minor // 1_000) * 1_000),)
                elif chance.random() < 0.5:
                    pay = (cheque(line.total_minor),)
                keep = pay[0].method == "cash" and chance.random() < 0.5
                done.append((jane.take(ask(line, pay=pay, keep=keep)), pay[0].method))
            case 2 if done and done[-1][1] == "cheque":
                undo(jane, bounced(jane, done.pop()[0]))
            case 3 if done:
                undo(jane, void(done.pop()[0]))
            case 4 if done:
                undo(jane, reversal(jane, done.pop()[0]))
            case 5 if done and done[-1][1] == "card":
                undo(jane, moving(jane, done.pop()[0], ANOTHER))
        for account, brought in before.items():
            assert holds(sheet_of(jane, account)) == brought


@pytest.mark.req("SRCH-4")
def test_credit_that_is_spent_is_a_payment_of_its_day(jane: Till) -> None:
    note = active(jane, 5_000)
    view = jane.view()
    credit = TenderGiven(
        "credit", 5_000, credit_note_id=note.id, credit_note_number=note.number,
        credit_account="WU-10001", credit_remaining_minor=5_000,
    )  # fmt: skip
    line = line_of(view, most=1)
    jane.take(ask(line, pay=(credit, cash(line.total_minor - 5_000))))
    seen = sheet_of(jane)
    newest = next(one for one in seen.lines if one.kind is LineKind.PAYMENT)
    assert newest.text == "Credit note + Cash"
    assert newest.effect_minor == -line.total_minor
    assert holds(seen) == 0
    (shown,) = [one for one in seen.lines if one.kind is LineKind.CREDIT]
    assert (shown.number, shown.status, shown.effect_minor) == (note.number, "Applied", 0)


@pytest.mark.req("SRCH-4")
def test_what_does_not_stand_elsewhere_changes_nothing(store: Store, sheet: Sheet) -> None:
    payments = (
        told(1, TODAY - timedelta(30), 1_000), told(2, TODAY - timedelta(20), 700, status="Voided"),
        told(3, TODAY, 300, status="Pending"),
    )  # fmt: skip
    charges = (bill(1, 1_000, TODAY - timedelta(30), paid_minor=1_000), bill(2, 700), bill(3, 300))
    fill(store, AccountFacts(person(1, "Mira"), charges, (), payments))
    seen = sheet(UUID(int=1))
    effects = {one.number: (one.status, one.effect_minor) for one in seen.lines}
    assert effects["R-1"] == ("Posted", -1_000)
    assert effects["R-2"] == ("Voided", 0)
    assert effects["R-3"] == ("Pending", 0)
    assert holds(seen) == 0


@pytest.mark.req("SRCH-4", "MON-10")
def test_what_another_counter_gave_back_is_owed_again_from_its_own_day_on(
    store: Store, sheet: Sheet
) -> None:
    paid = told(1, TODAY - timedelta(30), 1_000, status="Reversed", counter="C01")
    back = PastBackFacts(
        UUID(int=5), "reversal", "R-1", TODAY - timedelta(9), "Bill", "Card", "Online", "C01", "Al",
        "C02", "Bo", 1_000, 1_000, 1_000, UUID(int=1),
    )  # fmt: skip
    own = replace(back, back_id=UUID(int=6), giving_counter="C07")
    owed = bill(1, 1_000, TODAY - timedelta(30))
    fill(store, AccountFacts(person(1, "Mira"), (owed,), (), (paid,), (), (back, own)))
    seen = sheet(UUID(int=1))
    assert [(one.number, one.text, one.effect_minor, one.balance_minor) for one in seen.lines] == [
        ("R-1", "reversal", 1_000, 1_000), ("R-1", "Card", -1_000, 0),
        ("INV-2025-000001", "", 1_000, 1_000),
    ]  # fmt: skip
    assert holds(seen) == 0


@pytest.mark.req("SRCH-4", "MON-10")
def test_a_part_that_another_counter_gave_back_owes_that_part_again(
    store: Store, sheet: Sheet
) -> None:
    paid = told(1, TODAY - timedelta(30), 1_000, settled_minor=900)
    back = PastBackFacts(
        UUID(int=5), "bounced", "R-1", TODAY, "Bill", "Card", "Online", "C01", "Al", "C02", "Bo",
        500, 500, 400, UUID(int=1),
    )  # fmt: skip
    owed = bill(1, 900, TODAY - timedelta(30), paid_minor=500)
    fill(store, AccountFacts(person(1, "Mira"), (owed,), (), (paid,), (), (back,)))
    seen = sheet(UUID(int=1))
    assert [one.effect_minor for one in seen.lines] == [400, -900, 900]
    assert holds(seen) == 0


def test_a_charge_of_tomorrow_is_owed_today_and_stands_there(store: Store, sheet: Sheet) -> None:
    fill(store, AccountFacts(person(1, "Mira"), (bill(1, 900, TODAY + timedelta(20)),)))
    seen = sheet(UUID(int=1))
    assert [one.on for one in seen.lines] == [TODAY]
    assert holds(seen) == 0


@pytest.mark.req("SRCH-4", "MON-5")
def test_what_was_kept_at_another_counter_paid_no_charge(store: Store, sheet: Sheet) -> None:
    paid = told(1, TODAY, 1_500, settled_minor=1_000)
    charges = (bill(1, 1_000, paid_minor=1_000),)
    fill(store, AccountFacts(person(1, "Mira"), charges, (), (paid,)))
    seen = sheet(UUID(int=1))
    newest = next(one for one in seen.lines if one.kind is LineKind.PAYMENT)
    assert (newest.effect_minor, newest.credit_minor) == (-1_000, 500)
    assert holds(seen) == 0


@pytest.mark.req("SRCH-4", "MON-5")
def test_what_the_centre_made_a_note_of_paid_no_charge(store: Store, sheet: Sheet) -> None:
    twice = (told(1, TODAY, 1_000), told(2, TODAY, 1_000))
    note = PastCreditFacts(
        UUID(int=9), "CN-9", 1_000, 1_000, source="excess", created_on=TODAY,
        payment_number="PAY-2", receipt_number="R-2",
    )  # fmt: skip
    fill(
        store,
        AccountFacts(person(1, "Mira"), (bill(1, 1_000, paid_minor=1_000),), (), twice, (note,)),
    )
    seen = sheet(UUID(int=1))
    assert {one.number: one.effect_minor for one in seen.lines}["R-2"] == 0
    assert holds(seen) == 0
    assert seen.view.credit_minor == 1_000


@pytest.mark.req("SRCH-4")
def test_what_lies_before_the_payments_that_are_told_is_brought_forward(
    store: Store, sheet: Sheet
) -> None:
    old = bill(1, 1_000, TODAY - timedelta(500))
    paid = bill(2, 400, TODAY - timedelta(420), paid_minor=400)
    fill(
        store,
        AccountFacts(
            person(1, "Mira"), (old, paid, bill(3, 50)), (),
            (told(1, TODAY - timedelta(300), 400), told(2, TODAY - timedelta(450), 90)),
        ),
    )  # fmt: skip
    seen = sheet(UUID(int=1))
    assert seen.first == date(2024, 3, 21)
    assert [one.number for one in seen.lines] == ["INV-2025-000003", "R-1"]
    assert holds(seen) == 1_400


@pytest.mark.req("SRCH-4")
def test_the_plan_says_what_was_paid_what_is_late_and_what_comes_next(
    store: Store, sheet: Sheet
) -> None:
    parts = tuple(
        replace(
            bill(place, 700, TODAY + timedelta(30 * (place - 2)), paid_minor=700 * (place == 1)),
            kind="Installment", number=f"PP-1/{place}", plan_number="PP-1", installment=place,
        )
        for place in (1, 2, 3)
    )  # fmt: skip
    late = replace(parts[1], due_on=TODAY - timedelta(1))
    old = bill(9, 2_500, replaced_by_plan=True, paid_minor=400)
    facts = AccountFacts(
        person(1, "Mira"), (old, parts[0], late, parts[2]), (PlanFacts("PP-1", "Late"),)
    )
    fill(store, facts)
    seen = sheet(UUID(int=1))
    (plan,) = seen.plans
    assert (plan.number, plan.status, plan.paid, plan.late(TODAY)) == ("PP-1", "Late", 1, 1)
    assert plan.left_minor == 1_400
    assert plan.following is not None
    assert plan.following.number == "PP-1/2"
    assert [one.state(TODAY) for one in seen.charges if one.in_plan] == [ChargeState.IN_PLAN]
    assert holds(seen) == 1_400 - 3 * 700 - 400


@pytest.mark.req("SRCH-4")
def test_behaviour_is_told_from_what_is_known(store: Store, sheet: Sheet) -> None:
    bills = tuple(
        bill(month, 1_000 + month, date(2024, month, 15), paid_minor=1_000 + month)
        for month in range(6, 13)
    )
    paid = tuple(
        told(month, date(2024, month, 17), 1_000 + month, method="Cash" if month == 6 else "Card")
        for month in range(6, 13)
    )
    old = told(3, date(2024, 4, 1), 5)
    void = told(4, TODAY, 5, status="Voided")
    fill(store, AccountFacts(person(1, "Mira"), bills, (), (*paid, old, void)))
    seen = sheet(UUID(int=1)).behaviour
    assert (seen.payments, seen.paid_minor) == (7, sum(one.amount_minor for one in paid))
    assert (seen.method, seen.channel) == (Usual("Card", 6), Usual("Online", 7))
    assert (seen.day, seen.timing) == (17, Timing(2, 7))
    assert seen.last is not None
    assert seen.last.receipt_number == "R-12"


@pytest.mark.req("SRCH-4")
def test_what_was_paid_here_is_on_time_by_its_own_charges(jane: Till) -> None:
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    behaviour = sheet_of(jane).behaviour
    assert behaviour.timing == Timing(2, 2)  # five days late here, a day early elsewhere


def test_two_bills_of_one_amount_tell_nothing_of_a_payment_elsewhere(
    store: Store, sheet: Sheet
) -> None:
    alike = (bill(1, 1_000, paid_minor=1_000), bill(2, 1_000, paid_minor=1_000))
    fill(store, AccountFacts(person(1, "Mira"), alike, (), (told(1, TODAY, 1_000),)))
    assert sheet(UUID(int=1)).behaviour.timing is None


@pytest.mark.req("SRCH-4")
def test_a_consumer_of_whom_nothing_is_known_has_an_empty_sheet(store: Store, sheet: Sheet) -> None:
    fill(store, AccountFacts(person(1, "Mira")))
    seen = sheet(UUID(int=1))
    assert (seen.lines, seen.charges, seen.plans) == ((), (), ())
    assert holds(seen) == 0
    assert (seen.behaviour.payments, seen.behaviour.last) == (0, None)
    with pytest.raises(UserError, match="not known here"):
        sheet(UUID(int=404))


def test_a_sheet_is_read_by_indexes(jane: Till) -> None:
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),), keep=True))
    with statements() as asked:
        sheet_of(jane)
    steps = jane.act(lambda session: steps_of(session, asked))
    assert len(steps) > 20
    assert {step for step in steps if step.startswith("SCAN")} <= _FEW
