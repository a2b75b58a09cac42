"""The list of payments, here and at other counters, each once, the newest first.

It counts what the tiles above it count: own payments come from the ledger, the others from the
centre's feed, and what the feed echoes of this counter is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from counterdesk.core.numbers import write_number
from counterdesk.core.permissions import Permission, require
from counterdesk.core.text import clean
from counterdesk.models import ledger, ref
from counterdesk.models.base import table_of
from counterdesk.services.consumer_payments import method_names
from counterdesk.services.consumers import search_consumers
from counterdesk.services.undone import undone_statuses
from counterdesk.store.session import ReadSession

_LONGEST_NUMBER = 15

_visits = table_of(ledger.PaymentTransaction)
_payments = table_of(ledger.Payment)
_past = table_of(ref.PastPayment)
_consumers = table_of(ref.Consumer)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment in the list of payments."""

    payment_id: UUID
    transaction_id: UUID | None
    """Its visit at this counter; None where it was taken elsewhere."""
    receipt_number: str
    consumer_name: str
    account_number: str
    amount_minor: int
    method: str
    """Names of the tenders of its visit: "Cash", "Cash + Card"."""
    business_date: date
    type: str
    status: str
    paper_number: str = ""
    """Of the receipt that was written by hand and captured later; else ""."""


def last_payments(read: ReadSession, limit: int = 50, search: str = "") -> tuple[PaymentRow, ...]:
    """Return the newest payments that are known here, the newest first.

    Args:
        read: A snapshot; its actor must be allowed to see payments.
        limit: At most so many rows.
        search: Part of a consumer's name, account number or receipt number, any case. Other
            counters' consumers are those that the search box would find, and their receipts are
            found by the whole number or its digits.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    typed = clean(search).strip()
    own = _own(read, limit, typed)
    # What is older than a full list of own payments is not looked at: it may all be echoes.
    since = own[-1].business_date if len(own) == limit else date.min
    rows = [*own, *_elsewhere(read, limit, typed, since)]
    rows.sort(key=lambda row: (row.business_date, row.payment_id.int), reverse=True)
    return tuple(rows[:limit])


_newest_own = (
    select(
        _payments.c.id.label("payment_id"), _payments.c.transaction_id, _visits.c.receipt_number,
        _payments.c.consumer_name, _payments.c.account_number, _payments.c.amount_minor,
        _visits.c.business_date, _payments.c.type, _payments.c.status, _visits.c.paper_number,
    )
    # Every visit has payments: outer only keeps SQLite from beginning with all of them.
    .select_from(_visits)
    .outerjoin(_payments, _payments.c.transaction_id == _visits.c.id)
    .order_by(_visits.c.business_date.desc(), _payments.c.id.desc())
)  # fmt: skip
_newest_elsewhere = (
    select(
        _past.c.payment_id, _past.c.receipt_number,
        func.coalesce(_consumers.c.name, "").label("consumer_name"),
        func.coalesce(_consumers.c.account_number, "").label("account_number"),
        _past.c.amount_minor, _past.c.method, _past.c.business_date, _past.c.type, _past.c.status,
    )
    .outerjoin(_consumers, _consumers.c.consumer_id == _past.c.consumer_id)
    .where(~select(_payments.c.id).where(_payments.c.id == _past.c.payment_id).exists())
    .order_by(_past.c.business_date.desc(), _past.c.payment_id.desc())
)  # fmt: skip


def _own(read: ReadSession, limit: int, typed: str) -> list[PaymentRow]:
    wanted = _newest_own.where(_contains(typed)) if typed else _newest_own
    rows = read.execute(wanted.limit(limit)).mappings().all()
    methods = method_names(read, {row["transaction_id"] for row in rows})
    gone = undone_statuses(read, [row["payment_id"] for row in rows])
    return [
        PaymentRow(**{**row, "status": gone.get(row["payment_id"], row["status"])},
                   method=methods[row["transaction_id"]])
        for row in rows
    ]  # fmt: skip


def _contains(text: str) -> ColumnElement[bool]:
    columns = (_payments.c.consumer_name, _payments.c.account_number, _visits.c.receipt_number)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _elsewhere(read: ReadSession, limit: int, typed: str, since: date) -> list[PaymentRow]:
    newest = _newest_elsewhere.where(_past.c.business_date >= since).limit(limit)
    wanted = [newest]
    if typed:  # each finds its rows by an index of its own
        found = _past.c.consumer_id.in_(_consumers_named(read, typed))
        numbered = _past.c.receipt_number.in_(_receipts(read, typed))
        wanted = [newest.where(where) for where in (found, numbered)]
    rows = [row for each in wanted for row in read.execute(each).mappings()]
    known = {row["payment_id"]: row for row in rows}
    gone = undone_statuses(read, known)
    return [
        PaymentRow(transaction_id=None, **{**row, "status": gone.get(one, row["status"])})
        for one, row in known.items()
    ]


def _consumers_named(read: ReadSession, typed: str) -> list[UUID]:
    part = typed.casefold()
    return [
        hit.consumer_id
        for hit in search_consumers(read, typed)
        if part in hit.name.casefold() or part in hit.account_number.casefold()
    ]


def _receipts(read: ReadSession, typed: str) -> list[str]:
    """Return the receipt numbers that typed text may be the whole of."""
    numbers = [typed.upper()]
    if typed.isdecimal() and len(typed) <= _LONGEST_NUMBER:
        form = read.settings.number_formats["receipt"]
        numbers.append(write_number(form, read.today().year, int(typed)))
    return numbers
