"""Visits at an office whose smallest coin is 0.05, made in one line."""

from __future__ import annotations

from datetime import date
from uuid import UUID

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

TODAY = date(2025, 4, 20)
COIN = 5
COINS = Settings(cash_rounding_minor=COIN, overpayment_threshold_minor=10**7)


def bill(place: int, amount: int, *, refused: frozenset[str] = frozenset()) -> OpenCharge:
    return OpenCharge(
        UUID(int=place + 1), PaymentType.BILL, f"INV-{place}", "Mar 2025", TODAY, TODAY,
        amount, amount, refused_methods=refused,
    )  # fmt: skip


def line(*charges: OpenCharge, extra: int = 0, number: str = "WU-1", **more: bool) -> AccountLine:
    account = AccountRef(UUID(int=sum(number.encode())), number, "Any One", **more)  # type: ignore[arg-type]
    shares = tuple(Share(charge, charge.outstanding_minor) for charge in charges)
    return AccountLine(account, shares, extra, charges)


def cash(amount: int) -> TenderGiven:
    return TenderGiven("cash", amount)


def card(amount: int) -> TenderGiven:
    return TenderGiven("card", amount, "slip 1", "4242")


def transfer(amount: int) -> TenderGiven:
    return TenderGiven("transfer", amount, "wire 1")


def visit(*lines: AccountLine, pay: tuple[TenderGiven, ...], keep: bool = False) -> PaymentRequest:
    return PaymentRequest(UUID(int=1), "Walk-in", lines, pay, keep_change=keep)
