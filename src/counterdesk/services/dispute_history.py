"""What was said of a payment, as a part of its history: who doubted it, and how that came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import bindparam, select, union_all

from counterdesk.core.disputes import Dispute
from counterdesk.models.base import table_of
from counterdesk.models.disputes import DisputeClosed, DisputeRaised
from counterdesk.services.payment_history import PaymentEvent
from counterdesk.store.session import ReadSession

_raised, _closed = table_of(DisputeRaised), table_of(DisputeClosed)
_acts_here = union_all(
    select(
        _raised.c.id.label("dispute_id"), _raised.c.raised_at_utc.label("at_utc"),
        _raised.c.event_seq,
    ).where(_raised.c.payment_id == bindparam("payment")),
    select(_closed.c.dispute_id, _closed.c.closed_at_utc, _closed.c.event_seq).where(
        _closed.c.payment_id == bindparam("payment")
    ),
)  # fmt: skip


def dispute_history(
    read: ReadSession, payment_id: UUID, disputes: Iterable[Dispute]
) -> Iterator[PaymentEvent]:
    """Yield what happened to the disputes of a payment, wherever it did."""
    acts = read.execute(_acts_here, {"payment": payment_id})
    here = {(row.dispute_id, row.at_utc): row.event_seq for row in acts}
    for one in disputes:
        yield PaymentEvent(
            "dispute.raised", one.raised_at_utc, one.raised_by, detail=one.number,
            amount_minor=one.amount_minor, seq=here.get((one.id, one.raised_at_utc)),
            counter="" if one.counter == read.counter.code else one.counter,
        )  # fmt: skip
        if one.closing is not None:
            at_utc = one.closing.closed_at_utc
            yield PaymentEvent(
                f"dispute.{one.closing.outcome}", at_utc, one.closing.closed_by, detail=one.number,
                seq=here.get((one.id, at_utc)),
            )  # fmt: skip
