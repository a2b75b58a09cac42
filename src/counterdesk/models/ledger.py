"""Tables of `ledger.db`: events, the facts they made, and the counter's own bookkeeping.

Facts are written once and never edited or deleted. What changes (leases, print jobs, attempts,
state) says so in its docstring and is not part of the record an auditor reads.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from counterdesk.models.base import LedgerBase

_ABOUT_VISITS = (
    "receipt.reprinted", "receipt.emailed", "approval.granted", "credit.allowed", "late.allowed",
    "print.moved", "print.given_up", "print.answered",
)  # fmt: skip
_BODY = "cast(body as text)"
_PATHS = ("$.data.transaction_id", "$.data.request_id", "$.data.job_id")
_ABOUT = (
    f"case when kind in ({', '.join(repr(kind) for kind in _ABOUT_VISITS)})"
    f" and json_valid({_BODY})"
    f" then coalesce({', '.join(f'json_extract({_BODY}, {path!r})' for path in _PATHS)}) end"
)


class Event(LedgerBase):
    """One immutable act of this counter; the chain, the audit trail and the outbox in one."""

    __tablename__ = "event"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    kind: Mapped[str]
    body: Mapped[bytes]
    prev_hash: Mapped[bytes]
    hash: Mapped[bytes] = mapped_column(unique=True)
    signature: Mapped[bytes]

    about: Mapped[str | None] = mapped_column(Computed(_ABOUT, persisted=False))
    """The visit or the print job, of an act that makes no row of its own: read from its bytes."""

    __table_args__ = (Index("ix_event_about", "about", sqlite_where=text("about is not null")),)


class Counter(LedgerBase):
    """Who this till is; one row, written when the counter is set up."""

    __tablename__ = "counter"

    counter_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    office: Mapped[str]
    public_key: Mapped[bytes]
    certificate: Mapped[bytes]


class Credential(LedgerBase):
    """A person who may sign in here, as last told by the centre. Replaced, not a fact.

    `password_hash` and `pin_hash` are HMAC-SHA256(device pepper, argon2id(secret, salt)).
    """

    __tablename__ = "credential"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_salt: Mapped[bytes]
    password_hash: Mapped[bytes]
    pin_salt: Mapped[bytes | None]
    pin_hash: Mapped[bytes | None]
    memory_kib: Mapped[int] = mapped_column(default=65_536)
    """With `passes` and `lanes`, the cost of argon2id that both hashes were made with."""
    passes: Mapped[int] = mapped_column(default=3)
    lanes: Mapped[int] = mapped_column(default=4)
    active: Mapped[bool] = mapped_column(default=True)


class SignInAttempts(LedgerBase):
    """Failed guesses at one login. Mutable: counted before the secret is checked."""

    __tablename__ = "sign_in_attempts"

    login: Mapped[str] = mapped_column(primary_key=True)
    """HMAC-SHA256(device pepper, login) in hex: a password may be typed where the login goes."""
    failed: Mapped[int] = mapped_column(default=0)
    last_failed_at_utc: Mapped[datetime | None]
    last_failed_monotonic_ns: Mapped[int | None]


class Shift(LedgerBase):
    """One cashier at this counter from opening float to counted close."""

    __tablename__ = "shift"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    business_date: Mapped[date]
    opened_at_utc: Mapped[datetime]
    currency: Mapped[str]
    float_minor: Mapped[int]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (CheckConstraint("float_minor >= 0", name="float_not_negative"),)


class ShiftClosed(LedgerBase):
    """The counted end of a shift. A shift without such a row is open.

    The amounts are those of the cash; each method that is counted has a `ShiftMethod`.
    """

    __tablename__ = "shift_closed"

    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift.id"), primary_key=True)
    z_number: Mapped[str] = mapped_column(unique=True)
    count_id: Mapped[UUID] = mapped_column(ForeignKey("drawer_count.id"))
    closed_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    approver_id: Mapped[UUID | None]
    """Who allowed a difference beyond the limit."""
    approver_name: Mapped[str]
    counted_minor: Mapped[int]
    expected_minor: Mapped[int]
    reason: Mapped[str]
    """Why somebody else closed it, or closed it in spite of what was open; else ""."""
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))


class NumberBlock(LedgerBase):
    """A block of numbers leased to this counter. `next` moves on: bookkeeping, not a fact.

    The numbers first..next-1 are used (each stands on a row), next..last are still open.
    """

    __tablename__ = "number_block"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str]
    year: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    next: Mapped[int]

    __table_args__ = (
        CheckConstraint("first <= next and next <= last + 1", name="next_in_block"),
        UniqueConstraint("series", "year", "first"),
    )


class PaymentTransaction(LedgerBase):
    """One visit to the counter. Its id is the request's id: the same visit is saved once.

    due = allocations + overpayments + rounding = tendered - change, all in minor units.
    """

    __tablename__ = "payment_transaction"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    receipt_number: Mapped[str] = mapped_column(unique=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift.id"))
    business_date: Mapped[date]
    taken_at_utc: Mapped[datetime]
    user_id: Mapped[UUID]
    user_name: Mapped[str]
    channel: Mapped[str]
    paid_by: Mapped[str]
    notes: Mapped[str]
    currency: Mapped[str]
    due_minor: Mapped[int]
    tendered_minor: Mapped[int]
    change_minor: Mapped[int]
    rounding_minor: Mapped[int]
    paper_number: Mapped[str] = mapped_column(default="")
    """Number of the receipt that was written by hand and is captured here; else ""."""
    paper_on: Mapped[date | None]
    """The date on that paper."""
    request_hash: Mapped[bytes]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("change_minor >= 0 and tendered_minor > 0", name="amounts"),
        CheckConstraint("tendered_minor - change_minor = due_minor", name="balances"),
        CheckConstraint("(paper_number = '') = (paper_on is null)", name="paper"),
        Index(
            "uq_payment_transaction_paper_number",
            "paper_number",
            unique=True,
            sqlite_where=text("paper_number != ''"),
        ),
        Index("ix_payment_transaction_business_date", "business_date"),
        Index("ix_payment_transaction_shift_id", "shift_id"),
    )


class Payment(LedgerBase):
    """Money for charges of one type of one account; amount = allocations + overpayments."""

    __tablename__ = "payment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("payment_transaction.id"))
    consumer_id: Mapped[UUID]
    account_number: Mapped[str]
    consumer_name: Mapped[str]
    type: Mapped[str]
    amount_minor: Mapped[int]
    left_minor: Mapped[int]
    """What the account owed after the visit, as far as this counter knew."""
    status: Mapped[str] = mapped_column(default="Posted")

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_payment_transaction_id", "transaction_id"),
        Index("ix_payment_consumer_id", "consumer_id"),
    )


class Allocation(LedgerBase):
    """The part of a payment that settles one charge, with the charge as it was seen."""

    __tablename__ = "allocation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"))
    charge_id: Mapped[UUID]
    charge_number: Mapped[str]
    charge_text: Mapped[str]
    charged_on: Mapped[date]
    due_on: Mapped[date]
    billed_minor: Mapped[int]
    outstanding_minor: Mapped[int]
    amount_minor: Mapped[int]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_allocation_payment_id", "payment_id"),
        Index("ix_allocation_charge_id", "charge_id"),
    )


class CreditNote(LedgerBase):
    """Money the utility owes a consumer; what remains is computed from later facts.

    `status` is the one it was made with, Active or Pending approval: it follows what happens to
    the note from then on, see `services.credit_standing`.
    """

    __tablename__ = "credit_note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    """overpayment, manual or transfer."""
    transaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_transaction.id"))
    """None for what did not come from a transaction of this counter."""
    payment_id: Mapped[UUID | None]
    """The payment it is linked to, which may have been taken elsewhere."""
    payment_number: Mapped[str]
    receipt_number: Mapped[str]
    from_note_id: Mapped[UUID | None]
    """The note on the other account, for a transfer."""
    consumer_id: Mapped[UUID]
    account_number: Mapped[str]
    consumer_name: Mapped[str]
    reason: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    status: Mapped[str]
    created_on: Mapped[date]
    created_at_utc: Mapped[datetime]
    created_by: Mapped[str]
    created_by_id: Mapped[UUID]
    approver_id: Mapped[UUID | None]
    """Who approved it as it was made; None if nobody had to, or nobody has yet."""
    approver_name: Mapped[str]
    expires_on: Mapped[date]
    held_until: Mapped[date | None]
    """The first day it can be spent, for the credit of a cheque; None: at once."""
    remarks: Mapped[str]
    event_seq: Mapped[int] = mapped_column(ForeignKey("event.seq"))

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("status in ('Active', 'Pending approval')", name="status"),
        CheckConstraint("approver_id is null or approver_id != created_by_id", name="two_people"),
        Index("ix_credit_note_payment_id", "payment_id"),
        Index("ix_credit_note_consumer_id", "consumer_id"),
        Index("ix_credit_note_transaction_id", "transaction_id"),
        Index("ix_credit_note_created_on", "created_on"),
    )


class Overpayment(LedgerBase):
    """Money known at the counter to be over, with the credit note it became."""

    __tablename__ = "overpayment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"))
    credit_note_id: Mapped[UUID] = mapped_column(ForeignKey("credit_note.id"))
    kind: Mapped[str]
    """"extra" for an amount keyed above what is due, "kept_change" for change kept."""
    amount_minor: Mapped[int]

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_overpayment_payment_id", "payment_id"),
    )


class Tender(LedgerBase):
    """How money came. `amount_minor` is what was handed over, change not yet taken off."""

    __tablename__ = "tender"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("payment_transaction.id"))
    position: Mapped[int]
    method: Mapped[str]
    method_name: Mapped[str]
    kind: Mapped[str]
    amount_minor: Mapped[int]
    change_minor: Mapped[int]
    reference: Mapped[str]
    card_last_four: Mapped[str]
    cheque_bank: Mapped[str]
    cheque_dated_on: Mapped[date | None]
    credit_note_id: Mapped[UUID | None]
    """The note that a tender of the kind credit spends, of this counter or another."""
    credit_note_number: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("(kind = 'credit') = (credit_note_id is not null)", name="credit"),
        Index("ix_tender_credit_note_id", "credit_note_id"),
        CheckConstraint("change_minor >= 0 and change_minor <= amount_minor", name="change"),
        Index("ix_tender_transaction_id", "transaction_id"),
    )


class Settlement(LedgerBase):
    """The part of one tender that pays one allocation, one overpayment or the rounding.

    Rounding may be negative: the cash part was rounded down.
    """

    __tablename__ = "settlement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"))
    allocation_id: Mapped[UUID | None] = mapped_column(ForeignKey("allocation.id"))
    overpayment_id: Mapped[UUID | None] = mapped_column(ForeignKey("overpayment.id"))
    amount_minor: Mapped[int]

    __table_args__ = (
        CheckConstraint("allocation_id is null or overpayment_id is null", name="one_purpose"),
        CheckConstraint("amount_minor != 0", name="amount_not_zero"),
        Index("ix_settlement_tender_id", "tender_id"),
    )


class PrintJob(LedgerBase):
    """A frozen document on its way to paper, or to a mailbox. State moves: bookkeeping, not a fact.

    States: queued, sending, printed, sent, blocked, held, unknown, failed, cancelled.
    """

    __tablename__ = "print_job"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    transaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_transaction.id"))
    document: Mapped[str]
    """The frozen document as JSON, see `core.documents`."""
    mail_to: Mapped[str]
    """The address it is emailed to; "" for paper."""
    copy_number: Mapped[int]
    """0 for the original, then 1, 2, 3 ...; emails to one address are counted apart, from 1."""
    printer_id: Mapped[UUID | None]
    """The printer it was moved to, or was begun on; None: the one that its kind is assigned to."""
    state: Mapped[str]
    detail: Mapped[str]
    attempts: Mapped[int]
    created_at_utc: Mapped[datetime]
    changed_at_utc: Mapped[datetime]

    __table_args__ = (
        Index("ix_print_job_created_at_utc", "created_at_utc", "id"),
        Index("ix_print_job_state", "state"),
        Index("ix_print_job_transaction_id", "transaction_id"),
        UniqueConstraint("transaction_id", "mail_to", "copy_number"),
    )


class Draft(LedgerBase):
    """A visit that reached Review and is not saved yet, so that a crash can be explained.

    One row at most. Deleted by the commit that saves the visit, or when it is abandoned.
    """

    __tablename__ = "draft"

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    body: Mapped[str]
    """What the cashier saw, as JSON: account, consumer name, total, tenders."""
    saved_at_utc: Mapped[datetime]


class State(LedgerBase):
    """Small things this counter remembers, by name. Mutable."""

    __tablename__ = "state"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
