"""Whether what is kept day by day, due and visits, is that of the charges and the payments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, cast, distinct, false, func, or_, select

from counterdesk.core.i18n import _
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.services.payment_filters import counts
from counterdesk.services.verified_chain import Checked
from counterdesk.store.session import ReadSession

_charges, _due = table_of(ref.Charge), table_of(ref.DueSum)
_past, _visits = table_of(ref.PastPayment), table_of(ref.VisitSum)

_kept_due = select(_due.c.due_on, _due.c.charges, _due.c.amount_minor).where(
    or_(_due.c.charges != 0, _due.c.amount_minor != 0)
)
_told_due = (
    select(_charges.c.due_on, func.count(), func.sum(_charges.c.amount_minor))
    .where(_charges.c.replaced_by_plan == false())
    .group_by(_charges.c.due_on)
)
_kept_visits = select(_visits.c.business_date, _visits.c.counter, _visits.c.visits).where(
    _visits.c.visits != 0
)
_receipts = func.count(distinct(func.nullif(_past.c.receipt_number, "")))
_without = func.sum(cast(_past.c.receipt_number == "", Integer))
# The day's plus hides its index, by which a million rows are fetched one by one.
_told_visits = (
    select(func.min(_past.c.business_date), _past.c.counter, _receipts + _without)
    .where(counts(_past.c.status), _past.c.status != "Voided")
    .group_by(_past.c.business_date.op("||")(""), _past.c.counter)
)


def due_findings(read: ReadSession) -> Checked:
    """Compare what is kept of each day that something falls due on with its charges."""
    return _compared(
        read, _kept_due, _told_due,
        _("Charges told by the centre: what falls due on {day} is not the sum of its charges."),
    )  # fmt: skip


def visit_findings(read: ReadSession) -> Checked:
    """Compare the visits that are kept of each day and counter with the payments told."""
    return _compared(
        read, _kept_visits, _told_visits,
        _("Payments told by the centre: the visits of {day} are not those of its payments."),
    )  # fmt: skip


def _compared(read: ReadSession, kept: Select[Any], told: Select[Any], text: str) -> Checked:
    counted, true = ({tuple(row) for row in read.execute(query)} for query in (kept, told))
    return Checked(len(counted), tuple(_differences({row[0] for row in counted ^ true}, text)))


def _differences(days: set[date], text: str) -> Iterator[str]:
    for day in sorted(days):
        yield text.format(day=day.isoformat())
