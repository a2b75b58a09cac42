from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from counterdesk.core.allocation import Source, Target, settle
from counterdesk.core.money import Currency
from counterdesk.core.settings import ModeKind
from counterdesk.core.visit import PaymentRequest, Purpose, Share, TenderGiven, VisitResult
from counterdesk.core.visit_sums import cash_due, work_out
from tests.core.visits import COIN, COINS, TODAY, bill, card, cash, line, transfer, visit


def messages(found: VisitResult) -> list[str]:
    return [problem.message for problem in found.problems]


def each_tender_is_settled(request: PaymentRequest, found: VisitResult) -> bool:
    used: Counter[int] = Counter()
    for part in found.settled:
        used[part.tender] += part.amount_minor
    kept = [
        given.amount_minor - back
        for given, back in zip(request.tenders, found.change_of, strict=True)
    ]
    return kept == [used[index] for index in range(len(kept))] and min(kept) >= 0


@pytest.mark.req("MON-1", "MON-2")
@pytest.mark.parametrize("due", [14_551, 14_552, 14_553, 14_554])
@pytest.mark.parametrize("last", [5, 450, 500])
def test_cash_that_goes_back_whole_as_change_carries_no_rounding(due: int, last: int) -> None:
    request = visit(line(bill(0, due)), pay=(cash(15_000), cash(last)))
    found = work_out(request, COINS, TODAY)
    assert found.problems == ()
    assert each_tender_is_settled(request, found)


@pytest.mark.req("MON-1", "PAY-17")
def test_the_coin_that_rounding_adds_pays_no_charge_that_a_card_may_not_pay() -> None:
    strict = bill(0, 5_004, refused=frozenset({"card"}))
    request = visit(line(strict, bill(1, 4_999)), pay=(card(5_000), cash(5_005)))
    found = work_out(request, COINS, TODAY)
    assert messages(found) == [
        "INV-0 does not accept Card. $49.99 at most can be paid by Card."
    ]  # fmt: skip
    assert found.settled == ()


@pytest.mark.req("MON-2")
def test_the_cash_that_was_keyed_last_gives_its_change_first() -> None:
    request = visit(line(bill(0, 14_550)), pay=(cash(10_000), card(1_000), cash(5_000), cash(500)))
    assert work_out(request, COINS, TODAY).change_of == (0, 0, 1_450, 500)


@pytest.mark.req("PAY-6", "MON-2")
@pytest.mark.parametrize("pay", [(cash(500),), (card(14_550), cash(500))])
def test_what_no_coin_can_pay_is_not_given_away(pay: tuple[TenderGiven, ...]) -> None:
    owed = 2 + sum(given.amount_minor for given in pay if given.method != "cash")
    found = work_out(visit(line(bill(0, owed)), pay=pay), COINS, TODAY)
    assert messages(found) == ["$0.02 is too little to be paid in cash."]
    assert found.settled == ()


@pytest.mark.req("MON-3")
def test_what_no_coin_can_pay_is_taken_when_the_change_is_kept() -> None:
    request = visit(line(bill(0, 2)), pay=(cash(5),), keep=True)
    found = work_out(request, COINS, TODAY)
    assert found.problems == ()
    assert [credit.amount_minor for credit in found.credits] == [3]
    assert each_tender_is_settled(request, found)


@pytest.mark.req("PAY-17", "SRCH-3")
def test_a_cash_only_account_is_paid_by_the_cash_of_a_mixed_visit() -> None:
    strict = line(bill(0, 5_000), number="WU-1", cash_only=True)
    request = visit(strict, line(bill(1, 8_000), number="WU-2"), pay=(card(8_000), cash(5_000)))
    found = work_out(request, COINS, TODAY)
    assert found.problems == ()
    assert {(part.tender, part.account_number) for part in found.settled} == {
        (0, "WU-2"), (1, "WU-1"),
    }  # fmt: skip


@pytest.mark.req("SRCH-3", "MON-3")
@pytest.mark.parametrize("extra", [0, 500])
def test_no_card_money_becomes_credit_of_a_cash_only_account(extra: int) -> None:
    strict = line(bill(0, 5_000), number="WU-1", cash_only=True, extra=extra)
    request = visit(
        strict, line(bill(1, 8_000), number="WU-2"), pay=(cash(5_000), card(8_500)), keep=not extra
    )
    assert messages(work_out(request, COINS, TODAY)) == [
        "WU-1 takes cash only. $80.00 at most can be paid by Card."
    ]


@pytest.mark.req("MON-3")
def test_kept_change_counts_against_the_limit_of_the_account_that_gets_it() -> None:
    limit = replace(COINS, overpayment_threshold_minor=100, cash_rounding_minor=0)
    request = visit(
        line(bill(0, 5_000), number="WU-1", extra=100),
        line(bill(1, 5_000), number="WU-2", extra=50),
        pay=(cash(10_201),),
        keep=True,
    )
    to_second = replace(request, change_account="WU-2")
    first, second = (work_out(one, limit, TODAY) for one in (request, to_second))
    assert [credit.amount_minor for credit in first.credits] == [151, 50]
    assert [problem.needs_approval for problem in first.problems] == [True]
    assert [credit.amount_minor for credit in second.credits] == [100, 101]
    assert "WU-2" in second.problems[0].message


@pytest.mark.req("PAY-12")
@pytest.mark.parametrize("amount", [0, -1, -(10**30), 10**30])
def test_no_share_extra_or_tender_is_taken_beyond_its_bounds(amount: int) -> None:
    whole = line(bill(0, 5_000))
    part = replace(whole, shares=(Share(bill(0, 5_000), amount),))
    tries = [visit(part, pay=(cash(5_000),)), visit(whole, pay=(cash(amount),))]
    tries.append(visit(whole, pay=(card(5_000), cash(amount)), keep=True))
    if amount:
        tries.append(visit(replace(whole, extra_minor=amount), pay=(cash(5_000),)))
    for request in tries:
        found = work_out(request, COINS, TODAY)
        assert found.problems
        assert found.settled == ()


@pytest.mark.req("PAY-12")
def test_an_extra_below_zero_cannot_lower_what_another_account_pays() -> None:
    request = visit(
        line(bill(0, 5_000), number="WU-1", extra=-1_000),
        line(bill(1, 5_000), number="WU-2", extra=1_000),
        pay=(cash(10_000),),
    )
    assert "An amount cannot be negative." in messages(work_out(request, COINS, TODAY))


@pytest.mark.req("MON-3")
def test_nothing_is_paid_extra_while_a_ticked_charge_is_paid_in_part() -> None:
    part = replace(line(bill(0, 5_000), extra=100), shares=(Share(bill(0, 5_000), 4_000),))
    assert messages(work_out(visit(part, pay=(cash(4_100),)), COINS, TODAY)) == [
        "Pay the ticked charges in full before paying more."
    ]


@pytest.mark.req("MON-2")
def test_cash_beside_a_card_that_pays_all_is_not_taken_to_be_given_back() -> None:
    request = visit(line(bill(0, 5_000)), pay=(card(5_000), cash(1_000)))
    assert messages(work_out(request, COINS, TODAY)) == ["Nothing is left to pay in cash."]


@pytest.mark.req("MON-1")
def test_charges_due_on_one_day_are_settled_by_their_numbers() -> None:
    request = visit(line(bill(1, 5_000), bill(0, 5_000)), pay=(card(5_000), cash(5_000)))
    assert [part.charge_id for part in work_out(request, COINS, TODAY).settled] == [
        bill(0, 1).charge_id, bill(1, 1).charge_id,
    ]  # fmt: skip


@pytest.mark.req("MON-1", "MON-2")
def test_a_credit_note_pays_first_and_only_the_charges_of_its_own_account() -> None:
    note = Source(1, "credit_note", ModeKind.CREDIT, 9_000, "WU-2")
    sources = (Source(0, "cash", ModeKind.CASH, 6_000), note)
    targets = (
        Target(Purpose.CHARGE, "WU-1", bill(0, 5_000), 5_000),
        Target(Purpose.CHARGE, "WU-2", bill(1, 5_000), 5_000),
        Target(Purpose.EXTRA, "WU-2", None, 1_000),
    )
    parts, unpaid = settle(sources, targets)
    assert [(part.tender, part.account_number, part.purpose) for part in parts] == [
        (1, "WU-2", Purpose.CHARGE), (0, "WU-1", Purpose.CHARGE), (0, "WU-2", Purpose.EXTRA),
    ]  # fmt: skip
    assert unpaid == ()


@pytest.mark.parametrize(("code", "decimals"), [("JPY", 0), ("KWD", 3)])
def test_a_currency_with_other_decimals_keeps_every_unit(code: str, decimals: int) -> None:
    settings = replace(COINS, currency=Currency(code, decimals, ""), cash_rounding_minor=10)
    request = visit(line(bill(0, 14_554)), pay=(cash(10_000), cash(5_000)))
    found = work_out(request, settings, TODAY)
    assert (found.change_minor, found.rounding_minor) == (450, -4)
    assert each_tender_is_settled(request, found)


@st.composite
def hostile_visits(draw: st.DrawFn) -> PaymentRequest:
    """Visits near every edge: exact money, change that swallows a whole tender, refusals."""
    refused = st.sampled_from([frozenset(), frozenset({"card"}), frozenset({"transfer"})])
    lines, place = [], 0
    for number in range(draw(st.integers(1, 3))):
        charges = []
        for _ in range(draw(st.integers(1, 3))):
            charges.append(bill(place, draw(st.integers(1, 60)), refused=draw(refused)))
            place += 1
        extra, strict = draw(st.sampled_from([0, 0, 0, 3])), draw(st.sampled_from([False, True]))
        lines.append(line(*charges, extra=extra, number=f"WU-{number}", cash_only=strict))
    left = sum(one.total_minor for one in lines)
    other: list[TenderGiven] = []
    for make in draw(st.lists(st.sampled_from([card, transfer]), max_size=2)):
        other.append(make(draw(st.integers(1, max(left // 2, 1)))))
        left -= other[-1].amount_minor
    coins = [-(-max(left, 1) // COIN), *draw(st.lists(st.integers(1, 4), max_size=2))]
    notes = [cash(COIN * max(coin + draw(st.integers(-1, 1)), 1)) for coin in coins]
    tenders = draw(st.permutations([*other, *notes]))
    return visit(*lines, pay=tuple(tenders), keep=draw(st.booleans()))


@pytest.mark.req("MON-1", "MON-2")
@given(hostile_visits(), st.sampled_from([0, COIN]))
def test_no_mixture_of_tenders_loses_or_makes_a_cent(request: PaymentRequest, coin: int) -> None:
    settings = replace(COINS, cash_rounding_minor=coin)
    found = work_out(request, settings, TODAY)
    event("taken" if not found.problems else f"refused beside {found.problems[0].field}")
    if found.problems:
        assert found.settled == ()
        return
    assert each_tender_is_settled(request, found)
    wanted: Counter[object] = Counter(
        {
            share.charge.charge_id: share.amount_minor
            for one in request.lines
            for share in one.shares
        }
    )
    for credit in found.credits:
        wanted[(Purpose.EXTRA, credit.account.account_number)] += credit.extra_minor
        wanted[(Purpose.KEPT_CHANGE, credit.account.account_number)] += credit.kept_change_minor
    paid: Counter[object] = Counter()
    for part in found.settled:
        if part.purpose is not Purpose.ROUNDING:
            assert part.amount_minor > 0
            paid[part.charge_id or (part.purpose, part.account_number)] += part.amount_minor
    assert +wanted == paid
    assert abs(found.rounding_minor) <= coin // 2
    assert found.rounding_minor == found.tendered_minor - found.change_minor - paid.total()
    assert found.missing_minor == 0 <= found.change_minor


@pytest.mark.req("PAY-17", "SRCH-3")
@given(hostile_visits())
def test_no_charge_is_paid_by_what_it_refuses(request: PaymentRequest) -> None:
    found = work_out(request, COINS, TODAY)
    charges = {s.charge.charge_id: s.charge for one in request.lines for s in one.shares}
    strict = {one.account.account_number for one in request.lines if one.account.cash_only}
    for part in found.settled:
        method = request.tenders[part.tender].method
        if part.charge_id:
            assert method not in charges[part.charge_id].refused_methods
        assert method == "cash" or part.account_number not in strict


@pytest.mark.req("PAY-6")
@given(hostile_visits())
def test_the_cash_that_is_asked_for_is_enough_and_gives_no_change(request: PaymentRequest) -> None:
    other = tuple(given for given in request.tenders if given.method != "cash")
    asked = cash_due(replace(request, tenders=other), COINS)
    found = work_out(
        replace(request, tenders=(*other, cash(asked)), keep_change=False), COINS, TODAY
    )
    if asked:
        assert (found.change_minor, found.missing_minor) == (0, 0)
