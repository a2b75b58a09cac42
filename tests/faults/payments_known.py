"""The payments of a consumer that a counter knows: those it took, and those it was told of."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, union

from counterdesk.models.base import table_of
from counterdesk.models.ledger import Payment
from counterdesk.models.ref import PastPayment
from counterdesk.store.session import ReadSession

_own, _told = table_of(Payment), table_of(PastPayment)


def payments_known(read: ReadSession, consumer_id: UUID) -> list[tuple[UUID, int]]:
    """Return their ids and amounts, in the order of their numbers: a seed is a run."""
    own = select(_own.c.number, _own.c.id, _own.c.amount_minor)
    told = select(_told.c.payment_number, _told.c.payment_id, _told.c.amount_minor)
    either = union(
        own.where(_own.c.consumer_id == consumer_id), told.where(_told.c.consumer_id == consumer_id)
    )
    rows = read.execute(either.order_by(_own.c.number))
    return [(row.id, row.amount_minor) for row in rows]
