"""The four tiles in words: a figure, and how it moved against the period before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterdesk.core.dates import write_instant, write_month
from counterdesk.core.figures import month_before, tenths_of_percent
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import Currency, format_amount, format_number
from counterdesk.core.settings import Settings

if TYPE_CHECKING:
    from counterdesk.services.collection import Received
    from counterdesk.services.dashboard import MonthFigures

_TENTHS = Currency("", 1, "")


@dataclass(frozen=True, slots=True)
class TileText:
    """What one tile says; `tone` is "good", "bad" or "muted"."""

    figure: str
    change: str
    tone: str = "muted"


def where_from(figures: MonthFigures, settings: Settings) -> str:
    """Return whose payments the figures and the list count, and how fresh they are."""
    if figures.as_of_utc is None:
        return _("This counter alone: nothing has come from the centre yet.")
    when = write_instant(figures.as_of_utc, settings.locale, settings.time_zone)
    return _("All counters; the others as of {time}.").format(time=when)


def collected(figures: MonthFigures, settings: Settings) -> TileText:
    """Return the tile of what was collected in the month."""
    figure = format_amount(figures.collected_minor, settings.currency, settings.locale)
    before = figures.collected_before_minor
    month = _month(figures, settings)
    nothing = _("Nothing in {month}").format(month=month)
    return _against(figure, figures.collected_minor - before, before, settings, (month, nothing))


def received_today(figures: MonthFigures, settings: Settings) -> TileText:
    """Return the tile of what came in today."""
    today, yesterday = figures.today, figures.yesterday
    figure = format_amount(today.amount_minor, settings.currency, settings.locale)
    moved = _against(
        figure, today.amount_minor - yesterday.amount_minor, yesterday.amount_minor, settings,
        (_("yesterday"), _("nothing yesterday")),
    )  # fmt: skip
    where = _("all counters") if figures.as_of_utc else _("this counter")
    return TileText(figure, f"{_visits(today)}, {where} \u00b7 {moved.change}", moved.tone)


def collection_rate(figures: MonthFigures, settings: Settings) -> TileText:
    """Return the tile of collected against due."""
    if figures.rate_tenths is None:
        return TileText("\u2013", _("Nothing fell due this month"))
    figure = f"{_tenths(figures.rate_tenths, settings)} %"
    if figures.rate_before_tenths is None:
        return TileText(figure, _("Nothing fell due before"))
    moved = figures.rate_tenths - figures.rate_before_tenths
    change = _("{arrow} {points} points against {before}").format(
        arrow=_arrow(moved), points=_tenths(abs(moved), settings), before=_month(figures, settings)
    )
    return TileText(figure, change, _tone(moved))


def collection_days(figures: MonthFigures, settings: Settings) -> TileText:
    """Return the tile of days from charge to payment; fewer are better."""
    if figures.days_tenths is None:
        return TileText("\u2013", _("No payment at this counter this month"))
    figure = _("{days} days").format(days=_tenths(figures.days_tenths, settings))
    if figures.days_before_tenths is None:
        return TileText(figure, _("This counter; none the month before"))
    moved = figures.days_tenths - figures.days_before_tenths
    change = _("This counter; {arrow} {days} days against {before}").format(
        arrow=_arrow(moved), days=_tenths(abs(moved), settings), before=_month(figures, settings)
    )
    return TileText(figure, change, _tone(-moved))


def _against(
    figure: str, moved_minor: int, before_minor: int, settings: Settings, before: tuple[str, str]
) -> TileText:
    percent = tenths_of_percent(abs(moved_minor), before_minor)
    if percent is None:
        return TileText(figure, before[1])
    change = _("{arrow} {percent} % against {before}").format(
        arrow=_arrow(moved_minor), percent=_tenths(percent, settings), before=before[0]
    )
    return TileText(figure, change, _tone(moved_minor))


def _visits(received: Received) -> str:
    return ngettext("{count} payment", "{count} payments", received.count).format(
        count=received.count
    )


def _month(figures: MonthFigures, settings: Settings) -> str:
    return write_month(*month_before(figures.year, figures.month), settings.locale)


def _tenths(value: int, settings: Settings) -> str:
    return format_number(value, _TENTHS, settings.locale)


def _arrow(moved: int) -> str:
    return "\u25b2" if moved > 0 else "\u25bc" if moved < 0 else "="


def _tone(moved: int) -> str:
    return "good" if moved > 0 else "bad" if moved < 0 else "muted"
