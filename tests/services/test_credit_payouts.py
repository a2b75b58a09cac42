"""Credit is held, paid back and moved by two people, and the drawer follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.credit import ChangeKind, NoteNow, NoteStatus
from counterdesk.core.documents import document_from_json
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.core.visit import TenderGiven
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.demo.invented import invented_accounts
from counterdesk.demo.sample import sample_account, sample_settings, sample_start_utc
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.ledger import CreditNote, PrintJob
from counterdesk.services import credit_payouts, shift_closing
from counterdesk.services.collection import received
from counterdesk.services.credit_changes import NoteChanged
from counterdesk.services.credit_notes import raise_credit_note
from counterdesk.services.credit_payouts import Refund, Transfer
from counterdesk.services.credit_refund_ways import refund_ways
from counterdesk.services.credit_standing import notes_of
from counterdesk.services.shift_check import check_shift_file
from counterdesk.services.shift_closing import ShiftClose
from counterdesk.services.shift_export import shift_lines
from counterdesk.services.shift_figures import shift_figures
from counterdesk.services.shifts import OpenShift, current_shift, expected_drawer, open_shift
from counterdesk.services.verification import verify
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC, hire
from tests.services.counting import close_shift, count_shift
from tests.services.crediting import active, allowed, decide, now, of, pay
from tests.services.till import COIN, Till, card

FLOAT = 10_000
TODAY = date(2025, 4, 20)


def back(note: NoteNow, amount: int = 2_000, method: str = "cash", reference: str = "") -> Refund:
    return Refund(uuid4(), note.id, amount, method, "asked for it", reference)


def refund(jane: Till, asked: Refund, login: str = "supervisor") -> NoteNow:
    work = credit_payouts.refund_credit_note
    changed: NoteChanged = allowed(jane, lambda s, a, p: work(s, a, p, asked), login)
    return changed.note


def move(jane: Till, note: NoteNow, account: str, amount: int = 2_000) -> NoteNow:
    asked = Transfer(uuid4(), note.id, amount, account, "moved house")
    work = credit_payouts.transfer_credit_note
    changed: NoteChanged = allowed(jane, lambda s, a, p: work(s, a, p, asked), "supervisor")
    return changed.note


def drawer(jane: Till) -> int:
    return jane.store.read(drawer_of).result()


@pytest.mark.req("CN-5", "MON-11")
def test_cash_refunded_leaves_the_note_and_the_drawer(jane: Till) -> None:
    note = active(jane, 5_000)
    before = drawer(jane)
    after = refund(jane, back(note, 2_000))
    assert (after.remaining_minor, after.status) == (3_000, NoteStatus.ACTIVE)
    assert after.used_tenths == 400
    assert drawer(jane) == before - 2_000
    assert refund(jane, back(note, 3_000)).status is NoteStatus.APPLIED


@pytest.mark.req("CN-5", "MON-10")
def test_what_was_refunded_is_not_collected(jane: Till) -> None:
    note = active(jane, 5_000)
    today = jane.store.read(lambda r: r.today()).result()
    before = jane.store.read(lambda r: received(r, today, today)).result()
    refund(jane, back(note, 2_000))
    after = jane.store.read(lambda r: received(r, today, today)).result()
    assert (after.amount_minor, after.count) == (before.amount_minor - 2_000, before.count)


@pytest.mark.req("CN-5", "CASH-6", "MON-11")
def test_the_closed_shift_and_its_file_add_up_with_refunds(jane: Till) -> None:
    note = active(jane, 5_000, pay(jane, card(14_550)))
    refund(jane, back(note, 2_000))
    refund(jane, back(note, 1_000, "card", "slip 9"))
    shift = jane.store.read(running).result()
    figures = jane.store.read(lambda r: shift_figures(r, shift.id)).result()
    assert [(one.method, one.kept_minor) for one in figures.refunds] == [
        ("cash", 2_000), ("card", 1_000),
    ]  # fmt: skip
    assert figures.collected_minor == 14_550 - 3_000
    closed = jane.act(lambda s: close_shift(s, FLOAT - 2_000))
    assert closed.expected_minor == FLOAT - 2_000
    paper = [getattr(block, "key", "") for block in closed.document.blocks]
    assert {"Cash refunds", "Refunded: Cash (1)", "Refunded: Card (1)"} <= set(paper)


@pytest.mark.req("CASH-6")
def test_the_file_of_a_shift_with_refunds_adds_up_by_itself(tmp_path: Path) -> None:
    clock = ShiftedClock(sample_start_utc())
    desk = open_demo_desk(tmp_path / "data", demo_unlock(), clock, consumers=0)
    jane = Till(desk.store, desk.cashier)
    cheque = TenderGiven("cheque", 14_550, "C-1", cheque_bank="Bank", cheque_dated_on=TODAY)
    note = active(jane, 5_000, pay(jane, cheque))
    refund(jane, back(note, 2_000))
    refund(jane, back(note, 1_000, "cheque", "C-2"))
    closed = jane.act(lambda s: close_shift(s, drawer_of(s)))
    text = "\n".join(jane.act(lambda s: shift_lines(s, closed.number)))
    proved = check_shift_file(text, desk.utility_public_key)
    desk.store.close()
    assert proved.tenders == {"cheque": 14_550}
    assert proved.expected_minor == closed.expected_minor


@pytest.mark.req("CASH-1")
def test_a_count_before_a_cash_refund_is_no_count_any_more(jane: Till) -> None:
    note = active(jane)
    counted = jane.act(lambda s: count_shift(s, drawer_of(s)))
    decide(jane, note.id, ChangeKind.HELD)
    decide(jane, note.id, ChangeKind.RELEASED)
    refund(jane, back(note))
    with pytest.raises(UserError, match="Money moved since the count"):
        jane.act(lambda s: shift_closing.close_shift(s, ShiftClose(counted.count_id)))


def running(read: ReadSession) -> OpenShift:
    shift = current_shift(read)
    assert shift is not None
    return shift


def drawer_of(read: ReadSession) -> int:
    return expected_drawer(read, running(read).id)


@pytest.mark.req("CN-5", "RCT-4")
def test_a_refund_prints_its_voucher(jane: Till) -> None:
    note = active(jane)
    refund(jane, back(note))
    texts = jane.store.read(
        lambda r: r.execute(select(PrintJob.document).where(PrintJob.transaction_id.is_(None)))
        .scalars().all()
    ).result()  # fmt: skip
    [voucher] = [document_from_json(text) for text in texts]
    assert (voucher.kind, voucher.number) == ("voucher", f"{note.number}/1")
    assert "$20.00" in [getattr(block, "value", "") for block in voucher.blocks]


@pytest.mark.req("CN-5")
def test_money_goes_back_in_cash_or_the_way_it_came(jane: Till) -> None:
    note = active(jane, 5_000, pay(jane, card(14_550)))
    ways = jane.store.read(lambda r: refund_ways(r, note)).result()
    assert [mode.code for mode in ways] == ["cash", "card"]
    with pytest.raises(UserError, match="the way it was paid"):
        refund(jane, back(note, 100, "transfer", "T-1"))
    with pytest.raises(UserError, match="reference"):
        refund(jane, back(note, 100, "card", " "))
    before = drawer(jane)
    assert refund(jane, back(note, 100, "card", "slip 9")).remaining_minor == 4_900
    assert drawer(jane) == before


@pytest.mark.req("CN-5")
@pytest.mark.parametrize(
    ("amount", "why"),
    [(0, "Enter an amount"), (-1, "Enter an amount"), (5_001, "Maximum"), (1_001, "No coin")],
)
def test_no_more_is_refunded_than_the_note_is_good_for(jane: Till, amount: int, why: str) -> None:
    note = active(jane, 5_000)
    with pytest.raises(UserError, match=why):
        refund(jane, back(note, amount))
    assert now(jane, note.id).remaining_minor == 5_000


@pytest.mark.req("CN-5")
def test_a_refund_needs_two_people_an_own_shift_and_the_cash(jane: Till, supervisor: Actor) -> None:
    note = active(jane, 5_000, pay(jane, card(14_550)))
    with pytest.raises(PermissionRefused):
        refund(jane, back(note), "jane")
    boss = Till(jane.store, supervisor)
    jane.act(lambda s: hire(s, Role.SUPERVISOR, "second"))
    with pytest.raises(PermissionRefused, match="belongs to Jane Smith"):
        refund(boss, back(note), "second")
    jane.act(lambda s: close_shift(s, FLOAT))
    with pytest.raises(UserError, match="No shift is open"):
        refund(jane, back(note))
    jane.act(lambda s: open_shift(s, 1_000))
    with pytest.raises(UserError, match="does not hold that much"):
        refund(jane, back(note))
    assert now(jane, note.id).remaining_minor == 5_000


def note_payment(jane: Till, note: NoteNow) -> UUID:
    return UUID(str(jane.one(select(CreditNote.payment_id).where(CreditNote.id == note.id))))


def test_the_same_refund_twice_pays_once(jane: Till) -> None:
    note = active(jane)
    asked = back(note)
    assert refund(jane, asked) == refund(jane, asked)
    assert jane.count(CreditNoteChange) == 2  # the approval, and the refund
    other = active(jane, 100, note_payment(jane, note))
    with pytest.raises(RequestChanged):
        refund(jane, replace(asked, note_id=other.id))


@pytest.mark.req("CN-4", "CN-5")
def test_what_is_held_pays_nothing_until_it_is_released(jane: Till) -> None:
    note = active(jane)
    assert decide(jane, note.id, ChangeKind.HELD).status is NoteStatus.HELD
    with pytest.raises(UserError, match="is Held"):
        refund(jane, back(note))
    released = decide(jane, note.id, ChangeKind.RELEASED)
    assert (released.status, released.usable_minor) == (NoteStatus.ACTIVE, 5_000)
    with pytest.raises(UserError, match="is Active"):
        decide(jane, note.id, ChangeKind.RELEASED)


@pytest.mark.req("CN-5")
def test_credit_moves_to_another_account_of_the_same_name_and_ends_no_later(jane: Till) -> None:
    short, other = of(pay(jane)), jane.view("20001")

    def raise_short(session: Session) -> NoteNow:
        session.settings = replace(session.settings, credit_note_months=1)
        return raise_credit_note(session, short)

    note = decide(jane, jane.act(raise_short).id, ChangeKind.APPROVED)
    rename(jane.store, "20001", "JOHN  DÖE")
    left = move(jane, note, "20001")
    assert left.remaining_minor == 3_000
    [new] = [
        one
        for one in jane.store.read(lambda r: notes_of(r, other.account.consumer_id)).result()
        if one.source == "transfer"
    ]
    assert (new.amount_minor, new.status, new.expires_on) == (
        2_000, NoteStatus.ACTIVE, note.expires_on,
    )  # fmt: skip
    assert note.number in new.remarks
    assert jane.one(select(CreditNote.from_note_id).where(CreditNote.id == new.id)) == note.id


def rename(store: Store, account: str, name: str) -> None:
    """Let the centre tell another name of an account."""
    told = [
        replace(one, consumer=replace(one.consumer, name=name))
        if one.consumer.account_number.endswith(account)
        else one
        for one in (sample_account(), *invented_accounts(20))
    ]
    settings = replace(sample_settings(), cash_rounding_minor=COIN)
    build_reference(store.folder.reference, store.data_key, told, settings, as_of_utc=START_UTC)
    store.reload_reference()


@pytest.mark.req("CN-5")
def test_credit_never_moves_to_somebody_else(jane: Till) -> None:
    note = active(jane)
    for account, why in (
        ("20002", "same consumer"),
        ("10001", "already"),
        ("nobody", "No account"),
    ):
        with pytest.raises(UserError, match=why) as refused:
            move(jane, note, account)
        assert refused.value.field == credit_payouts.ACCOUNT_FIELD
    assert now(jane, note.id).remaining_minor == 5_000
    assert jane.count(CreditNote) == 1


@pytest.mark.req("AUD-1", "MON-6")
@pytest.mark.parametrize(
    ("column", "value", "finding"),
    [
        ("amount_minor", 999_00, "more of it was paid back"),
        ("approver_id", None, "a second person is missing"),
    ],
)
def test_an_altered_change_is_found(jane: Till, column: str, value: object, finding: str) -> None:
    note = active(jane)
    refund(jane, back(note))

    def alter(session: Session) -> tuple[str, ...]:
        refunded = CreditNoteChange.kind == "refunded"
        session.execute(update(CreditNoteChange).where(refunded).values({column: value}))
        found = verify(session, jane.store.read_journal()).findings
        raise_back(found)
        return found

    with pytest.raises(_Found) as found:
        jane.act(alter)
    assert finding in str(found.value)


class _Found(UserError):
    """Carries findings out of a transaction that must not stay."""


def raise_back(found: tuple[str, ...]) -> None:
    raise _Found("; ".join(found))
