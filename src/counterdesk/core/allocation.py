"""Which money pays what: filling charges oldest first, and settling tenders to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from counterdesk.core.settings import ModeKind
from counterdesk.core.visit import OpenCharge, Purpose, SettledPart, Share


def oldest_first(charge: OpenCharge) -> tuple[date, str]:
    """Return the key that puts charges in the order they are paid: due date, then number."""
    return charge.due_on, charge.number


def fill_oldest_first(amount_minor: int, charges: Iterable[OpenCharge]) -> tuple[Share, ...]:
    """Return the shares an amount pays, oldest due first, ties by number.

    Charges that get nothing have no share. What is left beyond all charges is the caller's.

    Args:
        amount_minor: What is to be paid, 0 or more.
        charges: The ticked charges in any order.
    """
    shares = []
    for charge in sorted(charges, key=oldest_first):
        part = min(amount_minor, charge.outstanding_minor)
        amount_minor -= part
        if part > 0:
            shares.append(Share(charge, part))
    return tuple(shares)


@dataclass(frozen=True, slots=True)
class Source:
    """Money of one tender that is there to be used, change already taken off."""

    index: int
    method: str
    kind: ModeKind
    amount_minor: int
    own_account: str = ""
    """The only account this money may pay for (a credit note's own); "" for any."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something money is wanted for."""

    purpose: Purpose
    account_number: str
    charge: OpenCharge | None
    amount_minor: int
    cash_only: bool = False

    def takes(self, source: Source) -> bool:
        """Tell whether this may be paid with money of a tender."""
        if source.kind is ModeKind.CREDIT:
            if self.charge is None or source.own_account != self.account_number:
                return False
        elif self.cash_only and source.kind is not ModeKind.CASH:
            return False
        return self.charge is None or source.method not in self.charge.refused_methods

    @property
    def charge_id(self) -> UUID | None:
        """The charge this is, if it is one."""
        return self.charge.charge_id if self.charge else None


_TURN = {ModeKind.CREDIT: 0, ModeKind.CASH: 2}


def settle(
    sources: Sequence[Source], targets: Sequence[Target]
) -> tuple[tuple[SettledPart, ...], tuple[Target, ...]]:
    """Use every tender in its turn: credit notes, then other non-cash, cash last.

    Within each turn tenders keep the order of entry, and pay oldest due first (ties by number)
    what does not refuse them; extra money and kept change come after all charges.

    Returns:
        The settled parts, and the targets that no money could be used for, each with what it
        still lacks. The latter is empty when everything is paid.
    """
    ordered = sorted(targets, key=_order)
    lacking = [target.amount_minor for target in ordered]
    parts = []
    for source in sorted(sources, key=lambda source: _TURN.get(source.kind, 1)):
        left = source.amount_minor
        for place, target in enumerate(ordered):
            part = min(left, lacking[place])
            if part > 0 and target.takes(source):
                parts.append(_part(source, target, part))
                lacking[place] -= part
                left -= part
    unpaid = tuple(target for target, rest in zip(ordered, lacking, strict=True) if rest)
    return tuple(parts), unpaid


def _order(target: Target) -> tuple[bool, date, str]:
    charge = target.charge
    return charge is None, *(oldest_first(charge) if charge else (date.max, ""))


def _part(source: Source, target: Target, amount_minor: int) -> SettledPart:
    return SettledPart(
        source.index, target.purpose, target.account_number, target.charge_id, amount_minor
    )
