"""What a list shows of money that was given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterdesk import services
from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.tables.records import Column
from counterdesk.ui.tables.sorted_pages import ListOrder, Page, SortedPages

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.given_back import BackLine
    from counterdesk.services.payment_filters import PaymentFilter
    from counterdesk.store.session import ReadSession

_NEWEST_FIRST = ListOrder("date")


def backs_records(settings: Settings) -> SortedPages:
    """Return an empty list of `BackLine`, the newest first."""
    return SortedPages((
        Column(
            _("Date"), lambda row: write_date(row.business_date, settings.locale),
            width=120, name="date", sort_by="date",
        ),
        Column(_("What"), lambda row: kind_word(row.kind), width=176, name="kind"),
        Column(_("Of"), lambda row: clean(row.number), kind="mono", width=112, name="number"),
        Column(_("Consumer"), _who, name="consumer"),
        Column(
            _("Amount"),
            lambda row: format_amount(-row.collected_minor, settings.currency, settings.locale),
            kind="amount", width=120, name="amount",
        ),
        Column(_("Method"), lambda row: clean(row.method), width=136, name="method"),
        Column(_("By"), _by, width=176, name="by"),
    ), _NEWEST_FIRST)  # fmt: skip


def backs_source(
    read: ReadSession, wanted: PaymentFilter, after: BackLine | None, most: int, order: ListOrder
) -> Page:
    """Return what was given back as a list reads it: of what a filter lets through."""
    found = services.given_back.backs_page(
        read, wanted, after, most, descending=order.descending
    )  # fmt: skip
    return Page(found.lines, found.more)


def kind_word(kind: str) -> str:
    """Return what was done; what is not known here stays as it is."""
    words = {
        "void": _("Voided"), "reversal": _("Reversed"), "bounced": _("Cheque came back"),
        "corrected": _("Corrected"), "refund": _("Credit paid out"),
    }  # fmt: skip
    return words.get(kind, kind)


def _who(row: Any) -> str:
    return clean(f"{row.consumer_name} \N{MIDDLE DOT} {row.account_number}")


def _by(row: Any) -> str:
    return clean(f"{row.giving_counter} \N{MIDDLE DOT} {row.given_by}")
