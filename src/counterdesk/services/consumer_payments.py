"""A consumer's payments, wherever they were taken, each once, the newest first.

What this counter took stands in its ledger, the rest in the centre's feed. The feed also echoes
what this counter sent: such a payment is told from the ledger, with the centre's newer status.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, Uuid, bindparam, func, select, tuple_

from counterdesk.core.permissions import Permission, require
from counterdesk.models.base import table_of
from counterdesk.models.ledger import CreditNote, Payment, PaymentTransaction, Tender
from counterdesk.models.ref import PastPayment
from counterdesk.services.payment_filters import BETWEEN_METHODS
from counterdesk.services.taken import CreditMade
from counterdesk.services.undone import undone_statuses
from counterdesk.store.session import ReadSession

LAST_PAYMENTS = 5
PAGE = 100
"""Payments of a timeline that are read at once."""


@dataclass(frozen=True, slots=True)
class PastPaymentRow:
    """A payment of the consumer, at any counter or online. Amounts are in minor units."""

    payment_id: UUID
    transaction_id: UUID | None
    """Its visit at this counter; None where it was taken elsewhere."""
    receipt_number: str
    business_date: date
    type: str
    method: str
    """Names of the tenders: "Cash", "Cash + Card"."""
    amount_minor: int
    status: str
    left_minor: int | None = None
    """What its receipt says was left to pay; None elsewhere, where nobody told."""
    paper_number: str = ""
    """Of the receipt that was written by hand and captured later; else ""."""
    credits: tuple[CreditMade, ...] = ()
    """Credit notes that were born of it here."""
    payment_number: str = ""
    channel: str = ""
    taken_at_utc: datetime | None = None
    """None where the centre did not tell."""
    settled_minor: int | None = None
    """What it paid of charges, as the centre told; None of what was taken here."""


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """A part of a consumer's timeline, the newest first."""

    payments: tuple[PastPaymentRow, ...]
    more: bool
    """Whether older ones follow."""


_past, _payment = table_of(PastPayment), table_of(Payment)
_visit, _tender, _note = table_of(PaymentTransaction), table_of(Tender), table_of(CreditNote)

_here = select(1).where(_payment.c.id == _past.c.payment_id).correlate(_past).exists()
_told = select(
    _past.c.payment_id, _past.c.receipt_number, _past.c.business_date, _past.c.type,
    _past.c.method, _past.c.amount_minor, _past.c.status, _past.c.payment_number, _past.c.channel,
    _past.c.taken_at_utc, _past.c.settled_minor,
).where(_past.c.consumer_id == bindparam("consumer"), ~_here)  # fmt: skip
_own = (
    select(
        _payment.c.id.label("payment_id"), _payment.c.transaction_id, _visit.c.receipt_number,
        _visit.c.business_date, _payment.c.type, _payment.c.amount_minor,
        func.coalesce(_past.c.status, _payment.c.status).label("status"), _payment.c.left_minor,
        _visit.c.paper_number, _payment.c.number.label("payment_number"), _visit.c.channel,
        _visit.c.taken_at_utc,
    )
    .join(_visit, _visit.c.id == _payment.c.transaction_id)
    .outerjoin(_past, _past.c.payment_id == _payment.c.id)
    .where(_payment.c.consumer_id == bindparam("consumer"))
)  # fmt: skip


def _newest(rows: Select[Any], day: Any, payment_id: Any) -> Select[Any]:
    before = tuple_(bindparam("day", type_=Date), bindparam("payment", type_=Uuid))
    return (
        rows.where(tuple_(day, payment_id) < before)
        .order_by(day.desc(), payment_id.desc())
        .limit(bindparam("most"))
    )


_newest_told = _newest(_told, _past.c.business_date, _past.c.payment_id)
_newest_own = _newest(_own, _visit.c.business_date, _payment.c.id)
_BEFORE_ANY = (date.max, UUID(int=2**128 - 1))


def payment_timeline(
    read: ReadSession, consumer_id: UUID, after: PastPaymentRow | None = None, most: int = PAGE
) -> PaymentsPage:
    """Return a page of all payments of a consumer that are known here.

    Args:
        read: A snapshot; its actor must be allowed to look at consumers.
        consumer_id: Whose payments.
        after: The last one of the page before; None for the newest.
        most: At most so many.

    Raises:
        PermissionRefused: The actor may not look at consumers.
    """
    require(read.actor, Permission.FIND_CONSUMER)
    day, payment = (after.business_date, after.payment_id) if after else _BEFORE_ANY
    wanted = {"consumer": consumer_id, "day": day, "payment": payment, "most": most + 1}
    told = read.execute(_newest_told, wanted).mappings()
    rows = list(_told_rows(read, [dict(row) for row in told]))
    rows += _own_rows(read, [dict(row) for row in read.execute(_newest_own, wanted).mappings()])
    rows.sort(key=lambda row: (row.business_date, row.payment_id.int), reverse=True)
    return PaymentsPage(tuple(rows[:most]), len(rows) > most)


def last_payments(read: ReadSession, consumer_id: UUID) -> tuple[PastPaymentRow, ...]:
    """Return a consumer's newest payments, the newest first, five at most."""
    return payment_timeline(read, consumer_id, most=LAST_PAYMENTS).payments


def method_names(read: ReadSession, visits: Iterable[UUID]) -> dict[UUID, str]:
    """Return for each visit the names of its tenders, each once, in the order keyed."""
    tenders = (
        select(_tender.c.transaction_id, _tender.c.method_name)
        .where(_tender.c.transaction_id.in_(visits))
        .order_by(_tender.c.position)
    )
    names: defaultdict[UUID, dict[str, None]] = defaultdict(dict)
    for tender in read.execute(tenders):
        names[tender.transaction_id][tender.method_name] = None
    return {visit: BETWEEN_METHODS.join(given) for visit, given in names.items()}


def _told_rows(read: ReadSession, told: list[dict[str, Any]]) -> Iterable[PastPaymentRow]:
    """What was undone here is told from here until the centre has heard of it."""
    gone = undone_statuses(read, [row["payment_id"] for row in told])
    for row in told:
        row["status"] = gone.get(row["payment_id"], row["status"])
        yield PastPaymentRow(transaction_id=None, **row)


def _own_rows(read: ReadSession, own: list[dict[str, Any]]) -> Iterable[PastPaymentRow]:
    if not own:
        return
    visits = {row["transaction_id"] for row in own}
    methods, born = method_names(read, visits), _credits(read, visits)
    gone = undone_statuses(read, [row["payment_id"] for row in own])
    for row in own:
        row["status"] = gone.get(row["payment_id"], row["status"])
        credits = tuple(born[row["payment_id"]])
        yield PastPaymentRow(**row, method=methods[row["transaction_id"]], credits=credits)


def _credits(read: ReadSession, visits: Iterable[UUID]) -> defaultdict[UUID, list[CreditMade]]:
    notes = select(
        _note.c.payment_id, _note.c.number, _note.c.account_number, _note.c.amount_minor
    ).where(_note.c.transaction_id.in_(visits))
    born: defaultdict[UUID, list[CreditMade]] = defaultdict(list)
    for row in read.execute(notes):
        note = CreditMade(row.number, row.account_number, row.amount_minor)
        born[row.payment_id].append(note)
    return born
