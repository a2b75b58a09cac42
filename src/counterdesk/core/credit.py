"""A credit note as it stands: its statuses, and what it follows from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from counterdesk.core.text import fold


class NoteStatus(StrEnum):
    """Where a credit note stands; the value is what people read."""

    PENDING = "Pending approval"
    ACTIVE = "Active"
    APPLIED = "Applied"
    EXPIRED = "Expired"
    REJECTED = "Rejected"
    HELD = "Held"
    RESERVED = "Reserved"
    CANCELLED = "Cancelled"


class NoteSource(StrEnum):
    """Where a credit note came from; `EXCESS` is made by the centre alone (MON-5)."""

    OVERPAYMENT = "overpayment"
    EXCESS = "excess"
    MANUAL = "manual"
    TRANSFER = "transfer"


class ChangeKind(StrEnum):
    """What can happen to a credit note after it was made."""

    APPROVED = "approved"
    REJECTED = "rejected"
    HELD = "held"
    RELEASED = "released"
    REFUNDED = "refunded"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NoteNow:
    """A credit note as this counter knows it now. Amounts in minor units."""

    id: UUID
    number: str
    consumer_id: UUID
    source: str
    status: NoteStatus
    amount_minor: int
    remaining_minor: int
    reason: str
    remarks: str
    created_on: date | None
    expires_on: date | None
    held_until: date | None
    payment_number: str
    receipt_number: str
    created_by: str
    created_by_id: UUID | None
    approved_by: str

    @property
    def usable_minor(self) -> int:
        """What of it can be spent today."""
        return self.remaining_minor if self.status is NoteStatus.ACTIVE else 0

    @property
    def used_tenths(self) -> int:
        """How much of it is gone, in tenths of a percent, rounded half up."""
        return used_tenths(self.amount_minor, self.remaining_minor)


def used_tenths(amount_minor: int, remaining_minor: int) -> int:
    """Return how much of an amount is gone, in tenths of a percent, rounded half up."""
    gone = amount_minor - remaining_minor
    return (2_000 * gone + amount_minor) // (2 * amount_minor)


def status_on(
    stored: str,
    remaining_minor: int,
    *,
    withdrawn: bool,
    expires_on: date | None,
    held_until: date | None,
    today: date,
) -> NoteStatus:
    """Return the status that follows from what is left of a note, and from the date.

    Args:
        stored: What it was made with, or was last decided.
        remaining_minor: What is left of it.
        withdrawn: Whether a part of it went because its payment was undone.
        expires_on: The last day on which it can be spent; None for ever.
        held_until: The first day on which it can be; None at once.
        today: The day it is looked at.
    """
    status = NoteStatus(stored)
    if status not in (NoteStatus.ACTIVE, NoteStatus.APPLIED, NoteStatus.HELD):
        return status
    if remaining_minor <= 0:
        return NoteStatus.CANCELLED if withdrawn else NoteStatus.APPLIED
    if expires_on is not None and expires_on < today:
        return NoteStatus.EXPIRED
    if status is NoteStatus.HELD or (held_until is not None and today < held_until):
        return NoteStatus.HELD
    return NoteStatus.ACTIVE


def sought_in_note(
    name: str, account: str, number: str, receipt_number: str, payment_number: str
) -> str:
    """Return what a search in a list of notes looks through, folded; the consumer comes first."""
    return "\n".join(map(fold, (name, account, number, receipt_number, payment_number)))
