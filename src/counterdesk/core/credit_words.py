"""What a credit note's status and reason are called, on screen and on paper."""

from __future__ import annotations

from counterdesk.core.i18n import _

_TONES = {
    "Active": "ok", "Applied": "info", "Reserved": "info", "Pending approval": "warn",
    "Held": "warn", "Expired": "danger", "Rejected": "danger", "Cancelled": "danger",
}  # fmt: skip


def status_words(status: str) -> str:
    """Return the word for a note's status; one that is not known here stays as it is."""
    words = {
        "Pending approval": _("Pending approval"), "Active": _("Active"),
        "Applied": _("Applied"), "Expired": _("Expired"), "Rejected": _("Rejected"),
        "Held": _("Held"), "Reserved": _("Reserved"), "Cancelled": _("Cancelled"),
    }  # fmt: skip
    return words.get(str(status), str(status))


def status_tone(status: str) -> str:
    """Return the tone of a note's status: ok, warn, danger or info."""
    return _TONES.get(str(status), "info")


def reason_words(reason: str) -> str:
    """Return the words for a reason; one that an office added stays as it is."""
    words = {
        "Overpayment": _("Overpayment"), "Duplicate payment": _("Duplicate payment"),
        "Billing error": _("Billing error"), "Billing adjustment": _("Billing adjustment"),
        "Refund request": _("Refund request"), "Customer request": _("Customer request"),
        "Other": _("Other"),
    }  # fmt: skip
    return words.get(reason, reason)


def usage_words(tenths: int) -> str:
    """Return how much of a note is used, with one decimal: "40.0 %"."""
    return f"{tenths // 10}.{tenths % 10} %"
