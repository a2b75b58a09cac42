"""Tables of `ledger.db` for a shift's money after the shift: handed over, turned in, deposited."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from counterdesk.models.base import LedgerBase


class ShiftHandover(LedgerBase):
    """A drawer that went to another cashier: the end of one shift, the float of the next."""

    __tablename__ = "shift_handover"

    from_shift_id: Mapped[UUID] = mapped_column(
        ForeignKey("shift_closed.shift_id"), primary_key=True
    )
    to_shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift.id"), unique=True)
    cash_minor: Mapped[int]
    """All that lay in the drawer, as the giver counted it and the receiver took it."""
    handed_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    """Who gave."""
    receiver_id: Mapped[UUID]
    receiver_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))


class TurnIn(LedgerBase):
    """A closed shift's money as its cashier offers it to the cash room. An offer moves nothing."""

    __tablename__ = "turn_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift_closed.shift_id"))
    offered_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (Index("ix_turn_in_shift_id", "shift_id"),)


class TurnInPiece(LedgerBase):
    """How many of one denomination are turned in, or of cheques over one amount."""

    __tablename__ = "turn_in_piece"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    turn_in_id: Mapped[UUID] = mapped_column(ForeignKey("turn_in.id"))
    method: Mapped[str]
    face_minor: Mapped[int]
    pieces: Mapped[int]

    __table_args__ = (
        CheckConstraint("face_minor > 0 and pieces > 0", name="something"),
        UniqueConstraint("turn_in_id", "method", "face_minor"),
    )


class TurnInAnswer(LedgerBase):
    """What the cash room said to an offer: taken over after counting, or refused with a reason."""

    __tablename__ = "turn_in_answer"

    turn_in_id: Mapped[UUID] = mapped_column(ForeignKey("turn_in.id"), primary_key=True)
    accepted: Mapped[bool]
    reason: Mapped[str]
    answered_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (CheckConstraint("accepted or reason != ''", name="refused_with_reason"),)


class Deposit(LedgerBase):
    """Money of closed shifts that goes to the bank on one slip."""

    __tablename__ = "deposit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    business_date: Mapped[date]
    made_at_utc: Mapped[datetime]
    currency: Mapped[str]
    cash_minor: Mapped[int]
    cheques_minor: Mapped[int]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint(
            "cash_minor >= 0 and cheques_minor >= 0 and cash_minor + cheques_minor > 0",
            name="something",
        ),
    )


class DepositShift(LedgerBase):
    """What one shift brings to a deposit, and what of its cash stays for the next float."""

    __tablename__ = "deposit_shift"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"))
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift_closed.shift_id"), unique=True)
    cash_minor: Mapped[int]
    kept_minor: Mapped[int]
    cheques_minor: Mapped[int]

    __table_args__ = (
        CheckConstraint(
            "cash_minor >= 0 and kept_minor >= 0 and cheques_minor >= 0", name="not_negative"
        ),
        Index("ix_deposit_shift_deposit_id", "deposit_id"),
    )


class DepositPiece(LedgerBase):
    """How many of one denomination go to the bank."""

    __tablename__ = "deposit_piece"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"))
    face_minor: Mapped[int]
    pieces: Mapped[int]

    __table_args__ = (
        CheckConstraint("face_minor > 0 and pieces > 0", name="something"),
        UniqueConstraint("deposit_id", "face_minor"),
    )


class DepositCheque(LedgerBase):
    """One cheque on a slip; without number and bank where no tender of its shift tells them."""

    __tablename__ = "deposit_cheque"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"))
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift_closed.shift_id"))
    amount_minor: Mapped[int]
    reference: Mapped[str]
    bank: Mapped[str]

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_deposit_cheque_deposit_id", "deposit_id"),
    )


class DepositValidated(LedgerBase):
    """The bank's own number of a deposit, and the day it booked it."""

    __tablename__ = "deposit_validated"

    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), primary_key=True)
    bank_number: Mapped[str]
    validated_on: Mapped[date]
    recorded_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (CheckConstraint("bank_number != ''", name="numbered"),)


class DifferenceSettled(LedgerBase):
    """How a difference of a closed shift was settled later, wholly or in part."""

    __tablename__ = "difference_settled"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shift_method_id: Mapped[UUID] = mapped_column(ForeignKey("shift_method.id"))
    amount_minor: Mapped[int]
    """Of the difference, with its sign: below 0 for what was short."""
    reason: Mapped[str]
    settled_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    approver_id: Mapped[UUID]
    approver_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("amount_minor != 0 and reason != ''", name="something"),
        Index("ix_difference_settled_shift_method_id", "shift_method_id"),
    )
