"""The list of payments, here and elsewhere, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.payment_words import status_tone, status_word, type_word
from counterdesk.ui.tables.records import Column, RecordsModel

if TYPE_CHECKING:
    from counterdesk.services.payment_list import PaymentRow


def payments_model(settings: Settings) -> RecordsModel:
    """Return an empty list of `PaymentRow`."""
    return RecordsModel(
        (
            Column(_("Receipt"), lambda row: clean(row.receipt_number), _receipt_order, "mono", 96),
            Column(
                _("Date"),
                lambda row: write_date(row.business_date, settings.locale),
                lambda row: row.business_date,
                width=120,
            ),
            Column(_("Consumer"), _consumer, _consumer),
            Column(
                _("Account"), lambda row: row.account_number, lambda row: row.account_number,
                "mono", 112,
            ),
            Column(_("Type"), _type, _type, width=112),
            Column(_("Method"), _method, _method, width=136),
            Column(
                _("Amount"),
                lambda row: format_amount(row.amount_minor, settings.currency, settings.locale),
                lambda row: row.amount_minor,
                "amount",
                120,
            ),
            Column(
                _("Status"), lambda row: clean(status_word(row.status)),
                lambda row: row.status, "badge", 104, lambda row: status_tone(row.status),
            ),
        )
    )  # fmt: skip


def _consumer(row: PaymentRow) -> str:
    return clean(row.consumer_name)


def _type(row: PaymentRow) -> str:
    word = clean(type_word(row.type))
    return _("{type}, by hand").format(type=word) if row.paper_number else word


def _method(row: PaymentRow) -> str:
    return clean(row.method)


def _receipt_order(row: PaymentRow) -> tuple[int, str]:
    # R-999 comes before R-1000.
    return len(row.receipt_number), row.receipt_number
