"""A visit while it is keyed: what the fields mean before anything is worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.account_draft import AccountDraft
from counterdesk.core.errors import UserError
from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountRef, Approval, OpenCharge, PaymentType, TenderGiven
from counterdesk.core.visit_draft import VisitDraft

SETTINGS = Settings()
TODAY = date(2025, 4, 20)


def charge(number: int, minor: int, kind: PaymentType = PaymentType.BILL) -> OpenCharge:
    day = date(2025, 4, number)
    return OpenCharge(UUID(int=number), kind, f"INV-{number}", "Mar 2025", day, day, minor, minor)


def account(*charges: OpenCharge, number: str = "WU-1") -> AccountDraft:
    ref = AccountRef(UUID(int=int(number[3:])), number, "Ada Brook")
    return AccountDraft(ref, charges)


def visit(*accounts: AccountDraft, **changes: Any) -> VisitDraft:
    draft = VisitDraft(UUID(int=99), replace(SETTINGS, **changes), TODAY)
    for one in accounts:
        draft.add_account(one)
    return draft


def shares(one: AccountDraft) -> list[int]:
    return [share.amount_minor for share in one.line().shares]


def test_the_current_bill_is_ticked_to_begin_with() -> None:
    one = account(charge(1, 14550), charge(2, 15225), charge(3, 2500, PaymentType.SERVICE))
    assert [ticked.number for ticked in one.ticked] == ["INV-1"]
    assert (one.amount_minor, one.touched) == (14550, False)


def test_nothing_is_ticked_where_no_bill_is_open() -> None:
    assert account(charge(3, 2500, PaymentType.SERVICE)).ticked == ()


@pytest.mark.req("PAY-3")
def test_the_amount_follows_the_ticks_until_it_is_typed() -> None:
    one = account(charge(1, 100), charge(2, 200))
    one.tick(UUID(int=2), on=True)
    assert one.amount_minor == 300
    one.type_amount(250, SETTINGS)
    assert shares(one) == [100, 150]
    one.tick(UUID(int=1), on=False)
    assert one.amount_minor == 200


@pytest.mark.req("PAY-3")
def test_typing_more_than_is_ticked_is_refused_until_paying_more_is_asked_for() -> None:
    one = account(charge(1, 100))
    with pytest.raises(UserError, match="Alt\\+O") as refused:
        one.type_amount(101, SETTINGS)
    assert (refused.value.field, one.line().extra_minor) == ("amountToPay", 0)
    one.pay_more = True
    one.type_amount(101, SETTINGS)
    assert (one.line().extra_minor, one.line().total_minor) == (1, 101)


@pytest.mark.req("PAY-3")
@pytest.mark.parametrize(
    ("charges", "said"),
    [
        ((), "Nothing is owed on this account. Press Alt+O to take money in advance."),
        (
            (charge(1, 100, PaymentType.SERVICE),),
            "Nothing is ticked. Tick with Space, or press Alt+O to take it in advance.",
        ),
    ],
)
def test_money_without_a_tick_is_refused_with_what_can_be_done(
    charges: tuple[OpenCharge, ...], said: str
) -> None:
    with pytest.raises(UserError) as refused:
        account(*charges).type_amount(5_000, SETTINGS)
    assert refused.value.message == said


@pytest.mark.req("PAY-3")
def test_the_part_of_one_charge_can_be_set_whatever_is_older() -> None:
    one = account(charge(1, 100), charge(2, 200))
    one.adjust(UUID(int=2), 50, SETTINGS)
    assert (shares(one), one.amount_minor) == ([100, 50], 150)
    one.adjust(UUID(int=1), 0, SETTINGS)
    assert (shares(one), one.amount_minor) == ([50], 50)
    one.type_amount(120, SETTINGS)
    assert shares(one) == [120]


def test_a_part_beyond_what_is_open_is_refused_and_changes_nothing() -> None:
    one = account(charge(1, 100))
    with pytest.raises(UserError, match=r"\$1.00 is all that is open"):
        one.adjust(UUID(int=1), 101, SETTINGS)
    assert shares(one) == [100]


def test_rows_tell_what_was_paid_before_and_what_is_paid_now() -> None:
    half = replace(charge(1, 60), billed_minor=100)
    one = account(half, charge(2, 200))
    one.type_amount(10, SETTINGS)
    first, second = one.rows(PaymentType.BILL)
    assert (first.paid_minor, first.share_minor, first.ticked) == (40, 10, True)
    assert (second.share_minor, second.ticked) == (0, False)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.data())
def test_whatever_is_typed_is_what_the_line_asks_for(amounts: list[int], data: Any) -> None:
    one = account(*(charge(place, minor) for place, minor in enumerate(amounts, start=1)))
    for place in range(1, len(amounts) + 1):
        one.tick(UUID(int=place), on=data.draw(st.booleans()))
    one.pay_more = True
    typed = data.draw(st.integers(0, 2 * sum(amounts)))
    one.type_amount(typed, SETTINGS)
    assert one.line().total_minor == typed
    assert all(share.amount_minor > 0 for share in one.line().shares)


def test_a_scanned_bill_takes_the_place_of_the_current_one_but_joins_later() -> None:
    one = account(charge(1, 100), charge(2, 200))
    assert one.tick_scanned("CD-BILL:WU-1:inv-2", only=True)
    assert (one.amount_minor, one.touched) == (200, False)
    assert one.tick_scanned("INV-1", only=False)
    assert (one.amount_minor, one.touched) == (300, True)
    assert one.tick_scanned("INV-9", only=False) is None


@pytest.mark.req("SRCH-1")
@pytest.mark.parametrize("code", ["INV-9", "CD-BILL:WU-1:INV-9"])
def test_a_scanned_bill_that_is_paid_leaves_no_other_ticked_in_its_place(code: str) -> None:
    one = account(charge(1, 100))
    assert one.tick_scanned(code, only=True) is None
    assert (one.ticked, one.touched, one.names_settled(code)) == ((), False, "INV-9")


@pytest.mark.parametrize("code", ["wu-1", "1", "INV-1", "CD-BILL:WU-1", "CD-BILL:WU-1:inv-1"])
def test_an_account_or_an_open_bill_is_no_settled_one(code: str) -> None:
    one = account(charge(1, 100))
    one.tick_scanned(code, only=True)
    assert ([each.number for each in one.ticked], one.names_settled(code)) == (["INV-1"], "")


def test_what_changed_meanwhile_keeps_the_ticks_that_are_still_open() -> None:
    one = account(charge(1, 100), charge(2, 200))
    one.tick(UUID(int=2), on=True)
    one.renew(one.account, (charge(2, 50),))
    assert [ticked.number for ticked in one.ticked] == ["INV-2"]
    assert one.amount_minor == 50


@pytest.mark.req("MON-3")
@pytest.mark.parametrize("more", [False, True])
def test_an_amount_typed_for_a_charge_that_is_gone_does_not_become_credit(more: bool) -> None:
    one = account(charge(1, 100), charge(2, 200))
    one.pay_more = more
    one.type_amount(120 if more else 60, SETTINGS)
    one.renew(one.account, (charge(2, 200),))
    assert (one.line().extra_minor, one.amount_minor) == (0, 0)


@pytest.mark.req("PAY-15")
def test_an_account_is_on_a_visit_once() -> None:
    draft = visit(account(charge(1, 100)), account(charge(2, 80), number="WU-2"))
    with pytest.raises(UserError, match="already"):
        draft.add_account(account(number="WU-2"))
    draft.change_account = "WU-2"
    draft.remove_current()
    assert [one.account.account_number for one in draft.accounts] == ["WU-1"]
    assert draft.change_account == ""
    draft.remove_current()
    assert len(draft.accounts) == 1


@pytest.mark.req("PAY-6")
def test_the_exact_amount_is_what_other_tenders_leave_rounded_to_the_coin() -> None:
    draft = visit(account(charge(1, 14552)), cash_rounding_minor=5)
    assert draft.likely_cash()[0] == draft.due_in_cash() == 14550
    draft.split(TenderGiven("card", 10000, "T-1", "1234"))
    assert (draft.due_in_cash(), draft.still_due()) == (4550, 4552)
    draft.split(TenderGiven("cash", 4000))
    assert draft.due_in_cash() == 550


def test_a_tender_that_lacks_something_is_not_listed() -> None:
    draft = visit(account(charge(1, 14550)))
    with pytest.raises(UserError) as refused:
        draft.split(TenderGiven("card", 10000, "", "1234"))
    assert (refused.value.field, draft.given) == ("tenderReference", [])


@pytest.mark.req("PAY-4")
def test_an_approval_holds_for_its_account_up_to_its_amount() -> None:
    one = account(charge(1, 100))
    draft = visit(one)
    one.pay_more = True
    one.type_amount(100 + 20_000, SETTINGS)
    credit = draft.over_threshold()
    assert credit is not None
    draft.allow(Approval(UUID(int=7), "Demo Supervisor"), credit)
    assert draft.over_threshold() is None
    assert draft.request().approval is not None
    one.type_amount(100 + 20_001, SETTINGS)
    assert draft.request().approval is None
    assert draft.over_threshold() is not None


def test_keyed_change_of_mind_is_not_in_the_request() -> None:
    draft = visit(account(charge(1, 100)))
    draft.change_account, draft.notes, draft.paid_by = "WU-1", "  hello ", " Ben "
    request = draft.request()
    assert (request.change_account, request.notes, request.paid_by) == ("", "hello", "Ben")
    assert draft.touched
