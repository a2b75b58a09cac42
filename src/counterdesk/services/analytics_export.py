"""The figures of the charts as a file for a spreadsheet; who takes them out is recorded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import zip_longest

from counterdesk.core.i18n import _
from counterdesk.core.money import Currency
from counterdesk.core.permissions import Permission
from counterdesk.core.spreadsheets import harmless_cell
from counterdesk.services.analytics import Analytics, Figures
from counterdesk.services.people import entitled
from counterdesk.store.session import Session

_Cells = tuple[str, ...]


def analytics_csv(session: Session, found: Analytics) -> str:
    """Return the figures that are shown as comma-separated values, and record that they leave.

    Amounts have a point and no currency, dates are ISO: a spreadsheet reads both anywhere.

    Raises:
        PermissionRefused: The role does not allow seeing the dashboard, or no longer.
    """
    entitled(session, Permission.SEE_DASHBOARD)
    days = f"{found.period.first.isoformat()} \u2013 {found.period.last.isoformat()}"
    session.record("figures.exported", {"name": days})
    text = StringIO()
    csv.writer(text).writerows(
        [harmless_cell(cell) for cell in cells[:3]] + list(cells[3:])
        for cells in _lines(found, session.settings.currency)
    )
    return text.getvalue()


def _lines(found: Analytics, currency: Currency) -> Iterator[_Cells]:
    yield (
        _("Figures"), _("Name"), _("Compared with"), _("Payments"), _("Taken"),
        _("Undone or refunded"), _("Collected"), _("Collected, compared"),
    )  # fmt: skip
    before = f"{found.before.first.isoformat()}/{found.before.last.isoformat()}"
    whole = f"{found.period.first.isoformat()}/{found.period.last.isoformat()}"
    yield _line(_("Total"), whole, before, found.total, found.total_before, currency)
    kind = _("Month") if found.period.by_month else _("Day")
    for now, then in zip_longest(found.trend, found.trend_before[: len(found.trend)]):
        compared = (then.period.first.isoformat(), then.now) if then else ("", Figures())
        yield _line(kind, now.period.first.isoformat(), compared[0], now.now, compared[1], currency)
    for by, bars in found.bars.items():
        for bar in bars:
            yield _line(by.value, bar.name, before, bar.now, bar.before, currency)


def _line(
    kind: str, name: str, compared: str, now: Figures, then: Figures, currency: Currency
) -> _Cells:
    return (
        kind, name, compared, str(now.payments), _plain(now.taken_minor, currency),
        _plain(now.back_minor, currency), _plain(now.collected_minor, currency),
        _plain(then.collected_minor, currency),
    )  # fmt: skip


def _plain(minor: int, currency: Currency) -> str:
    whole, fraction = divmod(abs(minor), 10**currency.decimals)
    text = f"{whole}.{fraction:0{currency.decimals}}" if currency.decimals else str(whole)
    return f"-{text}" if minor < 0 else text
