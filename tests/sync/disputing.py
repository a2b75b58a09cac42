"""Disputes as tills write them, of payments that other tests wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from tests.sync.written import Event

DAY = datetime.now(UTC).date().isoformat()
"""Closed disputes of more than 13 months ago are told to nobody."""

BOSS = UUID(int=0x0B0)
"""A supervisor, once the centre knows so."""

_fresh = count(1)


def raised(taken: Event, **more: Any) -> Event:
    """Return a dispute of the first payment of a visit, but for what is said otherwise."""
    visit, paid = taken["data"]["transaction"], taken["data"]["payments"][0]
    return _event("dispute.raised", {
        "id": str(uuid4()), "number": f"DSP-T-{next(_fresh)}", "payment_id": paid["id"],
        "payment_number": paid["number"], "receipt_number": visit["receipt_number"],
        "consumer_id": paid["consumer_id"], "account_number": paid["account_number"],
        "consumer_name": paid["consumer_name"], "payment_amount_minor": paid["amount_minor"],
        "payment_on": visit["business_date"], "category": "duplicate",
        "amount_minor": paid["amount_minor"], "currency": "USD", "words": "It was paid twice.",
        "business_date": DAY, "raised_at_utc": f"{DAY}T10:00:00Z", "user_id": str(uuid4()),
        "user_name": "Jane",
    } | more)  # fmt: skip


def closed(dispute: Event, **more: Any) -> Event:
    """Return the closing of a dispute by a supervisor, but for what is said otherwise."""
    told = dispute["data"]
    return _event("dispute.closed", {
        "id": str(uuid4()), "dispute_id": told["id"], "number": told["number"],
        "payment_id": told["payment_id"], "consumer_id": told["consumer_id"],
        "outcome": "refunded", "words": "Given back in cash.", "business_date": DAY,
        "closed_at_utc": f"{DAY}T11:00:00Z", "user_id": str(BOSS), "user_name": "Sam",
    } | more)  # fmt: skip


def _event(kind: str, data: dict[str, Any]) -> Event:
    totals = {"currency": "USD", "cash_delta_minor": 0, "tenders": {}}
    return {"v": 1, "kind": kind, "business_date": DAY, "data": data, "totals": totals}
