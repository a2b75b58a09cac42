from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID
from zlib import crc32

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counterdesk.core.allocation import fill_oldest_first
from counterdesk.core.settings import Settings
from counterdesk.core.visit import (
    AccountLine,
    AccountRef,
    Approval,
    OpenCharge,
    PaymentRequest,
    PaymentType,
    Purpose,
    Share,
    TenderGiven,
    VisitResult,
)
from counterdesk.core.visit_sums import cash_due, work_out

TODAY = date(2025, 4, 20)
SETTINGS = Settings(overpayment_threshold_minor=30_000)


def account(number: str = "WU-10001", *, cash_only: bool = False) -> AccountRef:
    return AccountRef(UUID(int=crc32(number.encode())), number, "Any One", cash_only=cash_only)


def bill(number: str, amount: int, due: date = TODAY, **more: object) -> OpenCharge:
    return OpenCharge(
        UUID(int=crc32(number.encode())), PaymentType.BILL, number, "Mar 2025",
        date(2025, 4, 1), due, amount, amount, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def line(*charges: OpenCharge, of: AccountRef | None = None, extra: int = 0) -> AccountLine:
    shares = tuple(Share(charge, charge.outstanding_minor) for charge in charges)
    return AccountLine(of or account(), shares, extra, charges)


def cash(amount: int) -> TenderGiven:
    return TenderGiven("cash", amount)


def card(amount: int) -> TenderGiven:
    return TenderGiven("card", amount, "slip 1", "4242")


def visit(*lines: AccountLine, pay: tuple[TenderGiven, ...], keep: bool = False) -> PaymentRequest:
    return PaymentRequest(UUID(int=1), "Walk-in", lines, pay, keep_change=keep)


def result(
    *lines: AccountLine,
    pay: tuple[TenderGiven, ...],
    keep: bool = False,
    settings: Settings = SETTINGS,
) -> VisitResult:
    return work_out(visit(*lines, pay=pay, keep=keep), settings, TODAY)


def fields(found: VisitResult) -> set[str]:
    return {problem.field for problem in found.problems}


SAMPLE = bill("INV-2025-001234", 14_550)


@pytest.mark.req("MON-12")
def test_an_amount_over_three_bills_fills_the_oldest_first() -> None:
    bills = [bill(f"INV-{n}", 10_000, TODAY + timedelta(days=n)) for n in (3, 1, 2)]
    shares = fill_oldest_first(25_000, bills)
    assert [(s.charge.number, s.amount_minor) for s in shares] == [
        ("INV-1", 10_000), ("INV-2", 10_000), ("INV-3", 5_000),
    ]  # fmt: skip


@pytest.mark.req("MON-12", "PAY-6")
def test_cash_above_what_is_due_gives_change() -> None:
    found = result(line(SAMPLE), pay=(cash(15_000),))
    assert (found.change_minor, found.problems, found.left_minor) == (450, (), 0)


@pytest.mark.req("MON-12", "MON-3")
def test_kept_change_becomes_a_credit_and_stays_in_the_drawer() -> None:
    found = result(line(SAMPLE), pay=(cash(20_000),), keep=True)
    assert (found.change_minor, [c.amount_minor for c in found.credits]) == (0, [5_450])


@pytest.mark.req("MON-12", "MON-2")
@pytest.mark.parametrize("pay", [(card(10_000), cash(5_000)), (cash(5_000), card(10_000))])
def test_card_and_cash_give_the_same_change_in_either_order(pay: tuple[TenderGiven, ...]) -> None:
    found = result(line(SAMPLE), pay=pay)
    assert (found.change_minor, found.problems) == (450, ())


@pytest.mark.req("MON-12", "PAY-15")
def test_two_accounts_share_one_change() -> None:
    first = line(SAMPLE)
    second = line(bill("INV-B", 8_000), of=account("WU-2"))
    given_back = result(first, second, pay=(cash(23_000),))
    kept = result(first, second, pay=(cash(23_000),), keep=True)
    assert given_back.change_minor == 450
    assert [(c.account.account_number, c.amount_minor) for c in kept.credits] == [("WU-10001", 450)]


@pytest.mark.req("MON-3")
def test_kept_change_goes_to_another_account_when_that_is_chosen() -> None:
    asked = visit(
        line(SAMPLE),
        line(bill("INV-B", 8_000), of=account("WU-2")),
        pay=(cash(23_000),),
        keep=True,
    )
    found = work_out(replace(asked, change_account="WU-2"), SETTINGS, TODAY)
    assert [c.account.account_number for c in found.credits] == ["WU-2"]


@pytest.mark.req("MON-1")
def test_cash_pays_last_whatever_was_keyed_first() -> None:
    old, new = bill("INV-1", 5_000, TODAY - timedelta(9)), bill("INV-2", 5_000)
    found = result(line(old, new), pay=(cash(5_000), card(5_000)))
    assert [(p.tender, p.charge_id) for p in found.settled] == [
        (1, old.charge_id), (0, new.charge_id),
    ]  # fmt: skip


@pytest.mark.req("MON-1", "PAY-17")
def test_a_method_skips_the_charge_that_refuses_it() -> None:
    old = bill("INV-1", 5_000, TODAY - timedelta(9), refused_methods=frozenset({"card"}))
    new = bill("INV-2", 5_000)
    found = result(line(old, new), pay=(card(5_000), cash(5_000)))
    assert [(p.tender, p.charge_id) for p in found.settled] == [
        (0, new.charge_id), (1, old.charge_id),
    ]  # fmt: skip


@pytest.mark.req("PAY-17")
def test_a_charge_that_no_tender_may_pay_is_named() -> None:
    found = result(
        line(bill("INV-1", 5_000, refused_methods=frozenset({"card"}))), pay=(card(5_000),)
    )
    assert [p.message for p in found.problems] == ["INV-1 does not accept Card."]
    assert found.settled == ()


@pytest.mark.req("SRCH-3")
def test_a_cash_only_account_refuses_a_cheque_by_name() -> None:
    cheque = TenderGiven("cheque", 14_550, "000123", cheque_bank="Bank", cheque_dated_on=TODAY)
    found = result(line(SAMPLE, of=account(cash_only=True)), pay=(cheque,))
    assert [p.message for p in found.problems] == ["WU-10001 takes cash only."]


@pytest.mark.req("PAY-6", "MON-2")
@pytest.mark.parametrize(
    ("due", "received", "change", "rounding"),
    [(14_552, 15_000, 450, -2), (14_553, 15_000, 445, 2), (14_550, 14_550, 0, 0),
     (14_552, 14_550, 0, -2)],
)  # fmt: skip
def test_cash_is_rounded_to_the_smallest_coin(
    due: int, received: int, change: int, rounding: int
) -> None:
    coins = replace(SETTINGS, cash_rounding_minor=5)
    found = result(line(bill("INV-1", due)), pay=(cash(received),), settings=coins)
    assert (found.problems, found.change_minor, found.rounding_minor) == ((), change, rounding)
    assert sum(p.amount_minor for p in found.settled) == received - change


@pytest.mark.req("MON-2")
def test_rounding_leaves_a_card_alone() -> None:
    coins = replace(SETTINGS, cash_rounding_minor=5)
    found = result(line(bill("INV-1", 14_552)), pay=(card(14_552),), settings=coins)
    assert (found.rounding_minor, found.missing_minor, found.problems) == (0, 0, ())


def test_cash_that_no_coin_can_make_is_refused() -> None:
    coins = replace(SETTINGS, cash_rounding_minor=5)
    found = result(line(SAMPLE), pay=(cash(15_001),), settings=coins)
    assert "Cash comes in steps of $0.05." in [p.message for p in found.problems]


@pytest.mark.req("PAY-6")
def test_less_than_due_is_refused_with_what_is_missing() -> None:
    found = result(line(SAMPLE), pay=(cash(14_000),))
    assert [(p.field, p.message) for p in found.problems] == [
        ("cashReceived", "$5.50 is still missing.")
    ]


@pytest.mark.req("MON-2")
def test_a_card_cannot_be_charged_more_than_is_due() -> None:
    assert fields(result(line(SAMPLE), pay=(card(15_000),))) == {"tenderAmount"}


@pytest.mark.req("MON-2")
def test_the_extra_of_a_card_can_be_kept_as_credit() -> None:
    found = result(line(SAMPLE), pay=(card(15_000),), keep=True)
    assert (found.problems, [c.kept_change_minor for c in found.credits]) == ((), [450])


@pytest.mark.req("PAY-4", "MON-3")
def test_the_threshold_counts_extra_and_kept_change_together() -> None:
    limit = replace(SETTINGS, overpayment_threshold_minor=1_000)
    at_limit = result(line(SAMPLE, extra=600), pay=(cash(15_550),), keep=True, settings=limit)
    over = result(line(SAMPLE, extra=600), pay=(cash(15_551),), keep=True, settings=limit)
    assert at_limit.problems == ()
    assert [(p.field, p.needs_approval) for p in over.problems] == [("amountToPay", True)]
    assert over.problems[0].message == (
        "WU-10001: $155.51 is over the limit of $155.50: $145.50 of charges and $10.00 more."
    )


@pytest.mark.req("PAY-4", "MON-3")
def test_what_is_not_ticked_makes_no_room_for_more() -> None:
    limit = replace(SETTINGS, overpayment_threshold_minor=1_000)
    owing = replace(line(SAMPLE, extra=1_001), open_charges=(SAMPLE, bill("INV-B", 50_000)))
    found = result(owing, pay=(cash(15_551),), settings=limit)
    assert [problem.needs_approval for problem in found.problems] == [True]


@pytest.mark.req("PAY-4")
def test_an_approval_lifts_the_threshold() -> None:
    limit = replace(SETTINGS, overpayment_threshold_minor=0)
    asked = replace(
        visit(line(SAMPLE, extra=1), pay=(cash(14_551),)),
        approval=Approval(UUID(int=5), "Supervisor"),
    )
    assert work_out(asked, limit, TODAY).problems == ()


@pytest.mark.req("MON-4")
def test_a_share_below_the_minimum_is_refused_by_name() -> None:
    charge = bill("INV-1", 10_000, minimum_minor=5_000)
    part = AccountLine(account(), (Share(charge, 4_999),), 0, (charge,))
    found = result(part, pay=(cash(4_999),))
    assert [p.message for p in found.problems] == ["INV-1: a part payment must be $50.00 or more."]


@pytest.mark.req("PAY-12")
def test_an_empty_visit_names_what_is_missing() -> None:
    asked = PaymentRequest(UUID(int=1), "", (), ())
    assert fields(work_out(asked, SETTINGS, TODAY)) == {"consumerSearch", "channelBox"}
    assert fields(result(line(SAMPLE), pay=())) == {"methodBox", "cashReceived"}
    assert fields(result(line(), pay=())) == {"amountToPay"}


@pytest.mark.req("PAY-17")
@pytest.mark.parametrize("dated", [TODAY + timedelta(1), TODAY - timedelta(181), None])
def test_a_cheque_needs_a_date_that_is_neither_stale_nor_to_come(dated: date | None) -> None:
    cheque = TenderGiven("cheque", 14_550, "000123", cheque_bank="Bank", cheque_dated_on=dated)
    assert fields(result(line(SAMPLE), pay=(cheque,))) == {"chequeDate"}


@pytest.mark.req("PAY-5")
@pytest.mark.parametrize("place", ["reference", "cheque_bank"])
def test_a_full_card_number_is_refused_wherever_it_is_typed(place: str) -> None:
    number = "4111 1111 1111 1111"
    tender = replace(card(14_550), reference=number)
    if place == "cheque_bank":
        tender = replace(card(14_550), cheque_bank=number)
    assert "tenderReference" in fields(result(line(SAMPLE), pay=(tender,)))


@pytest.mark.req("PAY-5")
def test_a_card_number_in_the_notes_is_refused() -> None:
    asked = replace(visit(line(SAMPLE), pay=(cash(14_550),)), notes="card 4111-1111-1111-1111")
    assert fields(work_out(asked, SETTINGS, TODAY)) == {"notesEdit"}


amounts = st.integers(1, 50_000)


@st.composite
def visits(draw: st.DrawFn) -> tuple[PaymentRequest, Settings]:
    lines = []
    for place in range(draw(st.integers(1, 3))):
        charges = [
            bill(f"INV-{place}-{n}", draw(amounts), TODAY + timedelta(draw(st.integers(-9, 9))))
            for n in range(draw(st.integers(1, 3)))
        ]
        extra = draw(st.sampled_from([0, 0, draw(amounts)]))
        lines.append(line(*charges, of=account(f"WU-{place}"), extra=extra))
    tenders = tuple(
        draw(st.sampled_from([cash, card]))(draw(amounts)) for _ in range(draw(st.integers(1, 3)))
    )
    total = sum(one.total_minor for one in lines)
    topped = total - sum(t.amount_minor for t in tenders)
    if topped > 0:
        tenders = (*tenders, cash(-(-topped // 5) * 5 + 5 * draw(st.integers(0, 500))))
    settings = replace(
        SETTINGS,
        overpayment_threshold_minor=10**7,
        cash_rounding_minor=draw(st.sampled_from([0, 5])),
    )
    return visit(*lines, pay=tenders, keep=draw(st.booleans())), settings


@pytest.mark.req("MON-1")
@given(visits())
def test_every_cent_of_every_tender_is_settled_once(made: tuple[PaymentRequest, Settings]) -> None:
    request, settings = made
    found = work_out(request, settings, TODAY)
    assume(not found.problems)
    used: Counter[int] = Counter()
    for part in found.settled:
        used[part.tender] += part.amount_minor
    for index, tender in enumerate(request.tenders):
        assert used[index] == tender.amount_minor - found.change_of[index]
    by_charge: Counter[UUID | None] = Counter()
    for part in found.settled:
        by_charge[part.charge_id] += part.amount_minor
    for one in request.lines:
        for share in one.shares:
            assert by_charge[share.charge.charge_id] == share.amount_minor


@pytest.mark.req("MON-1", "MON-2")
@given(visits())
def test_tenders_less_change_are_shares_credits_and_rounding(
    made: tuple[PaymentRequest, Settings],
) -> None:
    request, settings = made
    found = work_out(request, settings, TODAY)
    assume(not found.problems)
    shares = sum(s.amount_minor for one in request.lines for s in one.shares)
    credit = sum(c.amount_minor for c in found.credits)
    assert found.tendered_minor - found.change_minor == shares + credit + found.rounding_minor
    assert found.change_minor >= 0
    assert sum(found.change_of) == found.change_minor
    assert all(
        part.amount_minor > 0 for part in found.settled if part.purpose is not Purpose.ROUNDING
    )
    assert cash_due(request, settings) >= 0


@given(st.integers(0, 200_000), st.lists(st.integers(1, 60_000), min_size=1, max_size=6))
@pytest.mark.req("MON-4")
def test_a_filling_never_exceeds_a_charge_and_loses_no_cent(amount: int, open_: list[int]) -> None:
    bills = [bill(f"INV-{n}", one, TODAY - timedelta(n)) for n, one in enumerate(open_)]
    shares = fill_oldest_first(amount, bills)
    assert sum(s.amount_minor for s in shares) == min(amount, sum(open_))
    assert all(0 < s.amount_minor <= s.charge.outstanding_minor for s in shares)
    assert all(s.amount_minor == s.charge.outstanding_minor for s in shares[:-1])
