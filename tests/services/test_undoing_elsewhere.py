"""Undoing what another counter took, with what the centre told of it: PAY-20 and MON-12."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.undoing import PaymentTold, UndoAsked, UndoKind
from counterdesk.models.undoing import Undo, UndoneSettlement
from counterdesk.services.consumer_payments import last_payments
from counterdesk.services.shifts import expected_drawer
from counterdesk.services.startup import last_payment, mark_receipt_seen
from counterdesk.services.undo_choices import ways_to_undo
from tests.services.counting import running
from tests.services.guessing import events
from tests.services.till import Till, ask, cash, line_of
from tests.services.undo_till import WHY, shown, undo, void
from tests.told_payments import AMOUNT, CHEQUE, PAYMENT, RECEIPT, VISIT, told_payment, undone_there

BILL = "INV-2025-001234"


def came_back(told: PaymentTold) -> UndoAsked:
    return UndoAsked(uuid4(), UndoKind.BOUNCED, VISIT, WHY, tender_id=CHEQUE, told=told)


def reversed_(told: PaymentTold, **more: Any) -> UndoAsked:
    return UndoAsked(uuid4(), UndoKind.REVERSAL, VISIT, WHY, payment_id=PAYMENT, told=told, **more)


def owed(jane: Till) -> int:
    return next(one.outstanding_minor for one in jane.view().charges if one.number == BILL)


def status(jane: Till) -> str:
    consumer = jane.view().account.consumer_id
    rows = jane.store.read(lambda read: last_payments(read, consumer), jane.actor).result()
    return next(row.status for row in rows if row.payment_id == PAYMENT)


def drawer(jane: Till) -> int:
    return int(jane.act(lambda s: expected_drawer(s, running(s).id)))


@pytest.mark.req("PAY-20", "MON-12")
def test_a_cheque_of_another_counter_comes_back_and_its_bill_is_owed_again(jane: Till) -> None:
    before = owed(jane)
    asked = came_back(told_payment())
    effects = shown(jane, asked)
    assert effects.accounts == (("WU-10001", "John Doe"),)
    assert [(one.number, one.amount_minor) for one in effects.reopened] == [(BILL, AMOUNT)]
    assert [(one.method, one.amount_minor) for one in effects.money_back] == [("cheque", AMOUNT)]
    done = undo(jane, asked)
    assert (done.kind, done.receipt_number, done.cash_minor) == (UndoKind.BOUNCED, RECEIPT, 0)
    assert owed(jane) == before + AMOUNT
    assert jane.view().account.cash_only
    assert (status(jane), drawer(jane)) == ("Reversed", 10_000)
    assert jane.findings() == ()


@pytest.mark.req("PAY-20", "MON-11")
@pytest.mark.parametrize("method", ["cash", "cheque"])
def test_what_another_counter_took_is_given_back_in_cash(jane: Till, method: str) -> None:
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    before = drawer(jane)
    done = undo(jane, reversed_(told_payment(method)))
    assert (done.cash_minor, drawer(jane)) == (AMOUNT, before - AMOUNT)
    assert events(jane.store)[-1]["totals"]["cash_delta_minor"] == -AMOUNT
    assert jane.findings() == ()


@pytest.mark.req("PAY-20", "SYNC-3")
def test_what_was_undone_here_before_is_refused_whatever_the_centre_told(jane: Till) -> None:
    told = told_payment()
    asked = came_back(told)
    assert undo(jane, asked) == undo(jane, asked)
    for again in (came_back(told), reversed_(told)):
        with pytest.raises(UserError, match="undone before"):
            undo(jane, again)
    assert (jane.count(Undo), jane.count(UndoneSettlement)) == (1, 1)


@pytest.mark.req("PAY-20")
def test_what_was_undone_elsewhere_before_is_refused(jane: Till) -> None:
    told = told_payment()
    told = replace(told, undone=(undone_there(told),))
    with pytest.raises(UserError, match="undone before"):
        undo(jane, came_back(told))
    with pytest.raises(UserError, match="undone before"):
        jane.store.read(lambda read: ways_to_undo(read, VISIT, told=told), jane.actor).result()


@pytest.mark.req("PAY-20", "AUD-3")
@pytest.mark.parametrize("kind", [UndoKind.VOID, UndoKind.MOVED])
def test_it_is_neither_voided_nor_moved_here(jane: Till, kind: UndoKind) -> None:
    to = jane.view("WU-20003").account.consumer_id
    asked = replace(reversed_(told_payment()), kind=kind, to_consumer_id=to)
    with pytest.raises(UserError, match="Another counter took it"):
        undo(jane, asked)


@pytest.mark.req("PAY-20", "AUD-3")
def test_what_is_told_stands_neither_for_another_visit_nor_for_an_own_one(jane: Till) -> None:
    with pytest.raises(UserError, match="another payment"):
        undo(jane, replace(came_back(told_payment()), transaction_id=uuid4()))
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    done = undo(jane, replace(void(taken), told=told_payment()))
    undone = select(UndoneSettlement.amount_minor)
    assert (done.receipt_number, jane.one(undone)) == (taken.receipt_number, 14_550)


@pytest.mark.req("PAY-20")
def test_only_a_cheque_comes_back(jane: Till) -> None:
    with pytest.raises(UserError, match="Only a cheque"):
        undo(jane, came_back(told_payment("card")))


@pytest.mark.req("PAY-20", "SYNC-1")
def test_a_start_tells_of_it_until_it_was_seen(jane: Till) -> None:
    undo(jane, came_back(told_payment()))
    told = jane.store.read(lambda read: last_payment(read, 0), jane.actor).result()
    assert told is not None
    assert (told.undone, told.receipt_number) == ("bounced", RECEIPT)
    assert (told.consumer_name, told.account_number) == ("John Doe", "WU-10001")
    jane.act(lambda s: mark_receipt_seen(s, VISIT))
    assert jane.store.read(lambda read: last_payment(read, 0), jane.actor).result() is None


@pytest.mark.req("PAY-20", "MON-7")
def test_a_note_that_the_centre_has_not_told_of_is_not_guessed_at(jane: Till) -> None:
    told = told_payment()
    taken, note, over = dict(told.taken), str(uuid4()), str(uuid4())
    taken["credit_notes"] = [{"id": note, "number": "CN-C02-9"}]
    taken["overpayments"] = [{"id": over, "payment_id": str(PAYMENT), "credit_note_id": note}]
    [bill] = taken["settlements"]
    extra = {**bill, "id": str(uuid4()), "allocation_id": None, "overpayment_id": over}
    taken["settlements"] = [bill, extra]
    with pytest.raises(UserError, match="CN-C02-9 is not known here yet"):
        undo(jane, came_back(replace(told, taken=taken)))
    assert jane.count(Undo) == 0


@pytest.mark.req("PAY-20")
def test_money_of_another_currency_is_left_alone(jane: Till) -> None:
    told = told_payment()
    visit = {**told.taken["transaction"], "currency": "EUR"}
    told = replace(told, taken={**told.taken, "transaction": visit})
    with pytest.raises(UserError, match="another currency"):
        undo(jane, came_back(told))


@pytest.mark.req("PAY-20", "PAY-17", "MON-12")
def test_what_was_moved_since_is_taken_back_from_where_it_stands_now(jane: Till) -> None:
    told, other = told_payment(), jane.view("WU-20003")
    payment, paid = str(uuid4()), str(uuid4())
    [bill], charge = told.taken["settlements"], other.charges[0]
    moved = {
        **undone_there(told),
        "payments": [{
            **told.taken["payments"][0], "id": payment, "account_number": "WU-20003",
            "consumer_id": str(other.account.consumer_id),
        }],
        "allocations": [{
            "id": paid, "payment_id": payment, "charge_id": str(charge.charge_id),
            "charge_number": charge.number,
        }],
        "settlements": [{**bill, "id": str(uuid4()), "allocation_id": paid}],
    }  # fmt: skip
    before = owed(jane)
    effects = shown(jane, asked := came_back(replace(told, undone=(moved,))))
    assert [(one.number, one.account_number) for one in effects.reopened] == [
        (charge.number, "WU-20003")
    ]
    undo(jane, asked)
    assert owed(jane) == before
    assert jane.view("WU-20003").charges[0].outstanding_minor == charge.outstanding_minor + AMOUNT
    assert [jane.view(one).account.cash_only for one in ("WU-10001", "WU-20003")] == [False, True]
