"""A consumer's newest payments, wherever they were taken, each once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from counterdesk.models.base import table_of
from counterdesk.models.ledger import Payment, PaymentTransaction, Tender
from counterdesk.models.ref import PastPayment
from counterdesk.store.session import ReadSession

LAST_PAYMENTS = 5


@dataclass(frozen=True, slots=True)
class PastPaymentRow:
    """A payment of the consumer, at any counter or online. The amount is in minor units."""

    payment_id: UUID
    receipt_number: str
    business_date: date
    type: str
    method: str
    """Names of the tenders: "Cash", "Cash + Card"."""
    amount_minor: int
    status: str


_past, _payment = table_of(PastPayment), table_of(Payment)
_visit, _tender = table_of(PaymentTransaction), table_of(Tender)
_told = (
    select(
        _past.c.payment_id, _past.c.receipt_number, _past.c.business_date, _past.c.type,
        _past.c.method, _past.c.amount_minor, _past.c.status,
    )
    .where(_past.c.consumer_id == bindparam("consumer"))
    .order_by(_past.c.business_date.desc(), _past.c.payment_id.desc())
    .limit(LAST_PAYMENTS)
)  # fmt: skip
_echoed = select(1).where(_past.c.payment_id == _payment.c.id).correlate(_payment).exists()
_own = (
    select(
        _payment.c.id.label("payment_id"),
        _payment.c.transaction_id,
        _visit.c.receipt_number,
        _visit.c.business_date,
        _payment.c.type,
        _payment.c.amount_minor,
        _payment.c.status,
    )
    .join(_visit, _visit.c.id == _payment.c.transaction_id)
    .where(_payment.c.consumer_id == bindparam("consumer"), ~_echoed)
    .order_by(_visit.c.business_date.desc(), _payment.c.id.desc())
    .limit(LAST_PAYMENTS)
)
_tenders = (
    select(_tender.c.transaction_id, _tender.c.method_name)
    .where(_tender.c.transaction_id.in_(bindparam("visits", expanding=True)))
    .order_by(_tender.c.position)
)


def last_payments(read: ReadSession, consumer_id: UUID) -> tuple[PastPaymentRow, ...]:
    """Return a consumer's newest payments, the newest first, five at most."""
    told = read.execute(_told, {"consumer": consumer_id}).mappings()
    rows = [PastPaymentRow(**row) for row in told]
    own = [dict(row) for row in read.execute(_own, {"consumer": consumer_id}).mappings()]
    methods = _methods(read, [row["transaction_id"] for row in own])
    for row in own:
        method = methods[row.pop("transaction_id")]
        rows.append(PastPaymentRow(**row, method=method))
    rows.sort(key=lambda row: (row.business_date, row.payment_id.int), reverse=True)
    return tuple(rows[:LAST_PAYMENTS])


def _methods(read: ReadSession, visits: list[UUID]) -> dict[UUID, str]:
    names: defaultdict[UUID, dict[str, None]] = defaultdict(dict)
    for row in read.execute(_tenders, {"visits": visits}).mappings() if visits else ():
        names[row["transaction_id"]][row["method_name"]] = None
    return {visit: " + ".join(each) for visit, each in names.items()}
