"""What the banner says of the last payment after a crash: what, how it ended, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.dates import write_instant
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings

if TYPE_CHECKING:
    from counterdesk.services.startup import LastPayment


def tell(told: LastPayment, given: Settings) -> str:
    """Return the whole story, in the order in which a cashier asks."""
    return f"{_what(told, given)} {_how(told, given)} {told.safe_next_step}"


def _what(told: LastPayment, given: Settings) -> str:
    return _("The last payment, {amount} from {name} ({account}), {time}:").format(
        amount=format_amount(told.amount_minor, given.currency, given.locale),
        name=told.consumer_name,
        account=told.account_number,
        time=write_instant(told.at_utc, given.locale, given.time_zone),
    )


def _how(told: LastPayment, given: Settings) -> str:
    if not told.saved:
        return _("it was not confirmed.")
    return _("receipt {number}, change {change}. {printed} It is kept here, not sent yet.").format(
        number=told.receipt_number,
        change=format_amount(told.change_minor, given.currency, given.locale),
        printed=_printed(told.printed),
    )


def _printed(state: str) -> str:
    if state in {"printed", "sent"}:
        return _("The receipt is printed.")
    if state == "unknown":
        return _("Nobody knows whether the receipt came out.")
    return {
        "failed": _("The receipt could not be printed."),
        "cancelled": _("The receipt was not printed."),
        "no printer": _("No printer is set up."),
    }.get(state, _("The receipt is not printed yet."))
