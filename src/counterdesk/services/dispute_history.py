"""The disputes of a payment as part of what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.disputes import Dispute
from counterdesk.models.base import table_of
from counterdesk.models.disputes import DisputeClosed, DisputeRaised
from counterdesk.services.payment_history import PaymentEvent
from counterdesk.store.session import ReadSession

_raised, _closed = table_of(DisputeRaised), table_of(DisputeClosed)


def dispute_events(
    read: ReadSession, payment_id: UUID, disputes: Iterable[Dispute]
) -> Iterator[PaymentEvent]:
    """Yield how a payment was disputed, and how that came out; acts of this counter by their seq.

    Args:
        read: A snapshot.
        payment_id: Whose history it is.
        disputes: All that are known of it.
    """
    here = select(_raised.c.id, _raised.c.event_seq).where(_raised.c.payment_id == payment_id)
    seqs = {row.id: row.event_seq for row in read.execute(here)}
    closed_here = read.execute(select(_closed).where(_closed.c.payment_id == payment_id)).all()
    for row in closed_here:
        yield PaymentEvent(
            f"dispute.{row.outcome}", row.closed_at_utc, row.user_name, detail=row.number,
            seq=row.event_seq,
        )  # fmt: skip
    known = {(row.dispute_id, row.closed_at_utc) for row in closed_here}
    for one in disputes:
        seq = seqs.get(one.id)
        yield PaymentEvent(
            "dispute.raised", one.raised_at_utc, one.raised_by, detail=one.number,
            amount_minor=one.amount_minor, seq=seq, counter="" if seq else one.counter,
        )  # fmt: skip
        closing = one.closing
        if closing is not None and (one.id, closing.closed_at_utc) not in known:
            yield PaymentEvent(
                f"dispute.{closing.outcome}", closing.closed_at_utc, closing.closed_by,
                detail=one.number,
            )  # fmt: skip
