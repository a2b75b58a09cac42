"""An account line by line: what was charged and paid, and what was owed after each line.

The balance is worked backwards: after the newest line it is what is owed today, and before each
line it is less by what the line changed. What happened before the oldest line, or was never told
here, stands in the balance that is brought forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from counterdesk.core.periods import Period


class LineKind(StrEnum):
    """What a line of an account tells."""

    CHARGE = "charge"
    PAYMENT = "payment"
    UNDO = "undo"
    CREDIT = "credit"
    """A credit note: it changes nothing that is owed until it is spent, by a payment."""
    DISPUTE = "dispute"
    """A doubt about a payment: it changes nothing that is owed, and no statement tells it."""


class ChargeState(StrEnum):
    """How far a charge is paid; the value is what people read."""

    PAID = "Paid"
    PART_PAID = "Part paid"
    OPEN = "Open"
    OVERDUE = "Overdue"
    IN_PLAN = "In plan"


@dataclass(frozen=True, slots=True)
class KnownCharge:
    """A charge, open or settled, as it stands now. Amounts in minor units."""

    charge_id: UUID
    kind: str
    number: str
    text: str
    """What a person calls it: "Mar 2025", "Late Fee", "PP-2025-0034 no. 2"."""
    charged_on: date
    due_on: date
    amount_minor: int
    outstanding_minor: int
    """What of it can be paid; nothing where a plan replaced it."""
    paid_minor: int
    plan_number: str = ""
    installment: int = 0
    disputed: bool = False
    online_pending: bool = False
    in_plan: bool = False

    def state(self, today: date) -> ChargeState:
        """Return how far it is paid on a day."""
        if self.in_plan:
            return ChargeState.IN_PLAN
        if self.outstanding_minor <= 0:
            return ChargeState.PAID
        if self.due_on < today:
            return ChargeState.OVERDUE
        return ChargeState.PART_PAID if self.paid_minor > 0 else ChargeState.OPEN

    @property
    def effect_minor(self) -> int:
        """What it added to what is owed; a plan owes the rest of a charge that it took over."""
        return self.paid_minor if self.in_plan else self.amount_minor


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of an account. Amounts in minor units."""

    kind: LineKind
    on: date
    number: str
    """Of the charge, the receipt, the act that undid, or the credit note."""
    text: str
    """The charge in words, the payment's method, what was undone and how, the note's reason, what
    is said to be wrong."""
    type: str = ""
    """Bill, Service or Installment, of what is charged or paid."""
    status: str = ""
    """Of the charge, the payment or the note, as people read it; of a dispute its standing."""
    amount_minor: int = 0
    """What stands on the bill, the receipt or the note."""
    effect_minor: int = 0
    """What it changed of what is owed: above 0 more, below 0 less."""
    balance_minor: int = 0
    """What was owed after it."""
    id: UUID | None = None
    """Of the charge, the payment or the note; for what was undone or is doubted, of the payment."""
    at_utc: datetime | None = None
    """When on its day, as far as it is known."""
    receipt: str = ""
    """Of the payment that is doubted."""

    @property
    def credit_minor(self) -> int:
        """What of a payment that stands paid no charge, and became credit."""
        is_paid = self.kind is LineKind.PAYMENT and self.effect_minor != 0
        return self.amount_minor + self.effect_minor if is_paid else 0


def with_balances(lines: Iterable[SheetLine], owed_minor: int) -> tuple[tuple[SheetLine, ...], int]:
    """Return lines with the balance after each, the newest first, and what was owed before all.

    Args:
        lines: In any order.
        owed_minor: What is owed after all of them.
    """
    newest_first = sorted(lines, key=_place, reverse=True)
    done = []
    for line in newest_first:
        done.append(replace(line, balance_minor=owed_minor))
        owed_minor -= line.effect_minor
    return tuple(done), owed_minor


_RANK = {LineKind.CHARGE: 0, LineKind.PAYMENT: 1, LineKind.UNDO: 1, LineKind.CREDIT: 2,
         LineKind.DISPUTE: 2}  # fmt: skip
_NO_TIME = datetime.min.replace(tzinfo=UTC)


def _place(line: SheetLine) -> tuple[date, int, datetime, str]:
    """On one day charges come first, then what was paid and undone in its order, then the rest."""
    return line.on, _RANK[line.kind], line.at_utc or _NO_TIME, line.number


@dataclass(frozen=True, slots=True)
class Extract:
    """The lines of some days, the oldest first, and what was owed before and after them."""

    period: Period
    opening_minor: int
    lines: tuple[SheetLine, ...]
    closing_minor: int

    @property
    def charged_minor(self) -> int:
        """What came on top."""
        return sum(max(line.effect_minor, 0) for line in self.lines)

    @property
    def paid_minor(self) -> int:
        """What went off."""
        return -sum(min(line.effect_minor, 0) for line in self.lines)


def extract(
    newest_first: Sequence[SheetLine], brought_forward_minor: int, period: Period
) -> Extract:
    """Return what an account says of some days.

    Args:
        newest_first: Its lines, with their balances.
        brought_forward_minor: What was owed before the oldest of them.
        period: The days.
    """
    inside, opening, closing = [], brought_forward_minor, brought_forward_minor
    for line in reversed(newest_first):
        if line.on < period.first:
            opening = line.balance_minor
        if line.on <= period.last:
            closing = line.balance_minor
        if period.first <= line.on <= period.last and line.kind is not LineKind.DISPUTE:
            inside.append(line)
    return Extract(period, opening, tuple(inside), closing)
