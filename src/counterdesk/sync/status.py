"""How a counter stands with the centre, and the sentences that say so to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from counterdesk.core.i18n import _
from counterdesk.sync.outbox import StoppedBy


class SyncState(StrEnum):
    """In one word."""

    ONLINE = "online"
    OFFLINE = "offline"
    FILLING = "filling"
    """Online, and everything is being fetched for the first time, or anew."""
    STOPPED = "stopped"
    """Nothing is sent until somebody has looked into it."""
    REFUSED = "refused"
    """The centre answers, and will not have this counter."""
    ALONE = "alone"
    """This counter has no centre."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How a counter stands with the centre."""

    state: SyncState
    waiting: int = 0
    """Acts that the centre has not acknowledged."""
    oldest_waiting_since_utc: datetime | None = None
    last_contact_utc: datetime | None = None
    """When the centre last answered, in this run of the program."""
    as_of_utc: datetime | None = None
    """When what the centre told was true."""
    fill_done: int = 0
    fill_total: int = 0
    """About how many consumers there are; 0 where nobody knows yet."""
    reason: str = ""
    """A sentence for people where something is not as it should be; else empty."""
    stopped_by: StoppedBy | None = None
    """What nothing is sent for, in the state STOPPED."""
    sent_through: int = 0
    """Up to this event everything was in a push of this run; nobody may have answered it."""
    skew_ms: int = 0
    """How much this machine's clock is ahead of the centre's."""


def away_sentence(detail: str) -> str:
    """Say that nobody answers."""
    return _(
        "The centre cannot be reached ({detail}). Payments go on: they are kept safely here and "
        "sent by themselves once it is back."
    ).format(detail=detail)


def refused_sentence(detail: str) -> str:
    """Say that the centre does not let this counter in."""
    return _(
        "The centre does not let this counter in ({detail}). What was taken is safe here and "
        "waits. Ask who looks after the centre whether the counter was revoked."
    ).format(detail=detail)


def trouble_sentence(detail: str) -> str:
    """Say that this machine is what keeps the counter from the centre."""
    return _(
        "Nothing is exchanged with the centre for now: {detail} What was saved is safe; it is "
        "tried again by itself."
    ).format(detail=detail)


def fill_held_sentence() -> str:
    """Say that somebody stopped the first fill."""
    return _(
        "Fetching was stopped here. What was known before stays; payments are still saved and "
        "sent. Try again when it suits."
    )


def fault_sentence() -> str:
    """Say that the program failed at it."""
    return _(
        "Exchanging with the centre failed in a way that should not happen; the log says more. "
        "What was saved is safe, and it is tried again by itself."
    )


def disk_sentence() -> str:
    """Say why nothing is fetched."""
    return _(
        "The disk is nearly full: nothing is fetched from the centre until there is room. "
        "Payments are still saved and sent."
    )


def stopped_sentence(stopped: StoppedBy) -> str:
    """Say why nothing is sent any more."""
    match stopped:
        case StoppedBy.FORK:
            return _(
                "The centre has other acts in the place of this counter's: two machines work "
                "under its name, or its data was put back to an older day. Payments go on and are "
                "safe here, but nothing is sent. Call who looks after the centre."
            )
        case StoppedBy.BAD_CHAIN:
            return _(
                "The acts kept here do not follow from each other any more: this counter's data "
                "was changed or is damaged. Payments go on and are safe here, but nothing is "
                "sent. Call who looks after the centre, and run: counterdesk verify"
            )
        case StoppedBy.BEHIND:
            return _(
                "The centre keeps acts of this counter that are missing here: its data is older "
                "than it should be. What the centre has is safe. Take no payments at this counter "
                "until its data is recovered."
            )
