"""A payment of the sample account that somebody doubts."""

from __future__ import annotations

from uuid import UUID, uuid4

from counterdesk.core.disputes import Category
from counterdesk.services.disputes import RaiseRequest

SAID = "I was charged twice."


def doubt(payment_id: UUID, amount_minor: int = 14_550) -> RaiseRequest:
    """Return what a cashier asks for, each time another dispute."""
    return RaiseRequest(uuid4(), payment_id, Category.DUPLICATE, amount_minor, SAID)
