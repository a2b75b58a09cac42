"""Tables of `ledger.db` for the cash of a shift: what moved in its drawer, how it was counted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from counterdesk.models.base import LedgerBase


class ShiftMethod(LedgerBase):
    """What was expected and counted of one tender method when its shift closed, and why."""

    __tablename__ = "shift_method"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift_closed.shift_id"))
    method: Mapped[str]
    method_name: Mapped[str]
    kind: Mapped[str]
    """As of a tender; "cash" is what lies in the drawer."""
    expected_minor: Mapped[int]
    counted_minor: Mapped[int]
    reason: Mapped[str]
    """Why they differ; "" where they do not."""

    __table_args__ = (
        CheckConstraint("expected_minor = counted_minor or reason != ''", name="explained"),
        UniqueConstraint("shift_id", "method"),
    )


class DrawerMove(LedgerBase):
    """Cash that was put into the drawer or taken out of it, but not by a payment."""

    __tablename__ = "drawer_move"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift.id"))
    kind: Mapped[str]
    """paid_in, paid_out, drop, change_in, change_out, or undone."""
    delta_minor: Mapped[int]
    """How much more lies in the drawer afterwards; below 0 for what was taken out."""
    currency: Mapped[str]
    reason: Mapped[str]
    envelope: Mapped[str]
    """What is written on the envelope that went to the safe; else ""."""
    undoes_id: Mapped[UUID | None] = mapped_column(ForeignKey("drawer_move.id"), unique=True)
    moved_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    approver_id: Mapped[UUID | None]
    """Who allowed an amount over the limit."""
    approver_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("delta_minor != 0", name="delta_not_zero"),
        CheckConstraint(
            "kind = 'undone' or (delta_minor > 0) = (kind in ('paid_in', 'change_in'))",
            name="direction",
        ),
        CheckConstraint("(kind = 'undone') = (undoes_id is not null)", name="undone_names_what"),
        Index("ix_drawer_move_shift_id", "shift_id"),
    )


class DrawerCount(LedgerBase):
    """One count of a drawer: of the float, or at the end. Counted again is another fact."""

    __tablename__ = "drawer_count"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift.id"))
    purpose: Mapped[str]
    """float or close."""
    counted_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (Index("ix_drawer_count_shift_id", "shift_id"),)


class CountedPiece(LedgerBase):
    """How many of one denomination were counted, or of cheques over one amount."""

    __tablename__ = "counted_piece"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    count_id: Mapped[UUID] = mapped_column(ForeignKey("drawer_count.id"))
    method: Mapped[str]
    face_minor: Mapped[int]
    pieces: Mapped[int]

    __table_args__ = (
        CheckConstraint("face_minor > 0 and pieces > 0", name="something"),
        UniqueConstraint("count_id", "method", "face_minor"),
    )
