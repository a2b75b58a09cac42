"""A credit note is raised from a payment, for no more than is left of it, and waits for a yes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.credit import ChangeKind, NoteStatus
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.ledger import CreditNote, Event
from counterdesk.models.ref import PastPayment
from counterdesk.services import credit_notes
from counterdesk.services.credit_decisions import Decision, decide_credit_note
from counterdesk.services.credit_standing import notes_of, pending_notes
from counterdesk.services.creditable_payments import creditable_payment
from counterdesk.store.session import Session
from tests.conftest import hire
from tests.services.crediting import (
    BILL,
    allowed,
    as_person,
    decide,
    now,
    of,
    pay,
    raise_note,
)
from tests.services.till import Till, ask, cash, line_of

RAISE = credit_notes.raise_credit_note


@pytest.mark.req("CN-1", "CN-3")
def test_a_note_of_a_payment_waits_until_somebody_says_yes(jane: Till) -> None:
    payment = pay(jane)
    note = raise_note(jane, payment, 5_000)
    assert (note.status, note.usable_minor) == (NoteStatus.PENDING, 0)
    assert (note.number, note.created_by) == ("CN-46129", "Jane Smith")
    assert (note.created_on, note.expires_on) == (date(2025, 4, 20), date(2026, 4, 20))
    assert [one.number for one in jane.store.read(pending_notes).result()] == [note.number]
    approved = decide(jane, note.id, ChangeKind.APPROVED)
    assert (approved.status, approved.usable_minor) == (NoteStatus.ACTIVE, 5_000)
    assert approved.approved_by != ""
    assert jane.store.read(pending_notes).result() == ()
    notes = jane.store.read(lambda r: notes_of(r, note.consumer_id)).result()
    assert sum(one.usable_minor for one in notes) == 5_000


@pytest.mark.req("CN-1")
def test_all_notes_of_a_payment_together_are_no_more_than_it(jane: Till) -> None:
    payment = pay(jane)
    raise_note(jane, payment, 10_000)
    left = jane.store.read(lambda r: creditable_payment(r, payment), jane.actor).result()
    assert (left.amount_minor, left.left_minor) == (BILL, 4_550)
    with pytest.raises(UserError, match=r"Maximum: \$45\.50") as refused:
        raise_note(jane, payment, 4_551)
    assert refused.value.field == credit_notes.AMOUNT_FIELD
    raise_note(jane, payment, 4_550)


@pytest.mark.req("CN-1", "CN-3")
def test_what_was_rejected_can_be_credited_again(jane: Till) -> None:
    payment = pay(jane)
    note = raise_note(jane, payment, BILL)
    rejected = decide(jane, note.id, ChangeKind.REJECTED, "the bill was right")
    assert rejected.status is NoteStatus.REJECTED
    assert raise_note(jane, payment, BILL).status is NoteStatus.PENDING


@pytest.mark.req("CN-1")
def test_an_overpayment_s_own_note_counts_as_credited(jane: Till) -> None:
    payment = pay(jane)
    kept = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(20_000),), keep=True))
    assert kept.credit_notes
    view = jane.store.read(lambda r: creditable_payment(r, payment), jane.actor).result()
    assert view.left_minor == BILL  # of another visit
    own = jane.one(select(CreditNote.payment_id).where(CreditNote.source == "overpayment"))
    view = jane.store.read(lambda r: creditable_payment(r, own), jane.actor).result()
    assert view.left_minor == view.amount_minor - kept.credit_notes[0].amount_minor


@pytest.mark.req("CN-1")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_minor": 0}, credit_notes.AMOUNT_FIELD),
        ({"amount_minor": -5}, credit_notes.AMOUNT_FIELD),
        ({"reason": ""}, credit_notes.REASON_FIELD),
        ({"reason": "Because"}, credit_notes.REASON_FIELD),
        ({"remarks": "x" * 501}, credit_notes.REMARKS_FIELD),
        ({"remarks": "4242 4242 4242 4242"}, credit_notes.REMARKS_FIELD),
        ({"payment_id": uuid4()}, ""),
    ],
)
def test_nothing_is_saved_of_a_note_that_is_wrong(
    jane: Till, changes: dict[str, object], field: str
) -> None:
    request = replace(of(pay(jane)), **changes)  # type: ignore[arg-type]
    with pytest.raises(UserError) as refused:
        jane.act(lambda s: RAISE(s, request))
    assert refused.value.field == field
    assert jane.count(CreditNote) == 0


def test_the_same_request_twice_is_one_note(jane: Till) -> None:
    request = of(pay(jane))
    assert jane.act(lambda s: RAISE(s, request)) == jane.act(lambda s: RAISE(s, request))
    assert jane.count(CreditNote) == 1
    with pytest.raises(RequestChanged):
        jane.act(lambda s: RAISE(s, replace(request, amount_minor=1)))


@pytest.mark.req("CN-3")
def test_a_supervisor_approves_in_the_same_act(jane: Till) -> None:
    request = of(pay(jane))
    note = allowed(
        jane,
        lambda s, a, p: credit_notes.raise_approved_credit_note(s, a, p, request), "supervisor",
    )  # fmt: skip
    assert note.status is NoteStatus.ACTIVE
    assert note.approved_by not in ("", note.created_by)
    told = jane.one(select(Event.body).where(Event.kind == "credit_note.raised"))
    row = json.loads(told)["data"]["credit_note"]
    assert (row["amount_minor"], row["consumer_id"], row["reason"]) == (
        5_000, str(note.consumer_id), "Billing error",
    )  # fmt: skip
    assert row["approver_name"] == note.approved_by


@pytest.mark.req("CN-3", "AUD-2")
@pytest.mark.parametrize("login", ["jane", "other"])
def test_nobody_approves_their_own_and_no_cashier_another_s(jane: Till, login: str) -> None:
    jane.act(lambda s: hire(s, Role.CASHIER, "other"))
    note = raise_note(jane, pay(jane))
    with pytest.raises(PermissionRefused):
        decide(jane, note.id, ChangeKind.APPROVED, login=login)
    assert now(jane, note.id).status is NoteStatus.PENDING


@pytest.mark.req("CN-3", "AUD-2")
def test_a_supervisor_approves_from_the_list_but_never_their_own(
    jane: Till, supervisor: Actor
) -> None:
    payment = pay(jane)
    boss = as_person(jane, supervisor)
    own, other = raise_note(boss, payment, 100), raise_note(jane, payment, 200)
    with pytest.raises(PermissionRefused, match="their own"):
        boss.act(lambda s: decide_credit_note(s, Decision(uuid4(), own.id, ChangeKind.APPROVED)))
    with pytest.raises(PermissionRefused, match="their own"):  # nor with another who asks
        decide(jane, own.id, ChangeKind.APPROVED)
    yes = Decision(uuid4(), other.id, ChangeKind.APPROVED)
    approved = boss.act(lambda s: decide_credit_note(s, yes)).note
    assert (approved.status, approved.approved_by) == (NoteStatus.ACTIVE, supervisor.name)
    assert boss.act(lambda s: decide_credit_note(s, yes)).note == approved


@pytest.mark.req("CN-3")
def test_a_no_needs_its_reason(jane: Till, supervisor: Actor) -> None:
    note = raise_note(jane, pay(jane))
    no = Decision(uuid4(), note.id, ChangeKind.REJECTED, " ")
    with pytest.raises(UserError, match="reason"):
        as_person(jane, supervisor).act(lambda s: decide_credit_note(s, no))
    assert now(jane, note.id).status is NoteStatus.PENDING


def under(work: Callable[[Session], Any], **settings: Any) -> Callable[[Session], Any]:
    """Do some work under other settings than the office has."""

    def do(session: Session) -> Any:
        session.settings = replace(session.settings, **settings)
        return work(session)

    return do


@pytest.mark.req("CN-3")
def test_beyond_the_ceiling_only_a_billing_manager_approves(jane: Till, supervisor: Actor) -> None:
    manager = jane.act(lambda s: hire(s, Role.MANAGER, "boss"))
    note = raise_note(jane, pay(jane), 5_000)
    yes = Decision(uuid4(), note.id, ChangeKind.APPROVED)

    def decide_it(session: Session) -> Any:
        return decide_credit_note(session, yes).note

    with pytest.raises(PermissionRefused, match=r"More than \$49\.99 needs a billing manager"):
        as_person(jane, supervisor).act(under(decide_it, credit_approval_ceiling_minor=4_999))
    approved = as_person(jane, manager).act(under(decide_it, credit_approval_ceiling_minor=4_999))
    assert (approved.status, approved.approved_by) == (NoteStatus.ACTIVE, "boss")


@pytest.mark.req("CN-3")
def test_small_notes_of_a_payment_need_nobody_until_they_come_to_more(jane: Till) -> None:
    payment = pay(jane)
    made = [
        jane.act(under(lambda s: RAISE(s, of(payment, 600)), auto_approve_minor=1_000))
        for _time in range(2)
    ]
    assert [note.status for note in made] == [NoteStatus.ACTIVE, NoteStatus.PENDING]


@pytest.mark.req("CN-4")
def test_a_note_ends_by_itself_after_the_months_of_the_settings(jane: Till) -> None:
    request = of(pay(jane))
    raised = jane.act(under(lambda s: RAISE(s, request), credit_note_months=1))
    assert raised.expires_on == date(2025, 5, 20)


@pytest.mark.req("CN-1")
def test_a_payment_of_another_counter_is_credited_by_its_receipt(jane: Till) -> None:
    told = jane.one(
        select(PastPayment.payment_id).where(PastPayment.status == "Posted")
        .order_by(PastPayment.amount_minor.desc()).limit(1)
    )  # fmt: skip
    before = jane.store.read(lambda r: creditable_payment(r, told), jane.actor).result()
    note = raise_note(jane, told, 100)
    assert (note.receipt_number, note.payment_number) == (before.receipt_number, "")
    after = jane.store.read(lambda r: creditable_payment(r, told), jane.actor).result()
    assert after.left_minor == before.left_minor - 100


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MANAGER, Role.ADMINISTRATOR])
def test_whoever_takes_no_money_raises_no_credit(jane: Till, role: Role) -> None:
    payment = pay(jane)
    other = jane.act(lambda s: hire(s, role, "other"))
    with pytest.raises(PermissionRefused):
        raise_note(as_person(jane, other), payment)
