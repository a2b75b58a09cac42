"""What the landing page shows of a month: the figures of its tiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from counterdesk.core.dates import months_later
from counterdesk.core.figures import (
    half_up,
    month_before,
    month_span,
    tenths_of_percent,
)
from counterdesk.core.periods import Period, period_before
from counterdesk.core.permissions import Permission, require
from counterdesk.core.tiles import TileName
from counterdesk.models import ledger, ref
from counterdesk.models.base import table_of
from counterdesk.services.collection import Collection, Received, collection, received
from counterdesk.services.posted import Posted, posted
from counterdesk.store.session import ReadSession

MONTHS_TOLD = 13
"""So far back the centre tells of payments elsewhere."""

_refreshed, _sums = table_of(ref.Refreshed), table_of(ref.PastSum)
_visits = table_of(ledger.PaymentTransaction)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a period, and of the one it is compared with; None where there is none."""

    now: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of a month beside those of the month before, and of today."""

    year: int
    month: int
    first_month: date
    """The first day of the oldest month that anything is known of."""
    told_since: date
    """The first day of which the centre tells what others took."""
    today: date
    before: Period
    """What is compared with: of a month in progress the same days of the one before."""
    before_known: bool
    """Whether the centre tells of those days as a whole: it goes back 13 months."""
    collection: Collection
    collection_before: Collection
    posted: Posted
    posted_before: Posted
    received_today: Received
    received_yesterday: Received
    as_of_utc: datetime | None
    """When the figures of other counters were true at the centre; None if never pulled."""

    @property
    def in_progress(self) -> bool:
        """Whether the month is not over."""
        return (self.year, self.month) == (self.today.year, self.today.month)

    @property
    def told_whole(self) -> bool:
        """Whether the centre tells of the month from its first day on."""
        return date(self.year, self.month, 1) >= self.told_since

    def figure(self, tile: TileName) -> Figure:
        """Return what a tile shows, and what it is compared with."""
        if tile is TileName.RECEIVED_TODAY:
            today, yesterday = self.received_today, self.received_yesterday
            return Figure(today.amount_minor, yesterday.amount_minor)
        before = _figure(tile, self.collection_before, self.posted_before)
        known = before if self.before_known else None
        return Figure(_figure(tile, self.collection, self.posted), known)


def _figure(tile: TileName, paid: Collection, standing: Posted) -> int | None:
    amount = standing.amount_minor
    figures = {
        TileName.COLLECTED: paid.collected_minor,
        TileName.COLLECTION_RATE: paid.rate_tenths,
        TileName.COLLECTION_DAYS: paid.days_tenths,
        TileName.PAYMENTS: standing.payments,
        TileName.AVERAGE_PAYMENT: half_up(amount, standing.payments),
        TileName.GIVEN_BACK: -paid.back_minor,
        TileName.CASH_SHARE: tenths_of_percent(standing.cash_minor, amount),
        TileName.OTHER_CHANNELS: tenths_of_percent(standing.other_minor, amount),
    }
    return figures[tile]


def month_figures(read: ReadSession, year: int, month: int) -> MonthFigures:
    """Return the figures of a month, and of what it is compared with; of today and of yesterday.

    A month that is not over is compared with the same days of the month before. The rate of either
    is of what falls due in the whole month, so that both begin at nothing.

    Raises:
        PermissionRefused: The role does not allow seeing the dashboard.
    """
    require(read.actor, Permission.SEE_DASHBOARD)
    today = read.today()
    first, end = month_span(year, month)
    before = period_before(Period(first, min(end, today) if first <= today else end))
    due_before = month_span(*month_before(year, month))[1]
    as_of_utc = read.execute(select(_refreshed.c.as_of_utc)).scalar()
    yesterday, told_since = today - timedelta(days=1), months_later(today, -MONTHS_TOLD)
    return MonthFigures(
        year=year, month=month, first_month=_first_month(read, today), told_since=told_since,
        today=today, before=before,
        before_known=as_of_utc is None or before.first >= told_since,
        collection=collection(read, first, end),
        collection_before=collection(read, before.first, before.last, due_last=due_before),
        posted=posted(read, first, end),
        posted_before=posted(read, before.first, before.last),
        received_today=received(read, today, today),
        received_yesterday=received(read, yesterday, yesterday),
        as_of_utc=as_of_utc,
    )  # fmt: skip


def _first_month(read: ReadSession, today: date) -> date:
    """Return the oldest month with a payment; the centre tells of none before its 13 months."""
    oldest = today
    for column in (_sums.c.business_date, _visits.c.business_date):
        day: date | None = read.execute(select(func.min(column))).scalar()
        oldest = min(oldest, day or today)
    return oldest.replace(day=1)
