from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from counterdesk.core.effects import difference_words, what_it_does
from counterdesk.core.settings import Settings
from counterdesk.core.visit import (
    AccountLine,
    AccountRef,
    OpenCharge,
    PaymentRequest,
    PaymentType,
    Share,
    TenderGiven,
)
from counterdesk.core.visit_sums import work_out

TODAY = date(2025, 4, 20)
SETTINGS = Settings()
JOHN = AccountRef(UUID(int=1), "WU-10001", "John Doe")


def charge(kind: PaymentType, number: str, text: str, amount: int, due: date) -> OpenCharge:
    key = UUID(int=len(number) * 1000 + amount + due.toordinal())
    return OpenCharge(key, kind, number, text, due, due, amount, amount)


MARCH = charge(PaymentType.BILL, "INV-2025-001234", "Mar 2025", 14_550, date(2025, 4, 15))
APRIL = charge(PaymentType.BILL, "INV-2025-001567", "Apr 2025", 15_225, date(2025, 5, 15))
LATE_FEE = charge(PaymentType.SERVICE, "SRV-1", "Late Fee", 2_500, date(2025, 4, 10))
FIRST = charge(PaymentType.INSTALLMENT, "PP-1/1", "PP-1 no. 1", 6_750, date(2025, 4, 15))
SECOND = charge(PaymentType.INSTALLMENT, "PP-1/2", "PP-1 no. 2", 6_750, date(2025, 5, 15))
ALL = (MARCH, APRIL, LATE_FEE, FIRST, SECOND)


def said(line: AccountLine, *, cash: int | None = None, keep: bool = False) -> tuple[str, ...]:
    tender = TenderGiven("cash", cash or line.total_minor)
    request = PaymentRequest(UUID(int=9), "Walk-in", (line,), (tender,), keep_change=keep)
    return what_it_does(request, work_out(request, SETTINGS, TODAY), SETTINGS, TODAY)


@pytest.mark.req("PAY-16")
def test_it_tells_what_is_cleared_and_what_stays_open() -> None:
    assert said(AccountLine(JOHN, (Share(MARCH, 14_550),), 0, ALL)) == (
        "Clears bill INV-2025-001234 (Mar 2025).",
        "Still open: 1 bill $152.25, 1 service $25.00, 2 installments $135.00.",
    )


@pytest.mark.req("PAY-16", "PAY-14")
def test_a_part_payment_tells_what_of_the_charge_stays() -> None:
    told = said(AccountLine(JOHN, (Share(MARCH, 5_000),), 0, (MARCH,)))
    assert told[0] == "Pays $50.00 of bill INV-2025-001234 (Mar 2025); $95.50 of it stays open."


@pytest.mark.req("PAY-16")
def test_a_plan_is_told_as_up_to_date_or_by_how_much_it_is_not() -> None:
    assert "Plan PP-1 is up to date with this." in said(
        AccountLine(JOHN, (Share(FIRST, 6_750),), 0, ALL)
    )
    assert "Plan PP-1 needs $67.50 more to be up to date." in said(
        AccountLine(JOHN, (Share(SECOND, 6_750),), 0, ALL)
    )


@pytest.mark.req("PAY-16")
def test_an_installment_whose_number_names_no_place_is_told_by_its_number() -> None:
    lone = replace(FIRST, number="PLAN7")
    told = said(AccountLine(JOHN, (Share(lone, 6_750),), 0, (lone, SECOND)))
    assert "Plan PLAN7 is up to date with this." in told


@pytest.mark.req("PAY-16")
def test_supply_is_told_as_restored_only_when_nothing_overdue_is_left() -> None:
    off = replace(JOHN, disconnected=True)
    part = said(AccountLine(off, (Share(MARCH, 14_550),), 0, (MARCH, LATE_FEE)))
    whole = said(
        AccountLine(off, (Share(MARCH, 14_550), Share(LATE_FEE, 2_500)), 0, (MARCH, LATE_FEE))
    )
    assert "Supply stays off until $25.00 more is paid." in part
    assert "Nothing overdue is left: supply can be restored." in whole


@pytest.mark.req("PAY-16", "CN-2")
def test_kept_change_is_told_as_a_credit_note() -> None:
    told = said(AccountLine(JOHN, (Share(MARCH, 14_550),), 0, (MARCH,)), cash=15_000, keep=True)
    assert told[-2:] == (
        "Nothing stays open on WU-10001.",
        "Makes a credit note of $4.50 for WU-10001.",
    )


@pytest.mark.req("PAY-16", "PAY-15")
def test_what_is_told_of_several_accounts_stands_beneath_their_numbers() -> None:
    ada = AccountRef(UUID(int=2), "WU-20001", "Ada Brook")
    lines = (
        AccountLine(JOHN, (Share(MARCH, 14_550),), 0, (MARCH,)),
        AccountLine(ada, (Share(APRIL, 15_225),), 0, (APRIL, LATE_FEE)),
    )
    request = PaymentRequest(UUID(int=9), "Walk-in", lines, (TenderGiven("cash", 29_775),))
    told = what_it_does(request, work_out(request, SETTINGS, TODAY), SETTINGS, TODAY)
    assert told[0] == "WU-10001:"
    assert told[3:] == (
        "WU-20001:", "Clears bill INV-2025-001567 (Apr 2025).", "Still open: 1 service $25.00.",
    )  # fmt: skip


@pytest.mark.req("PAY-14")
@pytest.mark.parametrize(
    ("paid", "words"),
    [(14_550, "Exact payment"), (10_000, "Under paid by $45.50"), (15_000, "Over paid by $4.50")],
)
def test_a_payment_is_exact_under_or_over_paid(paid: int, words: str) -> None:
    assert difference_words(14_550, paid, SETTINGS) == words
