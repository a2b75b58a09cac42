"""Table of `ledger.db` for online payments that somebody here vouched for."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from counterdesk.models.base import LedgerBase


class PaymentVerified(LedgerBase):
    """A pending payment, told by the centre, that a person here found to be good.

    It is named as it was seen; it was not taken at this counter, so no foreign key. The centre
    makes it count: until it has told so, the payment stays pending in every figure and list.
    """

    __tablename__ = "payment_verified"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID]
    payment_number: Mapped[str]
    receipt_number: Mapped[str]
    consumer_id: Mapped[UUID]
    account_number: Mapped[str]
    consumer_name: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    business_date: Mapped[date]
    """The day it was verified on."""
    verified_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_payment_verified_payment_id", "payment_id"),
    )
