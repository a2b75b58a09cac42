"""What was given back of invented payments: a void on its own day, a reversal some days later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from counterdesk.demo.told import cashier_of
from counterdesk.sync.records import PastBackFacts, PastPaymentFacts

_KINDS = {"Voided": "void", "Reversed": "reversal"}
_LONGEST_DAYS = 20
_ITS_UNDO = 1 << 50
"""Makes the id of what was given back out of that of its payment."""


def given_back(paid: Iterable[PastPaymentFacts], today: date) -> Iterator[PastBackFacts]:
    """Yield what was given back of payments by a day, each as a whole and where it was taken."""
    for one in paid:
        if one.status in _KINDS:
            yield _back(one, today)


def _back(one: PastPaymentFacts, today: date) -> PastBackFacts:
    later = 0 if one.status == "Voided" else 1 + one.payment_id.int % _LONGEST_DAYS
    day = min(one.business_date + timedelta(days=later), today)
    return PastBackFacts(
        UUID(int=one.payment_id.int | _ITS_UNDO), _KINDS[one.status], one.receipt_number, day,
        one.type, one.method, one.channel, one.counter, one.cashier, one.counter,
        cashier_of(one.counter, day), one.amount_minor, one.amount_minor, one.amount_minor,
        one.payment_id,
    )  # fmt: skip
