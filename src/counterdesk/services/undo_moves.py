"""Money that was put on the wrong account: where on the right one it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.settings import ModeKind
from counterdesk.core.undoing import ChargeReopened, UndoAsked
from counterdesk.core.visit import AccountRef, OpenCharge
from counterdesk.services.account_standing import open_charges
from counterdesk.services.consumers import account_refs
from counterdesk.services.undo_parts import Part
from counterdesk.store.session import ReadSession


@dataclass(frozen=True, slots=True)
class Moved:
    """What money settles where it belongs. Amounts in minor units."""

    account: AccountRef
    shares: tuple[tuple[OpenCharge, int], ...]
    rest_minor: int
    """What no charge there takes: it becomes a credit note."""
    owed_minor: int
    """What the account owes before."""

    @property
    def settled(self) -> tuple[ChargeReopened, ...]:
        """The charges and what each gets."""
        number = self.account.account_number
        return tuple(ChargeReopened(one.number, number, minor) for one, minor in self.shares)


def move_parts(read: ReadSession, asked: UndoAsked, parts: list[Part]) -> Moved:
    """Return what parts of a payment settle on another account: oldest due first.

    Raises:
        UserError: No such account, it is the same one, or a part was paid with its own credit.
    """
    to = asked.to_consumer_id
    account = account_refs(read, [to]).get(to) if to else None
    if account is None:
        raise UserError(_("Choose the account that it belongs to."), "moveTo")
    if any(one["consumer_id"] == account.consumer_id for one in parts):
        raise UserError(_("It is on this account already."), "moveTo")
    if any(one["kind"] == ModeKind.CREDIT for one in parts):
        raise UserError(_("A part was paid with this account's own credit. Reverse it instead."))
    methods = {one["method"] for one in parts}
    if account.cash_only and {one["kind"] for one in parts} != {ModeKind.CASH.value}:
        raise UserError(_("{account} takes cash only.").format(account=account.account_number))
    charges = open_charges(read, account.consumer_id)
    left = sum(one["amount_minor"] for one in parts)
    shares = []
    for charge in sorted(charges, key=lambda one: (one.due_on, one.number)):
        share = min(left, charge.outstanding_minor)
        enough = share == charge.outstanding_minor or share >= charge.minimum_minor
        if share and enough and not charge.refused_methods & methods:
            shares.append((charge, share))
            left -= share
    owed = sum(one.outstanding_minor for one in charges)
    return Moved(account, tuple(shares), left, owed)


def woven(
    parts: tuple[Part, ...], shares: tuple[tuple[OpenCharge, int], ...]
) -> Iterator[tuple[Part, OpenCharge | None, int]]:
    """Yield which part of the money settles which charge; None for what is left over."""
    waiting = list(shares)
    for part in parts:
        left = part["amount_minor"]
        while left and waiting:
            charge, wanted = waiting.pop(0)
            minor = min(left, wanted)
            yield part, charge, minor
            left -= minor
            if wanted > minor:
                waiting.insert(0, (charge, wanted - minor))
        if left:
            yield part, None, left
