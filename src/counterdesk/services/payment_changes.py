"""Payments of other counters that were undone here, until the centre tells it.

They are few. Each is what it is here in the list's column, for its filters and for its order.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import exists, func, select

from counterdesk.models import ref, undoing
from counterdesk.models.base import table_of
from counterdesk.models.own_lines import OWN_LINES
from counterdesk.services.payment_filters import (
    PaymentFilter,
    amount_within,
    chosen_by,
    days_within,
    of_consumer,
)
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.told_lines import told_lines
from counterdesk.services.undone import undone_statuses
from counterdesk.store.session import ReadSession

_undone, _past = table_of(undoing.UndoneSettlement), table_of(ref.PastPayment)
_THEIRS = (
    select(_undone.c.payment_id)
    .where(
        _undone.c.payment_id.is_not(None),
        ~exists().where(OWN_LINES.c.payment_id == _undone.c.payment_id),
    )
    .distinct()
)


def changed_here(read: ReadSession) -> dict[UUID, str]:
    """Return the statuses of other counters' payments that the centre does not know yet."""
    ids = list(read.execute(_THEIRS).scalars())
    if not ids:
        return {}
    now = undone_statuses(read, ids)
    told = read.execute(
        select(_past.c.payment_id, _past.c.status).where(
            _past.c.payment_id.in_(list(now)), _past.c.counter != read.counter.code
        )
    )
    return {
        row.payment_id: now[row.payment_id] for row in told if row.status != now[row.payment_id]
    }


def changed_lines(
    read: ReadSession, changed: dict[UUID, str], wanted: PaymentFilter
) -> tuple[PaymentLine, ...]:
    """Return those that a filter lets through as they are now; searching is left out."""
    if not changed:
        return ()
    but_status = replace(wanted, status=())
    query = select(_past.c.payment_id).where(
        _past.c.payment_id.in_(list(changed)), *days_within(_past.c.business_date, wanted),
        *chosen_by(_past.c, but_status), *amount_within(_past.c.amount_minor, wanted),
        *of_consumer(_past.c.consumer_id, wanted),
    )  # fmt: skip
    lines = told_lines(read, list(read.execute(query).scalars()))
    now = (replace(line, status=changed[line.payment_id]) for line in lines)
    return tuple(line for line in now if not wanted.status or line.status in wanted.status)


def changed_sum(
    read: ReadSession, changed: dict[UUID, str], wanted: PaymentFilter
) -> tuple[int, int]:
    """Return by how much a number and an amount differ from what the centre told."""
    lines = changed_lines(read, changed, wanted)
    query = select(func.count(), func.coalesce(func.sum(_past.c.amount_minor), 0)).where(
        _past.c.payment_id.in_(list(changed)), *days_within(_past.c.business_date, wanted),
        *chosen_by(_past.c, wanted), *amount_within(_past.c.amount_minor, wanted),
        *of_consumer(_past.c.consumer_id, wanted),
    )  # fmt: skip
    count, amount_minor = tuple(read.execute(query).one())
    return len(lines) - count, sum(line.amount_minor for line in lines) - amount_minor
