"""What the bar on top says of the centre, the printer and the shift: a tone and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.dates import write_time
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.permissions import Actor
from counterdesk.core.settings import Settings
from counterdesk.ui.sync_words import bar_words

if TYPE_CHECKING:
    from counterdesk.services.shifts import OpenShift
    from counterdesk.services.standing import Standing
    from counterdesk.ui.centre_line import CentreLine


def sync_words(centre: CentreLine, acts: int, settings: Settings) -> tuple[str, str]:
    """Return how this counter stands to the centre."""
    if centre.is_expected:
        return "info", _("Looking for the centre")
    if centre.status is not None and centre.state != "alone":
        return bar_words(centre.status, settings)
    saved = ngettext(
        "No centre \u00b7 {count} entry saved",
        "No centre \u00b7 {count} entries saved",
        acts,
    ).format(count=acts)
    return "warn" if centre.status is not None and centre.status.reason else "info", saved


def printer_words(standing: Standing, says: str = "") -> tuple[str, str]:
    """Return how the printers do, the worst first.

    Args:
        standing: What waits.
        says: What the printer of the receipts says of itself; "" for nothing.
    """
    if not standing.printers.all:
        return "info", _("No printer set up")
    if standing.print_unknown:
        return "warn", _("Printer: did the receipt come out?")
    if standing.print_state in {"blocked", "held"}:
        return "warn", ngettext(
            "Printer: {count} receipt waits", "Printer: {count} receipts wait",
            standing.print_waiting,
        ).format(count=standing.print_waiting)  # fmt: skip
    if standing.print_state == "failed":
        return "danger", _("Printer: the last receipt failed")
    if standing.print_waiting:
        return "info", _("Printing")
    return ("warn", says.removesuffix(".")) if says else ("ok", _("Printer ready"))


def payment_refusal(shift: OpenShift | None, actor: Actor) -> str:
    """Return why a person cannot take payments now, or "" where nothing stands against it."""
    if shift is None:
        return _("Open a shift first: payments need a business date.")
    if shift.user_id != actor.user_id:
        return _("This shift belongs to {name}. Only its cashier takes payments in it.").format(
            name=shift.user_name
        )
    return ""


def shift_words(standing: Standing, settings: Settings) -> str:
    """Return which shift runs, and since when."""
    if standing.shift is None:
        return _("No shift open")
    since = write_time(standing.shift.opened_at_utc, settings.time_zone)
    return _("Shift {number} since {time}").format(number=standing.shift.number, time=since)
