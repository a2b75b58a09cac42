"""What happened to an account, the newest first, with what was owed after each line."""

from __future__ import annotations

from collections.abc import Callable

from babel.dates import format_date
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from counterdesk.core import credit_words
from counterdesk.core.account_sheet import LineKind, SheetLine
from counterdesk.core.account_words import charge_tone, line_status, line_words
from counterdesk.core.dates import write_date
from counterdesk.core.dispute_words import standing_tone
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean, fold
from counterdesk.ui.tables.payment_words import status_tone, type_word
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.records import Column, PagedRecords

_NOTHING = "\u2013"
_MINUS = "\u2212"
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class TimelineTable(RecordTable):
    """The lines; what is typed on them is searched for."""

    typed = Signal(str)
    """A letter or digit."""

    def __init__(self, records: PagedRecords) -> None:
        super().__init__("timelineTable", _("Timeline"), records)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand on what is typed; arrows and Enter are the list's own."""
        if event.text().isalnum() and not event.modifiers() & _COMMANDS:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)


def timeline_records(settings: Settings) -> PagedRecords:
    """Return an empty list of `SheetLine`, in the order it is given."""

    def what(line: SheetLine) -> str:
        words = line_words(line, _money(settings))
        return " \u00b7 ".join(filter(None, (clean(line.number), words)))

    return PagedRecords((
        Column(_("Date"), lambda row: write_date(row.on, settings.locale), width=116),
        Column(_("What"), what),
        Column(_("Status"), line_status, kind="badge", width=124, tone=_line_tone),
        Column(_("Amount"), lambda row: _signed(row, settings), kind="amount", width=116),
        Column(
            _("Balance"), lambda row: _money(settings)(row.balance_minor), kind="amount", width=116
        ),
    ))  # fmt: skip


def matches(text: str, wanted: str) -> bool:
    """Tell whether every word of what was typed occurs in a line: "march", "145.50", "r-5001"."""
    return all(word in text for word in fold(wanted).split())


def searched_text(line: SheetLine, settings: Settings) -> str:
    """Return all that a line can be found by."""
    days = (
        write_date(line.on, settings.locale), line.on.isoformat(),
        format_date(line.on, "MMMM y", settings.locale),
    )  # fmt: skip
    amounts = (format_amount(each, settings.currency, settings.locale)
               for each in (line.amount_minor, line.balance_minor))  # fmt: skip
    return fold(" ".join((
        *days, *amounts, line.number, line_words(line, _money(settings)), line_status(line),
        type_word(line.type), _KINDS[line.kind](),
    )))  # fmt: skip


_KINDS: dict[LineKind, Callable[[], str]] = {
    LineKind.CHARGE: lambda: _("Charge"),
    LineKind.PAYMENT: lambda: _("Payment"),
    LineKind.UNDO: lambda: _("Undone"),
    LineKind.CREDIT: lambda: _("Credit note"),
    LineKind.DISPUTE: lambda: _("Dispute"),
}


def _money(settings: Settings) -> Callable[[int], str]:
    return lambda minor: format_amount(minor, settings.currency, settings.locale)


def _signed(line: SheetLine, settings: Settings) -> str:
    """What it changed of what is owed; a true minus stands as wide as a plus."""
    if not line.effect_minor:
        return _NOTHING
    sign = "+" if line.effect_minor > 0 else _MINUS
    return f"{sign}{_money(settings)(abs(line.effect_minor))}"


def _line_tone(line: SheetLine) -> str:
    if line.kind is LineKind.CHARGE:
        return charge_tone(line.status)
    if line.kind is LineKind.CREDIT:
        return credit_words.status_tone(line.status)
    if line.kind is LineKind.DISPUTE:
        return standing_tone(line.status)
    return status_tone(line.status) if line.kind is LineKind.PAYMENT else "warn"
