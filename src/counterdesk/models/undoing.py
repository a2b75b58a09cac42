"""Tables of `ledger.db` for what is undone: the original stays, a later fact takes parts back.

The smallest part is a settlement: what one tender paid of one charge, one overpayment or the
rounding. Each is undone once at most, and whole. No row here refers to the original by a foreign
key: it may have been taken at another counter, and is named as the centre told it.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from counterdesk.models.base import LedgerBase


class Undo(LedgerBase):
    """One act that takes back a transaction, a payment, a tender, or where money was put.

    void: a whole transaction of the running shift. reversal: one payment, later. bounced: one
    tender that brought no money. moved: allocations of the wrong account; the tender stays.
    corrected: a whole transaction that another one replaces.
    """

    __tablename__ = "undo"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    transaction_id: Mapped[UUID]
    transaction_number: Mapped[str]
    receipt_number: Mapped[str]
    payment_id: Mapped[UUID | None]
    """The one payment, for a reversal; else None."""
    payment_number: Mapped[str]
    tender_id: Mapped[UUID | None]
    """The one tender, for a cheque that came back; else None."""
    shift_id: Mapped[UUID | None] = mapped_column(ForeignKey("shift.id"))
    """The shift that ran here, in which it counts; None where none ran and no cash moved."""
    business_date: Mapped[date]
    undone_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    approver_id: Mapped[UUID]
    approver_name: Mapped[str]
    reason: Mapped[str]
    remarks: Mapped[str]
    currency: Mapped[str]
    replaced_by: Mapped[UUID | None]
    """The transaction that stands in its place, for a correction; else None."""
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint(
            "kind in ('void', 'reversal', 'bounced', 'moved', 'corrected')", name="kind"
        ),
        CheckConstraint("(kind = 'reversal') = (payment_id is not null)", name="payment"),
        CheckConstraint("(kind = 'bounced') = (tender_id is not null)", name="tender"),
        CheckConstraint("(kind = 'corrected') = (replaced_by is not null)", name="replaced"),
        CheckConstraint("user_id != approver_id", name="two_people"),
        CheckConstraint("reason != ''", name="explained"),
        Index("ix_undo_transaction_id", "transaction_id"),
        Index("ix_undo_shift_id", "shift_id"),
        Index("ix_undo_replaced_by", "replaced_by"),
    )


class UndoneSettlement(LedgerBase):
    """A settlement that is taken back, with all that it settled, as it was seen.

    Its charge owes the amount again, the note that was born of it loses it, the note that was
    spent for it gets it back.
    """

    __tablename__ = "undone_settlement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    undo_id: Mapped[UUID] = mapped_column(ForeignKey("undo.id"))
    settlement_id: Mapped[UUID] = mapped_column(unique=True)
    tender_id: Mapped[UUID]
    allocation_id: Mapped[UUID | None]
    overpayment_id: Mapped[UUID | None]
    payment_id: Mapped[UUID | None]
    """None for the rounding, which belongs to no payment."""
    consumer_id: Mapped[UUID | None]
    account_number: Mapped[str]
    charge_id: Mapped[UUID | None]
    charge_number: Mapped[str]
    born_note_id: Mapped[UUID | None]
    """The credit note that the overpayment became."""
    spent_note_id: Mapped[UUID | None]
    """The credit note that the tender spent."""
    amount_minor: Mapped[int]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("amount_minor != 0", name="amount_not_zero"),
        CheckConstraint("(allocation_id is null) = (charge_id is null)", name="charge"),
        CheckConstraint("(overpayment_id is null) = (born_note_id is null)", name="born_note"),
        CheckConstraint("allocation_id is null or overpayment_id is null", name="one_purpose"),
        Index("ix_undone_settlement_undo_id", "undo_id"),
        Index("ix_undone_settlement_consumer_id", "consumer_id"),
        Index("ix_undone_settlement_charge_id", "charge_id"),
        Index("ix_undone_settlement_payment_id", "payment_id"),
        Index("ix_undone_settlement_born_note_id", "born_note_id"),
        Index("ix_undone_settlement_spent_note_id", "spent_note_id"),
    )


class UndoTender(LedgerBase):
    """How much less of a method there is after an undo: money given back, or that never came.

    Nothing for what was moved: its tender stays.
    """

    __tablename__ = "undo_tender"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    undo_id: Mapped[UUID] = mapped_column(ForeignKey("undo.id"))
    method: Mapped[str]
    method_name: Mapped[str]
    kind: Mapped[str]
    delta_minor: Mapped[int]
    """Below 0: it went out, or is written off."""
    reference: Mapped[str]

    __table_args__ = (
        CheckConstraint("delta_minor < 0", name="less"),
        Index("ix_undo_tender_undo_id", "undo_id"),
    )


class OwnCharge(LedgerBase):
    """A charge that an undo made: credit that was spent already, or the fee of a cheque.

    Until the centre has told of a charge with this id, it is shown from here.
    """

    __tablename__ = "own_charge"

    charge_id: Mapped[UUID] = mapped_column(primary_key=True)
    undo_id: Mapped[UUID] = mapped_column(ForeignKey("undo.id"))
    consumer_id: Mapped[UUID]
    account_number: Mapped[str]
    purpose: Mapped[str]
    """credit_withdrawn or cheque_fee."""
    number: Mapped[str]
    description: Mapped[str]
    charged_on: Mapped[date]
    due_on: Mapped[date]
    amount_minor: Mapped[int]
    credit_note_id: Mapped[UUID | None]
    """Whose spent part it asks for."""
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "(purpose = 'credit_withdrawn') = (credit_note_id is not null)", name="purpose"
        ),
        Index("ix_own_charge_consumer_id", "consumer_id"),
        Index("ix_own_charge_number", "number"),
    )
