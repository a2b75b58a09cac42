"""What was undone: found again, and the status and marks that payments and receipts have of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from counterdesk.core.documents import Document
from counterdesk.core.i18n import _, in_language
from counterdesk.core.settings import ModeKind
from counterdesk.core.undoing import UndoKind, act_number
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Payment, Settlement, Tender
from counterdesk.models.ref import PastPayment
from counterdesk.models.undoing import Undo, UndoneSettlement, UndoTender
from counterdesk.store.session import ReadSession

_undos, _undone, _back = table_of(Undo), table_of(UndoneSettlement), table_of(UndoTender)
_past = table_of(PastPayment)
_payments, _settlements, _tenders = table_of(Payment), table_of(Settlement), table_of(Tender)


@dataclass(frozen=True, slots=True)
class Undone:
    """An undo that is safely in the ledger."""

    undo_id: UUID
    kind: UndoKind
    act: str
    """Its number: the place among the acts of this counter."""
    transaction_id: UUID
    receipt_number: str
    payment_number: str
    reason: str
    approver_name: str
    cash_minor: int
    """Cash that goes back to the payer."""
    event_seq: int


_cash_back = select(func.coalesce(func.sum(-_back.c.delta_minor), 0)).where(
    _back.c.undo_id == bindparam("undo"), _back.c.kind == ModeKind.CASH.value
)


def find_undone(read: ReadSession, undo_id: UUID) -> Undone | None:
    """Return an undo by its id, or None."""
    row = read.execute(select(_undos).where(_undos.c.id == undo_id)).one_or_none()
    return _told(read, row) if row is not None else None


def undone_of(read: ReadSession, transaction_id: UUID) -> tuple[Undone, ...]:
    """Return everything that was undone of a transaction, in order."""
    query = select(_undos).where(_undos.c.transaction_id == transaction_id)
    rows = read.execute(query.order_by(_undos.c.event_seq)).all()
    return tuple(_told(read, row) for row in rows)


def _told(read: ReadSession, row: Any) -> Undone:
    return Undone(
        row.id, UndoKind(row.kind), act_number(read.counter.code, row.event_seq),
        row.transaction_id, row.receipt_number, row.payment_number, row.reason,
        row.approver_name, int(read.execute(_cash_back, {"undo": row.id}).scalar_one()),
        row.event_seq,
    )  # fmt: skip


def payers_of(read: ReadSession, undo_id: UUID) -> dict[str, str]:
    """Return the accounts whose payments an undo took back, with the names as they were then.

    A payment of another counter has its name from the centre; "" while that has not told of it.
    """
    query = (
        select(
            _undone.c.account_number,
            func.coalesce(_payments.c.consumer_name, _past.c.consumer_name, "").label("name"),
        )
        .outerjoin(_payments, _payments.c.id == _undone.c.payment_id)
        .outerjoin(_past, _past.c.payment_id == _undone.c.payment_id)
        .where(_undone.c.undo_id == undo_id, _undone.c.payment_id.is_not(None))
        .order_by(_payments.c.number, _past.c.payment_number)
    )
    return {row.account_number: row.name for row in read.execute(query)}


def undone_statuses(read: ReadSession, payment_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return "Voided" or "Reversed" of those payments of which nothing stands any more."""
    query = (
        select(
            _undone.c.payment_id,
            _undone.c.amount_minor,
            _undos.c.kind,
            func.coalesce(_payments.c.amount_minor, _past.c.amount_minor).label("whole"),
        )
        .join(_undos, _undos.c.id == _undone.c.undo_id)
        .outerjoin(_payments, _payments.c.id == _undone.c.payment_id)
        .outerjoin(_past, _past.c.payment_id == _undone.c.payment_id)
        .where(_undone.c.payment_id.in_(list(payment_ids)))
        .order_by(_undone.c.event_seq)
    )
    gone: dict[UUID, int] = {}
    statuses: dict[UUID, str] = {}
    for row in read.execute(query):
        gone[row.payment_id] = gone.get(row.payment_id, 0) + row.amount_minor
        if gone[row.payment_id] == row.whole:
            statuses[row.payment_id] = "Voided" if row.kind == UndoKind.VOID else "Reversed"
    return statuses


def marked(read: ReadSession, transaction_id: UUID, document: Document) -> Document:
    """Return a receipt as it may be shown and printed now: with what became of it on top."""
    undone = undone_of(read, transaction_id)
    if not undone:
        return document
    with in_language(document.language):
        marks = tuple(dict.fromkeys(_marks(undone, whole=not _stands(read, transaction_id))))
    return replace(document, marks=marks + document.marks)


def _marks(undone: tuple[Undone, ...], *, whole: bool) -> Iterable[str]:
    last = undone[-1]
    if whole and last.kind is UndoKind.VOID:
        yield _("VOID")
    elif whole:
        yield _("REVERSED")
    elif all(one.kind is UndoKind.MOVED for one in undone):
        yield _("MOVED TO ANOTHER ACCOUNT")
    else:
        yield _("PARTLY REVERSED")
    yield " ".join(one.act for one in undone)


def _stands(read: ReadSession, transaction_id: UUID) -> bool:
    """Tell whether anything of a transaction is left that was not undone."""
    undone = select(_undone.c.settlement_id).where(_undone.c.settlement_id == _settlements.c.id)
    left = (
        select(_settlements.c.id)
        .join(_tenders, _tenders.c.id == _settlements.c.tender_id)
        .where(_tenders.c.transaction_id == transaction_id, ~undone.exists())
        .limit(1)
    )
    return read.execute(left).first() is not None
