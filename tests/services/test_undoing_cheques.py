"""Returned cheques, money on the wrong account, corrections: PAY-17, PAY-20 and MON-12."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.undoing import Replacement, UndoAsked, UndoKind, withdrawn_charge_id
from counterdesk.demo.invented import invented_accounts
from counterdesk.demo.sample import sample_account
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.ledger import CreditNote, Payment, PaymentTransaction
from counterdesk.models.undoing import OwnCharge, Undo
from counterdesk.services.consumers import search_consumers
from counterdesk.services.correctable import visit_to_correct
from counterdesk.services.corrections import Corrected, correct_payment
from counterdesk.services.credit_standing import notes_of
from counterdesk.services.own_charges import own_due_minor
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import payments_page
from counterdesk.services.shifts import expected_drawer, open_shift
from counterdesk.services.taken import PaymentTaken, find_taken
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from counterdesk.sync.records import ChargeFacts, PastCreditFacts
from counterdesk.sync.reference import build_reference
from tests.conftest import PASSWORD, START_UTC
from tests.services.counting import close_shift, running
from tests.services.guessing import try_of
from tests.services.till import Till, ask, card, cash, line_of
from tests.services.undo_till import WHY, bounced, cheque, moving, reversal, shown, undo, void

ANOTHER = "WU-20003"


def spend(jane: Till, amount: int, note: str = "CN-46129") -> None:
    """Let some of a credit note go by another act of this counter, without cash."""
    row = jane.act(
        lambda s: s.execute(select(CreditNote.__table__).where(CreditNote.number == note)).one()
    )

    def refund(session: Any) -> None:
        change = {
            "id": uuid4(), "credit_note_id": row.id, "number": note,
            "consumer_id": row.consumer_id, "account_number": row.account_number,
            "consumer_name": row.consumer_name, "kind": "refunded", "amount_minor": amount,
            "currency": "USD", "reason": "why", "method": "transfer",
            "method_name": "Bank transfer", "method_kind": "transfer", "reference": "7",
            "to_note_id": None, "shift_id": None, "business_date": session.today(),
            "changed_at_utc": session.clock.now_utc(), "user_id": uuid4(), "user_name": "A",
            "approver_id": uuid4(), "approver_name": "B",
        }  # fmt: skip
        event = session.record("credit_note.changed", {"change": change})
        session.execute(insert(CreditNoteChange), {**change, "event_seq": event.seq})

    jane.act(refund)


@pytest.fixture
def office(jane: Till) -> Callable[..., None]:
    """Change the settings of Jane's office."""

    def change(**settings: Any) -> None:
        store: Store = jane.store
        accounts = [sample_account(), *invented_accounts(20)]
        build_reference(
            store.folder.reference, store.data_key, accounts,
            replace(store.settings, **settings), as_of_utc=store.clock.now_utc(),
        )  # fmt: skip
        store.reload_reference()

    return change


def drawer_of(jane: Till) -> int:
    return int(jane.act(lambda s: expected_drawer(s, running(s).id)))


def with_credit(jane: Till) -> PaymentTaken:
    """A cheque of 200 for 145.50."""
    line = line_of(jane.view(), extra=5_450, most=1)
    taken: PaymentTaken = jane.take(ask(line, pay=(cheque(20_000),)))
    return taken


@pytest.mark.req("MON-12", "MON-8", "PAY-17")
def test_a_cheque_bounces_after_a_part_of_its_note_was_spent(
    jane: Till, office: Callable[..., None]
) -> None:
    office(cheque_fee_minor=1_500)
    taken = with_credit(jane)
    spend(jane, 3_000)
    asked = bounced(jane, taken)
    told = shown(jane, asked)
    (gone,) = told.credit_gone
    assert (gone.withdrawn_minor, gone.debit_minor, told.fee_minor) == (2_450, 3_000, 1_500)
    assert (told.cash_minor, [one.method for one in told.money_back]) == (0, ["cheque"])
    before = jane.view().outstanding_minor
    undo(jane, asked)
    view = jane.view()
    assert view.outstanding_minor == before + 14_550 + 3_000 + 1_500
    made = {one.text: one for one in view.charges if one.number.startswith("C07-")}
    assert {text: one.outstanding_minor for text, one in made.items()} == {
        "Credit withdrawn": 3_000, "Returned cheque fee": 1_500,
    }  # fmt: skip
    withdrawn = made["Credit withdrawn"].charge_id
    assert withdrawn == withdrawn_charge_id(asked.request_id, gone.note_id)
    notes = jane.store.read(lambda read: notes_of(read, view.account.consumer_id)).result()
    assert [(one.remaining_minor, str(one.status)) for one in notes] == [(0, "Cancelled")]
    assert view.account.cash_only
    assert any("Cash only" in sentence for sentence in view.warnings)


@pytest.mark.req("KPI-1")
def test_what_a_returned_cheque_left_owed_falls_due_once(
    jane: Till, office: Callable[..., None]
) -> None:
    office(cheque_fee_minor=1_500)
    taken = with_credit(jane)
    spend(jane, 3_000)
    undo(jane, bounced(jane, taken))
    made = [one for one in jane.view().charges if one.number.startswith("C07-")]
    days = {one.due_on for one in made}

    def due(read: ReadSession) -> int:
        return own_due_minor(read, min(days), max(days))

    assert jane.store.read(due).result() == 4_500
    told = tuple(
        ChargeFacts(one.charge_id, "Service", one.number, one.due_on, one.due_on, one.billed_minor)
        for one in made
    )
    owner = replace(sample_account(), charges=told)
    key, path = jane.store.data_key, jane.store.folder.reference
    build_reference(path, key, [owner], jane.store.settings, as_of_utc=jane.store.clock.now_utc())
    jane.store.reload_reference()
    assert jane.store.read(due).result() == 0  # it stands among what falls due by then


@pytest.mark.req("MON-8", "PAY-17")
def test_what_a_returned_cheque_left_owed_is_paid_in_cash(
    jane: Till, office: Callable[..., None]
) -> None:
    office(cheque_fee_minor=1_500)
    undo(jane, bounced(jane, with_credit(jane)))
    line = line_of(jane.view())
    with pytest.raises(UserError, match="cash"):
        jane.take(ask(line, pay=(card(line.total_minor),)))
    jane.take(ask(line, pay=(cash(line.total_minor),)))
    assert jane.view().outstanding_minor == 0


@pytest.mark.req("MON-8", "CASH-1")
def test_a_cheque_that_came_back_is_missing_from_no_drawer(jane: Till) -> None:
    taken = with_credit(jane)
    jane.act(lambda s: close_shift(s, 10_000))
    jane.act(lambda s: open_shift(s, 10_000))
    undo(jane, bounced(jane, taken))
    closed = jane.act(lambda s: close_shift(s, 10_000))
    assert [one.expected_minor for one in closed.methods] == [10_000, 0]


@pytest.mark.req("MON-7")
def test_void_is_refused_where_the_note_was_spent_and_the_reversal_asks_for_it(jane: Till) -> None:
    line = line_of(jane.view(), extra=5_450, most=1)
    taken = jane.take(ask(line, pay=(cash(20_000),)))
    spend(jane, 3_000)
    with pytest.raises(UserError, match=r"CN-46129 .* was spent\. Reverse"):
        undo(jane, void(taken))
    undo(jane, reversal(jane, taken))
    owed = [one.outstanding_minor for one in jane.view().charges if one.text == "Credit withdrawn"]
    assert owed == [3_000]


@pytest.mark.req("MON-8")
def test_credit_of_a_cheque_is_held_for_some_days(jane: Till, office: Callable[..., None]) -> None:
    office(cheque_hold_days=10)
    with_credit(jane)
    consumer = jane.view().account.consumer_id
    (note,) = jane.store.read(lambda read: notes_of(read, consumer)).result()
    assert (str(note.held_until), str(note.status)) == ("2025-04-30", "Held")
    jane.take(ask(line_of(jane.view(), extra=500, most=1), pay=(cash(30_000),)))
    statuses = jane.store.read(lambda read: notes_of(read, consumer)).result()
    assert [str(one.status) for one in statuses] == ["Held", "Active"]


@pytest.mark.req("PAY-17")
def test_money_on_the_wrong_account_moves_and_its_tender_stays(jane: Till) -> None:
    before, right = jane.view(), jane.view(ANOTHER)
    taken = jane.take(ask(line_of(before, most=1), pay=(card(10_000), cash(5_000))))
    told = shown(jane, moving(jane, taken, ANOTHER))
    assert told.money_back == ()
    assert told.notes_left == ()
    moved = sum(one.amount_minor for one in told.settled) + told.rest_minor
    assert moved == 14_550
    undo(jane, moving(jane, taken, ANOTHER))
    assert jane.view().charges == before.charges
    after = jane.view(ANOTHER)
    assert after.outstanding_minor == right.outstanding_minor - 14_550 + told.rest_minor
    assert after.credit_minor == told.rest_minor
    assert drawer_of(jane) == 14_550
    page = jane.store.read(lambda read: payments_page(read, PaymentFilter()), jane.actor).result()
    rows = page.payments
    shown_now = {(one.account_number, one.status) for one in rows if one.transaction_id}
    assert shown_now == {("WU-10001", "Reversed"), (ANOTHER, "Posted")}
    again = jane.store.read(lambda read: find_taken(read, taken.transaction_id)).result()
    assert (again.payments, again.left) == (taken.payments, taken.left)


@pytest.mark.req("PAY-17")
def test_what_no_charge_takes_becomes_a_note_there(jane: Till) -> None:
    right = jane.view(ANOTHER)
    line = line_of(jane.view())
    taken = jane.take(ask(line, pay=(card(line.total_minor),)))
    for place in range(len(taken.payments)):
        undo(jane, moving(jane, taken, ANOTHER, place))
    after = jane.view(ANOTHER)
    assert after.outstanding_minor == 0
    assert after.credit_minor == line.total_minor - right.outstanding_minor
    for payment in jane.act(
        lambda s: s.execute(
            select(Payment.id, Payment.account_number).where(Payment.account_number == ANOTHER)
        ).all()
    ):
        asked = UndoAsked(
            uuid4(), UndoKind.REVERSAL, taken.transaction_id, WHY, payment_id=payment.id
        )
        undo(jane, asked)
    assert jane.view(ANOTHER).outstanding_minor == right.outstanding_minor
    assert jane.view(ANOTHER).credit_minor == 0


@pytest.mark.req("SRCH-1", "PAY-17")
def test_the_fee_of_a_cheque_is_found_by_its_number(
    jane: Till, office: Callable[..., None]
) -> None:
    office(cheque_fee_minor=1_500)
    undo(jane, bounced(jane, with_credit(jane)))
    number = jane.one(select(OwnCharge.number))
    assert jane.view(number.lower()).account.account_number == "WU-10001"
    found = jane.store.read(lambda read: search_consumers(read, number), jane.actor).result()
    assert [one.account_number for one in found] == ["WU-10001"]


def correct(jane: Till, taken: PaymentTaken, new: Replacement, by: str = "admin") -> Corrected:
    attempt = try_of(jane.store, by)
    asked = UndoAsked(uuid4(), UndoKind.CORRECTED, taken.transaction_id, "Wrong method")
    done: Corrected = jane.act(lambda s: correct_payment(s, attempt, PASSWORD, asked, new))
    return done


@pytest.mark.req("PAY-20")
def test_an_administrator_corrects_by_reversing_and_replacing(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    old = jane.store.read(lambda r: visit_to_correct(r, taken.transaction_id), jane.actor).result()
    (share,) = old.shares
    assert (share.number, share.amount_minor, share.most_minor) == (
        "INV-2025-001234", 14_550, 14_550,
    )  # fmt: skip
    new = Replacement(uuid4(), ((share.charge_id, 14_500),), (card(14_500),), channel="Walk-in")
    done = correct(jane, taken, new)
    assert done.undone.kind is UndoKind.CORRECTED
    assert done.taken.receipt_number == "R-5002"
    assert jane.one(select(Undo.replaced_by)) == new.request_id
    assert drawer_of(jane) == 10_000
    assert jane.view().charges[0].outstanding_minor == 50


@pytest.mark.req("PAY-20", "CASH-1")
def test_what_was_counted_in_a_closed_drawer_is_corrected_no_more(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cheque(14_550),)))
    old = jane.store.read(lambda r: visit_to_correct(r, taken.transaction_id), jane.actor).result()
    (share,) = old.shares
    jane.act(lambda s: close_shift(s, 10_000))
    jane.act(lambda s: open_shift(s, 10_000))
    paid = ((share.charge_id, 14_550),)
    for other in (card(14_550), cash(14_550)):
        with pytest.raises(UserError, match="Its shift is closed"):
            correct(jane, taken, Replacement(uuid4(), paid, (other,), channel="Walk-in"))
    same = Replacement(uuid4(), paid, (cheque(14_550),), channel="Bank", notes="by mail")
    assert correct(jane, taken, same).taken.receipt_number == "R-5002"
    assert drawer_of(jane) == 10_000
    jane.act(lambda s: close_shift(s, 10_000))


@pytest.mark.req("PAY-20", "AUD-2")
def test_a_supervisor_corrects_nothing(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    with pytest.raises(PermissionRefused):
        correct(jane, taken, Replacement(uuid4(), (), (card(1),)), "supervisor")


@pytest.mark.req("PAY-20")
def test_a_correction_that_breaks_a_rule_undoes_nothing(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    old = jane.store.read(lambda r: visit_to_correct(r, taken.transaction_id), jane.actor).result()
    short = Replacement(
        uuid4(), ((old.shares[0].charge_id, 14_550),), (cash(1_000),), channel="Walk-in"
    )
    with pytest.raises(UserError, match="missing"):
        correct(jane, taken, short)
    assert (jane.count(Undo), jane.count(PaymentTransaction)) == (0, 1)


@pytest.mark.req("MON-7", "SYNC-4")
def test_a_charge_for_spent_credit_is_gone_once_the_centre_found_the_credit_unspent(
    jane: Till,
) -> None:
    taken = with_credit(jane)
    spend(jane, 3_000)
    undo(jane, bounced(jane, taken))
    note = jane.view().notes[-1]
    asked_for = [one.text for one in jane.view().charges if one.number.startswith("C07-")]
    assert asked_for == ["Credit withdrawn"]
    seq = jane.act(lambda session: session.head.seq)
    told = PastCreditFacts(note.id, note.number, 5_450, 0, "Cancelled", applied_through=seq)
    store: Store = jane.store
    build_reference(
        store.folder.reference, store.data_key, [replace(sample_account(), credits=(told,))],
        store.settings, as_of_utc=START_UTC,
    )  # fmt: skip
    store.reload_reference()
    assert [one for one in jane.view().charges if one.number.startswith("C07-")] == []
