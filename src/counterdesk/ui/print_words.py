"""What lists and banners say of a print job: one word and a tone, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.i18n import _
from counterdesk.core.print_states import words_for

if TYPE_CHECKING:
    from counterdesk.services.print_list import PrintLine

_TONES = {
    "queued": "info", "sending": "info", "printed": "ok", "sent": "ok", "blocked": "warn",
    "held": "warn", "unknown": "warn", "failed": "danger", "cancelled": "info",
}  # fmt: skip


def state_word(state: str) -> str:
    """Return one word for a state."""
    return {
        "queued": _("Waits"),
        "sending": _("Printing"),
        "printed": _("Printed"),
        "sent": _("Sent"),
        "blocked": _("Blocked"),
        "held": _("Held"),
        "unknown": _("In doubt"),
        "failed": _("Not printed"),
        "cancelled": _("Given up"),
    }[state]


def state_tone(state: str) -> str:
    """Return the tone of a state: ok, warn, danger or info."""
    return _TONES[state]


def job_name(line: PrintLine) -> str:
    """Return what a job prints: its title, and which copy of it."""
    if not line.copy_number:
        return line.title
    return _("{title}, copy {number}").format(title=line.title, number=line.copy_number)


def doubt_question(line: PrintLine) -> str:
    """Return what to look for, where only the paper knows."""
    name = line.printer_name
    return (
        _("Did it come out? Look at {name}.").format(name=name) if name else words_for(line.state)
    )
