"""A payment as a line of the list of payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment, taken here or elsewhere, with all that a list shows of it."""

    payment_id: UUID
    transaction_id: UUID | None
    """Its visit at this counter; None where it was taken elsewhere."""
    business_date: date
    receipt_number: str
    payment_number: str
    transaction_number: str
    consumer_id: UUID
    consumer_name: str
    account_number: str
    amount_minor: int
    type: str
    status: str
    channel: str
    counter: str
    cashier: str
    method: str
    """Names of the tenders of its visit: "Cash", "Cash + Card"."""
    taken_at_utc: datetime | None
    collected_minor: int
    """New money in it (MON-10): without the credit that it spent."""
    paper_number: str = ""
    """Of the receipt that was written by hand here, and captured later; else ""."""
