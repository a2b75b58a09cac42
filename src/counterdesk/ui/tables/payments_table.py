"""What a list shows of payments, here and elsewhere, and what it is sorted by."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from counterdesk import services
from counterdesk.core.dates import write_date, write_time
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.payment_words import status_tone, status_word, type_word
from counterdesk.ui.tables.records import Column
from counterdesk.ui.tables.sorted_pages import ListOrder, Page, SortedPages

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.payment_filters import PaymentFilter
    from counterdesk.services.payment_pages import PaymentLine
    from counterdesk.store.session import ReadSession

NEWEST_FIRST = ListOrder("date")


def payments_records(settings: Settings) -> SortedPages:
    """Return an empty list of `PaymentLine`, the newest first."""
    return SortedPages((*_first(settings), *_optional(settings)), NEWEST_FIRST)


def payments_source(
    read: ReadSession, wanted: PaymentFilter, after: PaymentLine | None, most: int, order: ListOrder
) -> Page:
    """Return payments as a list reads them: what a filter lets through, after one of them."""
    by = services.payment_orders.SortBy(order.by)
    wished = services.payment_orders.PaymentOrder(by, order.descending)
    found = services.payment_pages.payments_page(read, wanted, after, most, wished)
    return Page(found.payments, found.more)


def _first(settings: Settings) -> tuple[Column, ...]:
    return (
        Column(
            _("Receipt #"), _plain("receipt_number"), kind="mono", width=96, name="receipt",
            sort_by="receipt", link=_plain("receipt_number"),
        ),
        Column(
            _("Consumer"), lambda row: clean(f"{row.consumer_name} \N{MIDDLE DOT} "
            f"{row.account_number}"), name="consumer", sort_by="consumer",
            link=_plain("consumer_name"),
        ),
        Column(
            _("Amount"), _money("amount_minor", settings), kind="amount", width=112,
            name="amount", sort_by="amount",
        ),
        Column(_("Method"), _plain("method"), width=128, name="method", sort_by="method"),
        Column(
            _("Date"), lambda row: write_date(row.business_date, settings.locale), width=116,
            name="date", sort_by="date",
        ),
        Column(_("Type"), _type, width=104, name="type", sort_by="type"),
        Column(
            _("Status"), lambda row: clean(status_word(row.status)), kind="badge", width=112,
            tone=lambda row: status_tone(row.status), name="status", sort_by="status",
        ),
    )  # fmt: skip


def _optional(settings: Settings) -> tuple[Column, ...]:
    def time(row: Any) -> str:
        taken = row.taken_at_utc
        return "" if taken is None else write_time(taken, settings.time_zone)

    return (
        Column(
            _("Account"), _plain("account_number"), kind="mono", width=112, name="account",
            sort_by="account", optional=True,
        ),
        Column(
            _("Channel"), _plain("channel"), width=104, name="channel", sort_by="channel",
            optional=True,
        ),
        Column(
            _("Counter"), _plain("counter"), width=96, name="counter", sort_by="counter",
            optional=True,
        ),
        Column(
            _("Cashier"), _plain("cashier"), width=136, name="cashier", sort_by="cashier",
            optional=True,
        ),
        Column(
            _("Collected"), _money("collected_minor", settings), kind="amount", width=120,
            name="collected", optional=True,
        ),
        Column(
            _("Payment number"), _plain("payment_number"), kind="mono", width=176,
            name="payment_number", optional=True,
        ),
        Column(
            _("Transaction number"), _plain("transaction_number"), kind="mono", width=176,
            name="transaction_number", optional=True,
        ),
        Column(_("Time"), time, width=72, name="time", optional=True),
    )  # fmt: skip


def _plain(field: str) -> Callable[[Any], str]:
    return lambda row: clean(getattr(row, field))


def _money(field: str, settings: Settings) -> Callable[[Any], str]:
    return lambda row: format_amount(getattr(row, field), settings.currency, settings.locale)


def _type(row: Any) -> str:
    word = clean(type_word(row.type))
    return _("{type}, by hand").format(type=word) if row.paper_number else word
