"""Credit notes as payment: what the ledger takes, keeps and refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.credit import NoteNow
from counterdesk.core.documents import KeyValue
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.settings import settings_rows
from counterdesk.core.visit import PaymentRequest, Share, TenderGiven
from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.models.ledger import Shift, Tender
from counterdesk.services.collection import received
from counterdesk.services.credit_spending import (
    WithoutCentre,
    allow_offline_credit,
    without_centre,
)
from counterdesk.services.people import begin_attempt
from counterdesk.services.shift_figures import shift_figures
from counterdesk.services.shifts import expected_drawer, open_shift
from counterdesk.services.verification import verify
from counterdesk.store.session import Session
from counterdesk.sync.records import AccountFacts, ExceptionFacts, PastCreditFacts, accounts_page
from counterdesk.sync.reference import NewReference, OfficeTold, build_reference
from tests.conftest import PASSWORD, START_UTC, find_person
from tests.services.counting import close_shift
from tests.services.till import Till, ask, cash, line_of
from tests.sync.tills import new_store

MARCH = 14_550


def with_note(jane: Till, minor: int) -> NoteNow:
    """Let somebody pay so much too much; return the note that this made."""
    view = jane.view("WU-10001")
    ahead = replace(line_of(view, extra=minor), shares=())
    jane.take(ask(ahead, pay=(cash(minor),)))
    return jane.view("WU-10001").notes[-1]


def credit(note: NoteNow, minor: int, account: str = "WU-10001") -> TenderGiven:
    return TenderGiven(
        "credit", minor, credit_note_id=note.id, credit_note_number=note.number,
        credit_account=account, credit_remaining_minor=max(note.remaining_minor, minor),
    )  # fmt: skip


def bill_of(jane: Till, *pay: TenderGiven, minor: int = MARCH, keep: bool = False) -> Any:
    view = jane.view("WU-10001")
    line = replace(line_of(view), shares=(Share(view.charges[0], minor),))
    return ask(line, pay=pay, keep=keep)


def refused(jane: Till, request: PaymentRequest) -> str:
    with pytest.raises(UserError) as refusal:
        jane.take(request)
    assert refusal.value.field == "creditNotes"
    return refusal.value.message


@pytest.mark.req("MON-12", "CN-5", "PAY-5")
def test_a_note_of_60_and_100_in_cash_pay_145_50_with_change_of_14_50(jane: Till) -> None:
    note = with_note(jane, 6_000)
    taken = jane.take(bill_of(jane, credit(note, 6_000), cash(10_000)))
    assert (taken.change_minor, taken.paid_minor, taken.left_minor) == (1_450, MARCH, 45_475)
    [after] = jane.view().notes
    assert (after.remaining_minor, after.status, after.used_tenths) == (0, "Applied", 1_000)
    assert jane.view().credit_minor == 0


@pytest.mark.req("MON-12", "CN-4")
def test_of_a_note_of_200_the_bill_takes_145_50_and_54_50_stays(jane: Till) -> None:
    note = with_note(jane, 10_000)
    bigger = with_note(jane, 10_000)
    taken = jane.take(bill_of(jane, credit(note, 10_000), credit(bigger, 4_550)))
    assert taken.change_minor == 0
    assert [(one.status, one.remaining_minor) for one in jane.view().notes] == [
        ("Applied", 0), ("Active", 5_450),
    ]  # fmt: skip


@pytest.mark.req("RCT-1", "CN-5")
def test_the_receipt_names_each_note_and_what_is_left_of_it(jane: Till) -> None:
    note = with_note(jane, 9_000)
    taken = jane.take(bill_of(jane, credit(note, 9_000), cash(5_600)))
    shown = {one.key: one.value for one in taken.document.blocks if isinstance(one, KeyValue)}
    assert shown[f"Credit note {note.number}"] == "$90.00"
    assert shown[f"Left of {note.number}"] == "$0.00"
    assert shown["Change"] == "$0.50"


@pytest.mark.req("MON-10", "MON-11", "CASH-2")
def test_credit_spent_is_not_collected_again_and_not_in_the_drawer(jane: Till) -> None:
    note = with_note(jane, 6_000)
    jane.take(bill_of(jane, credit(note, 6_000), cash(10_000)))
    shift = jane.one(select(Shift.id))
    figures = jane.store.read(lambda read: shift_figures(read, shift)).result()
    assert [(one.method, one.kept_minor) for one in figures.methods] == [("cash", 14_550)]
    assert figures.credit_used is not None
    assert (figures.credit_used.count, figures.credit_used.kept_minor) == (1, 6_000)
    assert figures.collected_minor == 14_550
    assert jane.act(lambda session: expected_drawer(session, shift)) == 24_550
    today = START_UTC.date()
    assert jane.store.read(lambda r: received(r, today, today)).result().amount_minor == 14_550
    paper = jane.act(lambda session: close_shift(session, 24_550)).document
    lines = {one.key: one.value for one in paper.blocks if isinstance(one, KeyValue)}
    assert lines["Credit notes used (1)"] == "$60.00"
    assert lines["Collected"] == "$145.50"


@pytest.mark.req("MON-6")
def test_what_was_spent_meanwhile_is_not_spent_again(jane: Till) -> None:
    note = with_note(jane, 6_000)
    first, second = (bill_of(jane, credit(note, 5_000), minor=5_000) for _time in range(2))
    jane.take(first)
    view = jane.view()
    line = replace(line_of(view), shares=(Share(view.charges[0], 5_000),))
    late = replace(second, lines=(line,))
    assert refused(jane, late) == f"{note.number}: $10.00 is all that is left of it."
    jane.take(replace(late, tenders=(credit(note, 1_000), cash(4_000))))
    assert refused(jane, bill_of(jane, credit(note, 1), minor=1)) == (
        f"{note.number} cannot be used: it is Applied."
    )


@pytest.mark.req("MON-1")
def test_a_note_of_somebody_else_or_of_nobody_is_refused(jane: Till) -> None:
    note = with_note(jane, 6_000)
    other = jane.view("WU-20005")
    line = replace(line_of(other, most=1))
    due = line.total_minor
    theirs = ask(line, pay=(credit(note, 100, "WU-20005"), cash(due + 5 - due % 5)))
    assert refused(jane, theirs) == f"{note.number} is not known here as credit of WU-20005."
    unknown = replace(note, id=uuid4())
    assert "not known here" in refused(jane, bill_of(jane, credit(unknown, MARCH)))
    renamed = replace(note, number="CN-1")
    assert "CN-1 is not known here" in refused(
        jane, bill_of(jane, credit(renamed, 5_000), minor=5_000)
    )


@pytest.mark.req("CN-4")
@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"expires_on": date(2025, 4, 19)}, "CN-77 expired: it was good until Apr 19, 2025."),
        ({"held_until": date(2025, 4, 21)}, "CN-77 is held; it can be used from Apr 21, 2025."),
        ({"status": "Pending approval"}, "CN-77 cannot be used: it is Pending approval."),
    ],
)
def test_a_note_that_is_not_active_is_refused_in_words(
    jane: Till, facts: dict[str, Any], sentence: str
) -> None:
    john = sample_account()
    told = replace(PastCreditFacts(uuid4(), "CN-77", 5_000, 5_000, "Active"), **facts)
    store = jane.store
    build_reference(
        store.folder.reference, store.data_key, [replace(john, credits=(told,))],
        sample_settings(), as_of_utc=START_UTC,
    )  # fmt: skip
    store.reload_reference()
    [note] = jane.view().notes
    assert jane.view().credit_minor == 0
    assert refused(jane, bill_of(jane, credit(note, 5_000), minor=5_000)) == sentence


@pytest.mark.req("PAY-8")
def test_the_same_visit_with_credit_is_taken_once(jane: Till) -> None:
    note = with_note(jane, 6_000)
    request = bill_of(jane, credit(note, 5_000), minor=5_000)
    first = jane.take(request)
    assert jane.take(request) == replace(first, already_saved=True)
    assert jane.view().notes[0].remaining_minor == 1_000


@pytest.mark.req("AUD-1", "MON-6")
@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            "update credit_note set amount_minor = 100",
            "spent than it was worth.",
        ),
        (
            "update settlement set allocation_id = null where amount_minor = 5000",
            "a credit note paid for something other than charges.",
        ),
    ],
)
def test_credit_beyond_its_worth_or_purpose_is_found(jane: Till, change: str, finding: str) -> None:
    note = with_note(jane, 6_000)
    jane.take(bill_of(jane, credit(note, 5_000), minor=5_000))
    journal, found = jane.store.read_journal(), list[str]()

    def tamper(session: Session) -> None:
        session.execute(text(change))
        found.extend(verify(session, journal).findings)
        raise UserError("as it was")

    with pytest.raises(UserError):
        jane.act(tamper)
    assert any(one.endswith(finding) for one in found)


@pytest.fixture
def kate(tmp_path: Path) -> Iterator[Till]:
    """Jane at a counter of a centre that is out of reach; the two switches are as a test asks."""
    store = new_store(tmp_path / "certified", "C09", clock=ShiftedClock(START_UTC))
    kate = Till(store, find_person(store, "jane"))
    switch(kate)
    kate.act(lambda session: open_shift(session, 10_000))
    yield kate
    assert kate.findings() == ()
    store.close()


def switch(till: Till, **switches: Any) -> None:
    store = till.store
    settings = replace(sample_settings(), **switches)
    build_reference(
        store.folder.reference, store.data_key, [sample_account()], settings, as_of_utc=START_UTC
    )
    store.reload_reference()


@pytest.mark.req("SYNC-1", "MON-6")
def test_without_the_centre_credit_is_not_taken(kate: Till) -> None:
    note = with_note(kate, 6_000)
    request = bill_of(kate, credit(note, 5_000), minor=5_000)
    said = refused(kate, request)
    assert said.startswith("The centre cannot be asked now, and another counter may be spending")
    kate.take(replace(request, held_notes=frozenset({note.id})))


@pytest.mark.req("SYNC-1")
def test_the_first_switch_lets_a_note_of_this_shift_through(kate: Till) -> None:
    switch(kate, offline_credit_own_shift=True)
    note = with_note(kate, 6_000)
    kate.take(bill_of(kate, credit(note, 5_000), minor=5_000))
    assert kate.view().credit_minor == 1_000


@pytest.mark.req("SYNC-1", "AUD-2")
def test_the_second_switch_asks_a_supervisor_up_to_a_limit(kate: Till) -> None:
    switch(kate, offline_credit_limit_minor=5_000)
    note = with_note(kate, 6_000)
    request = bill_of(kate, credit(note, 5_000), minor=5_000)
    answer = kate.store.read(lambda read: without_centre(read, request)).result()
    assert answer is WithoutCentre.ASK
    assert "A supervisor can allow $50.00 of it" in refused(kate, request)
    with pytest.raises(PermissionRefused, match="other than the cashier"):
        allow(kate, request, "jane")
    approval = allow(kate, request, "supervisor")
    more = replace(request, request_id=uuid4(), credit_approval=approval)
    assert "A supervisor can allow" in refused(kate, more)
    kate.take(replace(request, credit_approval=approval))
    assert kate.one(select(Tender.amount_minor).where(Tender.kind == "credit")) == 5_000


@pytest.mark.req("SYNC-1", "AUD-2")
def test_a_supervisor_allows_no_more_than_the_limit(kate: Till) -> None:
    switch(kate, offline_credit_limit_minor=4_999)
    note = with_note(kate, 6_000)
    request = bill_of(kate, credit(note, 5_000), minor=5_000)
    with pytest.raises(UserError, match=r"A supervisor can allow \$49.99 of it"):
        allow(kate, request, "supervisor")
    small = replace(request, tenders=(credit(note, 4_000), cash(1_000)))
    approval = allow(kate, small, "supervisor")
    assert "A supervisor" in refused(kate, replace(request, credit_approval=approval))


def allow(till: Till, request: PaymentRequest, login: str) -> Any:
    attempt = till.act(lambda session: begin_attempt(session, login))

    def work(session: Session) -> Any:
        return allow_offline_credit(session, attempt, PASSWORD, request)

    return till.act(work)


@pytest.mark.req("MON-6", "SYNC-2")
def test_a_note_whose_payment_waits_at_the_centre_is_not_spent_again(jane: Till) -> None:
    note = with_note(jane, 6_000)
    jane.take(bill_of(jane, credit(note, 4_000), minor=4_000))
    seq = jane.act(lambda session: session.head.seq)
    told = PastCreditFacts(
        note.id, note.number, 6_000, 6_000, source="overpayment", applied_through=seq,
        created_on=note.created_on, expires_on=note.expires_on,
    )  # fmt: skip
    for item, left in (
        (ExceptionFacts(seq, "looked at"), 6_000),
        (ExceptionFacts(seq, "no such bill", suspended=True), 2_000),
    ):
        _tell(jane, replace(sample_account(), credits=(told,)), item)
        assert jane.view().credit_minor == left


def _tell(jane: Till, account: AccountFacts, item: ExceptionFacts) -> None:
    filling = NewReference(jane.store.folder.reference, jane.store.data_key)
    filling.add(accounts_page([account]))
    told = OfficeTold(settings_rows(sample_settings()), START_UTC, exceptions=(item,))
    filling.finish(told).replace(jane.store.folder.reference)
    jane.store.reload_reference()
