"""Which figures of the dashboard lie beyond the limits that the office has set."""

from __future__ import annotations

from counterdesk.core.permissions import Permission, require
from counterdesk.core.settings import Settings
from counterdesk.core.tiles import Crossed, crossed
from counterdesk.services.dashboard import MonthFigures, month_figures
from counterdesk.store.session import ReadSession


def alerts_now(read: ReadSession) -> tuple[Crossed, ...]:
    """Return the figures of today and of the running month that are beyond a limit.

    Where the office has set none, nothing is added up.

    Raises:
        PermissionRefused: The role does not allow seeing the dashboard.
    """
    require(read.actor, Permission.SEE_DASHBOARD)
    if not read.settings.tile_limits:
        return ()
    today = read.today()
    return alerts_of(month_figures(read, today.year, today.month), read.settings)


def alerts_of(figures: MonthFigures, settings: Settings) -> tuple[Crossed, ...]:
    """Return the figures of a month that are beyond a limit, in the order of the limits."""
    day = figures.today.day if figures.in_progress else None
    found = (
        crossed(limit, figures.figure(limit.tile).now, day, settings.alerts_from_day)
        for limit in settings.tile_limits
    )
    return tuple(one for one in found if one is not None)
