"""How far a counter's clock may be from the centre's before people hear of it, and before it stops.

Receipts carry the time of this machine, and a shift's business date is taken from it.
"""

from __future__ import annotations

from counterdesk.core.i18n import _, ngettext

TOLD_MS = 120_000
"""Beyond this the window says so."""

STOPS_SHIFTS_MS = 600_000
"""Beyond this no new shift begins while the centre is in reach."""

_MINUTE_MS = 60_000
_MINUTES_OF_HOURS = 120


def skew_sentence(skew_ms: int) -> str:
    """Return how the clock is wrong: "This machine's clock is 3 minutes ahead of the centre's.".

    Args:
        skew_ms: How much it is ahead, negative when it is behind.
    """
    minutes = round(abs(skew_ms) / _MINUTE_MS)
    if minutes < _MINUTES_OF_HOURS:
        much = ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    else:
        hours = round(minutes / 60)
        much = ngettext("{count} hour", "{count} hours", hours).format(count=f"{hours:,}")
    if skew_ms > 0:
        return _("This machine's clock is {much} ahead of the centre's.").format(much=much)
    return _("This machine's clock is {much} behind the centre's.").format(much=much)
