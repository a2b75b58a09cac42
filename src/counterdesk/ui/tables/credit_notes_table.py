"""The list of credit notes, newest first."""

from __future__ import annotations

from counterdesk.core.credit_words import reason_words, status_tone, status_words
from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.records import Column, RecordsModel


def credit_notes_model(settings: Settings) -> RecordsModel:
    """Return an empty list of `CreditNoteRow`."""

    def money(amount_minor: int) -> str:
        return format_amount(amount_minor, settings.currency, settings.locale)

    return RecordsModel(
        (
            Column(_("Number"), lambda row: row.number, lambda row: row.number, "mono", 96),
            Column(
                _("Created"), lambda row: write_date(row.created_on, settings.locale),
                lambda row: row.created_on, width=112,
            ),
            Column(
                _("Consumer"), lambda row: clean(f"{row.consumer_name} · {row.account_number}"),
                lambda row: row.consumer_name,
            ),
            Column(
                _("Reason"), lambda row: clean(reason_words(row.reason)), lambda row: row.reason,
                "badge", 160,
            ),
            Column(
                _("Amount"), lambda row: money(row.amount_minor), lambda row: row.amount_minor,
                "amount", 96,
            ),
            Column(
                _("Remaining"), lambda row: money(row.remaining_minor),
                lambda row: row.remaining_minor, "amount", 104,
            ),
            Column(
                _("Status"), lambda row: status_words(row.status), lambda row: row.status,
                "badge", 168, lambda row: status_tone(row.status),
            ),
            Column(
                _("Receipt"), lambda row: clean(row.receipt_number),
                lambda row: (len(row.receipt_number), row.receipt_number), "mono", 80,
            ),
        )
    )  # fmt: skip
