"""Undoing at two counters of one centre, in memory and for real, to the cent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Select, select

from counterdesk.core.errors import UserError
from counterdesk.core.undoing import Replacement, UndoAsked, UndoKind
from counterdesk.core.visit import TenderGiven
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Payment, Tender
from counterdesk.services.approvals import begin_approval
from counterdesk.services.collected import collected
from counterdesk.services.collection import received
from counterdesk.services.consumer_payments import last_payments
from counterdesk.services.correctable import visit_to_correct
from counterdesk.services.corrections import correct_payment
from counterdesk.services.taken import PaymentTaken
from counterdesk.services.undo_choices import ways_to_undo
from counterdesk.services.undoing import undo_payment
from counterdesk.sync.receipt_questions import PaymentAnswer
from tests.conftest import PASSWORD
from tests.sync.centres import CentreUnderTest
from tests.sync.test_credit_at_tills import exceptions
from tests.sync.tills import Till
from tests.sync.two_tills import JOHN, Office, held, hold, notes_of, office_of, spending

_payments, _tenders = table_of(Payment), table_of(Tender)


@pytest.fixture(params=["memory", "real"])
def office(
    request: pytest.FixtureRequest, centre: CentreUnderTest, tmp_path: Path
) -> Iterator[Office]:
    with office_of(request.param, centre, tmp_path) as made:
        yield made


def undo_elsewhere(
    till: Till, taken: PaymentTaken, kind: UndoKind, *, in_cash: bool = False
) -> None:
    """Undo at a till what another one took, as the centre tells of it now."""
    asked = asked_elsewhere(till, taken, kind, in_cash=in_cash)
    attempt = till.store.write(lambda s: begin_approval(s, "supervisor")).result()
    till.store.write(lambda s: undo_payment(s, attempt, PASSWORD, asked), till.jane).result()


def asked_elsewhere(
    till: Till, taken: PaymentTaken, kind: UndoKind, *, in_cash: bool = False
) -> UndoAsked:
    """Ask the centre, and choose the way of a kind."""
    answers: list[PaymentAnswer] = []
    till.sync.ask_payment(taken.receipt_number, answers.append)
    till.settle()
    [answer] = answers
    visit = till.store.read(
        lambda read: ways_to_undo(read, taken.transaction_id, told=answer.payment), till.jane
    ).result()
    way = next(one for one in visit.choices if one.kind is kind)
    return UndoAsked(
        uuid4(), kind, visit.transaction_id, "Other", payment_id=way.payment_id,
        tender_id=way.tender_id, in_cash=in_cash, told=visit.told,
    )  # fmt: skip


def undo(till: Till, taken: PaymentTaken, kind: UndoKind) -> None:
    """Undo a visit of one payment, with the supervisor's yes."""
    visit = taken.transaction_id
    payment = select(_payments.c.id).where(_payments.c.transaction_id == visit)
    tender = select(_tenders.c.id).where(_tenders.c.transaction_id == visit)
    asked = UndoAsked(
        uuid4(), kind, visit, "Other",
        payment_id=_one(till, payment) if kind is UndoKind.REVERSAL else None,
        tender_id=_one(till, tender) if kind is UndoKind.BOUNCED else None,
    )  # fmt: skip
    attempt = till.store.write(lambda s: begin_approval(s, "supervisor")).result()
    till.store.write(lambda s: undo_payment(s, attempt, PASSWORD, asked), till.jane).result()


def correct(till: Till, taken: PaymentTaken, change: Callable[[TenderGiven], TenderGiven]) -> None:
    """Take a visit of one charge, paid with a note first, anew with less of the note."""
    store, visit = till.store, taken.transaction_id
    old = store.read(lambda read: visit_to_correct(read, visit), till.jane).result()
    tenders = (change(old.tenders[0]), *old.tenders[1:])
    less = old.tenders[0].amount_minor - tenders[0].amount_minor
    [share] = old.shares
    new = Replacement(
        uuid4(), ((share.charge_id, share.amount_minor - less),), tenders, channel=old.channel
    )
    asked = UndoAsked(uuid4(), UndoKind.CORRECTED, visit, "Other")
    attempt = store.write(lambda s: begin_approval(s, "admin")).result()
    store.write(lambda s: correct_payment(s, attempt, PASSWORD, asked, new), till.jane).result()


def _one(till: Till, query: Select[tuple[UUID]]) -> UUID:
    found: UUID = till.store.read(lambda read: read.execute(query).scalar_one()).result()
    return found


def standing(till: Till) -> tuple[list[int], list[int]]:
    """What a till shows: open charges, and what is left of the notes."""
    charges = sorted(one.outstanding_minor for one in till.view(JOHN).charges)
    return charges, sorted(one.remaining_minor for one in notes_of(till))


def came_in(till: Till) -> tuple[int, int]:
    """What a till's dashboard and its charts say was collected today at all counters."""
    today = till.store.read(lambda read: read.today()).result()
    money = till.store.read(lambda read: received(read, today, today)).result().amount_minor
    days = till.store.read(lambda read: collected(read, today, today)).result().days
    return money, sum(one.taken_minor + one.back_minor for one in days)


def statuses(till: Till) -> list[str]:
    """What a till shows of the account's payments, the newest first."""
    consumer = till.view(JOHN).account.consumer_id
    rows = till.store.read(lambda read: last_payments(read, consumer), till.jane).result()
    return [row.status for row in rows]


@pytest.mark.req("MON-12", "MON-7", "SYNC-4")
@pytest.mark.parametrize("voided", ["first", "second"])
def test_two_counters_pay_one_bill_and_either_is_voided(office: Office, voided: str) -> None:
    visits = {name: getattr(office, name).pay(JOHN) for name in ("first", "second")}
    office.settle()
    for till in (office.first, office.second):
        assert standing(till) == ([9_000], [14_550])
    undo(getattr(office, voided), visits[voided], UndoKind.VOID)
    office.settle()
    for till in (office.first, office.second):
        assert standing(till) == ([9_000], [0])


@pytest.mark.req("MON-12", "MON-7", "MON-8")
@pytest.mark.parametrize("told", [True, False])
def test_a_cheque_bounces_after_its_note_was_spent_at_the_other_counter(
    office: Office, told: bool
) -> None:
    """Whether the first counter has heard of the spending or not: the outcome is the same."""
    visit = office.first.visit(JOHN)
    [line] = visit.lines
    today = office.first.store.read(lambda read: read.today()).result()
    cheque = TenderGiven("cheque", 20_000, "4711", cheque_bank="First", cheque_dated_on=today)
    more = replace(line, extra_minor=5_450)
    taken = office.first.take(replace(visit, lines=(more,), tenders=(cheque,)))
    office.settle()
    spent = spending(office.second, 3_000, 3_000)
    assert hold(office.second, spent).held
    office.second.take(held(spent))
    (office.settle if told else office.second.settle)()
    undo(office.first, taken, UndoKind.BOUNCED)
    assert standing(office.first) == (
        ([3_000, 6_000, 14_550], [0]) if told else ([9_000, 14_550], [0])
    )
    office.settle()
    for till in (office.first, office.second):
        assert standing(till) == ([3_000, 6_000, 14_550], [0])
        assert till.view(JOHN).account.cash_only
        assert till.status.waiting == 0


@pytest.mark.req("MON-6", "MON-7")
def test_a_reversal_gives_the_note_back_that_it_was_paid_with(office: Office) -> None:
    office.first.pay(JOHN, 5_000, handed=11_000)
    office.settle()
    visit = spending(office.second, 6_000, 9_550)
    assert hold(office.second, visit).held
    taken = office.second.take(held(visit))
    undo(office.second, taken, UndoKind.REVERSAL)
    assert standing(office.second) == ([9_000, 9_550], [6_000])
    office.settle()
    for till in (office.first, office.second):
        assert standing(till) == ([9_000, 9_550], [6_000])


@pytest.mark.req("PAY-20", "MON-6", "MON-7")
def test_a_correction_spends_again_what_it_gives_back_and_nobody_is_asked(office: Office) -> None:
    office.first.pay(JOHN, 5_000, handed=11_000)
    office.settle()
    visit = spending(office.second, 6_000, 9_550)
    assert hold(office.second, visit).held
    taken = office.second.take(held(visit))
    office.settle()
    correct(office.second, taken, lambda credit: replace(credit, amount_minor=4_000))
    assert standing(office.second) == ([2_000, 9_000], [2_000])
    office.settle()
    for till in (office.first, office.second):
        assert standing(till) == ([2_000, 9_000], [2_000])
        assert till.status.waiting == 0
        assert exceptions(till) == []


def cheque_of(office: Office, amount: int) -> PaymentTaken:
    """A bill of 145.50 paid at the first till with a cheque."""
    visit = office.first.visit(JOHN)
    [line] = visit.lines
    today = office.first.store.read(lambda read: read.today()).result()
    cheque = TenderGiven("cheque", amount, "4711", cheque_bank="First", cheque_dated_on=today)
    more = replace(line, extra_minor=amount - 14_550)
    return office.first.take(replace(visit, lines=(more,), tenders=(cheque,)))


@pytest.mark.req("PAY-20", "MON-12")
def test_a_cheque_of_the_first_counter_comes_back_to_the_second(office: Office) -> None:
    taken = cheque_of(office, 20_000)
    office.settle()
    undo_elsewhere(office.second, taken, UndoKind.BOUNCED)
    assert standing(office.second) == ([9_000, 14_550], [0])
    assert office.second.view(JOHN).account.cash_only
    office.settle()
    for till in (office.first, office.second):
        assert standing(till) == ([9_000, 14_550], [0])
        assert till.view(JOHN).account.cash_only
        assert till.status.waiting == 0


@pytest.mark.req("PAY-20", "MON-7", "MON-11")
def test_a_payment_of_the_first_counter_is_reversed_in_cash_at_the_second(office: Office) -> None:
    taken = office.first.pay(JOHN, 5_000)
    office.settle()
    assert came_in(office.second) == (5_000, 5_000)
    undo_elsewhere(office.second, taken, UndoKind.REVERSAL)
    assert came_in(office.second) == (0, 0)
    assert (statuses(office.first), statuses(office.second)) == (["Posted"], ["Reversed"])
    assert standing(office.second) == ([9_000, 14_550], [])
    office.settle()
    for till in (office.first, office.second):
        assert standing(till) == ([9_000, 14_550], [])
        assert statuses(till) == ["Reversed"]
    assert came_in(office.second) == (0, 0)


@pytest.mark.req("PAY-20", "SYNC-2", "SYNC-4")
def test_both_counters_undo_it_at_once_and_the_centre_takes_one(office: Office) -> None:
    """The other one waits at the centre for a person; neither bill nor credit counts twice."""
    taken = cheque_of(office, 20_000)
    office.settle()
    asked = asked_elsewhere(office.second, taken, UndoKind.BOUNCED)
    undo(office.first, taken, UndoKind.BOUNCED)
    attempt = office.second.store.write(lambda s: begin_approval(s, "supervisor")).result()
    office.second.store.write(
        lambda s: undo_payment(s, attempt, PASSWORD, asked), office.second.jane
    ).result()
    office.settle()
    for till in (office.first, office.second):
        assert standing(till) == ([9_000, 14_550], [0])
    assert len(office.second.sync._link.office_facts().exceptions) == 1
    assert office.first.sync._link.office_facts().exceptions == ()
    with pytest.raises(UserError, match="undone before"):
        asked_elsewhere(office.second, taken, UndoKind.BOUNCED)
