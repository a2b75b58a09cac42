"""What other counters' payments come to, of whatever a filter lets through: exactly.

Sums are kept of what payments are alike in (decision 018), and of about how much they are. Where
both are asked for, payments are added up one by one, by an index that holds nothing else: those
that are wanted, or those that are not, whichever are fewer.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, select

from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.services.payment_filters import (
    PaymentFilter,
    amount_within,
    of_consumer,
    sum_conditions,
)
from counterdesk.services.told_lines import PLAIN, wanted_among
from counterdesk.store.session import ReadSession

_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)
_steps, _STEP = table_of(ref.AmountSum), ref.AMOUNT_STEP
_amount = _past.c.amount_minor

NumberAndAmount = tuple[int, int]


def sum_told(read: ReadSession, wanted: PaymentFilter) -> NumberAndAmount:
    """Return the number and the amount of what a filter lets through; searching is left out."""
    if wanted.consumer_id is not None:
        return _one_by_one(
            read, *of_consumer(_past.c.consumer_id, wanted), *wanted_among(read, wanted, PLAIN)
        )
    if not wanted.bounds_amount:
        return _kept(read, _sums.c, *sum_conditions(read, wanted))
    let_through = and_(*sum_conditions(read, wanted))
    if _is_narrow(read, let_through):
        return _of_sums(read, wanted, let_through)
    # All but a few: quicker than to ask of each whether it is wanted.
    count, amount_minor = _of_sums(read, wanted, not_(let_through))
    every_count, every_minor = _between(read, wanted)
    return every_count - count, every_minor - amount_minor


def _is_narrow(read: ReadSession, let_through: ColumnElement[bool]) -> bool:
    query = select(func.count().filter(let_through), func.count()).select_from(_sums)
    wanted, there = _two(read.execute(query).one())
    return 2 * wanted <= there


def _of_sums(
    read: ReadSession, wanted: PaymentFilter, which: ColumnElement[bool]
) -> NumberAndAmount:
    alike = _past.c.sum_id.in_(select(_sums.c.sum_id).where(which))
    return _one_by_one(read, alike, *amount_within(_amount, wanted))


def _between(read: ReadSession, wanted: PaymentFilter) -> NumberAndAmount:
    """Add up all that have such an amount: by whole steps, and one by one what is beside them."""
    least, most = wanted.least_minor, wanted.most_minor
    first = None if least is None else -(-least // _STEP)
    last = None if most is None else (most + 1) // _STEP - 1
    if first is not None and last is not None and first > last:
        return _one_by_one(read, *amount_within(_amount, wanted))
    parts = [_of_steps(read, first, last)]
    if first is not None:
        parts.append(_one_by_one(read, _amount >= least, _amount < first * _STEP))
    if last is not None:
        parts.append(_one_by_one(read, _amount >= (last + 1) * _STEP, _amount <= most))
    return sum(one[0] for one in parts), sum(one[1] for one in parts)


def _of_steps(read: ReadSession, first: int | None, last: int | None) -> NumberAndAmount:
    within = [] if first is None else [_steps.c.step >= first]
    return _kept(read, _steps.c, *within, *([] if last is None else [_steps.c.step <= last]))


def _kept(read: ReadSession, kept: Any, *which: ColumnElement[bool]) -> NumberAndAmount:
    sums = (func.coalesce(func.sum(one), 0) for one in (kept.payments, kept.amount_minor))
    return _two(read.execute(select(*sums).where(*which)).one())


def _one_by_one(read: ReadSession, *which: ColumnElement[bool]) -> NumberAndAmount:
    query = select(func.count(), func.coalesce(func.sum(_amount), 0)).select_from(_past)
    return _two(read.execute(query.where(*which)).one())


def _two(row: Any) -> NumberAndAmount:
    count, amount_minor = row
    return count, amount_minor
