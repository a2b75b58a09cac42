"""What is undone: the kinds of it, what somebody asks for, and what it would do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from counterdesk.core.i18n import _
from counterdesk.core.visit import TenderGiven


class UndoKind(StrEnum):
    """How a payment is undone; see `models.undoing.Undo`."""

    VOID = "void"
    REVERSAL = "reversal"
    BOUNCED = "bounced"
    MOVED = "moved"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class PaymentTold:
    """A payment as the events told it: the data of its own, and of what undid parts of it since."""

    counter: str
    """The code of the counter that took it."""
    taken: Mapping[str, Any]
    undone: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class UndoAsked:
    """What a person asks for; its id makes it happen once."""

    request_id: UUID
    kind: UndoKind
    transaction_id: UUID
    reason: str = ""
    """One of the settings' list."""
    remarks: str = ""
    payment_id: UUID | None = None
    """The one payment, for what is reversed or moved."""
    tender_id: UUID | None = None
    """The one tender, for a cheque that came back."""
    in_cash: bool = False
    """Whether a reversal gives cash, whichever way the money came."""
    to_consumer_id: UUID | None = None
    """The right account, for what is moved."""
    told: PaymentTold | None = None
    """What the centre told of it, where another counter took it; own rows go before it."""


@dataclass(frozen=True, slots=True)
class ChargeReopened:
    """A charge that is owed again, or is settled now by what is moved there."""

    number: str
    account_number: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class CreditGone:
    """A credit note that loses what was undone of its overpayment, or of the payment it is of."""

    note_id: UUID
    number: str
    consumer_id: UUID
    account_number: str
    withdrawn_minor: int
    debit_minor: int
    """What of it was spent already: it is owed as a charge."""
    raised: bool = False
    """Whether a person raised it from the payment: it is cancelled, for the payer has the money."""


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """What goes back, or is written off. Above 0."""

    method: str
    name: str
    kind: str
    amount_minor: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class UndoEffects:
    """What an undo would do, as it is told before and printed after. Amounts in minor units."""

    kind: UndoKind
    receipt_number: str
    payment_number: str
    """"" where it is about more than one."""
    accounts: tuple[tuple[str, str], ...]
    """Number and consumer's name of each."""
    reopened: tuple[ChargeReopened, ...]
    credit_gone: tuple[CreditGone, ...]
    credit_back: tuple[tuple[str, int], ...]
    """Number of each note that was spent, and what it gets back."""
    money_back: tuple[MoneyBack, ...]
    fee_minor: int = 0
    settled: tuple[ChargeReopened, ...] = ()
    """What is moved settles these."""
    rest_minor: int = 0
    """What of it becomes a credit note there."""
    notes_left: tuple[str, ...] = ()
    """Credit notes that stay where they are though their payment moves."""

    @property
    def cash_minor(self) -> int:
        """The cash to hand back."""
        return sum(one.amount_minor for one in self.money_back if one.kind == "cash")


@dataclass(frozen=True, slots=True)
class Replacement:
    """The visit that stands in the place of one that is corrected."""

    request_id: UUID
    shares: tuple[tuple[UUID, int], ...]
    """Charges of the corrected visit, and what is paid of each now."""
    tenders: tuple[TenderGiven, ...]
    extras: tuple[tuple[str, int], ...] = ()
    """Account number and what is paid above its charges."""
    channel: str = ""
    paid_by: str = ""
    notes: str = ""
    keep_change: bool = False
    change_account: str = ""
    """Account that gets kept change; "" for the visit's first."""


def withdrawn_charge_id(undo_id: UUID, note_id: UUID) -> UUID:
    """Return the id of the charge for a note's spent part: the centre derives the very same.

    Source: RFC 9562, section 5.8, over SHA-256.
    """
    text = f"CounterDesk credit withdrawn by {undo_id} of {note_id}"
    digest = bytearray(hashlib.sha256(text.encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))


def act_number(code: str, seq: int) -> str:
    """Return the number of an act: its place in the unbroken sequence of its counter's acts."""
    return f"{code}-{seq:06}"


def undo_word(kind: str) -> str:
    """Return what a kind of undoing is called."""
    return _WORDS[UndoKind(kind)]()


_WORDS: dict[UndoKind, Callable[[], str]] = {
    UndoKind.VOID: lambda: _("Void"),
    UndoKind.REVERSAL: lambda: _("Reversal"),
    UndoKind.BOUNCED: lambda: _("Returned cheque"),
    UndoKind.MOVED: lambda: _("Moved to another account"),
    UndoKind.CORRECTED: lambda: _("Correction"),
}
