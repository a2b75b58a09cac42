"""Where a print job stands, and where it may go from there; an emailed receipt is one too.

What may have reached a printer is never sent again: a second paper is always a copy. What a mail
server may have taken is not sent again by itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from counterdesk.core.i18n import _


class PrintState(StrEnum):
    """Where a print job stands."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    SENT = "sent"
    BLOCKED = "blocked"
    HELD = "held"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING: Final = (PrintState.QUEUED, PrintState.BLOCKED)
"""Nothing was sent yet: these are tried by themselves, and may go to another printer."""

DOUBTFUL: Final = (PrintState.UNKNOWN, PrintState.HELD)
"""Only somebody who looks at the printer knows whether these came out."""

_AFTER: Final = {
    PrintState.QUEUED: {PrintState.SENDING, PrintState.CANCELLED},
    PrintState.BLOCKED: {PrintState.SENDING, PrintState.CANCELLED, PrintState.QUEUED},
    PrintState.SENDING: {
        PrintState.PRINTED,
        PrintState.SENT,
        PrintState.BLOCKED,
        PrintState.HELD,
        PrintState.UNKNOWN,
        PrintState.FAILED,
    },
    PrintState.HELD: {
        PrintState.PRINTED,
        PrintState.SENT,
        PrintState.UNKNOWN,
        PrintState.FAILED,
    },
    PrintState.UNKNOWN: {PrintState.PRINTED, PrintState.FAILED},
}


def may_become(before: PrintState, after: PrintState) -> bool:
    """Tell whether a job in one state may go to another; to stay is always allowed."""
    return before is after or after in _AFTER.get(before, set())


def words_for(state: PrintState) -> str:
    """Return what a state means, for the person at the counter."""
    return {
        PrintState.QUEUED: _("Waiting for the printer."),
        PrintState.SENDING: _("Printing ..."),
        PrintState.PRINTED: _("Printed."),
        PrintState.SENT: _("Sent to the printer, which cannot confirm."),
        PrintState.BLOCKED: _("Waiting: the printer is not ready."),
        PrintState.HELD: _("The printer has it and goes on when it is ready again."),
        PrintState.UNKNOWN: _("Did it print? Look at the printer."),
        PrintState.FAILED: _("It could not be printed."),
        PrintState.CANCELLED: _("Not printed: cancelled."),
    }[state]


def mail_words_for(state: PrintState, address: str) -> str:
    """Return what a state means for a receipt that goes to an address by email."""
    words = {
        PrintState.QUEUED: _("The email to {address} waits to be sent."),
        PrintState.SENDING: _("Sending the email to {address} ..."),
        PrintState.SENT: _("Emailed to {address}."),
        PrintState.BLOCKED: _("The email to {address} waits."),
        PrintState.UNKNOWN: _("Did the email to {address} arrive? Ask before you send it again."),
        PrintState.FAILED: _("Not emailed to {address}."),
        PrintState.CANCELLED: _("Not emailed to {address}: cancelled."),
    }
    return words[state].format(address=address)
