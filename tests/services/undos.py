"""Undos and refunds written straight into the ledger, for the figures and lists over them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.types import TypeEngine

from counterdesk.models.base import LedgerBase, UtcInstant, table_of
from counterdesk.models.ledger import Payment, Settlement, Tender
from counterdesk.models.undoing import Undo, UndoneSettlement, UndoTender
from counterdesk.store.session import Session


def undo(session: Session, payment: UUID, on: date, kind: str = "bounced") -> None:
    """Write an undo of the payment's one visit, as the services leave it."""
    visit = session.execute(
        select(Payment.transaction_id).where(Payment.id == payment)
    ).scalar_one()
    settled = session.execute(
        select(Settlement.id, Settlement.tender_id, Settlement.amount_minor)
        .join(Tender, Tender.id == Settlement.tender_id)
        .where(Tender.transaction_id == visit)
    ).one()
    add(session, Undo, id=(undo_id := uuid4()), kind=kind, transaction_id=visit, business_date=on,
        tender_id=settled.tender_id if kind == "bounced" else None,
        payment_id=payment if kind == "reversal" else None, user_id=uuid4(),
        approver_id=uuid4(), reason="Cheque returned")  # fmt: skip
    add(session, UndoneSettlement, undo_id=undo_id, settlement_id=settled.id,
        tender_id=settled.tender_id, payment_id=payment,
        amount_minor=settled.amount_minor)  # fmt: skip


def undo_elsewhere(session: Session, payment: UUID, minor: int, on: date) -> None:
    """Write an undo of a payment that another counter took."""
    add(session, Undo, id=(undo_id := uuid4()), kind="reversal", payment_id=payment,
        business_date=on, user_id=uuid4(), approver_id=uuid4(), reason="Wrong")  # fmt: skip
    add(session, UndoneSettlement, undo_id=undo_id, payment_id=payment, amount_minor=minor)
    add(session, UndoTender, undo_id=undo_id, kind="cash", delta_minor=-minor)


def add(session: Session, model: type[LedgerBase], **row: Any) -> None:
    """Write a row; columns that these tests don't look at are empty."""
    given = {"id": uuid4(), "event_seq": session.head.seq, **row}
    needed = [column for column in table_of(model).columns if not column.nullable]
    blank = {
        column.name: _blank(session, column.type)
        for column in needed
        if column.name not in given and column.default is None
    }
    session.execute(insert(model), {**blank, **given})


def _blank(session: Session, kind: TypeEngine[Any]) -> Any:
    if isinstance(kind, UtcInstant):
        return session.clock.now_utc()
    return uuid4() if kind.python_type is UUID else kind.python_type()
