"""When something was, for somebody who looks at it now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from counterdesk.core.dates import write_instant, write_time
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.settings import Settings

FRESH: Final = timedelta(minutes=2)
"""What the centre told longer ago says of when it is."""

_SAME_DAY: Final = timedelta(hours=12)


def as_of(told_utc: datetime | None, now_utc: datetime, settings: Settings) -> str:
    """Return of when a figure of the centre is; "" while it is fresh, or nobody told any."""
    if told_utc is None or now_utc - told_utc <= FRESH:
        return ""
    return moment(told_utc, now_utc, settings)


def moment(instant_utc: datetime, now_utc: datetime, settings: Settings) -> str:
    """Return the time of day, with the date where it was not today."""
    if now_utc - instant_utc < _SAME_DAY:
        return write_time(instant_utc, settings.time_zone)
    return write_instant(instant_utc, settings.locale, settings.time_zone)


def age(instant_utc: datetime, now_utc: datetime) -> str:
    """Return how long ago something was: "5 minutes ago"."""
    minutes = max(0, int((now_utc - instant_utc).total_seconds() // 60))
    if minutes < 1:
        return _("just now")
    days, hours = minutes // 1_440, minutes // 60
    if days > 1:
        return ngettext("{count} day ago", "{count} days ago", days).format(count=days)
    if hours > 1:
        return ngettext("{count} hour ago", "{count} hours ago", hours).format(count=hours)
    return ngettext("{count} minute ago", "{count} minutes ago", minutes).format(count=minutes)
