"""How the counter stands with its centre, in words: for the bar, the banner and the page."""

from __future__ import annotations

from counterdesk.core.dates import write_time
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_count
from counterdesk.core.settings import Settings
from counterdesk.core.skew import TOLD_MS, skew_sentence
from counterdesk.sync.outbox import StoppedBy
from counterdesk.sync.status import SyncState, SyncStatus

_NONE = SyncStatus(SyncState.ALONE)


def bar_words(status: SyncStatus, settings: Settings) -> tuple[str, str]:
    """Return tone and words for the bar on top."""
    waiting = _waiting(status.waiting, settings)
    match status.state:
        case SyncState.ONLINE:
            return "warn" if status.reason else "ok", _("Online") + f" \u00b7 {waiting}"
        case SyncState.FILLING:
            return (
                ("warn", _("Filling stopped"))
                if status.reason
                else ("info", filling(status, settings))
            )
        case SyncState.STOPPED:
            return "danger", _("Stopped: {why}").format(why=_stopped(status.stopped_by))
        case SyncState.REFUSED:
            return "danger", _("Refused by the centre") + f" \u00b7 {waiting}"
        case SyncState.OFFLINE:
            return "warn", f"{_since(status, settings)} \u00b7 {waiting}"
    return "info", _("No centre")


def filling(status: SyncStatus, settings: Settings) -> str:
    """Return how far a first fill is."""
    done, total = whole(status.fill_done, settings), whole(status.fill_total, settings)
    if not status.fill_total:
        return _("Filling {done}").format(done=done)
    return _("Filling {done} of {total}").format(done=done, total=total)


def headline(status: SyncStatus | None) -> str:
    """Return in one sentence how things stand, and what is safe."""
    status = status or _NONE
    if status.reason:
        return status.reason
    match status.state:
        case SyncState.ONLINE if status.waiting:
            return _(
                "The centre answers. What is on its way is saved here and counts there as soon as "
                "it is acknowledged."
            )
        case SyncState.ONLINE:
            return _("The centre answers and has everything that was done at this counter.")
        case SyncState.FILLING:
            return _(
                "Consumers and what they owe are being fetched from the centre. Payments for "
                "accounts known here go on meanwhile."
            )
        case SyncState.OFFLINE:
            return _(
                "The centre has not answered yet. Payments go on: they are kept safely here and "
                "sent by themselves."
            )
    return _(
        "This counter has no centre: it works alone, and everything is saved on this machine. An "
        "administrator connects a new till by: counterdesk enroll CODE"
    )


def what_to_do(status: SyncStatus | None, skew_ms: int = 0) -> str:
    """Return the one thing to do now."""
    status = status or _NONE
    if status.stopped_by is StoppedBy.BEHIND:
        return _(
            "To do: call who looks after this machine. With CounterDesk closed, they run: "
            "counterdesk recover"
        )
    todo = {
        (SyncState.ONLINE, True): _("To do: free some space on this machine's disk."),
        (SyncState.OFFLINE, True): _(
            "To do: nothing. If it lasts, look at the network cable, then tell who looks after "
            "the network."
        ),
        (SyncState.FILLING, True): _("To do: press Try now when nobody waits."),
        (SyncState.STOPPED, True): _("To do: call who looks after the centre, today."),
        (SyncState.REFUSED, True): _(
            "To do: call who looks after the centre, and say what stands here."
        ),
        (SyncState.ALONE, True): _("To do: tell who looks after this machine."),
    }
    calm = _("To do: nothing.")
    if abs(skew_ms) > TOLD_MS:
        calm = _("To do: have the clock set. {how}").format(how=skew_sentence(skew_ms))
    return todo.get((status.state, bool(status.reason)), calm)


def banner(status: SyncStatus, skew_ms: int) -> tuple[str, str, str] | None:
    """Return tone, title and text of what a cashier must know now; None for nothing."""
    if status.stopped_by is StoppedBy.BEHIND:
        text = _(
            "Acts of this counter are missing here, which the centre has. What it has is safe."
        )
        return "danger", _("Take no payments here"), text
    if status.state in {SyncState.STOPPED, SyncState.REFUSED}:
        text = _("Payments go on and are safe on this machine. Somebody has to look into it today.")
        return "danger", _("Nothing is sent"), text
    if abs(skew_ms) > TOLD_MS:
        advice = _("Receipts carry its time. Have it set; what was saved stays in its order.")
        return "warn", _("The clock is wrong"), f"{skew_sentence(skew_ms)} {advice}"
    return None


def whole(count: int, settings: Settings) -> str:
    """Return a number of things as the office writes it: "1,234"."""
    return format_count(count, settings.locale)


def _waiting(count: int, settings: Settings) -> str:
    text = ngettext("{count} waiting", "{count} waiting", count)
    return text.format(count=whole(count, settings))


def _since(status: SyncStatus, settings: Settings) -> str:
    known = status.last_contact_utc or status.as_of_utc
    if known is None:
        return _("Offline")
    return _("Offline since {time}").format(time=write_time(known, settings.time_zone))


def _stopped(by: StoppedBy | None) -> str:
    return {
        StoppedBy.FORK: _("two tills, one name"),
        StoppedBy.BAD_CHAIN: _("data was changed"),
        StoppedBy.BEHIND: _("acts are missing here"),
    }.get(by or StoppedBy.FORK, "")
