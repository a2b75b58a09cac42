"""What the lines of an account say, on screen and on paper."""

from __future__ import annotations

from collections.abc import Callable

from counterdesk.core.account_sheet import LineKind, SheetLine
from counterdesk.core.credit_words import reason_words
from counterdesk.core.credit_words import status_words as note_words
from counterdesk.core.dispute_words import doubt_words, standing_words
from counterdesk.core.disputes import Category
from counterdesk.core.i18n import _
from counterdesk.core.text import clean
from counterdesk.core.undoing import undo_word

_TONES = {"Paid": "ok", "Overdue": "danger", "Part paid": "warn"}


def charge_word(state: str) -> str:
    """Return the word for how far a charge is paid."""
    return {
        "Paid": _("Paid"), "Part paid": _("Part paid"), "Open": _("Open"),
        "Overdue": _("Overdue"), "In plan": _("In plan"),
    }.get(state, state)  # fmt: skip


def charge_tone(state: str) -> str:
    """Return the tone of how far a charge is paid: ok, warn, danger or info."""
    return _TONES.get(state, "info")


def standing_word(status: str) -> str:
    """Return the word for a payment's status; one that is not known here stays as it is."""
    return {
        "Posted": _("Posted"), "Pending": _("Pending"), "Failed": _("Failed"),
        "Cancelled": _("Cancelled"), "Voided": _("Voided"), "Reversed": _("Reversed"),
    }.get(status, status)  # fmt: skip


def line_words(line: SheetLine, money: Callable[[int], str]) -> str:
    """Return what a line tells, without its number.

    Args:
        line: The line.
        money: Writes an amount.
    """
    return clean(_WORDS[line.kind](line, money))


def _charge(line: SheetLine, _money: Callable[[int], str]) -> str:
    if line.type == "Bill":
        return _("Bill, {period}").format(period=line.text) if line.text else _("Bill")
    return _("Installment") if line.type == "Installment" else line.text


def _payment(line: SheetLine, money: Callable[[int], str]) -> str:
    words = _("Payment, {method}").format(method=line.text)
    if line.credit_minor > 0:
        over = _("{amount} of it became credit").format(amount=money(line.credit_minor))
        return f"{words}; {over}"
    if line.effect_minor == 0 and line.status != "Posted":
        standing = standing_word(line.status)
        return f"{words}; {money(line.amount_minor)}, {standing}"
    return words


def _undo(line: SheetLine, _money: Callable[[int], str]) -> str:
    return undo_word(line.text)


def _credit(line: SheetLine, money: Callable[[int], str]) -> str:
    words = _("Credit note of {amount}, {reason}")
    return words.format(amount=money(line.amount_minor), reason=reason_words(line.text))


def _dispute(line: SheetLine, money: Callable[[int], str]) -> str:
    return doubt_words(line.receipt, money(line.amount_minor), Category(line.text))


_WORDS: dict[LineKind, Callable[[SheetLine, Callable[[int], str]], str]] = {
    LineKind.CHARGE: _charge,
    LineKind.PAYMENT: _payment,
    LineKind.UNDO: _undo,
    LineKind.CREDIT: _credit,
    LineKind.DISPUTE: _dispute,
}


def line_status(line: SheetLine) -> str:
    """Return the word for how a line stands."""
    return _STANDING[line.kind](line.status)


_STANDING: dict[LineKind, Callable[[str], str]] = {
    LineKind.CHARGE: charge_word,
    LineKind.PAYMENT: standing_word,
    LineKind.UNDO: lambda _status: _("Undone"),
    LineKind.CREDIT: note_words,
    LineKind.DISPUTE: standing_words,
}
