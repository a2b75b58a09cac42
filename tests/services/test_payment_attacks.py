from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from counterdesk.core.errors import RequestChanged, UserError
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.core.visit_sums import work_out
from counterdesk.models.ledger import (
    CreditNote,
    PaymentTransaction,
    PrintJob,
    Settlement,
    Shift,
)
from counterdesk.services.reprints import reprint
from counterdesk.services.shifts import expected_drawer, open_shift
from counterdesk.services.startup import last_payment
from tests.conftest import START_UTC
from tests.services.counting import close_shift
from tests.services.till import COIN, Till, ask, card, cash, line_of


def several(jane: Till) -> PaymentRequest:
    """Three accounts, all types of charge, extra money, and two tenders of cash."""
    lines = [line_of(jane.view(number)) for number in ("WU-10001", "WU-20005", "WU-20003")]
    lines[0] = replace(lines[0], extra_minor=77)
    total = sum(line.total_minor for line in lines)
    return ask(*lines, pay=(cash(5), card(1_003), cash(-(-total // COIN) * COIN)), keep=False)


@pytest.mark.req("PAY-8")
def test_a_visit_of_many_payments_is_answered_the_same_when_asked_again(jane: Till) -> None:
    request = several(jane)
    first = jane.take(request)
    assert len(first.payments) > 3
    accounts = [line.account.account_number for line in request.lines]
    assert first.left_minor == sum(jane.view(number).outstanding_minor for number in accounts)
    assert jane.take(request) == replace(first, already_saved=True)
    told = jane.store.read(last_payment).result()
    assert told is not None
    assert told.account_number == "WU-10001"


@pytest.mark.req("MON-1", "MON-2")
@pytest.mark.parametrize("off", range(5))
def test_cash_on_cash_is_saved_to_the_cent_whatever_is_rounded(jane: Till, off: int) -> None:
    view = jane.view()
    part = replace(line_of(view), shares=(Share(view.charges[0], 14_500 + off),))
    request = ask(part, pay=(cash(20_000), cash(5), cash(500)))
    shown = work_out(request, jane.store.settings, START_UTC.date())
    taken = jane.take(request)
    assert (taken.change_minor, taken.rounding_minor) == (
        shown.change_minor, shown.rounding_minor,
    )  # fmt: skip
    settled = jane.one(select(func.sum(Settlement.amount_minor)))
    assert settled == taken.tendered_minor - taken.change_minor


@pytest.mark.req("PAY-8", "CASH-7")
def test_a_request_sent_again_after_its_shift_was_closed_is_still_one_payment(jane: Till) -> None:
    request = ask(line_of(jane.view(), most=1), pay=(cash(14_550),))
    first = jane.take(request)
    jane.act(lambda session: close_shift(session, 24_550))
    assert jane.take(request) == replace(first, already_saved=True)
    with pytest.raises(RequestChanged):
        jane.take(replace(request, tenders=(cash(14_555),)))
    assert jane.count(PaymentTransaction) == 1


@pytest.mark.req("PAY-8")
@pytest.mark.parametrize(
    "other",
    [
        {"channel": "Mobile"}, {"keep_change": True}, {"change_account": "WU-10001"},
        {"paid_by": "Ann"}, {"notes": "n"}, {"tenders": (cash(500), cash(5))}, {"lines": ()},
    ],
)  # fmt: skip
def test_nothing_of_a_saved_visit_can_be_changed_under_its_id(
    jane: Till, other: dict[str, Any]
) -> None:
    request = ask(line_of(jane.view(), 500, most=0), pay=(cash(500),))
    jane.take(request)
    for changed in (
        replace(request, **other),
        replace(request, lines=(replace(request.lines[0], extra_minor=501),)),
        replace(request, lines=(line_of(jane.view("WU-20005"), 500, most=0),)),
    ):
        with pytest.raises(RequestChanged):
            jane.take(changed)
    assert jane.take(request).already_saved


@pytest.mark.req("PAY-15", "CN-2")
def test_each_account_of_a_visit_gets_its_own_note_and_no_more(jane: Till) -> None:
    first, second = line_of(jane.view(), 300, most=1), line_of(jane.view("WU-20005"), 200, most=1)
    total = first.total_minor + second.total_minor
    given = -(-total // COIN) * COIN + 500
    request = ask(first, second, pay=(cash(given),), keep=True)
    taken = jane.take(replace(request, change_account="WU-20005"))
    assert [(note.account_number, note.amount_minor) for note in taken.credit_notes] == [
        ("WU-10001", 300), ("WU-20005", 200 + given - total),
    ]  # fmt: skip
    assert jane.count(CreditNote) == 2
    assert (taken.to_pay_minor, taken.tendered_minor) == (total, given)
    assert jane.take(replace(request, change_account="WU-20005")).to_pay_minor == total


@pytest.mark.req("PAY-12")
def test_one_consumer_under_two_names_is_refused(jane: Till) -> None:
    line = line_of(jane.view(), most=1)
    twin = replace(line, account=replace(line.account, account_number="WU-2"), shares=(),
                   extra_minor=100)  # fmt: skip
    with pytest.raises(UserError, match="not known as it was shown"):
        jane.take(ask(line, twin, pay=(cash(14_650),)))


@pytest.mark.req("SRCH-3")
def test_a_cash_only_mark_cannot_be_left_out(jane: Till) -> None:
    line = line_of(jane.view("WU-20001"), most=1)
    assert line.account.cash_only
    free = replace(line, account=replace(line.account, cash_only=False))
    with pytest.raises(UserError, match="not known as it was shown"):
        jane.take(ask(free, pay=(card(line.total_minor),)))


@pytest.mark.req("PAY-17")
def test_a_minimum_and_refused_methods_cannot_be_left_out(jane: Till) -> None:
    view = jane.view("WU-20007")
    part = next(one for one in view.charges if one.minimum_minor)
    free = replace(part, minimum_minor=0, refused_methods=frozenset())
    line = AccountLine(view.account, (Share(free, 5),), 0, view.charges)
    with pytest.raises(UserError, match="changed since it was shown"):
        jane.take(ask(line, pay=(cash(5),)))


@pytest.mark.req("PAY-12")
@pytest.mark.parametrize("amount", [2**63, 2**64, 10**40, -(2**63), 0])
def test_amounts_that_no_column_holds_are_refused_in_words(jane: Till, amount: int) -> None:
    view = jane.view()
    whole = line_of(view, most=1)
    part = replace(whole, shares=(Share(view.charges[0], amount),))
    for request in (
        ask(part, pay=(cash(14_550),)),
        ask(whole, pay=(cash(amount),), keep=True),
        ask(replace(whole, extra_minor=amount or -1), pay=(card(14_550),), keep=True),
    ):
        with pytest.raises(UserError):
            jane.take(request)
    jane.act(lambda session: close_shift(session, 10_000))
    if amount:
        with pytest.raises(UserError):
            jane.act(lambda session: open_shift(session, amount))


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("hostile", ["\ud800", "a\ud800", "\x00\x1b@", "\u202e", "{0}{account}%s"])
def test_what_can_be_typed_never_stops_the_till(jane: Till, hostile: str) -> None:
    given = TenderGiven("cheque", 14_550, f"77{hostile}", cheque_bank=f"B{hostile}",
                        cheque_dated_on=START_UTC.date())  # fmt: skip
    request = replace(ask(line_of(jane.view(), most=1), pay=(given,)),
                      notes=hostile, paid_by=hostile)  # fmt: skip
    taken = jane.take(request)
    assert jane.take(request).already_saved
    jane.act(lambda session: session.execute(update(PrintJob).values(state="printed")))
    copy = jane.act(lambda session: reprint(session, taken.transaction_id, f"again {hostile}"))
    assert copy.document.copy == 1
    jane.act(lambda session: close_shift(session, 10_001, f"found one {hostile}"))


@pytest.mark.req("MON-11")
def test_the_drawer_holds_the_cash_of_every_tender_less_its_change(jane: Till) -> None:
    taken = jane.take(several(jane))
    shift = jane.store.read(lambda read: read.execute(select(Shift.id)).scalar_one()).result()
    drawer = jane.store.read(lambda read: expected_drawer(read, shift)).result()
    jane.act(lambda session: close_shift(session, drawer))
    following = jane.act(lambda session: open_shift(session, 700))
    assert jane.store.read(lambda read: expected_drawer(read, following.id)).result() == 700
    assert drawer == 10_000 + taken.tendered_minor - taken.change_minor - 1_003
