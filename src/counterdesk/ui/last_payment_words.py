"""What the banner says of the last payment after a crash: what, how it ended, what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from counterdesk.core.dates import write_instant
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.undoing import undo_word

if TYPE_CHECKING:
    from counterdesk.services.startup import LastPayment


def tell(told: LastPayment, given: Settings, *, has_centre: bool = True) -> str:
    """Return the whole story, in the order in which a cashier asks."""
    parts = (_what(told, given), *_how(told, given, has_centre=has_centre), told.safe_next_step)
    return " ".join(parts)


def _what(told: LastPayment, given: Settings) -> str:
    if told.undone:
        return _("{kind} of receipt {number} of {name} ({account}), {time}:").format(
            kind=undo_word(told.undone), number=told.receipt_number, name=told.consumer_name,
            account=told.account_number,
            time=write_instant(told.at_utc, given.locale, given.time_zone),
        )  # fmt: skip
    return _("The last payment, {amount} from {name} ({account}), {time}:").format(
        amount=format_amount(told.amount_minor, given.currency, given.locale),
        name=told.consumer_name,
        account=told.account_number,
        time=write_instant(told.at_utc, given.locale, given.time_zone),
    )


def _how(told: LastPayment, given: Settings, *, has_centre: bool) -> tuple[str, ...]:
    if not told.saved:
        return (_("it was not confirmed."), _("Saved: no."))
    if told.undone:
        amount = format_amount(told.amount_minor, given.currency, given.locale)
        receipt = _("cash to hand back: {amount}.").format(amount=amount)
    else:
        receipt = _receipt(told, given)
    sent = _SENT[told.way]() if has_centre else _("This counter has no centre to send it to.")
    return (receipt, _("Saved: yes."), _printed(told.printed), sent)


def _receipt(told: LastPayment, given: Settings) -> str:
    return _("receipt {number}, change {change}.").format(
        number=told.receipt_number,
        change=format_amount(told.change_minor, given.currency, given.locale),
    )


_SENT: dict[str, Callable[[], str]] = {
    "saved": lambda: _("Sent to the centre: no, that happens by itself. Acknowledged: no."),
    "sent": lambda: _("Sent to the centre: yes. Acknowledged: no, it is sent again by itself."),
    "acknowledged": lambda: _("Sent to the centre: yes. Acknowledged: yes."),
    "exception": lambda: _(
        "Sent to the centre: yes. Acknowledged: yes, as an exception; Sync (F11) says why."
    ),
}


def _printed(state: str) -> str:
    if state in {"printed", "sent"}:
        return _("Printed: yes.")
    if state == "unknown":
        return _("Printed: nobody knows.")
    return {
        "failed": _("Printed: no, it could not be."),
        "no printer": _("Printed: no, no printer is set up."),
    }.get(state, _("Printed: no."))
