"""The list of all payments of one account, newest first; it grows while somebody reads on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.payment_words import status_tone, status_word, type_word
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.records import Column, PagedRecords

if TYPE_CHECKING:
    from counterdesk.services.consumer_payments import PastPaymentRow


def timeline_table(records: PagedRecords) -> RecordTable:
    """Return the view of such a list."""
    return RecordTable("timelineTable", _("All payments of this account"), records)


def timeline_records(settings: Settings) -> PagedRecords:
    """Return an empty list of `PastPaymentRow`."""

    def money(amount_minor: int | None) -> str:
        if amount_minor is None:
            return "\u2013"
        return format_amount(amount_minor, settings.currency, settings.locale)

    def credit(row: PastPaymentRow) -> str:
        return ", ".join(f"{note.number}  {money(note.amount_minor)}" for note in row.credits)

    return PagedRecords((
        Column(_("Date"), lambda row: write_date(row.business_date, settings.locale), width=128),
        Column(_("Receipt"), lambda row: clean(row.receipt_number), kind="mono", width=88),
        Column(_("Type"), lambda row: clean(type_word(row.type)), width=96),
        Column(_("Method"), lambda row: clean(row.method)),
        Column(_("Amount"), lambda row: money(row.amount_minor), kind="amount", width=120),
        Column(
            _("Status"), lambda row: clean(status_word(row.status)), kind="badge", width=104,
            tone=lambda row: status_tone(row.status),
        ),
        Column(_("Balance left"), lambda row: money(row.left_minor), kind="amount", width=120),
        Column(_("Credit note"), credit, width=168),
    ))  # fmt: skip
