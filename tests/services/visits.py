"""Visits written straight into the ledger, on any date, for the figures and lists over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from counterdesk.models.base import LedgerBase, table_of
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Payment,
    PaymentTransaction,
    Settlement,
    Tender,
)
from counterdesk.store.session import Session

TODAY = date(2025, 4, 20)
CONSUMER = UUID(int=1)


@dataclass(frozen=True)
class Given:
    """A tender of a visit."""

    amount: int
    change: int = 0
    kind: str = "cash"
    name: str = "Cash"


class Visits:
    """Writes visits the way `take_payment` leaves them, on any date."""

    def __init__(self, session: Session, shift_id: UUID) -> None:
        self.session = session
        self.shift_id = shift_id
        self.count = 0

    def add(
        self,
        *given: Given,
        on: date = TODAY,
        charged: date = TODAY,
        name: str = "John Doe",
        payment_id: UUID | None = None,
        left: int = 0,
    ) -> UUID:
        """Write one visit with one payment of one charge; return the payment's id."""
        self.count += 1
        seq = self.session.record("test.visit", {}).seq
        visit, payment, total = (
            uuid4(),
            payment_id or self.session.new_id(),
            sum(g.amount - g.change for g in given),
        )
        self._insert(PaymentTransaction, self._visit(visit, given, on, seq))
        self._insert(Payment, {
            "id": payment, "number": f"PAY-{self.count}", "transaction_id": visit,
            "consumer_id": CONSUMER, "account_number": "WU-10001", "consumer_name": name,
            "type": "Bill", "amount_minor": total, "left_minor": left,
            "status": "Posted",
        })  # fmt: skip
        allocation = uuid4()
        self._insert(Allocation, {
            "id": allocation, "payment_id": payment, "charge_id": uuid4(), "charge_number": "INV-1",
            "charge_text": "", "charged_on": charged, "due_on": on, "billed_minor": total,
            "outstanding_minor": total, "amount_minor": total, "event_seq": seq,
        })  # fmt: skip
        for position, tender in enumerate(given):
            tender_id = uuid4()
            self._insert(Tender, {
                "id": tender_id, "transaction_id": visit, "position": position,
                "method": tender.kind, "method_name": tender.name, "kind": tender.kind,
                "amount_minor": tender.amount, "change_minor": tender.change, "reference": "",
                "card_last_four": "", "cheque_bank": "", "cheque_dated_on": None,
                "credit_note_id": uuid4() if tender.kind == "credit" else None,
            })  # fmt: skip
            self._settle(tender_id, allocation, tender.amount - tender.change)
        return payment

    def add_credit(self, payment_id: UUID, number: str, amount: int, *, on: date = TODAY) -> UUID:
        """Write a credit note for a payment; return its id."""
        note, session = uuid4(), self.session
        paid = (
            select(PaymentTransaction.id, PaymentTransaction.receipt_number)
            .join(Payment, Payment.transaction_id == PaymentTransaction.id)
            .where(Payment.id == payment_id)
        )
        found = session.execute(paid).one()
        visit, receipt = found.id, found.receipt_number
        self._insert(CreditNote, {
            "id": note, "number": number, "source": "overpayment", "transaction_id": visit,
            "payment_id": payment_id, "payment_number": "", "receipt_number": receipt,
            "consumer_id": CONSUMER, "account_number": "WU-10001", "consumer_name": "John Doe",
            "reason": "Overpayment", "amount_minor": amount, "currency": "USD",
            "status": "Active", "created_on": on, "created_at_utc": session.clock.now_utc(),
            "created_by": "Jane Smith", "created_by_id": UUID(int=7), "approver_name": "",
            "expires_on": on, "remarks": "",
            "event_seq": session.head.seq,
        })  # fmt: skip
        return note

    def _settle(self, tender_id: UUID, allocation_id: UUID, minor: int) -> None:
        if minor:
            self._insert(Settlement, {
                "id": uuid4(), "tender_id": tender_id, "allocation_id": allocation_id,
                "overpayment_id": None, "amount_minor": minor,
            })  # fmt: skip

    def _visit(self, visit: UUID, given: tuple[Given, ...], on: date, seq: int) -> dict[str, Any]:
        tendered, change = sum(g.amount for g in given), sum(g.change for g in given)
        return {
            "id": visit, "number": f"TXN-{self.count}", "receipt_number": f"R-{5000 + self.count}",
            "shift_id": self.shift_id, "business_date": on,
            "taken_at_utc": self.session.clock.now_utc(), "user_id": uuid4(),
            "user_name": "Jane Smith", "channel": "Walk-in", "paid_by": "", "notes": "",
            "currency": "USD", "due_minor": tendered - change, "tendered_minor": tendered,
            "change_minor": change, "rounding_minor": 0, "request_hash": b"", "event_seq": seq,
        }  # fmt: skip

    def _insert(self, model: type[LedgerBase], row: dict[str, Any]) -> None:
        """Write a row; columns that these tests don't look at are empty."""
        blank = {
            column.name: column.type.python_type()
            for column in table_of(model).columns
            if not column.nullable and column.name not in row and column.default is None
        }
        self.session.execute(insert(model), {**blank, **row})
