"""All payments, page by page: chosen by whatever a list can be filtered by, in any order.

Two sources are read side by side, each from where the last page ended: the ledger for what this
counter took, and what the centre told for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from counterdesk.core.permissions import Permission, require
from counterdesk.services.own_lines import own_ids, own_lines, own_sum
from counterdesk.services.own_lines_kept import keep_own_lines
from counterdesk.services.payment_changes import changed_here, changed_lines, changed_sum
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.payment_orders import Asked, PaymentOrder
from counterdesk.services.payment_search import MOST_HITS, lines_of_hits, newest_hits
from counterdesk.services.told_lines import told_ids, told_lines
from counterdesk.services.told_sums import sum_told
from counterdesk.store.session import ReadSession

__all__ = [
    "MOST_HITS",
    "NEWEST_FIRST",
    "PAGE",
    "PaymentLine",
    "PaymentsPage",
    "PaymentsSum",
    "payments_page",
    "payments_sum",
]
PAGE = 50
NEWEST_FIRST = PaymentOrder()


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """Some payments in the order that was asked for, and whether more follow."""

    payments: tuple[PaymentLine, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class PaymentsSum:
    """What all payments that a filter lets through come to."""

    payments: int
    amount_minor: int
    estimated: bool = False
    """Whether there are at least so many, and more were not looked for."""


def payments_page(
    read: ReadSession,
    wanted: PaymentFilter,
    after: PaymentLine | None = None,
    most: int = PAGE,
    order: PaymentOrder = NEWEST_FIRST,
) -> PaymentsPage:
    """Return the first payments of an order that a filter lets through, or those after one.

    Args:
        read: A snapshot; its actor must be allowed to see payments.
        wanted: The filter. Of a search, the newest `MOST_HITS` are all there is.
        after: The last one of the page before; None for the first page.
        most: At most so many.
        order: The order.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    keep_own_lines(read)
    changed = changed_here(read)
    if wanted.search.strip():
        lines: Iterable[PaymentLine] = _found(read, wanted, changed, after, most + 1, order)
    else:
        asked = Asked(wanted, order, after, most + 1, tuple(changed))
        lines = [
            *own_lines(read, own_ids(read, asked)), *told_lines(read, told_ids(read, asked)),
            *changed_lines(read, changed, wanted),
        ]  # fmt: skip
    follow = [line for line in lines if order.follows(line, after)]
    follow.sort(key=order.place, reverse=order.descending)
    return PaymentsPage(tuple(follow[:most]), more=len(follow) > most)


def _found(
    read: ReadSession,
    wanted: PaymentFilter,
    changed: dict[UUID, str],
    after: PaymentLine | None,
    most: int,
    order: PaymentOrder,
) -> list[PaymentLine]:
    """Return what a search means: all of it, or of the newest first the page that is asked for."""
    first = order == NEWEST_FIRST and after is None
    hits = newest_hits(read, wanted, changed, most if first else MOST_HITS + 1)[:MOST_HITS]
    if order == NEWEST_FIRST:
        last = None if after is None else (after.business_date, after.payment_id.int)
        hits = [hit for hit in hits if last is None or hit.place < last][:most]
    return lines_of_hits(read, hits)


def payments_sum(read: ReadSession, wanted: PaymentFilter) -> PaymentsSum:
    """Return the number and the amount of what a filter lets through.

    Of a search, no more than `MOST_HITS` are counted.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    keep_own_lines(read)
    changed = changed_here(read)
    if wanted.search.strip():
        hits = newest_hits(read, wanted, changed)
        counted = [hit.amount_minor for hit in hits[:MOST_HITS]]
        return PaymentsSum(len(counted), sum(counted), estimated=len(hits) > MOST_HITS)
    parts = own_sum(read, wanted), sum_told(read, wanted), changed_sum(read, changed, wanted)
    return PaymentsSum(sum(part[0] for part in parts), sum(part[1] for part in parts))
