"""One account of a visit while it is being keyed: what is ticked, and how much of it is paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from counterdesk.core.allocation import fill_oldest_first
from counterdesk.core.credit import NoteNow
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.search_text import digits_of
from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountLine, AccountRef, OpenCharge, PaymentType, Share


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """One charge as the list shows it. Amounts in minor units."""

    charge: OpenCharge
    ticked: bool
    paid_minor: int
    """What was paid of it before this visit."""
    share_minor: int
    """What this visit pays of it."""


class AccountDraft:
    """What is keyed for one account. The current bill is ticked to begin with."""

    def __init__(
        self,
        account: AccountRef,
        charges: Iterable[OpenCharge],
        notes: Iterable[NoteNow] = (),
    ) -> None:
        self.account = account
        self.charges = tuple(charges)
        self.notes = _usable(notes)
        """Its credit notes that can be spent, the oldest first."""
        self.pay_more = False
        """Whether more than is ticked was asked for (an overpayment)."""
        self._typed_minor: int | None = None
        self._own: dict[UUID, int] = {}
        self._ticked = self._current_bill()
        self._began_with = set(self._ticked)

    @property
    def touched(self) -> bool:
        """Whether anything differs from how the account was first shown."""
        keyed = bool(self._own) or self._typed_minor is not None
        return keyed or self._ticked != self._began_with

    @property
    def ticked(self) -> tuple[OpenCharge, ...]:
        """The ticked charges, in the order of the list."""
        return tuple(one for one in self.charges if one.charge_id in self._ticked)

    @property
    def ticked_minor(self) -> int:
        """What the ticked charges come to, in minor units; adjusted ones as adjusted."""
        return sum(self._own.get(one.charge_id, one.outstanding_minor) for one in self.ticked)

    @property
    def amount_minor(self) -> int:
        """What is to be paid for this account, in minor units."""
        return self.ticked_minor if self._typed_minor is None else self._typed_minor

    def renew(
        self,
        account: AccountRef,
        charges: Iterable[OpenCharge],
        notes: Iterable[NoteNow] = (),
    ) -> None:
        """Take the account as it is now; what was ticked and typed stays where it still can.

        An amount typed for other ticks does not: what it exceeds them by would become credit.
        """
        ticked_minor = self.ticked_minor
        self.account = account
        self.charges = tuple(charges)
        self.notes = _usable(notes)
        known = {one.charge_id: one.outstanding_minor for one in self.charges}
        self._ticked &= set(known)
        self._own = {one: part for one, part in self._own.items() if part <= known.get(one, 0)}
        if self.ticked_minor != ticked_minor:
            self._typed_minor, self.pay_more = None, False

    def rows(self, kind: PaymentType) -> tuple[ChargeRow, ...]:
        """Return the list of one type, with what the visit pays of each charge."""
        shares = {share.charge.charge_id: share.amount_minor for share in self._shares()}
        return tuple(
            ChargeRow(
                charge=one,
                ticked=one.charge_id in self._ticked,
                paid_minor=one.billed_minor - one.outstanding_minor,
                share_minor=shares.get(one.charge_id, 0),
            )
            for one in self.charges
            if one.kind is kind
        )

    def tick(self, charge_id: UUID, *, on: bool) -> None:
        """Tick or untick a charge; the amount follows what is ticked."""
        if on:
            self._ticked.add(charge_id)
        else:
            self._ticked.discard(charge_id)
            self._own.pop(charge_id, None)
        self._typed_minor = None
        self.pay_more = False

    def tick_scanned(self, number: str, *, only: bool) -> OpenCharge | None:
        """Tick the charge whose bill was scanned, and return it if it is open.

        Args:
            number: The invoice's number in any case, or a bill's code: "CD-BILL:account:invoice".
            only: Whether it takes the place of what was ticked to begin with; a bill that is
                not open any more leaves nothing ticked, instead of another bill.
        """
        wanted = {part.strip().casefold() for part in number.split(":")}
        charge = next((one for one in self.charges if one.number.casefold() in wanted), None)
        if only and self.names_settled(number):
            self._ticked, self._began_with = set(), set()
        if charge is not None:
            if only:
                self._ticked = {charge.charge_id}
                self._began_with = set(self._ticked)
            self.tick(charge.charge_id, on=True)
        return charge

    def names_settled(self, code: str) -> str:
        """Return the number of a scanned bill of which nothing is open here; "" for any other.

        The account's own number, or its digits alone, names no bill.
        """
        named = code.rpartition(":")[2].strip()
        account = self.account.account_number
        if named.isdecimal() and digits_of(named) == digits_of(account):
            return ""
        open_numbers = {one.number.casefold() for one in self.charges}
        return "" if named.casefold() in {"", account.casefold(), *open_numbers} else named

    def type_amount(self, amount_minor: int | None, settings: Settings) -> None:
        """Take the amount as keyed, in minor units; None goes back to all that is ticked.

        Raises:
            UserError: It is more than is ticked, and paying more was not asked for.
        """
        self._own.clear()
        self._typed_minor = None
        if amount_minor is not None and amount_minor > self.ticked_minor and not self.pay_more:
            raise UserError(self._more_than_ticked(settings), "amountToPay")
        self._typed_minor = amount_minor

    def adjust(self, charge_id: UUID, amount_minor: int, settings: Settings) -> None:
        """Pay so much of one charge, whatever is older; nothing unticks it.

        Raises:
            UserError: It is more than is open of the charge.
        """
        charge = next(one for one in self.charges if one.charge_id == charge_id)
        if amount_minor > charge.outstanding_minor:
            text = _("{charge}: {open} is all that is open.")
            amount = format_amount(charge.outstanding_minor, settings.currency, settings.locale)
            raise UserError(text.format(charge=charge.number, open=amount), "amountToPay")
        self.tick(charge_id, on=amount_minor > 0)
        if amount_minor > 0:
            self._own[charge_id] = amount_minor

    def line(self) -> AccountLine:
        """Return this account's part of the request."""
        return AccountLine(
            account=self.account,
            shares=self._shares(),
            extra_minor=max(self.amount_minor - self.ticked_minor, 0),
            open_charges=self.charges,
        )

    def _more_than_ticked(self, settings: Settings) -> str:
        if not self.charges:
            return _("Nothing is owed on this account. Press Alt+O to take money in advance.")
        if not self.ticked:
            return _("Nothing is ticked. Tick with Space, or press Alt+O to take it in advance.")
        text = _("Only {ticked} is ticked. Press Alt+O to pay more than that.")
        ticked = format_amount(self.ticked_minor, settings.currency, settings.locale)
        return text.format(ticked=ticked)

    def _shares(self) -> tuple[Share, ...]:
        if self._own and self._typed_minor is None:
            given = ((c, self._own.get(c.charge_id, c.outstanding_minor)) for c in self.ticked)
            return tuple(Share(charge, amount) for charge, amount in given)
        return fill_oldest_first(self.amount_minor, self.ticked)

    def _current_bill(self) -> set[UUID]:
        """The charges come with the current bill first: the earliest due unpaid one."""
        bills = (one.charge_id for one in self.charges if one.kind is PaymentType.BILL)
        return set(islice(bills, 1))


def _usable(notes: Iterable[NoteNow]) -> tuple[NoteNow, ...]:
    usable = (note for note in notes if note.usable_minor > 0)
    return tuple(sorted(usable, key=lambda note: (note.created_on or date.min, note.number)))
