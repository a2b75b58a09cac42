"""A payment of the sample account as the centre tells of it: another counter took it by cheque."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from counterdesk.core.undoing import PaymentTold
from counterdesk.demo.sample import sample_account

VISIT = UUID(int=0xC02)
CHEQUE = UUID(int=0xC02_1)
PAYMENT = sample_account().payments[0].payment_id
RECEIPT = sample_account().payments[0].receipt_number
AMOUNT = sample_account().payments[0].amount_minor


def told_payment(method: str = "cheque") -> PaymentTold:
    """The sample's first bill, settled with one tender at C02."""
    account, charge = sample_account().consumer, sample_account().charges[0]
    return PaymentTold("C02", {
        "transaction": {
            "id": str(VISIT), "number": "TXN-2025-4711", "receipt_number": RECEIPT,
            "shift_id": str(UUID(int=0xC02_5)), "currency": "USD",
        },
        "tenders": [{
            "id": str(CHEQUE), "method": method, "method_name": method.title(), "kind": method,
            "reference": "900900", "credit_note_id": None, "credit_note_number": "",
        }],
        "payments": [{
            "id": str(PAYMENT), "number": "PAY-2025-4711", "type": "Bill",
            "consumer_id": str(account.consumer_id), "account_number": "WU-10001",
            "consumer_name": "John Doe",
        }],
        "allocations": [{
            "id": str(UUID(int=0xC02_3)), "payment_id": str(PAYMENT),
            "charge_id": str(charge.charge_id), "charge_number": charge.number,
        }],
        "overpayments": [], "credit_notes": [],
        "settlements": [{
            "id": str(UUID(int=0xC02_4)), "tender_id": str(CHEQUE),
            "allocation_id": str(UUID(int=0xC02_3)), "overpayment_id": None,
            "amount_minor": AMOUNT,
        }],
    })  # fmt: skip


def undone_there(told: PaymentTold) -> dict[str, Any]:
    """What tells that all of it was undone at the counter that took it."""
    return {"undone": [{"settlement_id": one["id"]} for one in told.taken["settlements"]]}
