"""One invented consumer of whom a whole year is known: every kind of line stands on the account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from counterdesk.core.dates import months_later
from counterdesk.sync.records import (
    AccountFacts,
    ChargeFacts,
    ConsumerFacts,
    PastBackFacts,
    PastCreditFacts,
    PastDisputeFacts,
    PastPaymentFacts,
    PlanFacts,
)

_NAMESPACE = UUID("0d4a7b52-3c1f-4a86-9b0e-6c5f1f2d7e11")
_FIRST_BILL = date(2024, 4, 1)
_MONTHS = 13
_PLAN = "PP-2024-0102"
_NAME, _ACCOUNT = "Wilhelmina Brackenford", "WU-10002"
_LATE_BY = (-2, -1, -1, 0, -2, 6, -1, -3, -1, -2, -1)
"""Days from the due date to the payment of each bill that is paid: mostly early."""

_BOUGHT_BACK = 5
"""The bill that was paid twice by mistake; one of the payments was reversed."""

_TWICE = 21
_OVERPAID = 8
_OVER_MINOR = 2_000
_SPENT_MINOR = 750


def rich_account() -> AccountFacts:
    """Return a consumer who pays by card online, and what became of it in a year."""
    return AccountFacts(
        ConsumerFacts(
            _id("consumer"), _ACCOUNT, _NAME, "8 Heron Court, Cityville", "(555) 310-0042",
            "w.brackenford@example.com", "Letters in large print",
            "Life-support device at home: never cut off",
        ),
        (*_bills(), *_services(), *_installments()),
        (PlanFacts(_PLAN, "On track"),),
        tuple(_payments()),
        (_credit(),),
        (_back(),),
        tuple(_disputes()),
    )  # fmt: skip


def _id(name: str) -> UUID:
    return uuid5(_NAMESPACE, name)


def _billed(place: int) -> date:
    return months_later(_FIRST_BILL, place)


def _minor(place: int) -> int:
    """More water in summer: from 61.20 to 97.35, each month another amount."""
    return 6_120 + (place % 6) * 655 + place * 30


def _bills() -> Iterator[ChargeFacts]:
    for place in range(_MONTHS):
        day, paid = _billed(place), place < len(_LATE_BY)
        before = months_later(day, -1)
        yield ChargeFacts(
            _id(f"bill {place}"), "Bill", f"INV-{day.year}-{800_100 + place:06}", day,
            day + timedelta(14), _minor(place), _minor(place) if paid else 0,
            period=f"{before:%Y-%m}", disputed=place == _MONTHS - 1,
        )  # fmt: skip


def _services() -> Iterator[ChargeFacts]:
    day = date(2024, 9, 24)
    yield ChargeFacts(
        _id("service"), "Service", "SVC-2024-800021", day, day, 2_500, 2_500,
        description="Late Fee",
    )  # fmt: skip


def _installments() -> Iterator[ChargeFacts]:
    """A repair that is paid in four parts; two of them are paid."""
    agreed = date(2024, 12, 10)
    for number in range(1, 5):
        due = months_later(date(2025, 1, 20), 2 * (number - 1))
        yield ChargeFacts(
            _id(f"part {number}"), "Installment", f"{_PLAN}/{number}", agreed, due, 4_500,
            4_500 if number <= 2 else 0, plan_number=_PLAN, installment=number,
        )  # fmt: skip


def _payments() -> Iterator[PastPaymentFacts]:
    for place, late in enumerate(_LATE_BY):
        due = _billed(place) + timedelta(14)
        paid = _payment(place, f"bill {place}", due + timedelta(late), _minor(place))
        if place == _OVERPAID:
            whole = _minor(place) + _OVER_MINOR
            paid = replace(paid, amount_minor=whole, collected_minor=whole)
        yield paid
    twice = _billed(_BOUGHT_BACK) + timedelta(20)
    yield _payment(_TWICE, "twice", twice, _minor(_BOUGHT_BACK), status="Reversed")
    yield _payment(22, "service", date(2024, 9, 27), 2_500, "C02", type="Service")
    yield _payment(
        23, "part 1", date(2025, 1, 18), 4_500, "C01", type="Installment",
        method="Credit note + Cash", collected_minor=4_500 - _SPENT_MINOR,
    )  # fmt: skip
    yield _payment(24, "part 2", date(2025, 3, 19), 4_500, "C01", type="Installment", method="Cash")
    yield _payment(25, "failed", date(2025, 4, 14), 7_000, status="Failed")


def _payment(
    number: int, name: str, on: date, minor: int, at: str = "WEB", **more: Any
) -> PastPaymentFacts:
    web = at == "WEB"
    paid = PastPaymentFacts(
        _id(name), f"R-{3_801 + number}", on, "Bill", "Card", minor, "Posted",
        f"PAY-{on.year}-{9_001 + number:06}", f"TXN-{on.year}-{9_001 + number:06}",
        "Online" if web else "Walk-in", at, "System" if web else "Mira Brookwater", _NAME,
        _ACCOUNT, datetime.combine(on, time(9, number), UTC), minor, settled_minor=minor,
        settled_parts=1,
    )  # fmt: skip
    return replace(paid, **more)


def _back() -> PastBackFacts:
    """The card is given back what was paid twice."""
    minor, on = _minor(_BOUGHT_BACK), _billed(_BOUGHT_BACK) + timedelta(23)
    return PastBackFacts(
        _id("back"), "reversal", f"R-{3_801 + _TWICE}", on, "Bill", "Card", "Online", "WEB",
        "System", "C02", "Oskar Heronbank", minor, minor, minor, _id("twice"),
    )  # fmt: skip


def _credit() -> PastCreditFacts:
    paid = _billed(_OVERPAID) + timedelta(14 + _LATE_BY[_OVERPAID])
    return PastCreditFacts(
        _id("credit"), "CN-44901", _OVER_MINOR, _OVER_MINOR - _SPENT_MINOR, "Active",
        "overpayment", "Overpayment", "", paid, months_later(paid, 12), None,
        f"PAY-{paid.year}-{9_001 + _OVERPAID:06}", f"R-{3_801 + _OVERPAID}", "System",
    )  # fmt: skip


def _disputes() -> Iterator[PastDisputeFacts]:
    """What was paid twice was disputed and given back; the payment that failed still is."""
    paid = {one.payment_id: one for one in _payments()}
    on = _billed(_BOUGHT_BACK) + timedelta(22)
    twice = _dispute(
        1, paid[_id("twice")], on, "duplicate", "The card was charged twice for one bill."
    )
    yield replace(
        twice, outcome="refunded", closed_words="The bank shows both; one goes back to the card.",
        closed_at_utc=datetime.combine(on + timedelta(1), time(8, 40), UTC),
        closed_by="Oskar Heronbank",
    )  # fmt: skip
    yield _dispute(
        2, paid[_id("failed")], date(2025, 4, 16), "failed",
        "The bank says that the money left the account; here it never arrived.",
    )  # fmt: skip


def _dispute(
    number: int, paid: PastPaymentFacts, on: date, category: str, words: str
) -> PastDisputeFacts:
    return PastDisputeFacts(
        _id(f"dispute {number}"), f"DSP-{on.year}-{700 + number:06}", paid.payment_id,
        paid.payment_number, paid.receipt_number, _ACCOUNT, _NAME, paid.amount_minor, category,
        paid.amount_minor, words, on, datetime.combine(on, time(14, 5), UTC), "Mira Brookwater",
        "C02",
    )  # fmt: skip
