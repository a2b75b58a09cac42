"""One payment with all that is known of it: its parts, who vouched for it, what became of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.core.printers import PrinterSetting, Way
from counterdesk.core.undoing import PaymentTold
from counterdesk.core.visit import TenderGiven
from counterdesk.demo.sample import sample_account
from counterdesk.models.ledger import Event
from counterdesk.services.acts import Way as How
from counterdesk.services.payment_details import PaymentDetails, Verified, payment_details
from counterdesk.services.payment_parts import PaymentParts
from counterdesk.services.payment_told_parts import parts_told
from counterdesk.services.print_jobs import next_print_job, note_print_state
from counterdesk.services.printers import save_printer
from counterdesk.services.reprints import reprint
from counterdesk.services.verify_payment import VerifyRequest, verify_payment
from counterdesk.store.session import ReadSession, Session
from counterdesk.sync.records import PastBackFacts, PastCreditFacts
from tests.conftest import find_person
from tests.net_payments import NET_PAYMENT, net_payment, tell
from tests.printing.counter_printers import FRONT
from tests.services.crediting import active, pay, raise_note
from tests.services.plans import plans_asked
from tests.services.till import Till, ask, card, cash, line_of
from tests.services.undo_till import bounced, cheque, moving, payments_of, reversal, undo, void
from tests.told_payments import AMOUNT, PAYMENT, RECEIPT

pytestmark = pytest.mark.req("VIEW-5")


def details(till: Till, payment_id: UUID, sent_through: int = 0) -> PaymentDetails:
    """Read a payment as its page does."""
    found = till.store.read(lambda r: payment_details(r, payment_id, sent_through), till.actor)
    return found.result()


def own(told: PaymentDetails) -> Any:
    """Return what only this counter knows."""
    assert told.parts is not None
    return told.parts


def kinds(told: PaymentDetails) -> list[str]:
    """Return what happened, but for its paper."""
    return [one.kind for one in told.history if not one.kind.startswith("paper.")]


def test_a_payment_with_change_names_its_charge_and_its_money(jane: Till) -> None:
    told = details(jane, pay(jane, cash(15_000)))
    [charge], [tender] = own(told).charges, own(told).tenders
    assert (told.status, told.type, told.method, told.channel) == (
        "Posted", "Bill", "Cash", "Walk-in",
    )  # fmt: skip
    assert (charge.billed_minor, charge.before_minor, charge.paid_minor) == (14_550, 0, 14_550)
    assert (charge.short_minor, charge.left_minor) == (0, 0)
    assert (tender.amount_minor, tender.change_minor, tender.here_minor) == (15_000, 450, 14_550)
    assert own(told).change_minor == 450
    assert told.address
    assert told.phone
    assert (told.verification.state, told.processing_days) == (Verified.AT_THE_COUNTER, 0)


def test_a_part_payment_says_what_was_short_and_what_is_left_now(jane: Till) -> None:
    first = pay_part(jane, 12_000)
    assert own(details(jane, first)).charges[0].short_minor == 2_550
    pay_part(jane, 1_550)
    [charge] = own(details(jane, first)).charges
    assert (charge.short_minor, charge.left_minor) == (2_550, 1_000)


def test_of_a_charge_that_a_plan_owes_now_nothing_is_said_to_be_left(jane: Till) -> None:
    paid = pay_part(jane, 12_000)
    first = own(details(jane, paid)).charges[0].number
    planned = tuple(
        replace(one, replaced_by_plan=True) if one.number == first else one
        for one in sample_account().charges
    )
    tell(jane.store, charges=planned)
    [charge] = own(details(jane, paid)).charges
    assert (charge.short_minor, charge.left_minor) == (2_550, None)


def pay_part(jane: Till, amount: int) -> UUID:
    """Pay a part of the first bill."""
    line = line_of(jane.view(), most=1)
    line = replace(line, shares=(replace(line.shares[0], amount_minor=amount),))
    taken = jane.take(ask(line, pay=(cash(amount),)))
    return payments_of(jane, taken)[0]


@pytest.mark.req("CN-2")
def test_what_was_over_leads_to_its_credit_note(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),), keep=True))
    told = details(jane, payments_of(jane, taken)[0])
    [over], [note] = own(told).over, told.notes
    assert (over.amount_minor, over.kept_change, over.note_id) == (450, True, note.id)
    assert "credit.overpayment" in kinds(told)


@pytest.mark.req("PAY-3")
def test_a_visit_of_two_types_names_the_other_payment_and_every_tender(jane: Till) -> None:
    line = line_of(jane.view())
    due = line.total_minor
    taken = jane.take(ask(line, pay=(card(10_000), cash(due - 10_000))))
    first, *others = payments_of(jane, taken)
    told = details(jane, first)
    assert {one.payment_id for one in own(told).others} == set(others)
    assert [(one.name, one.last_four) for one in own(told).tenders] == [
        ("Card", "4242"), ("Cash", ""),
    ]  # fmt: skip
    parts = [details(jane, one) for one in (first, *others)]
    paid = [tender.here_minor for one in parts for tender in own(one).tenders]
    assert sum(paid) == due


@pytest.mark.req("AUD-1", "SYNC-2")
def test_the_history_is_told_in_order_with_who_and_how_far(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    [payment_id] = payments_of(jane, taken)
    come_out(jane)
    jane.act(lambda s: reprint(s, taken.transaction_id, "Lost by the payer"))
    note = raise_note(jane, payment_id)
    undo(jane, reversal(jane, taken))
    told = details(jane, payment_id, taken.event_seq)
    assert kinds(told)[:4] == [
        "taken", "receipt.reprinted", "credit.manual", "undone.reversal",
    ]  # fmt: skip
    assert told.status == "Reversed"
    copy, undone = (one_of(told, kind) for kind in ("receipt.reprinted", "undone.reversal"))
    assert (copy.detail, copy.by) == ("Lost by the payer", "Jane Smith")
    assert undone.allowed_by
    assert undone.amount_minor == 14_550
    assert one_of(told, "credit.manual").note_id == note.id
    assert (one_of(told, "taken").way, copy.way) == (How.SENT, How.SAVED)


def come_out(jane: Till) -> None:
    """Let the first paper that waits come out of the printer."""

    def work(session: Session) -> None:
        job = next_print_job(session, FRONT)
        assert job is not None
        note_print_state(session, job.job_id, PrintState.PRINTED)

    printer = PrinterSetting(FRONT, "Front", Way.FILE, "receipts")
    boss = find_person(jane.store, "supervisor")
    jane.store.write(lambda s: save_printer(s, printer), boss).result()
    jane.act(work)


def one_of(told: PaymentDetails, kind: str) -> Any:
    """Return the only thing of a kind that happened."""
    [found] = [one for one in told.history if one.kind == kind]
    return found


def test_a_void_a_bounced_cheque_and_a_move_are_told_by_what_they_were(jane: Till) -> None:
    gone = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    undo(jane, void(gone))
    assert details(jane, payments_of(jane, gone)[0]).status == "Voided"
    paid = jane.take(ask(line_of(jane.view(), most=1), pay=(cheque(14_550),)))
    undo(jane, bounced(jane, paid))
    [payment_id] = payments_of(jane, paid)
    assert "undone.bounced" in kinds(details(jane, payment_id))


@pytest.mark.req("PAY-17")
def test_what_was_moved_leads_to_where_it_is_and_back(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    [payment_id] = payments_of(jane, taken)
    undo(jane, moving(jane, taken, "WU-20003"))
    there = one_of(details(jane, payment_id), "undone.moved").payment
    assert there.account_number == "WU-20003"
    back = one_of(details(jane, there.payment_id), "moved_here").payment
    assert back.payment_id == payment_id


def test_credit_that_was_spent_in_it_is_named(jane: Till) -> None:
    note = active(jane)
    credit = TenderGiven(
        "credit", 5_000, credit_note_id=note.id, credit_note_number=note.number,
        credit_account="WU-10001", credit_remaining_minor=note.remaining_minor,
    )  # fmt: skip
    line = line_of(jane.view(), most=1)
    visit = ask(line, pay=(credit, cash(line.total_minor - 5_000)))
    taken = jane.take(replace(visit, held_notes=frozenset({note.id})))
    [tender, _cash] = own(details(jane, payments_of(jane, taken)[0])).tenders
    assert (tender.note_id, tender.note_number) == (note.id, note.number)


@pytest.mark.req("ONL-2")
def test_a_payment_through_the_net_is_the_systems_until_somebody_vouches(
    jane: Till, supervisor: Actor
) -> None:
    tell(jane.store, net_payment())
    told = details(jane, NET_PAYMENT)
    assert (told.cashier, told.online, told.parts) == ("System", True, None)
    assert (told.status, told.verification.state) == ("Pending", Verified.PENDING)
    assert (told.processing_days, kinds(told)) == (3, ["received"])
    vouched = VerifyRequest(UUID(int=9), NET_PAYMENT)
    jane.store.write(lambda s: verify_payment(s, vouched), supervisor).result()
    told = details(jane, NET_PAYMENT)
    assert (told.status, told.verification.state) == ("Pending", Verified.WAITS)
    assert told.verification.by == supervisor.name
    assert one_of(told, "payment.verified").way is How.SAVED


@pytest.mark.req("ONL-2")
def test_what_the_centre_tells_of_a_verified_payment_is_told_on(jane: Till) -> None:
    at = net_payment().taken_at_utc
    assert at is not None
    verified = replace(
        net_payment("Posted"), verified_by="Bill Manager", verified_at_utc=at + timedelta(days=2)
    )
    tell(jane.store, verified)
    told = details(jane, NET_PAYMENT)
    assert (told.verification.state, told.verification.by) == (
        Verified.BY_SOMEBODY, "Bill Manager",
    )  # fmt: skip
    assert (told.processing_days, kinds(told)) == (2, ["received", "payment.verified"])


def test_of_a_payment_elsewhere_nothing_is_made_up(jane: Till) -> None:
    told = details(jane, PAYMENT)
    assert (told.receipt_number, told.amount_minor, told.parts) == (RECEIPT, AMOUNT, None)
    with pytest.raises(UserError, match="not known here"):
        details(jane, UUID(int=5))


def test_a_note_without_a_payment_is_not_that_of_one_without_a_receipt(jane: Till) -> None:
    moved = PastCreditFacts(UUID(int=8), "CN-800", 500, 500)
    born = replace(moved, credit_note_id=UUID(int=9), number="CN-900", payment_number="PAY-WEB-77")
    tell(jane.store, replace(net_payment("Posted"), receipt_number=""), credits=(moved, born))
    assert [note.number for note in details(jane, NET_PAYMENT).notes] == ["CN-900"]


@pytest.mark.req("PAY-20")
def test_what_another_counter_gave_back_is_told_with_its_day(jane: Till) -> None:
    back = PastBackFacts(
        UUID(int=7), "reversal", RECEIPT, date(2025, 4, 2), "Bill", "Cash", "Walk-in", "C01",
        "Pavel Tidewell", "C02", "Ngozi Reedford", AMOUNT, AMOUNT, AMOUNT, PAYMENT,
    )  # fmt: skip
    tell(jane.store, backs=(back,))
    told = one_of(details(jane, PAYMENT), "undone.reversal")
    assert (told.on, told.by, told.counter) == (date(2025, 4, 2), "Ngozi Reedford", "C02")
    assert told.amount_minor == AMOUNT


@pytest.mark.req("SYNC-5")
def test_what_the_centre_tells_of_a_payment_reads_as_at_the_counter_that_took_it(
    jane: Till,
) -> None:
    line = line_of(jane.view())
    taken = jane.take(ask(line, pay=(card(10_000), cash(line.total_minor - 9_000)), keep=True))
    first, *_others = payments_of(jane, taken)
    undo(jane, reversal(jane, taken))
    for payment_id in payments_of(jane, taken):
        assert asked(jane, payment_id) == details(jane, payment_id).parts
    with pytest.raises(UserError, match="another payment"):
        asked(jane, PAYMENT)
    assert own(details(jane, first)).charges[0].undone_minor


def asked(jane: Till, payment_id: UUID) -> PaymentParts:
    """Return the parts of a payment as they follow from the centre's answer."""
    read = jane.store.read(lambda r: parts_told(r, payment_id, told_of(r)), jane.actor)
    return read.result()


def told_of(read: ReadSession) -> PaymentTold:
    """Return the one visit of the ledger the way the centre tells of it."""
    query = select(Event.kind, Event.body).order_by(Event.seq)
    acts = [(row.kind, json.loads(row.body)["data"]) for row in read.execute(query)]
    [taken] = [data for kind, data in acts if kind == "payment.taken"]
    return PaymentTold("C07", taken, tuple(d for kind, d in acts if kind == "transaction.undone"))


def test_every_part_is_found_by_an_index(jane: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    payment_id = pay(jane)
    raise_note(jane, payment_id)

    def read(session: Any) -> list[str]:
        plans = plans_asked(session, monkeypatch)
        payment_details(session, payment_id)
        return plans

    few = ("exception_item", "own_charge")  # what is looked into by a person, and what undos made
    read_whole = [step.split()[1] for step in jane.act(read) if step.startswith("SCAN")]
    assert not [
        one for one in read_whole if not one.endswith((*few, "CONSTANT", "anon_1", "(subquery-1)"))
    ]
