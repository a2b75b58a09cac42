"""Tables of `ledger.db` for payments that somebody doubts: raised here, or closed here."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from counterdesk.models.base import LedgerBase


class DisputeRaised(LedgerBase):
    """A doubt about one payment, which is named as it was seen: another counter may have taken it.

    It moves no money. Whether it is open the centre tells, and `DisputeClosed` until it has.
    """

    __tablename__ = "dispute"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[UUID]
    payment_number: Mapped[str]
    receipt_number: Mapped[str]
    consumer_id: Mapped[UUID]
    account_number: Mapped[str]
    consumer_name: Mapped[str]
    payment_amount_minor: Mapped[int]
    payment_on: Mapped[date]
    """The business date of the payment."""
    category: Mapped[str]
    amount_minor: Mapped[int]
    """How much of the payment is doubted."""
    currency: Mapped[str]
    words: Mapped[str]
    """What the consumer says."""
    business_date: Mapped[date]
    """The day it was raised on."""
    raised_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("amount_minor between 1 and payment_amount_minor", name="amount"),
        CheckConstraint("words != ''", name="explained"),
        Index("ix_dispute_payment_id", "payment_id"),
        Index("ix_dispute_consumer_id", "consumer_id"),
    )


class DisputeClosed(LedgerBase):
    """How a dispute came out, as somebody here decided; raised here or at another counter.

    Of two closings the first that the centre got counts. One that it did not take lets the dispute
    be closed again, so there may be more than one.
    """

    __tablename__ = "dispute_closed"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID]
    number: Mapped[str]
    """The dispute's."""
    payment_id: Mapped[UUID]
    consumer_id: Mapped[UUID]
    outcome: Mapped[str]
    words: Mapped[str]
    """Why it came out so."""
    business_date: Mapped[date]
    """The day it was closed on."""
    closed_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("words != ''", name="explained"),
        Index("ix_dispute_closed_dispute_id", "dispute_id"),
        Index("ix_dispute_closed_payment_id", "payment_id"),
    )
