"""Payments that somebody doubts: asked for at this counter, or told by the centre."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from counterdesk.core.disputes import Category
from counterdesk.services.disputes import RaiseRequest
from counterdesk.sync.records import PastDisputeFacts

_PAID = UUID(int=1)
SAID = "I was charged twice."


def doubt(payment_id: UUID, amount_minor: int = 14_550) -> RaiseRequest:
    """Return what a cashier asks for, each time another dispute."""
    return RaiseRequest(uuid4(), payment_id, Category.DUPLICATE, amount_minor, SAID)


def told_dispute(number: str, payment_id: UUID = _PAID, **more: Any) -> PastDisputeFacts:
    """Return a dispute of 90.00 that another counter raised the day before, as it is told."""
    at_utc = datetime(2025, 4, 19, 14, 5, tzinfo=UTC)
    facts = {
        "payment_number": "PAY-1", "receipt_number": "R-1", "account_number": "WU-10001",
        "consumer_name": "John Doe", "payment_amount_minor": 9_000, "category": "duplicate",
        "amount_minor": 9_000, "words": SAID, "raised_on": at_utc.date(), "raised_at_utc": at_utc,
        "raised_by": "Ann Ash", "counter": "C01",
    }  # fmt: skip
    if "outcome" in more:
        facts |= {"closed_at_utc": at_utc, "closed_by": "Sam Reed", "closed_words": "It is so."}
    return PastDisputeFacts(
        dispute_id=uuid5(payment_id, number), number=number, payment_id=payment_id, **(facts | more)
    )
