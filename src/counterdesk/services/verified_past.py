"""Whether the sums that charts are made of are those of the payments that the centre told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Integer, cast, func, or_, select

from counterdesk.core.i18n import _
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.services.verified_chain import Checked
from counterdesk.store.session import ReadSession

_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)
_steps = table_of(ref.AmountSum)
_ALIKE = ("business_date", "status", "type", "channel", "method", "counter", "cashier")
_ADDED = ("amount_minor", "collected_minor", "settled_minor", "settled_days", "settled_parts")

_kept = select(
    _sums.c.sum_id, _sums.c.business_date, _sums.c.payments, *(_sums.c[name] for name in _ADDED),
).where(or_(_sums.c.payments != 0, *(_sums.c[name] != 0 for name in _ADDED)))  # fmt: skip
_strange = or_(*(_past.c[name].is_distinct_from(_sums.c[name]) for name in _ALIKE))
_told = (
    # By the index of sums, one after the other: a million need no room to be sorted in.
    select(
        _past.c.sum_id, func.min(_past.c.business_date), func.count(),
        *(func.sum(func.coalesce(_past.c[name], _past.c.amount_minor)) for name in _ADDED),
        func.sum(cast(_strange, Integer)),
    )
    .outerjoin(_sums, _sums.c.sum_id == _past.c.sum_id)
    .group_by(_past.c.sum_id)
)  # fmt: skip

_kept_steps = select(_steps.c.step, _steps.c.payments, _steps.c.amount_minor).where(
    or_(_steps.c.payments != 0, _steps.c.amount_minor != 0)
)
_step = _past.c.amount_minor // ref.AMOUNT_STEP
_told_steps = select(_step, func.count(), func.sum(_past.c.amount_minor)).group_by(_step)


def past_findings(read: ReadSession) -> Checked:
    """Compare every sum of past payments with the payments it is the sum of."""
    kept = {tuple(row) for row in read.execute(_kept)}
    told, strangers = set(), set()
    for sum_id, day, *figures, strange in map(tuple, read.execute(_told)):
        told.add((sum_id, day, *figures))
        if strange:
            strangers.add(day)
    days = {row[1] for row in kept ^ told} | strangers
    return Checked(len(kept), (*_differences(days), *_step_differences(read)))


def _step_differences(read: ReadSession) -> Iterator[str]:
    kept, told = ({tuple(row) for row in read.execute(one)} for one in (_kept_steps, _told_steps))
    if kept != told:
        yield _("Payments told by the centre: the sums of their amounts are not theirs.")


def _differences(days: set[date]) -> Iterator[str]:
    for day in sorted(days):
        text = _("Payments told by the centre: the sums of {day} are not those of its payments.")
        yield text.format(day=day.isoformat())
