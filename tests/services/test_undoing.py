"""Void and reversal: the original stays, a counter-entry takes back what it settled."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from counterdesk.core.documents import document_from_json
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.core.print_states import PrintState
from counterdesk.core.undoing import Replacement, UndoAsked, UndoKind
from counterdesk.core.visit import PaymentType, Share, TenderGiven
from counterdesk.models.base import LedgerBase
from counterdesk.models.ledger import PaymentTransaction, PrintJob
from counterdesk.models.undoing import Undo, UndoneSettlement, UndoTender
from counterdesk.services.collection import received
from counterdesk.services.corrections import correct_payment
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import payments_page
from counterdesk.services.print_jobs import kept_receipt, next_print_job, note_print_state
from counterdesk.services.reprints import reprint
from counterdesk.services.shift_figures import drawer_now, shift_figures
from counterdesk.services.shifts import expected_drawer, open_shift
from counterdesk.services.startup import NO_PRINTER, last_payment, mark_receipt_seen
from counterdesk.services.undoing import undo_payment
from counterdesk.store.session import Session
from counterdesk.ui.last_payment_words import tell
from tests.conftest import PASSWORD, find_person, hire
from tests.printing.counter_printers import FRONT, add_printer
from tests.services.counting import close_shift, running
from tests.services.guessing import events, try_of
from tests.services.till import Till, ask, card, cash, line_of
from tests.services.undo_till import WHY, cheque, moving, reversal, shown, undo, void


def drawer_of(jane: Till) -> int:
    return int(jane.act(lambda s: expected_drawer(s, running(s).id)))


def statuses(jane: Till) -> list[str]:
    page = jane.store.read(lambda read: payments_page(read, PaymentFilter()), jane.actor).result()
    rows = page.payments
    return [row.status for row in rows if row.transaction_id is not None]


@pytest.mark.req("PAY-20", "MON-7", "MON-11")
def test_a_void_gives_the_cash_back_and_opens_the_charge_again(jane: Till) -> None:
    before = jane.view()
    taken = jane.take(ask(line_of(before, most=1), pay=(cash(15_000),)))
    assert drawer_of(jane) == 24_550
    done = undo(jane, void(taken))
    assert (done.kind, done.receipt_number, done.cash_minor) == (UndoKind.VOID, "R-5001", 14_550)
    assert drawer_of(jane) == 10_000
    assert jane.view().charges == before.charges
    assert statuses(jane) == ["Voided"]
    assert jane.count(PaymentTransaction) == 1


@pytest.mark.req("PAY-20", "AUD-1")
def test_the_act_names_both_people_the_reason_and_what_it_takes_back(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    undo(jane, replace(void(taken), remarks="keyed twice"))
    event = events(jane.store)[-1]
    undone = event["data"]["undo"]
    assert (event["kind"], event["user_name"]) == ("transaction.undone", "Jane Smith")
    assert (undone["approver_name"], undone["reason"]) == ("Demo Supervisor", WHY)
    assert (undone["remarks"], undone["transaction_id"]) == (
        "keyed twice",
        str(taken.transaction_id),
    )
    assert event["totals"] == {
        "currency": "USD", "cash_delta_minor": -14_550, "tenders": {"cash": -14_550},
    }  # fmt: skip


@pytest.mark.req("PAY-20")
def test_what_a_void_will_do_is_told_before(jane: Till) -> None:
    line = line_of(jane.view(), extra=450, most=1)
    taken = jane.take(ask(line, pay=(card(10_000), cash(5_000))))
    told = shown(jane, void(taken))
    assert [(one.number, one.amount_minor) for one in told.reopened] == [
        ("INV-2025-001234", 14_550)
    ]
    assert [(one.withdrawn_minor, one.debit_minor) for one in told.credit_gone] == [(450, 0)]
    assert [(one.method, one.amount_minor) for one in told.money_back] == [
        ("card", 10_000), ("cash", 5_000),
    ]  # fmt: skip
    assert (told.cash_minor, told.accounts) == (5_000, (("WU-10001", "John Doe"),))
    undo(jane, void(taken))
    assert jane.view().credit_minor == 0


@pytest.mark.req("PAY-20", "SYNC-3")
def test_the_same_undo_twice_is_one_and_another_one_is_refused(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    asked = void(taken)
    assert undo(jane, asked) == undo(jane, asked)
    with pytest.raises(UserError, match="undone before"):
        undo(jane, void(taken))
    with pytest.raises(UserError, match="undone before"):
        undo(jane, reversal(jane, taken))
    with pytest.raises(RequestChanged):
        undo(jane, replace(asked, reason="Other"))
    assert drawer_of(jane) == 10_000


@pytest.mark.req("PAY-20", "AUD-2")
def test_nobody_undoes_alone(jane: Till, supervisor: Actor) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    with pytest.raises(PermissionRefused, match="Somebody other"):
        undo(jane, void(taken), "jane")
    with pytest.raises(PermissionRefused, match="Somebody other"):
        undo(Till(jane.store, supervisor), void(taken), "supervisor")
    assert statuses(jane) == ["Posted"]


@pytest.mark.req("PAY-20", "AUD-2")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
def test_only_a_supervisor_says_yes(jane: Till, role: Role) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    jane.store.write(lambda session: hire(session, role)).result()
    with pytest.raises(PermissionRefused):
        undo(jane, void(taken), "somebody")


@pytest.mark.req("PAY-20", "AUD-2")
@pytest.mark.parametrize("login", ["manager", "auditor", "admin"])
def test_who_takes_no_payments_undoes_none(jane: Till, login: str) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    other = Till(jane.store, find_person(jane.store, login))
    with pytest.raises(PermissionRefused, match="may not do this"):
        undo(other, void(taken))
    with pytest.raises(PermissionRefused, match="may not do this"):
        shown(other, void(taken))


@pytest.mark.req("PAY-20")
def test_a_reason_of_the_list_is_needed(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    for reason in ("", "because"):
        with pytest.raises(UserError, match="Choose the reason") as refused:
            undo(jane, replace(void(taken), reason=reason))
        assert refused.value.field == "undoReason"
    with pytest.raises(UserError, match="card"):
        undo(jane, replace(void(taken), remarks="4242 4242 4242 4242"))


@pytest.mark.req("PAY-20", "MON-7")
def test_after_the_close_it_is_a_reversal(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    jane.act(lambda s: close_shift(s, 24_550))
    with pytest.raises(UserError, match="Reverse the payment instead"):
        undo(jane, void(taken))
    with pytest.raises(UserError, match="No shift is open"):
        undo(jane, reversal(jane, taken))
    jane.act(lambda s: open_shift(s, 20_000))
    assert undo(jane, reversal(jane, taken)).cash_minor == 14_550
    assert drawer_of(jane) == 5_450
    assert statuses(jane) == ["Reversed"]


@pytest.mark.req("PAY-20")
def test_money_back_by_card_needs_no_shift(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(card(14_550),)))
    jane.act(lambda s: close_shift(s, 10_000))
    undo(jane, reversal(jane, taken))
    assert jane.view().outstanding_minor == 60_025


@pytest.mark.req("PAY-20")
def test_cash_comes_out_of_ones_own_drawer_and_only_if_it_is_there(
    jane: Till, supervisor: Actor
) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(card(14_550),)))
    by_cash = reversal(jane, taken, in_cash=True)
    with pytest.raises(UserError, match="does not hold"):
        undo(jane, by_cash)
    with pytest.raises(PermissionRefused, match="belongs to Jane Smith"):
        shown(Till(jane.store, supervisor), by_cash)
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(40_000),)))
    told = shown(jane, by_cash)
    assert [(one.kind, one.amount_minor) for one in told.money_back] == [("cash", 14_550)]
    assert undo(jane, by_cash).cash_minor == 14_550


@pytest.mark.req("MON-7")
def test_a_reversal_is_of_one_payment_and_the_last_one_takes_the_rounding(jane: Till) -> None:
    view = jane.view()
    bill = next(one for one in view.charges if one.kind is PaymentType.BILL)
    fee = next(one for one in view.charges if one.kind is PaymentType.SERVICE)
    line = replace(line_of(view), shares=(Share(bill, 1_000), Share(fee, 1_002)))
    taken = jane.take(ask(line, pay=(cash(2_000),)))
    assert taken.rounding_minor == -2
    undo(jane, reversal(jane, taken, 0))
    assert statuses(jane) == ["Posted", "Reversed"]
    with pytest.raises(UserError, match="A part of it was undone"):
        undo(jane, void(taken))
    undo(jane, reversal(jane, taken, 1))
    assert statuses(jane) == ["Reversed", "Reversed"]
    assert drawer_of(jane) == 10_000


def pay_twice_1001(jane: Till, *pay: TenderGiven) -> Any:
    """10.01 of a bill and 10.01 of a service: in cash 20.00, for COIN is 5 cents."""
    view = jane.view()
    kinds = {one.kind: one for one in view.charges}
    shares = tuple(Share(kinds[one], 1_001) for one in (PaymentType.BILL, PaymentType.SERVICE))
    return jane.take(ask(replace(line_of(view), shares=shares), pay=pay))


@pytest.mark.req("PAY-20", "PAY-6")
def test_cash_that_no_coin_makes_is_not_handed_back(jane: Till) -> None:
    taken = pay_twice_1001(jane, cash(2_000))
    with pytest.raises(UserError, match=r"10\.01 .* coin is .*0\.05\. Void the whole visit"):
        undo(jane, reversal(jane, taken))
    by_card = pay_twice_1001(jane, card(2_002))
    with pytest.raises(UserError, match="Give it back the way it came"):
        undo(jane, reversal(jane, by_card, in_cash=True))
    undo(jane, reversal(jane, by_card))
    undo(jane, void(taken))
    assert drawer_of(jane) == 10_000


@pytest.mark.req("PAY-20", "PAY-6", "CASH-1")
def test_odd_cash_of_a_closed_shift_is_corrected_into_credit(jane: Till) -> None:
    taken = pay_twice_1001(jane, cash(2_000))
    jane.act(lambda s: close_shift(s, 12_000))
    jane.act(lambda s: open_shift(s, 10_000))
    with pytest.raises(UserError, match="Correct the visit instead"):
        undo(jane, reversal(jane, taken))
    asked = UndoAsked(uuid4(), UndoKind.CORRECTED, taken.transaction_id, WHY)
    new = Replacement(uuid4(), (), (cash(2_000),), (("WU-10001", 2_002),), "Walk-in")
    attempt = try_of(jane.store, "admin")
    jane.act(lambda s: correct_payment(s, attempt, PASSWORD, asked, new))
    assert (jane.view().credit_minor, drawer_of(jane)) == (2_002, 10_000)


@pytest.mark.req("PAY-20")
def test_a_cheque_that_went_to_the_bank_is_given_back_in_cash(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cheque(14_550),)))
    assert [one.kind for one in shown(jane, reversal(jane, taken)).money_back] == ["cheque"]
    jane.act(lambda s: close_shift(s, 10_000))
    jane.act(lambda s: open_shift(s, 20_000))
    assert [one.kind for one in shown(jane, reversal(jane, taken)).money_back] == ["cash"]
    undo(jane, reversal(jane, taken))
    jane.act(lambda s: close_shift(s, 5_450))


@pytest.mark.req("PAY-20", "CASH-1")
def test_a_voided_cheque_is_not_counted_at_close(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cheque(14_550),)))
    undo(jane, void(taken))
    closed = jane.act(lambda s: close_shift(s, 10_000))
    assert {one.method: one.expected_minor for one in closed.methods} == {
        "cash": 10_000, "cheque": 0,
    }  # fmt: skip
    texts = json.dumps([str(block) for block in closed.document.blocks])
    assert "Void, Cheque (1)" in texts


@pytest.mark.req("MON-10", "CASH-2")
def test_figures_count_an_undo_on_its_own_day(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    undo(jane, void(taken))
    today = jane.store.read(lambda read: received(read, read.today(), read.today())).result()
    assert (today.amount_minor, today.count) == (0, 0)
    figures = jane.act(lambda s: shift_figures(s, running(s).id))
    assert (figures.collected_minor, figures.expected_minor) == (0, 10_000)
    assert [(one.kind, one.delta_minor) for one in figures.undone] == [("void", -14_550)]
    jane.act(lambda s: drawer_now(s, running(s)))


@pytest.mark.req("PAY-20", "RCT-3")
def test_a_void_prints_the_receipt_again_marked_and_without_its_code(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    done = undo(jane, void(taken))
    query = select(PrintJob.document).where(PrintJob.transaction_id.is_(None))
    slip = document_from_json(jane.one(query))
    assert (slip.kind, slip.number, slip.marks) == ("void_slip", done.act, ("VOID", done.act))
    blocks = [type(block).__name__ for block in slip.blocks]
    assert "QrCode" not in blocks
    assert any("Cash back" in str(block) and "$145.50" in str(block) for block in slip.blocks)


@pytest.mark.req("PAY-20", "RCT-3")
def test_an_original_that_still_waits_is_not_printed_any_more(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    undo(jane, void(taken))
    query = select(PrintJob.state).where(PrintJob.transaction_id == taken.transaction_id)
    assert jane.one(query) == "cancelled"


@pytest.mark.req("PAY-17")
def test_only_a_cheque_comes_back_and_a_payment_of_elsewhere_is_undone_there(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    elsewhere = UndoAsked(uuid4(), UndoKind.VOID, uuid4(), WHY)
    with pytest.raises(UserError, match="at the counter that took it"):
        undo(jane, elsewhere)
    with pytest.raises(UserError, match="on this account already"):
        undo(jane, moving(jane, taken, "WU-10001"))


@pytest.mark.req("PAY-18", "PAY-20")
def test_a_start_tells_of_an_undo_whose_end_nobody_saw(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    undo(jane, void(taken))
    told = jane.store.read(last_payment).result()
    assert told is not None
    assert (told.undone, told.amount_minor, told.printed) == ("void", 14_550, NO_PRINTER)
    words = tell(told, jane.store.settings)
    assert words.startswith("Void of receipt R-5001 of John Doe (WU-10001)")
    assert "cash to hand back: $145.50. Saved: yes." in words
    assert words.endswith("Hand the cash back, if the payer has not got it yet.")
    jane.act(lambda s: mark_receipt_seen(s, taken.transaction_id))
    assert jane.store.read(last_payment).result() is None


@pytest.mark.req("RCT-3")
def test_a_copy_of_a_void_receipt_says_so(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    done = undo(jane, void(taken))
    copy = jane.act(lambda s: reprint(s, taken.transaction_id, "lost"))
    assert copy.document.marks == ("VOID", done.act, "COPY 1", "lost")
    assert jane.act(lambda s: kept_receipt(s, taken.transaction_id)).document.marks[0] == "VOID"


@pytest.mark.req("RCT-5", "PAY-20")
def test_a_void_while_the_receipt_is_printing_lets_it_finish(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    jane.act(add_printer)
    jane.act(lambda s: next_print_job(s, FRONT))
    undo(jane, void(taken))
    query = select(PrintJob.state).where(PrintJob.transaction_id == taken.transaction_id)
    assert jane.one(query) == "sending"
    job = jane.one(select(PrintJob.id).where(PrintJob.transaction_id == taken.transaction_id))
    jane.act(lambda s: note_print_state(s, job, PrintState.PRINTED))
    following = jane.act(lambda s: next_print_job(s, FRONT))
    assert document_from_json(following.document).kind == "void_slip"


@pytest.mark.req("SYNC-3", "PAY-9", "PAY-20")
def test_a_power_cut_before_the_commit_leaves_nothing_of_an_undo(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), extra=450, most=1), pay=(cash(15_000),)))
    attempt = try_of(jane.store, "supervisor")

    def undo_and_die(session: Session) -> None:
        undo_payment(session, attempt, PASSWORD, void(taken))
        raise InterruptedError("the plug is pulled")

    with pytest.raises(InterruptedError):
        jane.act(undo_and_die)
    assert (jane.count(Undo), jane.count(UndoneSettlement), drawer_of(jane)) == (0, 0, 25_000)
    assert statuses(jane) == ["Posted"]


@pytest.mark.req("AUD-1", "MON-11")
@pytest.mark.parametrize(
    ("table", "change", "sentence"),
    [
        (Undo, {"reason": "Other"}, "another reason"),
        (UndoTender, {"delta_minor": -1}, "the money that went back is not what was undone"),
        (UndoneSettlement, {"amount_minor": 1}, "what was undone is not what was settled"),
    ],
)
def test_an_undo_that_somebody_edits_is_found(
    jane: Till, table: type[LedgerBase], change: dict[str, Any], sentence: str
) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    undo(jane, void(taken))
    before = jane.act(lambda s: s.execute(select(table.__table__)).mappings().one())
    jane.act(lambda s: s.execute(update(table).values(change)))
    assert any(sentence in finding for finding in jane.findings())
    jane.act(lambda s: s.execute(update(table).values({k: before[k] for k in change})))
