"""The deposits of a counter as a list, and whether each is made of what was received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.cash_mix import mix_findings
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission, require
from counterdesk.models.base import table_of
from counterdesk.models.cash_office import Deposit, DepositShift, DepositValidated
from counterdesk.models.ledger import Shift
from counterdesk.services.cash_room import ShiftMoney, money_of
from counterdesk.store.session import ReadSession

_MOST_LISTED = 60
_deposits, _parts, _shifts = table_of(Deposit), table_of(DepositShift), table_of(Shift)
_validated = table_of(DepositValidated)


@dataclass(frozen=True, slots=True)
class DepositLine:
    """A deposit as a line of a list. Amounts in minor units."""

    deposit_id: UUID
    number: str
    business_date: date
    made_at_utc: datetime
    user_name: str
    cash_minor: int
    cheques_minor: int
    shifts: tuple[str, ...]
    bank_number: str
    """"" while the bank has not confirmed it."""
    validated_on: date | None
    mix: tuple[str, ...]
    """What of its mix of cash and cheques is not as received, in sentences."""


def deposits(read: ReadSession) -> tuple[DepositLine, ...]:
    """Return the deposits of this counter, the newest first.

    Raises:
        PermissionRefused: The role does not allow it.
    """
    require(read.actor, Permission.SEE_DEPOSITS)
    query = (
        select(_deposits, _validated.c.bank_number, _validated.c.validated_on)
        .outerjoin(_validated, _validated.c.deposit_id == _deposits.c.id)
        .order_by(_deposits.c.event_seq.desc())
        .limit(_MOST_LISTED)
    )
    return tuple(_line(read, row) for row in read.execute(query).all())


def mix_of(read: ReadSession, money: ShiftMoney) -> tuple[str, ...]:
    """Return what of a shift's mix of cash and cheques is not as received, in sentences.

    Raises:
        PermissionRefused: The role does not allow seeing deposits.
    """
    require(read.actor, Permission.SEE_DEPOSITS)

    def write(amount_minor: int) -> str:
        return format_amount(amount_minor, read.settings.currency, read.settings.locale)

    return mix_findings(money.mix, write)


def _line(read: ReadSession, row: Any) -> DepositLine:
    shifts = read.execute(
        select(_shifts.c.id, _shifts.c.number)
        .join(_parts, _parts.c.shift_id == _shifts.c.id)
        .where(_parts.c.deposit_id == row.id)
        .order_by(_shifts.c.event_seq)
    ).all()
    mix = tuple(
        f"{shift.number}: {sentence}"
        for shift in shifts
        for sentence in mix_of(read, money_of(read, shift.id))
    )
    return DepositLine(
        row.id, row.number, row.business_date, row.made_at_utc, row.user_name, row.cash_minor,
        row.cheques_minor, tuple(shift.number for shift in shifts), row.bank_number or "",
        row.validated_on, mix,
    )  # fmt: skip
