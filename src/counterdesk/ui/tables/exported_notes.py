"""Credit notes as they leave in a file: all that a list knows of each, and what was chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from counterdesk import services
from counterdesk.core.credit_words import reason_words, status_words, usage_words
from counterdesk.core.i18n import _
from counterdesk.core.listed import Kind, ListedColumn

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from collections.abc import Sequence

    from counterdesk.services.credit_filters import NoteFilter, NoteOrder
    from counterdesk.services.credit_lines import CreditNoteLine
    from counterdesk.services.list_export import Listing
    from counterdesk.store.session import ReadSession


def notes_listing(wanted: NoteFilter, order: NoteOrder, chosen: Sequence[str]) -> Listing:
    """Return the notes that a filter lets through, to be exported as they are listed.

    Args:
        wanted: The filter.
        order: Of the list.
        chosen: What the filter asks for, in words.
    """
    made = services.list_export
    return made.Listing(
        _("Credit notes"),
        tuple(chosen),
        note_columns(),
        made.keyset(partial(_page, wanted, order)),
        lambda read: services.credit_pages.notes_sum(read, wanted).notes,
    )


def note_columns() -> tuple[ListedColumn, ...]:
    """Return what a file tells of each note."""
    return (
        ListedColumn(_("Credit note"), lambda row: row.number, Kind.ID),
        ListedColumn(_("Consumer"), lambda row: row.consumer_name),
        ListedColumn(_("Account"), lambda row: row.account_number, Kind.ID),
        ListedColumn(_("Amount"), lambda row: row.amount_minor, Kind.AMOUNT, summed=True),
        ListedColumn(_("Remaining"), lambda row: row.remaining_minor, Kind.AMOUNT, summed=True),
        ListedColumn(_("Used"), lambda row: usage_words(row.used_tenths)),
        ListedColumn(_("Reason"), lambda row: reason_words(row.reason)),
        ListedColumn(_("Status"), lambda row: status_words(row.status)),
        ListedColumn(_("Created"), lambda row: row.created_on, Kind.DATE),
        ListedColumn(_("Expires"), lambda row: row.expires_on, Kind.DATE),
        ListedColumn(_("Receipt"), lambda row: row.receipt_number, Kind.ID),
        ListedColumn(_("Payment"), lambda row: row.payment_number, Kind.ID),
        ListedColumn(_("Created by"), lambda row: row.created_by),
        ListedColumn(_("Approved by"), lambda row: row.approved_by),
    )


def _page(
    wanted: NoteFilter, order: NoteOrder, read: ReadSession, last: CreditNoteLine | None
) -> tuple[Sequence[CreditNoteLine], bool]:
    most = services.list_export.PAGE
    page = services.credit_pages.notes_page(read, wanted, last, most, order)
    return page.notes, page.more
