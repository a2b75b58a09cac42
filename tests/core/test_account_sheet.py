"""The balance of an account is worked backwards from what is owed today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from counterdesk.core.account_sheet import (
    ChargeState,
    KnownCharge,
    LineKind,
    SheetLine,
    extract,
    with_balances,
)
from counterdesk.core.periods import Period

DAY = date(2025, 4, 20)
ENTRIES = [kind for kind in LineKind if kind is not LineKind.DISPUTE]
days = some.integers(0, 30).map(lambda back: DAY - timedelta(back))
lines = some.lists(
    some.builds(
        SheetLine, some.sampled_from(ENTRIES), days, some.text(max_size=3), some.just("x"),
        effect_minor=some.integers(-10_000, 10_000),
    ),
    max_size=12,
)  # fmt: skip


def line(kind: LineKind, on: date, effect: int, number: str = "") -> SheetLine:
    return SheetLine(kind, on, number, "x", effect_minor=effect)


def charge(left: int = 100, due: date = DAY, **more: bool) -> KnownCharge:
    return KnownCharge(None, "Bill", "INV-1", "Mar", DAY, due, 100, left, 100 - left, **more)  # type: ignore[arg-type]


@pytest.mark.req("SRCH-4")
@given(lines, some.integers(0, 50_000))
def test_the_newest_balance_is_what_is_owed_and_every_line_adds_up_to_it(
    told: list[SheetLine], owed: int
) -> None:
    newest_first, brought_forward = with_balances(told, owed)
    assert brought_forward + sum(one.effect_minor for one in told) == owed
    balance = brought_forward
    for one in reversed(newest_first):
        balance += one.effect_minor
        assert one.balance_minor == balance
    assert balance == owed
    assert [one.on for one in newest_first] == sorted((one.on for one in told), reverse=True)


@pytest.mark.req("RCT-4")
@given(lines, some.integers(0, 50_000), days, days)
def test_an_extract_opens_where_the_days_before_closed(
    told: list[SheetLine], owed: int, one: date, other: date
) -> None:
    newest_first, brought_forward = with_balances(told, owed)
    first, last = min(one, other), max(one, other)
    part = extract(newest_first, brought_forward, Period(first, last))
    assert part.opening_minor + part.charged_minor - part.paid_minor == part.closing_minor
    before = extract(newest_first, brought_forward, Period(date.min, first - timedelta(1)))
    assert (before.opening_minor, before.closing_minor) == (brought_forward, part.opening_minor)
    after = extract(newest_first, brought_forward, Period(last + timedelta(1), date.max))
    assert (after.opening_minor, after.closing_minor) == (part.closing_minor, owed)
    assert len(before.lines) + len(part.lines) + len(after.lines) == len(told)


@pytest.mark.req("RCT-4", "DISP-1")
def test_a_dispute_is_no_entry_of_a_statement() -> None:
    told, before = with_balances(
        (line(LineKind.PAYMENT, DAY, -40), line(LineKind.DISPUTE, DAY, 0)), 60
    )
    assert [one.kind for one in told] == [LineKind.DISPUTE, LineKind.PAYMENT]
    part = extract(told, before, Period(DAY, DAY))
    assert [one.kind for one in part.lines] == [LineKind.PAYMENT]
    assert (part.opening_minor, part.closing_minor) == (100, 60)


def test_on_one_day_a_bill_stands_before_its_payment_and_the_credit_behind_it() -> None:
    told = (
        line(LineKind.CREDIT, DAY, 0), line(LineKind.PAYMENT, DAY, -100),
        line(LineKind.CHARGE, DAY, 100),
    )  # fmt: skip
    newest_first, _before = with_balances(told, 0)
    assert [str(one.kind) for one in newest_first] == ["credit", "payment", "charge"]
    assert [one.balance_minor for one in newest_first] == [0, 0, 100]


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (charge(0), ChargeState.PAID),
        (charge(40), ChargeState.PART_PAID),
        (charge(100), ChargeState.OPEN),
        (charge(40, DAY - timedelta(1)), ChargeState.OVERDUE),
        (charge(0, in_plan=True), ChargeState.IN_PLAN),
    ],
)
def test_a_charge_says_how_far_it_is_paid(known: KnownCharge, state: ChargeState) -> None:
    assert known.state(DAY) is state


def test_a_charge_that_a_plan_took_over_owes_only_what_was_paid_of_it_before() -> None:
    assert charge(30, in_plan=True).effect_minor == 70
    assert charge(30).effect_minor == 100
