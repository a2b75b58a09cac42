"""What a payment's type and status are called, and which colour its status has."""

from __future__ import annotations

from counterdesk.core.i18n import _

_TONES = {"Posted": "ok", "Pending": "warn", "Failed": "danger"}


def type_word(kind: str) -> str:
    """Return the word for a type of payment; one that is not known here stays as it is."""
    words = {"Bill": _("Bill"), "Service": _("Service"), "Installment": _("Installment")}
    return words.get(kind, kind)


def status_word(status: str) -> str:
    """Return the word for a status; one that is not known here stays as it is."""
    words = {
        "Posted": _("Posted"), "Pending": _("Pending"), "Failed": _("Failed"),
        "Cancelled": _("Cancelled"), "Voided": _("Voided"), "Reversed": _("Reversed"),
    }  # fmt: skip
    return words.get(status, status)


def status_tone(status: str) -> str:
    """Return the tone of a status: ok, warn, danger or info."""
    return _TONES.get(status, "info")
