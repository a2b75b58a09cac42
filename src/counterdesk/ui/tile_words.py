"""Tiles in words: what each is called and counts, how much, and how it moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counterdesk.core.dates import write_date, write_days, write_instant, write_month
from counterdesk.core.figures import tenths_of_percent
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import Currency, format_amount, format_count, format_number
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.core.tiles import Crossed, Side, TileName, Unit

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.dashboard import Figure, MonthFigures
    from counterdesk.ui.alert_line import Alert

_TENTHS = Currency("", 1, "")
_TOGETHER = "\N{NO-BREAK SPACE}"
_JOINER = "\N{WORD JOINER}"
"""Behind a dash a line may end, even before such a space."""
_NOTHING = "\u2013"
_WELCOME = {
    TileName.COLLECTED: 1, TileName.RECEIVED_TODAY: 1, TileName.COLLECTION_RATE: 1,
    TileName.COLLECTION_DAYS: -1, TileName.PAYMENTS: 1, TileName.GIVEN_BACK: -1,
}  # fmt: skip
"""Whether more is good or bad; of the others it is neither."""


@dataclass(frozen=True, slots=True)
class TileText:
    """What one tile says; `tone` is "good", "bad" or "muted"."""

    figure: str
    change: str
    tone: str = "muted"


def tile_title(tile: TileName) -> str:
    """Return what a tile is called."""
    return {
        TileName.COLLECTED: _("Total collected"),
        TileName.RECEIVED_TODAY: _("Received today"),
        TileName.COLLECTION_RATE: _("Collection rate"),
        TileName.COLLECTION_DAYS: _("Average collection time"),
        TileName.PAYMENTS: _("Payments taken"),
        TileName.AVERAGE_PAYMENT: _("Average payment"),
        TileName.GIVEN_BACK: _("Undone and refunded"),
        TileName.CASH_SHARE: _("Paid in cash"),
        TileName.OTHER_CHANNELS: _("Not over the counter"),
    }[tile]


def tile_definition(tile: TileName, settings: Settings) -> str:
    """Return what a tile counts, formula and all."""
    return _DEFINITIONS[tile](settings)


def tile_text(tile: TileName, figures: MonthFigures, settings: Settings) -> TileText:
    """Return what a tile says of a month."""
    figure = figures.figure(tile)
    if figure.now is None:
        return TileText(_NOTHING, _none(tile))
    shown = figure_words(tile, figure.now, settings)
    if tile is TileName.RECEIVED_TODAY:
        return TileText(shown, *_today(figures, figure, settings))
    if not figures.before_known:
        return TileText(shown, _("Not compared: the centre tells 13 months"))
    return TileText(shown, *_change(tile, figure, compared_with(figures, settings), settings))


def figure_words(tile: TileName, value: int, settings: Settings) -> str:
    """Return a figure in what its tile counts in."""
    if tile.unit is Unit.MONEY:
        return format_amount(value, settings.currency, settings.locale)
    if tile.unit is Unit.COUNT:
        return format_count(value, settings.locale)
    tenths = format_number(value, _TENTHS, settings.locale)
    return f"{tenths} %" if tile.unit is Unit.PERCENT else _("{days} days").format(days=tenths)


def limits_words(limit: Mapping[str, Any], settings: Settings) -> str:
    """Return the limits of a figure, given as JSON has them."""
    tile, parts = TileName(limit["tile"]), []
    if limit["lower"] is not None:
        least = figure_words(tile, limit["lower"], settings)
        parts.append(_("at least {limit}").format(limit=least))
    if limit["upper"] is not None:
        most = figure_words(tile, limit["upper"], settings)
        parts.append(_("at most {limit}").format(limit=most))
    return ", ".join(parts)


def badge_words(one: Crossed, settings: Settings) -> str:
    """Return which limit a figure is beyond, for its tile."""
    limit = figure_words(one.tile, one.limit, settings)
    text = _("Below {limit}") if one.side is Side.BELOW else _("Above {limit}")
    return text.format(limit=limit)


def alert_words(alert: Alert, settings: Settings) -> str:
    """Return an alert in a sentence: what, how much, which limit, since when."""
    one = alert.crossed
    text = (
        _("{title} is {value}, below the limit of {limit}, since {time}.")
        if one.side is Side.BELOW
        else _("{title} is {value}, above the limit of {limit}, since {time}.")
    )
    return text.format(
        title=tile_title(one.tile), value=figure_words(one.tile, one.value, settings),
        limit=figure_words(one.tile, one.limit, settings),
        time=write_instant(alert.since_utc, settings.locale, settings.time_zone),
    )  # fmt: skip


def compared_with(figures: MonthFigures, settings: Settings) -> str:
    """Return what a month is compared with: "Mar 2025", or "Mar 1 – 20" while it runs."""
    first, last = figures.before.first, figures.before.last
    if figures.before.whole_months:
        return write_month(first.year, first.month, settings.locale)
    return _on_one_line(write_days(first, last, settings.locale))


def where_from(figures: MonthFigures, settings: Settings) -> str:
    """Return whose payments the figures count, and how fresh they are."""
    if figures.as_of_utc is None:
        return _("This counter alone: nothing has come from the centre yet.")
    when = write_instant(figures.as_of_utc, settings.locale, settings.time_zone)
    text = _("All counters; the others as of {time}.").format(time=when)
    if figures.told_whole:
        return text
    since = write_date(figures.told_since, settings.locale)
    return f"{text} {_('The centre tells of them from {day} on.').format(day=since)}"


def _change(tile: TileName, figure: Figure, before: str, settings: Settings) -> tuple[str, str]:
    """Return how a figure moved against the period before, and its tone."""
    if figure.now is None or figure.before is None:
        return _("nothing to compare in {period}").format(period=before), "muted"
    moved = figure.now - figure.before
    by = _moved_by(tile, moved, figure.before, settings)
    if by is None:
        return _("Nothing in {period}").format(period=before), "muted"
    arrow = "\u25b2" if moved > 0 else "\u25bc" if moved < 0 else "="
    text = _("{moved} against {period}").format(moved=_on_one_line(f"{arrow} {by}"), period=before)
    welcome = moved * _WELCOME.get(tile, 0)
    return text, "good" if welcome > 0 else "bad" if welcome < 0 else "muted"


def _on_one_line(text: str) -> str:
    """A tile is narrow: neither days nor an arrow and its figure are to break apart."""
    return (_JOINER + _TOGETHER).join(text.split())


def _moved_by(tile: TileName, moved: int, before: int, settings: Settings) -> str | None:
    if tile.unit is Unit.PERCENT:
        points = format_number(abs(moved), _TENTHS, settings.locale)
        return _("{points} points").format(points=points)
    if tile.unit is Unit.DAYS:
        return figure_words(tile, abs(moved), settings)
    percent = tenths_of_percent(abs(moved), before)
    return None if percent is None else f"{format_number(percent, _TENTHS, settings.locale)} %"


def _today(figures: MonthFigures, figure: Figure, settings: Settings) -> tuple[str, str]:
    change, tone = _change(TileName.RECEIVED_TODAY, figure, _("yesterday"), settings)
    if not figure.before:
        change, tone = _("nothing yesterday"), "muted"
    elif tone == "bad":  # a day that runs is behind a whole one until it is over
        tone = "muted"
    count = figures.received_today.count
    visits = ngettext("{count} payment", "{count} payments", count).format(
        count=format_count(count, settings.locale)
    )
    where = _("all counters") if figures.as_of_utc else _("this counter")
    return f"{visits}, {where} \u00b7 {change}", tone


def _none(tile: TileName) -> str:
    if tile is TileName.COLLECTION_RATE:
        return _("Nothing fell due in the month")
    if tile is TileName.COLLECTION_DAYS:
        return _("No charge known to be paid")
    return _("No payment in the month")


def _counter(settings: Settings) -> str:
    return _(
        "Amount of posted payments through any channel but {channel}, divided by the amount of all "
        "posted payments of the month."
    ).format(channel=clean(settings.channels[0]))


_DEFINITIONS: dict[TileName, Callable[[Settings], str]] = {
    TileName.COLLECTED: lambda _given: _(
        "Tendered in the month, less change, less credit notes spent, less what was undone or "
        "refunded, each on its own business date."
    ),
    TileName.RECEIVED_TODAY: lambda _given: _(
        "Tendered today, less change, less credit notes spent, less what was undone or refunded "
        "today. Counted are visits; what was voided is none. Compared with all of yesterday."
    ),
    TileName.COLLECTION_RATE: lambda _given: _(
        "What payments of the month settled, less what was undone in it, divided by what falls "
        "due in the whole month: bills and services, and installments in place of the charges "
        "that their plan replaced."
    ),
    TileName.COLLECTION_DAYS: lambda _given: _(
        "Days from the date of each charge to the day it was paid on in the month, added up and "
        "divided by the number of charges paid."
    ),
    TileName.PAYMENTS: lambda _given: _(
        "Payments of the month that stand as posted today: neither voided nor reversed."
    ),
    TileName.AVERAGE_PAYMENT: lambda _given: _(
        "Amount of all posted payments of the month, divided by their number."
    ),
    TileName.GIVEN_BACK: lambda _given: _(
        "Money of voids, reversals and returned cheques, and credit notes paid out, each on its "
        "own business date in the month."
    ),
    TileName.CASH_SHARE: lambda _given: _(
        "Amount of posted payments that were paid in cash alone, divided by the amount of all "
        "posted payments of the month."
    ),
    TileName.OTHER_CHANNELS: _counter,
}  # fmt: skip
