"""What a list shows of credit notes, and what it is sorted by."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from counterdesk import services
from counterdesk.core.credit_words import reason_words, status_tone, status_words, usage_words
from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.records import Column
from counterdesk.ui.tables.sorted_pages import ListOrder, Page, SortedPages

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.credit_filters import NoteFilter
    from counterdesk.services.credit_lines import CreditNoteLine
    from counterdesk.store.session import ReadSession

NEWEST_FIRST = ListOrder("created")


def notes_records(settings: Settings) -> SortedPages:
    """Return an empty list of `CreditNoteLine`, the newest first."""
    return SortedPages((*_first(settings), *_optional(settings)), NEWEST_FIRST)


def notes_source(
    read: ReadSession, wanted: NoteFilter, after: CreditNoteLine | None, most: int, order: ListOrder
) -> Page:
    """Return notes as a list reads them: what a filter lets through, after one of them."""
    by = services.credit_filters.NoteSort(order.by)
    wished = services.credit_filters.NoteOrder(by, order.descending)
    found = services.credit_pages.notes_page(read, wanted, after, most, wished)
    return Page(found.notes, found.more)


def _first(settings: Settings) -> tuple[Column, ...]:
    return (
        Column(
            _("#"), _plain("number"), kind="mono", width=96, name="number", sort_by="number",
            link=_plain("number"),
        ),
        Column(
            _("Consumer"), lambda row: clean(f"{row.consumer_name} \N{MIDDLE DOT} "
            f"{row.account_number}"), name="consumer", sort_by="consumer",
            link=_plain("consumer_name"),
        ),
        Column(
            _("Amount"), _money("amount_minor", settings), kind="amount", width=96,
            name="amount", sort_by="amount",
        ),
        Column(
            _("Remaining"), _money("remaining_minor", settings), kind="amount", width=100,
            name="remaining", sort_by="remaining",
        ),
        Column(
            _("Reason"), _reason, width=164, name="reason", sort_by="reason",
        ),
        Column(
            _("Status"), lambda row: status_words(row.status), kind="badge", width=168,
            tone=lambda row: status_tone(row.status), name="status", sort_by="status",
        ),
        Column(
            _("Created"), _day("created_on", settings), width=116, name="created",
            sort_by="created",
        ),
        Column(
            _("Payment"), payment_words, kind="mono", width=84, name="payment",
            sort_by="payment", link=payment_words,
        ),
    )  # fmt: skip


def _optional(settings: Settings) -> tuple[Column, ...]:
    return (
        Column(
            _("Used"), lambda row: usage_words(row.used_tenths), width=80, name="used",
            sort_by="used", optional=True,
        ),
        Column(
            _("Expires"), _day("expires_on", settings), width=112, name="expires",
            sort_by="expires", optional=True,
        ),
        Column(
            _("Created by"), _plain("created_by"), width=136, name="created_by",
            sort_by="created_by", optional=True,
        ),
        Column(
            _("Approved by"), _plain("approved_by"), width=136, name="approved_by",
            sort_by="approved_by", optional=True,
        ),
    )  # fmt: skip


def payment_words(row: Any) -> str:
    """Return the number by which the payment of a note is known, "" for none."""
    return clean(row.receipt_number or row.payment_number)


def _reason(row: Any) -> str:
    return clean(reason_words(row.reason)) or "\N{EN DASH}"


def _plain(field: str) -> Callable[[Any], str]:
    return lambda row: clean(getattr(row, field))


def _money(field: str, settings: Settings) -> Callable[[Any], str]:
    return lambda row: format_amount(getattr(row, field), settings.currency, settings.locale)


def _day(field: str, settings: Settings) -> Callable[[Any], str]:
    def day(row: Any) -> str:
        on = getattr(row, field)
        return "" if on is None else write_date(on, settings.locale)

    return day
