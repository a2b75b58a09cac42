"""The list of credit notes, newest first."""

from __future__ import annotations

from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.records import Column, RecordsModel

_TONES = {"Active": "ok", "Used": "info", "Pending approval": "warn",
          "Expired": "danger", "Cancelled": "danger"}  # fmt: skip


def credit_notes_model(settings: Settings) -> RecordsModel:
    """Return an empty list of `CreditNoteRow`."""

    def money(amount_minor: int) -> str:
        return format_amount(amount_minor, settings.currency, settings.locale)

    return RecordsModel(
        (
            Column(_("Number"), lambda row: row.number, lambda row: row.number, "mono", 112),
            Column(
                _("Created"), lambda row: write_date(row.created_on, settings.locale),
                lambda row: row.created_on, width=120,
            ),
            Column(
                _("Consumer"), lambda row: clean(row.consumer_name),
                lambda row: row.consumer_name,
            ),
            Column(
                _("Account"), lambda row: row.account_number, lambda row: row.account_number,
                "mono", 112,
            ),
            Column(_("Reason"), lambda row: row.reason, lambda row: row.reason, width=120),
            Column(
                _("Amount"), lambda row: money(row.amount_minor), lambda row: row.amount_minor,
                "amount", 112,
            ),
            Column(
                _("Remaining"), lambda row: money(row.remaining_minor),
                lambda row: row.remaining_minor, "amount", 112,
            ),
            Column(
                _("Status"), lambda row: row.status, lambda row: row.status, "badge", 112,
                lambda row: _TONES.get(row.status, "info"),
            ),
        )
    )  # fmt: skip
