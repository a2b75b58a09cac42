"""All that a counter shows of some days: tiles, charts, lists and details, held together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from counterdesk.core.periods import Period, period_before
from counterdesk.services.analytics import Analytics, Breakdown, Figures, analytics
from counterdesk.services.collection import Collection, Received, collection, received
from counterdesk.services.given_back import BackLine, backs_page
from counterdesk.services.payment_details import payment_details
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import PaymentLine, payments_page, payments_sum
from counterdesk.services.posted import Posted, posted
from counterdesk.store.session import ReadSession

_MANY = 100_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What must be the same at every counter that has heard of everything."""

    collection: Collection
    posted: Posted
    total: Figures
    days: tuple[tuple[Figures, Received], ...]
    bars: Mapping[Breakdown, Mapping[str, Figures]]
    lines: tuple[PaymentLine, ...]
    backs: tuple[BackLine, ...]


def shown(read: ReadSession, period: Period) -> Shown:
    """Return what a counter shows of a period, after its parts were held against each other."""
    charts = analytics(read, period, period_before(period))
    tile = collection(read, period.first, period.last)
    days = tuple(
        (one.now, received(read, one.period.first, one.period.last)) for one in charts.trend
    )
    for now, came in days:
        assert now.collected_minor == came.amount_minor
    assert tile.collected_minor == charts.total.collected_minor
    assert tile.back_minor == charts.total.back_minor
    standing = posted(read, period.first, period.last)
    chosen = PaymentFilter(first=period.first, last=period.last, status=("Posted",))
    assert _added(read, chosen) == (standing.payments, standing.amount_minor)
    bars = {by: {bar.name: bar.now for bar in found} for by, found in charts.bars.items()}
    _hold_bars(read, charts, bars)
    backs = backs_page(read, PaymentFilter(first=period.first, last=period.last), most=_MANY)
    return Shown(tile, standing, charts.total, days, bars, _lines(read, period), backs.lines)


def _hold_bars(
    read: ReadSession, charts: Analytics, bars: Mapping[Breakdown, Mapping[str, Figures]]
) -> None:
    """Behind each bar lie the payments that it counts, and the bars are the whole."""
    behind = PaymentFilter(first=charts.period.first, last=charts.period.last, counted=True)
    _hold_list(read, behind, charts.total)
    for by, found in bars.items():
        if by is not Breakdown.METHOD:
            assert sum(found.values(), start=Figures()) == charts.total
        for name, figures in found.items():
            only: dict[str, Any] = {by.value: (name,)}
            _hold_list(read, replace(behind, **only), figures)


def _hold_list(read: ReadSession, wanted: PaymentFilter, figures: Figures) -> None:
    lines = payments_page(read, wanted, most=_MANY).payments
    assert len(lines) == figures.payments, wanted
    assert sum(line.collected_minor for line in lines) == figures.taken_minor, wanted
    assert _added(read, wanted) == (len(lines), sum(line.amount_minor for line in lines))
    backs = backs_page(read, wanted, most=_MANY).lines
    assert sum(line.collected_minor for line in backs) == -figures.back_minor, wanted


def _added(read: ReadSession, wanted: PaymentFilter) -> tuple[int, int]:
    found = payments_sum(read, wanted)
    return found.payments, found.amount_minor


_ALIKE = (
    "consumer_id", "status", "amount_minor", "type", "method", "channel", "counter", "cashier",
)  # fmt: skip


def _lines(read: ReadSession, period: Period) -> tuple[PaymentLine, ...]:
    """Return the list as every counter has it, each line held against the payment's own page."""
    wanted = PaymentFilter(first=period.first, last=period.last)
    lines = payments_page(read, wanted, most=_MANY).payments
    for line in lines:
        found = payment_details(read, line.payment_id)
        for name in _ALIKE:
            assert getattr(found, name) == getattr(line, name), name
    return tuple(replace(line, transaction_id=None, paper_number="") for line in lines)
