"""Tables of `ledger.db` for the life of a credit note after it was made."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from counterdesk.models.base import LedgerBase


class CreditNoteChange(LedgerBase):
    """What happened to a credit note, of this counter or another: never edited, only added to.

    The note is named as it was seen; it may have been made elsewhere, so no foreign key.
    """

    __tablename__ = "credit_note_change"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    credit_note_id: Mapped[UUID]
    number: Mapped[str]
    consumer_id: Mapped[UUID]
    account_number: Mapped[str]
    consumer_name: Mapped[str]
    kind: Mapped[str]
    """approved, rejected, held, released, refunded, transferred or cancelled."""
    amount_minor: Mapped[int]
    """What left the note, for refunded and transferred; for the others what it was worth then."""
    currency: Mapped[str]
    reason: Mapped[str]
    method: Mapped[str]
    """Of a refund; else ""."""
    method_name: Mapped[str]
    method_kind: Mapped[str]
    reference: Mapped[str]
    to_note_id: Mapped[UUID | None]
    """The note on the other account, for transferred."""
    shift_id: Mapped[UUID | None] = mapped_column(ForeignKey("shift.id"))
    """The shift that ran here; None where none ran and no cash moved."""
    business_date: Mapped[date]
    changed_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    approver_id: Mapped[UUID | None]
    approver_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("(kind = 'refunded') = (method != '')", name="refund_has_method"),
        CheckConstraint("(kind = 'transferred') = (to_note_id is not null)", name="goes_where"),
        CheckConstraint("approver_id is null or approver_id != user_id", name="two_people"),
        Index("ix_credit_note_change_credit_note_id", "credit_note_id"),
        Index("ix_credit_note_change_shift_id", "shift_id"),
    )
