"""What the landing page shows of a month: its four figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from counterdesk.core.figures import month_before, month_span
from counterdesk.core.permissions import Permission, require
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.services.collection import Received, collection, received
from counterdesk.store.session import ReadSession

_refreshed = table_of(ref.Refreshed)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The four tiles of a month, each with what it is compared with."""

    year: int
    month: int
    collected_minor: int
    collected_before_minor: int
    today: Received
    yesterday: Received
    rate_tenths: int | None
    """Collection rate in tenths of a percent; None where nothing fell due."""
    rate_before_tenths: int | None
    days_tenths: int | None
    """Mean days from charge to payment, in tenths; None without payments of this counter."""
    days_before_tenths: int | None
    as_of_utc: datetime | None
    """When the figures of other counters were true at the centre; None if never pulled."""


def month_figures(read: ReadSession, year: int, month: int) -> MonthFigures:
    """Return the figures of a month and of the month before; of today and of yesterday.

    Raises:
        PermissionRefused: The role does not allow seeing the dashboard.
    """
    require(read.actor, Permission.SEE_DASHBOARD)
    days, days_before = month_span(year, month), month_span(*month_before(year, month))
    chosen, before = collection(read, *days), collection(read, *days_before)
    today = read.today()
    yesterday = today - timedelta(days=1)
    return MonthFigures(
        year=year,
        month=month,
        collected_minor=chosen.collected_minor,
        collected_before_minor=before.collected_minor,
        today=received(read, today, today),
        yesterday=received(read, yesterday, yesterday),
        rate_tenths=chosen.rate_tenths,
        rate_before_tenths=before.rate_tenths,
        days_tenths=chosen.days_tenths,
        days_before_tenths=before.days_tenths,
        as_of_utc=read.execute(select(_refreshed.c.as_of_utc)).scalar(),
    )
