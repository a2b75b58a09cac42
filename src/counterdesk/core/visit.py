"""One visit to the counter: what is asked for, and what it comes to.

`work_out` is the only place where a visit's sums are made: the window shows its result with every
keystroke, the service saves the very same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class PaymentType(StrEnum):
    """The three types of charge, and of the payment that settles them."""

    BILL = "Bill"
    SERVICE = "Service"
    INSTALLMENT = "Installment"


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge that can be paid, as it stands now. Amounts in minor units."""

    charge_id: UUID
    kind: PaymentType
    number: str
    text: str
    """What a person calls it: "Mar 2025", "Late Fee", "PP-2025-0034 no. 2"."""
    charged_on: date
    due_on: date
    billed_minor: int
    outstanding_minor: int
    minimum_minor: int = 0
    refused_methods: frozenset[str] = frozenset()
    disputed: bool = False
    online_pending: bool = False


@dataclass(frozen=True, slots=True)
class AccountRef:
    """The account a line of the visit pays for."""

    consumer_id: UUID
    account_number: str
    consumer_name: str
    service_address: str = ""
    cash_only: bool = False
    """Cheques came back: only cash is taken."""
    disconnected: bool = False
    """Supply is cut off until what is overdue is paid."""


@dataclass(frozen=True, slots=True)
class Share:
    """What is to be paid of one charge."""

    charge: OpenCharge
    amount_minor: int


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account of the visit: shares of its charges, and what is keyed above them."""

    account: AccountRef
    shares: tuple[Share, ...]
    extra_minor: int = 0
    open_charges: tuple[OpenCharge, ...] = ()
    """All the account owes before this visit, ticked or not."""

    @property
    def open_minor(self) -> int:
        """What the account owes before this visit."""
        return sum(charge.outstanding_minor for charge in self.open_charges)

    @property
    def total_minor(self) -> int:
        """What this line asks the payer for."""
        return sum(share.amount_minor for share in self.shares) + self.extra_minor


@dataclass(frozen=True, slots=True)
class TenderGiven:
    """One tender as keyed: for cash what was received, else what is charged to it."""

    method: str
    amount_minor: int
    reference: str = ""
    card_last_four: str = ""
    cheque_bank: str = ""
    cheque_dated_on: date | None = None
    credit_note_id: UUID | None = None
    """The note it spends, for credit and nothing else."""
    credit_note_number: str = ""
    credit_account: str = ""
    """The account whose note it is: it pays for no other."""
    credit_remaining_minor: int = 0
    """What remained of the note when it was shown."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A supervisor's yes to one visit, as recorded in the ledger by its event."""

    event_id: UUID
    approver_name: str


@dataclass(frozen=True, slots=True)
class PaperReceipt:
    """A receipt that was written by hand, and a supervisor's yes to capture it."""

    number: str
    written_on: date
    approval: Approval


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Everything one press of Confirm asks for. Its id is made when the visit begins."""

    request_id: UUID
    channel: str
    lines: tuple[AccountLine, ...]
    tenders: tuple[TenderGiven, ...]
    keep_change: bool = False
    change_account: str = ""
    """Account that gets kept change; "" for the visit's first."""
    paid_by: str = ""
    notes: str = ""
    approval: Approval | None = None
    held_notes: frozenset[UUID] = frozenset()
    """Credit notes that the centre holds for this visit."""
    credit_approval: Approval | None = None
    """A supervisor's yes to credit that the centre could not be asked about."""
    paper: PaperReceipt | None = None
    """Where the payer got a receipt written by hand before."""

    @property
    def credit(self) -> tuple[TenderGiven, ...]:
        """The tenders that spend credit notes."""
        return tuple(tender for tender in self.tenders if tender.credit_note_id is not None)

    @property
    def notes_spent(self) -> tuple[tuple[UUID, int], ...]:
        """The credit notes it spends, and how much of each in minor units."""
        spent = ((one.credit_note_id, one.amount_minor) for one in self.tenders)
        return tuple((note_id, minor) for note_id, minor in spent if note_id is not None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a visit cannot be taken yet: a sentence, and the widget it stands beside."""

    field: str
    message: str
    needs_approval: bool = False
    early: bool = False
    """Whether it is told as soon as it is keyed, and not only on Enter."""
    account_number: str = ""
    """The account of the visit it is about; "" for the visit as a whole."""


class Purpose(StrEnum):
    """What a part of a tender is for."""

    CHARGE = "charge"
    EXTRA = "extra"
    KEPT_CHANGE = "kept_change"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class SettledPart:
    """The part of one tender that pays one share, one overpayment, or the rounding."""

    tender: int
    """Index into the request's tenders."""
    purpose: Purpose
    account_number: str
    """"" for rounding, which belongs to nobody."""
    charge_id: UUID | None
    """The charge, where the purpose is one."""
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Credit:
    """Credit that arises for one account: one note for its extra and its kept change."""

    account: AccountRef
    extra_minor: int
    kept_change_minor: int

    @property
    def amount_minor(self) -> int:
        """What the credit note will be worth."""
        return self.extra_minor + self.kept_change_minor


@dataclass(frozen=True, slots=True)
class VisitResult:
    """What a visit comes to. tendered - change = shares + credits + rounding, to the cent."""

    to_pay_minor: int
    """Shares plus extras, before rounding and kept change."""
    tendered_minor: int
    credit_used_minor: int
    """The part of what is tendered that is credit notes."""
    change_minor: int
    change_of: tuple[int, ...]
    """The part of the change that each tender gives back, in the order of the request."""
    rounding_minor: int
    """Added by cash rounding; negative when rounded down."""
    missing_minor: int
    """What the tenders still lack; 0 when the visit is covered."""
    credits: tuple[Credit, ...]
    settled: tuple[SettledPart, ...]
    """Every cent of every tender, less the change; empty while there are problems."""
    problems: tuple[Problem, ...]
    left_of: tuple[int, ...]
    """What each account owes afterwards, in the order of the request's lines."""

    @property
    def paid_minor(self) -> int:
        """What stays here: charges, credit and rounding, once the visit is covered."""
        return self.tendered_minor - self.change_minor

    @property
    def received_minor(self) -> int:
        """What the payer hands over: all that is tendered but credit notes."""
        return self.tendered_minor - self.credit_used_minor

    @property
    def left_minor(self) -> int:
        """What the visit's accounts owe afterwards together."""
        return sum(self.left_of)

    @property
    def credit_minor(self) -> int:
        """What all credit notes of the visit will be worth together."""
        return sum(credit.amount_minor for credit in self.credits)
