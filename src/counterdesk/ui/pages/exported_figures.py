"""The figures of the charts as they leave in a file: what is shown, a line for each bar."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from counterdesk import services
from counterdesk.core.i18n import _
from counterdesk.core.listed import Kind, ListedColumn
from counterdesk.core.settings import Settings
from counterdesk.ui.pages import analytics_words

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.analytics import Analytics, Figures
    from counterdesk.services.list_export import Listing


class _Line(NamedTuple):
    kind: str
    name: str
    compared: str
    now: Figures
    then: Figures | None
    """None where nobody knows."""


def figures_listing(found: Analytics, settings: Settings, told_when: str) -> Listing:
    """Return the figures that are shown, to be exported.

    Args:
        found: What is shown.
        settings: Of the office.
        told_when: How far the counters are known, in words.
    """
    period = analytics_words.period_words(found.period, settings)
    compared = analytics_words.compared_words(found, settings)[0]
    lines = tuple(_lines(found))
    return services.list_export.Listing(
        _("Figures"),
        (period, compared, told_when, analytics_words.definition()),
        _columns(),
        lambda _read: (lines,),
        lambda _read: len(lines),
    )


def _columns() -> tuple[ListedColumn, ...]:
    return (
        ListedColumn(_("Figures"), lambda line: line.kind),
        ListedColumn(_("Name"), lambda line: line.name),
        ListedColumn(_("Compared with"), lambda line: line.compared),
        ListedColumn(_("Payments"), lambda line: line.now.payments, Kind.NUMBER),
        ListedColumn(_("Taken"), lambda line: line.now.taken_minor, Kind.AMOUNT),
        ListedColumn(_("Undone or refunded"), lambda line: line.now.back_minor, Kind.AMOUNT),
        ListedColumn(_("Collected"), lambda line: line.now.collected_minor, Kind.AMOUNT),
        ListedColumn(
            _("Collected, compared"),
            lambda line: None if line.then is None else line.then.collected_minor,
            Kind.AMOUNT,
        ),
    )


def _lines(found: Analytics) -> Iterator[_Line]:
    before = f"{found.before.first.isoformat()}/{found.before.last.isoformat()}"
    whole = f"{found.period.first.isoformat()}/{found.period.last.isoformat()}"
    known = found.before_known
    yield _Line(_("Total"), whole, before, found.total, found.total_before if known else None)
    kind = _("Month") if found.period.by_month else _("Day")
    for now, then in zip_longest(found.trend, found.trend_before[: len(found.trend)]):
        compared = then.period.first.isoformat() if then else ""
        figures = then.now if then and known else None
        yield _Line(kind, now.period.first.isoformat(), compared, now.now, figures)
    titles = analytics_words.breakdown_titles()
    for by, bars in found.bars.items():
        for bar in bars:
            name = analytics_words.bar_name(by.value, bar.name)
            yield _Line(titles[by.value], name, before, bar.now, bar.before if known else None)
