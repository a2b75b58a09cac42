"""What was taken: the answer to Confirm, and the same answer found again later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from counterdesk.core.documents import Document, document_from_json
from counterdesk.models.base import LedgerBase, table_of
from counterdesk.models.ledger import (
    CreditNote,
    Event,
    Overpayment,
    Payment,
    PaymentTransaction,
    PrintJob,
)
from counterdesk.services.moved_facts import came_later
from counterdesk.services.posting import Row, VisitRows
from counterdesk.store.session import ReadSession, RecordedEvent

_transactions, _payments = table_of(PaymentTransaction), table_of(Payment)
_notes, _jobs, _events = table_of(CreditNote), table_of(PrintJob), table_of(Event)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment of a visit."""

    number: str
    type: str
    account_number: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class CreditMade:
    """One credit note that a visit made."""

    number: str
    account_number: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class AccountLeft:
    """What one account of a visit owed afterwards."""

    account_number: str
    left_minor: int


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """A visit that is safely in the database. Amounts in minor units."""

    transaction_id: UUID
    transaction_number: str
    receipt_number: str
    payments: tuple[PaymentLine, ...]
    credit_notes: tuple[CreditMade, ...]
    to_pay_minor: int
    """Charges and extra money, before rounding and kept change."""
    tendered_minor: int
    change_minor: int
    rounding_minor: int
    left: tuple[AccountLeft, ...]
    """What each account of the visit owed afterwards, in the order they were paid."""
    document: Document
    event_seq: int
    event_hash_hex: str
    taken_at_utc: datetime
    business_date: date
    already_saved: bool = False

    @property
    def paid_minor(self) -> int:
        """What stayed here: charges, credit and rounding."""
        return self.tendered_minor - self.change_minor

    @property
    def left_minor(self) -> int:
        """What the visit's accounts owed afterwards together."""
        return sum(account.left_minor for account in self.left)


def taken_from(rows: VisitRows, event: RecordedEvent, document: Document) -> PaymentTaken:
    """Return the answer to a visit that was just written."""
    kept = sum(row["amount_minor"] for row in rows.overpayments if row["kind"] == "kept_change")
    return _taken(
        rows.transaction, rows.payments, rows.credit_notes, kept, event.hash, event.seq, document
    )


def _taken(
    transaction: Row,
    payments: list[Row],
    notes: list[Row],
    kept_minor: int,
    event_hash: bytes,
    event_seq: int,
    document: Document,
    *,
    already_saved: bool = False,
) -> PaymentTaken:
    left = {row["account_number"]: row["left_minor"] for row in payments}
    rounding = transaction["rounding_minor"]
    return PaymentTaken(
        transaction_id=transaction["id"],
        transaction_number=transaction["number"],
        receipt_number=transaction["receipt_number"],
        payments=tuple(
            PaymentLine(row["number"], row["type"], row["account_number"], row["amount_minor"])
            for row in payments
        ),
        credit_notes=tuple(
            CreditMade(row["number"], row["account_number"], row["amount_minor"]) for row in notes
        ),
        to_pay_minor=transaction["due_minor"] - rounding - kept_minor,
        tendered_minor=transaction["tendered_minor"],
        change_minor=transaction["change_minor"],
        rounding_minor=rounding,
        left=tuple(AccountLeft(number, minor) for number, minor in left.items()),
        document=document,
        event_seq=event_seq,
        event_hash_hex=event_hash.hex(),
        taken_at_utc=transaction["taken_at_utc"],
        business_date=transaction["business_date"],
        already_saved=already_saved,
    )


def find_taken(read: ReadSession, transaction_id: UUID) -> PaymentTaken:
    """Return a saved visit as it was answered when it was taken.

    Args:
        read: Any session.
        transaction_id: The id of a transaction of this counter.

    Raises:
        sqlalchemy.exc.NoResultFound: The ledger knows no such transaction.
    """
    transaction = read.execute(
        select(_transactions).where(_transactions.c.id == transaction_id)
    ).mappings().one()  # fmt: skip
    payments = _rows(read, _own_payments(transaction_id), Payment)
    original = read.execute(
        select(_jobs.c.document)
        .where(_jobs.c.transaction_id == transaction_id, _jobs.c.copy_number == 0)
    ).scalar_one()  # fmt: skip
    seq = transaction["event_seq"]
    return _taken(
        dict(transaction),
        payments,
        _rows(read, _own_notes(transaction_id, transaction["event_seq"]), CreditNote),
        _kept(read, [row["id"] for row in payments]),
        read.execute(select(_events.c.hash).where(_events.c.seq == seq)).scalar_one(),
        seq,
        document_from_json(original),
        already_saved=True,
    )


def _own_payments(transaction_id: UUID) -> ColumnElement[bool]:
    """Tell which payments a transaction was taken with, not put on it by a later move."""
    return (_payments.c.transaction_id == transaction_id) & ~came_later()


def _own_notes(transaction_id: UUID, seq: int) -> ColumnElement[bool]:
    return (_notes.c.transaction_id == transaction_id) & (_notes.c.event_seq == seq)


def _rows(read: ReadSession, where: ColumnElement[bool], model: type[LedgerBase]) -> list[Row]:
    table = table_of(model)
    found = read.execute(select(table).where(where).order_by(table.c.id)).mappings()
    return [dict(row) for row in found]


def _kept(read: ReadSession, payment_ids: list[UUID]) -> int:
    over = table_of(Overpayment)
    kept = func.coalesce(func.sum(over.c.amount_minor), 0)
    return int(
        read.execute(
            select(kept).where(over.c.payment_id.in_(payment_ids), over.c.kind == "kept_change")
        ).scalar_one()
    )
