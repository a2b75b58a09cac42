"""What the charts say: periods, bars, changes and definitions in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.dates import write_date, write_day, write_month
from counterdesk.core.figures import tenths_of_percent
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import Currency, format_amount, format_count, format_number
from counterdesk.core.periods import Period
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.payment_words import type_word
from counterdesk.ui.widgets.chart import ChartBar

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.analytics import Analytics, Bar, Figures

_TENTHS = Currency("", 1, "")
_REFUND = "Refund"


def breakdown_titles() -> dict[str, str]:
    """Return what each breakdown is called, in their order on the page."""
    return {
        "channel": _("By channel"), "method": _("By method"), "type": _("By type"),
        "counter": _("By counter"), "cashier": _("By cashier"),
    }  # fmt: skip


def definition(by: str = "") -> str:
    """Return what the figures count; what is special about one breakdown comes on top."""
    text = _(
        "Collected: what was tendered, less change and credit notes spent, and less what was "
        "undone or refunded, each on its own business date."
    )
    if by == "method":
        return f"{text} {_('A payment with two methods counts with each of them.')}"
    if by == "counter":
        return f"{text} {_('What comes through the net has a counter of its own.')}"
    return text


def bar_name(by: str, name: str) -> str:
    """Return what a part of a breakdown is called."""
    if by == "type":
        return _("Refunds") if name == _REFUND else clean(type_word(name)) or _("Not told")
    return clean(name) or (_("Refunds") if by == "channel" else _("Not told"))


def period_words(period: Period, settings: Settings) -> str:
    """Return a span of days: "Mar 2025", "Apr 1, 2025 – Apr 20, 2025", or a single day."""
    if period.whole_months and period.first.replace(day=period.last.day) == period.last:
        return write_month(period.first.year, period.first.month, settings.locale)
    first = write_date(period.first, settings.locale)
    if period.first == period.last:
        return first
    return f"{first} \u2013 {write_date(period.last, settings.locale)}"


def change_words(now_minor: int, before_minor: int, settings: Settings) -> tuple[str, str]:
    """Return how much a figure moved, with an arrow, and its tone."""
    moved = now_minor - before_minor
    percent = tenths_of_percent(abs(moved), before_minor)
    if percent is None:
        return "", "muted"
    arrow = "\u25b2" if moved > 0 else "\u25bc" if moved < 0 else "="
    tone = "good" if moved > 0 else "bad" if moved < 0 else "muted"
    return f"{arrow} {format_number(percent, _TENTHS, settings.locale)} %", tone


def money(minor: int, settings: Settings) -> str:
    """Return an amount of the office's currency."""
    return format_amount(minor, settings.currency, settings.locale)


def figures_words(figures: Figures, settings: Settings) -> str:
    """Return what some payments come to: how many, how much, and what of it went back."""
    count = ngettext("{count} payment", "{count} payments", figures.payments)
    counted = count.format(count=format_count(figures.payments, settings.locale))
    if not figures.back_minor:
        return f"{counted}: {money(figures.collected_minor, settings)}"
    text = _("{payments}: {taken} taken, {back} undone or refunded, {left} collected")
    return text.format(
        payments=counted, taken=money(figures.taken_minor, settings),
        back=money(-figures.back_minor, settings), left=money(figures.collected_minor, settings),
    )  # fmt: skip


def trend_bars(found: Analytics, settings: Settings) -> tuple[ChartBar, ...]:
    """Return a column for each day or month, beside the one at its place in the other period."""
    before = [one.now.collected_minor for one in found.trend_before if found.before_known]
    months = found.period.by_month
    bars = []
    for place, moment in enumerate(found.trend):
        first = moment.period.first
        label = (
            write_month(first.year, first.month, settings.locale) if months
            else write_day(first, settings.locale)
        )  # fmt: skip
        then = before[place] if place < len(before) else None
        words = f"{period_words(moment.period, settings)}. {figures_words(moment.now, settings)}"
        if then is not None:
            words += " " + _("Compared: {amount}.").format(amount=money(then, settings))
        bars.append(ChartBar(label, moment.now.collected_minor, then, words, moment))
    return tuple(bars)


def breakdown_bars(by: str, found: Analytics, settings: Settings) -> tuple[ChartBar, ...]:
    """Return a line for each part of a breakdown."""
    bars = next(bars for breakdown, bars in found.bars.items() if breakdown.value == by)
    return tuple(_line(by, bar, settings, known=found.before_known) for bar in bars)


def _line(by: str, bar: Bar, settings: Settings, *, known: bool) -> ChartBar:
    now, then = bar.now.collected_minor, bar.before.collected_minor
    name = bar_name(by, bar.name)
    words = f"{name}. {figures_words(bar.now, settings)}"
    if not known:
        return ChartBar(name, now, None, words, (by, bar), money(now, settings))
    change, tone = change_words(now, then, settings)
    compared = _("Compared: {amount}.").format(amount=money(then, settings))
    return ChartBar(
        name, now, then, f"{words}. {compared} {change}".strip(), (by, bar), money(now, settings),
        change, tone,
    )  # fmt: skip


def compared_words(found: Analytics, settings: Settings) -> tuple[str, str]:
    """Return how the total moved against the other period, and its tone."""
    if not found.before_known:
        return _("Not compared: payments elsewhere go back 13 months"), "muted"
    change, tone = change_words(
        found.total.collected_minor, found.total_before.collected_minor, settings
    )
    against = _("against {period}").format(period=period_words(found.before, settings))
    return f"{change} {against}".strip(), tone
