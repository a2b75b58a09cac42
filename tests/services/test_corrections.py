"""A visit is corrected whole: several tenders, accounts, extra money, kept change, credit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.permissions import Actor
from counterdesk.core.undoing import Replacement
from counterdesk.core.visit import Share
from counterdesk.models.ledger import Overpayment, PaymentTransaction, Tender
from counterdesk.models.undoing import Undo
from counterdesk.services.approvals import granted_over_threshold
from counterdesk.services.correctable import VisitToCorrect, visit_to_correct
from counterdesk.services.corrections import Corrected
from counterdesk.services.shifts import open_shift
from counterdesk.services.taken import PaymentTaken
from tests.services.counting import close_shift
from tests.services.test_credit_spending import credit
from tests.services.test_undo_spent_credit import spend_30
from tests.services.test_undoing_cheques import correct, drawer_of, with_credit
from tests.services.till import Till, ask, card, cash, line_of
from tests.services.undo_till import cheque, undo, void

ANOTHER = "WU-20003"


def as_keyed(jane: Till, taken: PaymentTaken) -> VisitToCorrect:
    """Read a visit as the dialog shows it."""
    found: VisitToCorrect = jane.store.read(
        lambda read: visit_to_correct(read, taken.transaction_id), jane.actor
    ).result()
    return found


def anew(old: VisitToCorrect, **other: Any) -> Replacement:
    """The same visit again, but for what is named."""
    same = Replacement(
        uuid4(), tuple((one.charge_id, one.amount_minor) for one in old.shares), old.tenders,
        old.extras, old.channel, old.paid_by, old.notes, old.keep_change, old.change_account,
    )  # fmt: skip
    return replace(same, **other)


def tenders(jane: Till, done: Corrected) -> list[tuple[str, int, str]]:
    """Method, amount and reference of each tender of the visit that stands now."""
    query = select(Tender.method, Tender.amount_minor, Tender.reference).where(
        Tender.transaction_id == done.taken.transaction_id
    )
    rows = jane.store.read(lambda read: read.execute(query.order_by(Tender.position)).all())
    return [(row.method, row.amount_minor, row.reference) for row in rows.result()]


@pytest.mark.req("PAY-20", "MON-2")
def test_one_of_several_tenders_is_corrected(jane: Till) -> None:
    pay = (card(10_000), cash(5_000))
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=pay))
    old = as_keyed(jane, taken)
    assert (old.tenders, old.extras, old.keep_change) == (pay, (("WU-10001", 0),), False)
    right = (card(9_000, "slip 2"), cheque(1_000), cash(5_000))
    done = correct(jane, taken, anew(old, tenders=right))
    assert tenders(jane, done) == [
        ("card", 9_000, "slip 2"), ("cheque", 1_000, "4711"), ("cash", 5_000, ""),
    ]  # fmt: skip
    assert drawer_of(jane) == 10_000 + 4_550
    assert jane.findings() == ()


def yesterdays(jane: Till) -> tuple[PaymentTaken, VisitToCorrect]:
    """A visit by card, cheque and cash in a drawer that is counted and closed; another runs."""
    pay = (card(4_550), cheque(4_000), cash(6_000))
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=pay))
    old = as_keyed(jane, taken)
    jane.act(lambda s: close_shift(s, 16_000))
    jane.act(lambda s: open_shift(s, 10_000))
    return taken, old


@pytest.mark.req("PAY-20", "CASH-1")
def test_each_method_keeps_what_was_counted_of_it_in_a_closed_drawer(jane: Till) -> None:
    taken, old = yesterdays(jane)
    with pytest.raises(UserError, match="Its shift is closed"):
        correct(jane, taken, anew(old, tenders=(card(4_550), cheque(3_000), cash(7_000))))
    right = (card(4_550, "slip 9"), cheque(1_500), cheque(2_500), cash(6_000))
    assert len(tenders(jane, correct(jane, taken, anew(old, tenders=right)))) == 4
    jane.act(lambda s: close_shift(s, 10_000))
    assert jane.findings() == ()


@pytest.mark.req("PAY-20", "CASH-1")
def test_what_was_counted_stays_so_however_often_the_visit_is_corrected(jane: Till) -> None:
    taken, old = yesterdays(jane)
    once = correct(jane, taken, anew(old, tenders=(card(4_550, "slip 9"), *old.tenders[1:]))).taken
    with pytest.raises(UserError, match="Its shift is closed"):
        correct(jane, once, anew(as_keyed(jane, once), tenders=(card(8_550), cash(6_000))))
    with pytest.raises(UserError, match="Its shift is closed"):
        undo(jane, void(once))
    jane.act(lambda s: close_shift(s, 10_000))
    assert jane.findings() == ()


@pytest.mark.req("PAY-20", "MON-5", "PAY-9")
def test_two_accounts_keep_their_extra_money_and_the_change(jane: Till) -> None:
    lines = (line_of(jane.view(), 500, most=1), line_of(jane.view(ANOTHER), 300, most=1))
    due = sum(one.total_minor for one in lines)
    asked = replace(
        ask(*lines, pay=(card(due - 1_000), cash(1_200)), keep=True), change_account=ANOTHER
    )
    taken = jane.take(asked)
    old = as_keyed(jane, taken)
    assert old.extras == (("WU-10001", 500), (ANOTHER, 300))
    assert (old.keep_change, old.change_account) == (True, ANOTHER)
    right = (card(due - 1_500), cash(1_700))
    correct(jane, taken, anew(old, tenders=right, extras=((ANOTHER, 800), ("WU-10001", 0))))
    credit_now = (jane.view().credit_minor, jane.view(ANOTHER).credit_minor)
    assert credit_now == (0, 1_000)
    kinds = jane.store.read(lambda r: r.execute(select(Overpayment.kind)).all()).result()
    assert sorted(row.kind for row in kinds) == [
        "extra", "extra", "extra", "kept_change", "kept_change"
    ]  # fmt: skip
    assert drawer_of(jane) == 10_000 + 1_700
    assert jane.findings() == ()


@pytest.mark.req("PAY-20", "MON-6")
def test_a_note_that_was_spent_is_spent_anew(jane: Till) -> None:
    with_credit(jane)
    left = jane.view().credit_minor
    spent = spend_30(jane)
    old = as_keyed(jane, spent)
    [note] = old.tenders
    assert (note.credit_account, note.amount_minor) == ("WU-10001", 3_000)
    less = (replace(note, amount_minor=1_000), card(2_000))
    correct(jane, spent, anew(old, tenders=less))
    assert jane.view().credit_minor == left - 1_000
    assert jane.findings() == ()


@pytest.mark.req("PAY-20", "MON-6")
def test_the_whole_note_is_spent_anew_and_more_than_it_had_is_refused(jane: Till) -> None:
    with_credit(jane)
    view = jane.view()
    note = view.notes[-1]
    line = replace(line_of(view), shares=(Share(view.charges[0], 6_000),))
    whole = credit(note, note.remaining_minor)
    spent = jane.take(ask(line, pay=(whole, cash(6_000 - note.remaining_minor))))
    old = as_keyed(jane, spent)
    over = replace(old.tenders[0], amount_minor=note.remaining_minor + 5)
    with pytest.raises(UserError, match="is all that is left of it"):
        correct(jane, spent, anew(old, tenders=(over, cash(6_000 - over.amount_minor))))
    assert jane.count(Undo) == 0
    done = correct(jane, spent, anew(old, tenders=(old.tenders[0], card(550))))
    assert [one[:2] for one in tenders(jane, done)] == [("credit", 5_450), ("card", 550)]
    assert jane.view().credit_minor == 0
    assert jane.findings() == ()


@pytest.mark.req("PAY-20", "PAY-9")
def test_money_that_came_in_may_stay_as_credit_but_no_more(jane: Till, supervisor: Actor) -> None:
    line = line_of(jane.view(), 30_000, most=1)
    asked = ask(line, pay=(card(line.total_minor),))
    allowed = jane.act(
        lambda s: granted_over_threshold(
            s, supervisor, asked.request_id, "WU-10001", 30_000, 20_000
        )
    )
    taken = jane.take(replace(asked, approval=allowed))
    old = as_keyed(jane, taken)
    whole = line.total_minor + 5
    more = {"shares": (), "tenders": (card(whole),), "extras": (("WU-10001", whole),)}
    with pytest.raises(UserError, match="over the limit"):
        correct(jane, taken, anew(old, **more))
    correct(jane, taken, anew(old, tenders=(card(line.total_minor, "slip 2"),)))
    assert jane.view().credit_minor == 30_000
    assert jane.findings() == ()


@pytest.mark.req("PAY-20")
def test_what_is_not_of_the_visit_is_refused_and_nothing_is_undone(jane: Till) -> None:
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    old = as_keyed(jane, taken)
    for other in ({"shares": ((uuid4(), 5),)}, {"extras": ((ANOTHER, 5),)}):
        with pytest.raises(UserError, match="not open here any more"):
            correct(jane, taken, anew(old, **other))
    assert (jane.count(Undo), jane.count(PaymentTransaction)) == (0, 1)
