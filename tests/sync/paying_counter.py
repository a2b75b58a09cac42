"""A counter without a till: it pushes the plainest of payments, one bill in cash."""

from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

import psycopg

from tests.sync.centres import CounterLogin
from tests.sync.pushing import Chain, push

DAY = "2025-04-20"


class PayingCounter:
    """The history of one counter, on a connection of its own."""

    def __init__(self, login: CounterLogin) -> None:
        self._code = login.code
        self._chain = Chain(login.counter_id)
        self._connection = psycopg.connect(login.conninfo, autocommit=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._connection.close()

    def pay(self, charge: Any, amount_minor: int) -> dict[str, Any]:
        """Pay a part of a charge, given as (charge id, consumer id, kind, its number)."""
        return self.push(payment_of(charge, amount_minor, self._code))

    def push(self, event: dict[str, Any]) -> dict[str, Any]:
        """Add an event to the history and push it."""
        return push(self._connection, [self._chain.add(event)])


def payment_of(charge: Any, amount_minor: int, code: str) -> dict[str, Any]:
    """Return the event of a payment that `PayingCounter` pushes."""
    charge_id, consumer_id, kind, number = charge
    visit, payment, allocation, tender = (uuid4() for _ in range(4))
    return {
        "v": 1, "kind": "payment.taken", "business_date": DAY,
        "totals": {"currency": "USD", "cash_delta_minor": amount_minor,
                   "tenders": {"cash": amount_minor}},
        "data": {
            "transaction": {
                "id": visit, "number": f"T-{visit}", "receipt_number": f"R-{visit}",
                "shift_id": uuid4(), "business_date": DAY, "taken_at_utc": f"{DAY}T10:00:00Z",
                "user_id": uuid4(), "user_name": code, "channel": "Walk-in", "paid_by": "",
                "notes": "", "currency": "USD", "due_minor": amount_minor,
                "tendered_minor": amount_minor, "change_minor": 0, "rounding_minor": 0,
            },
            "payments": [{
                "id": payment, "transaction_id": visit, "number": f"P-{visit}",
                "consumer_id": consumer_id, "account_number": "", "consumer_name": "", "type": kind,
                "amount_minor": amount_minor, "status": "Posted",
            }],
            "allocations": [{"id": allocation, "payment_id": payment, "charge_id": charge_id,
                             "charge_number": number, "amount_minor": amount_minor}],
            "tenders": [{
                "id": tender, "transaction_id": visit, "position": 1, "method": "cash",
                "method_name": "Cash", "kind": "cash",
                "amount_minor": amount_minor, "change_minor": 0, "reference": "",
                "card_last_four": "", "cheque_bank": "", "cheque_dated_on": None,
            }],
            "settlements": [{"id": uuid4(), "tender_id": tender, "allocation_id": allocation,
                             "overpayment_id": None, "amount_minor": amount_minor}],
            "overpayments": [], "credit_notes": [],
        },
    }  # fmt: skip
