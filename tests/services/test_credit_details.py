"""What is known of one credit note: its payment, its life, its paper, and what lists offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from counterdesk.core.disputes import Outcome
from counterdesk.core.documents import Document, Text
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import TenderGiven
from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.models.ledger import CreditNote
from counterdesk.services.credit_choices import note_choices
from counterdesk.services.credit_details import NoteDetails, linked_payment, note_details
from counterdesk.services.credit_printing import print_credit_note, shown_credit_note
from counterdesk.sync.records import PastCreditFacts
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC
from tests.services.crediting import active, pay, raise_note
from tests.services.doubting import (
    closed,
    closing,
    doubt,
    elsewhere,
    of_payment,
    raised,
    tell_disputes,
)
from tests.services.till import Till, ask, cash, line_of
from tests.services.undo_till import payments_of, undo, void

TOLD = UUID(int=71)


def details(jane: Till, note_id: UUID) -> NoteDetails:
    found: NoteDetails = jane.store.read(lambda r: note_details(r, note_id), jane.actor).result()
    return found


def linked(jane: Till, note_id: UUID) -> UUID | None:
    return jane.store.read(lambda r: linked_payment(r, note_id), jane.actor).result()


def tell(jane: Till, **facts: str) -> None:
    """Let the centre tell of a note of John Doe's."""
    note = PastCreditFacts(TOLD, "CN-7", 900, 400, reason="Damaged meter", **facts)  # type: ignore[arg-type]
    build_reference(
        jane.store.folder.reference, jane.store.data_key,
        [replace(sample_account(), credits=(note,))], sample_settings(), as_of_utc=START_UTC,
    )  # fmt: skip
    jane.store.reload_reference()


@pytest.mark.req("CN-7")
def test_a_note_leads_to_the_payment_it_is_of_wherever_that_was_taken(jane: Till) -> None:
    payment = pay(jane)
    assert linked(jane, raise_note(jane, payment).id) == payment
    ahead = replace(line_of(jane.view(), extra=5_000), shares=())
    taken = jane.take(ask(ahead, pay=(cash(5_000),)))
    born = jane.one(select(CreditNote.id).where(CreditNote.source == "overpayment"))
    assert linked(jane, born) == payments_of(jane, taken)[0]
    past = sample_account().payments[0]
    for facts in ({"receipt_number": past.receipt_number}, {"receipt_number": "R-1"}):
        tell(jane, **facts)
        found = past.payment_id if facts["receipt_number"] != "R-1" else None
        assert linked(jane, TOLD) == found == details(jane, TOLD).payment_id


@pytest.mark.req("CN-7")
@pytest.mark.parametrize(("outcome", "is_named"), [
    (None, True), (Outcome.ADJUSTED, True), (Outcome.REJECTED, False), (Outcome.REFUNDED, False),
])  # fmt: skip
def test_a_note_names_the_dispute_that_it_adjusts(
    jane: Till, supervisor: Actor, outcome: Outcome | None, *, is_named: bool
) -> None:
    payment = pay(jane)
    dispute = raised(jane, doubt(payment))
    note = raise_note(jane, payment)
    if outcome is not None:
        boss = Till(jane.store, supervisor)
        dispute = closed(boss, replace(closing(dispute), outcome=outcome))
    assert details(jane, note.id).disputes == ((dispute,) if is_named else ())


@pytest.mark.req("CN-7")
def test_a_note_names_no_dispute_that_came_later_nor_one_that_it_was_not_made_for(
    jane: Till,
) -> None:
    payment = pay(jane)
    note = raise_note(jane, payment)
    ahead = replace(line_of(jane.view(), extra=5_000), shares=())
    [over] = payments_of(jane, jane.take(ask(ahead, pay=(cash(5_000),))))
    raised(jane, doubt(over, 5_000))
    tell_disputes(jane, elsewhere(payment, raised_on=date(2025, 4, 21)))
    born = jane.one(select(CreditNote.id).where(CreditNote.source == "overpayment"))
    assert of_payment(jane, payment)
    assert details(jane, note.id).disputes == details(jane, born).disputes == ()


@pytest.mark.req("CN-7", "PAY-20")
def test_what_an_undo_gave_back_and_withdrew_stands_in_the_note_s_life(jane: Till) -> None:
    note = active(jane, 5_000)
    view = jane.view()
    given = TenderGiven(
        "credit", 2_000, credit_note_id=note.id, credit_note_number=note.number,
        credit_account="WU-10001", credit_remaining_minor=note.remaining_minor,
    )  # fmt: skip
    owed = view.charges[0].outstanding_minor
    line = line_of(view, extra=500, most=1)
    taken = jane.take(ask(line, pay=(given, cash(owed - 2_000 + 500))))
    born = jane.one(select(CreditNote.id).where(CreditNote.source == "overpayment"))
    undo(jane, void(taken))
    life = [(one.kind, one.amount_minor, one.name) for one in details(jane, note.id).history]
    receipt = taken.receipt_number
    assert life[1:] == [("spent", 2_000, receipt), ("given back", 2_000, receipt)]
    withdrawn = details(jane, born)
    assert [(one.kind, one.amount_minor) for one in withdrawn.history] == [("withdrawn", 500)]
    assert (details(jane, note.id).elsewhere_minor, withdrawn.elsewhere_minor) == (0, 0)


@pytest.mark.req("CN-7")
def test_of_a_note_of_another_counter_what_left_it_there_is_told(jane: Till) -> None:
    tell(jane)
    known = details(jane, TOLD)
    assert (known.elsewhere_minor, known.history, known.payment_id) == (500, (), None)
    assert known.holder.consumer_name == "John Doe"


@pytest.mark.req("CN-6", "RCT-4")
def test_a_paper_that_is_only_looked_at_has_no_stamp_and_leaves_no_trace(jane: Till) -> None:
    note, seq = active(jane), jane.act(lambda session: session.head.seq)
    shown = jane.store.read(lambda r: shown_credit_note(r, note.id), jane.actor).result()
    printed = jane.act(lambda session: print_credit_note(session, note.id))
    stamp = "Issued by CounterDesk"
    assert stamp in _texts(printed)
    assert stamp not in _texts(shown)
    assert (shown.number, shown.title) == (printed.number, printed.title)
    assert jane.act(lambda session: session.head.seq) == seq + 1
    waiting = raise_note(jane, pay(jane, cash(20_000)))
    with pytest.raises(UserError, match="there is no paper of it"):
        jane.store.read(lambda r: shown_credit_note(r, waiting.id), jane.actor).result()


@pytest.mark.req("CN-6")
def test_a_filter_offers_the_office_s_reasons_and_those_that_were_given(jane: Till) -> None:
    tell(jane)
    choices = jane.store.read(note_choices, jane.actor).result()
    assert choices["reason"] == (*sample_settings().credit_note_reasons, "Damaged meter")
    assert choices["left"] == ("nothing", "part", "all")
    with pytest.raises(PermissionRefused):
        jane.store.read(note_choices).result()


def _texts(document: Document) -> set[str]:
    return {one.text for one in document.blocks if isinstance(one, Text)}
