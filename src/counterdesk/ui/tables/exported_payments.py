"""Payments as they leave in a file: all that is known of each, and what was chosen in words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from counterdesk import services
from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.listed import Kind, ListedColumn
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.ui.tables.payment_words import status_word, type_word
from counterdesk.ui.tables.payments_table import NEWEST_FIRST, payments_source
from counterdesk.ui.tables.sorted_pages import ListOrder

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from collections.abc import Iterator, Sequence

    from counterdesk.services.list_export import Listing
    from counterdesk.services.payment_filters import PaymentFilter
    from counterdesk.services.payment_lines import PaymentLine
    from counterdesk.store.session import ReadSession


def payments_listing(
    wanted: PaymentFilter,
    settings: Settings,
    chosen: Sequence[str] = (),
    order: ListOrder = NEWEST_FIRST,
) -> Listing:
    """Return the payments that a filter lets through, to be exported.

    Args:
        wanted: The filter.
        settings: Of the office.
        chosen: What was chosen, in words; the filter's own words if not told.
        order: As they are listed.
    """
    made = services.list_export
    return made.Listing(
        _("Payments"),
        tuple(chosen) or filter_words(wanted, settings),
        payment_columns(),
        made.keyset(partial(_page, wanted, order)),
        partial(_count, wanted),
    )


def payment_columns() -> tuple[ListedColumn, ...]:
    """Return what a file tells of each payment."""
    return (
        ListedColumn(_("Receipt"), lambda row: row.receipt_number, Kind.ID),
        ListedColumn(_("Date"), lambda row: row.business_date, Kind.DATE),
        ListedColumn(_("Taken at"), lambda row: row.taken_at_utc, Kind.MOMENT),
        ListedColumn(_("Consumer"), lambda row: row.consumer_name),
        ListedColumn(_("Account"), lambda row: row.account_number, Kind.ID),
        ListedColumn(_("Amount"), lambda row: row.amount_minor, Kind.AMOUNT, summed=True),
        ListedColumn(_("Collected"), lambda row: row.collected_minor, Kind.AMOUNT, summed=True),
        ListedColumn(_("Method"), lambda row: row.method),
        ListedColumn(_("Type"), lambda row: type_word(row.type)),
        ListedColumn(_("Status"), lambda row: status_word(row.status)),
        ListedColumn(_("Channel"), lambda row: row.channel),
        ListedColumn(_("Counter"), lambda row: row.counter, Kind.ID),
        ListedColumn(_("Cashier"), lambda row: row.cashier),
        ListedColumn(_("Payment"), lambda row: row.payment_number, Kind.ID),
        ListedColumn(_("Transaction"), lambda row: row.transaction_number, Kind.ID),
    )


def filter_words(wanted: PaymentFilter, settings: Settings) -> tuple[str, ...]:
    """Return what a filter lets through, a line for each thing that it asks for."""
    lines = [
        (_("From"), write_date(wanted.first, settings.locale) if wanted.first else ""),
        (_("To"), write_date(wanted.last, settings.locale) if wanted.last else ""),
        (_("Method"), ", ".join(wanted.method)),
        (_("Status"), ", ".join(map(status_word, wanted.status))),
        (_("Type"), ", ".join(map(type_word, wanted.type))),
        (_("Channel"), ", ".join(wanted.channel)),
        (_("Counter"), ", ".join(wanted.counter)),
        (_("Cashier"), ", ".join(wanted.cashier)),
        (_("Amount from"), _money(wanted.least_minor, settings)),
        (_("Amount to"), _money(wanted.most_minor, settings)),
        (_("Search"), wanted.search.strip()),
    ]
    words = [f"{name}: {text}" for name, text in lines if text]
    return (*words, *_bounds(wanted))


def _bounds(wanted: PaymentFilter) -> Iterator[str]:
    if wanted.search.strip():  # nobody may take the file for all there is
        most = services.payment_pages.MOST_HITS
        yield _("Of a search, only the newest {most} at most").format(most=most)
    if wanted.counted:
        yield _("Only what figures count")


def _money(minor: int | None, settings: Settings) -> str:
    return "" if minor is None else format_amount(minor, settings.currency, settings.locale)


def _page(
    wanted: PaymentFilter, order: ListOrder, read: ReadSession, last: PaymentLine | None
) -> tuple[Sequence[PaymentLine], bool]:
    page = payments_source(read, wanted, last, services.list_export.PAGE, order)
    return page.records, page.more


def _count(wanted: PaymentFilter, read: ReadSession) -> int:
    """Return how many there are; 0 where counting was given up."""
    found = services.payment_pages.payments_sum(read, wanted)
    return 0 if found.estimated else found.payments
