"""A payment that somebody doubts: what is said of it, and how it came out. It moves no money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Category(StrEnum):
    """What is said to be wrong with a payment (DISP-1)."""

    FAILED = "failed"
    PARTIAL = "partial"
    OVERPAID = "overpaid"
    DUPLICATE = "duplicate"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    OTHER = "other"


class Outcome(StrEnum):
    """How a dispute came out (DISP-2); what follows of it is an act of its own."""

    REFUNDED = "refunded"
    ADJUSTED = "adjusted"
    REPROCESSED = "reprocessed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Closing:
    """How, by whom and why a dispute was closed."""

    outcome: Outcome
    words: str
    closed_at_utc: datetime
    closed_by: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A doubt about one payment, as it stands now. Amounts in minor units."""

    id: UUID
    number: str
    payment_id: UUID
    payment_number: str
    receipt_number: str
    consumer_id: UUID
    account_number: str
    consumer_name: str
    payment_amount_minor: int
    category: Category
    amount_minor: int
    """How much of the payment is doubted: 1 to all of it."""
    words: str
    """What the consumer says."""
    raised_on: date
    raised_at_utc: datetime
    raised_by: str
    counter: str
    """Code of the counter that raised it."""
    closing: Closing | None

    @property
    def open(self) -> bool:
        """Whether nobody closed it yet."""
        return self.closing is None

    @property
    def standing(self) -> str:
        """How it came out; "" while it is open."""
        return "" if self.closing is None else self.closing.outcome.value
