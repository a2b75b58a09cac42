"""What an undo makes besides: facts that a move hangs on an older transaction, notes cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, insert, select

from counterdesk.models.base import table_of
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Overpayment,
    Payment,
    PaymentTransaction,
    Settlement,
)
from counterdesk.store.session import RecordedEvent, Session

_payments, _visits = table_of(Payment), table_of(PaymentTransaction)
_allocations, _overpayments = table_of(Allocation), table_of(Overpayment)
_notes = table_of(CreditNote)
_TABLES = {
    "payments": _payments,
    "allocations": _allocations,
    "credit_notes": _notes,
    "overpayments": _overpayments,
    "settlements": table_of(Settlement),
    "changes": table_of(CreditNoteChange),
}


def insert_moved(session: Session, rows: Mapping[str, Any], event: RecordedEvent) -> None:
    """Write what an undo put on another account, and the notes that it cancelled, if any."""
    for name, table in _TABLES.items():
        seq = {"event_seq": event.seq} if "event_seq" in table.c else {}
        if made := [{**row, **seq} for row in rows.get(name, ())]:
            session.execute(insert(table), made)


def came_later() -> ColumnElement[bool]:
    """Tell whether a payment was put on its transaction by a later act."""
    visit = (
        select(_visits.c.event_seq)
        .where(_visits.c.id == _payments.c.transaction_id)
        .correlate(_payments)
        .scalar_subquery()
    )
    settles = select(_allocations.c.id).where(
        _allocations.c.payment_id == _payments.c.id, _allocations.c.event_seq > visit
    )
    over = (
        select(_overpayments.c.id)
        .join(_notes, _notes.c.id == _overpayments.c.credit_note_id)
        .where(_overpayments.c.payment_id == _payments.c.id, _notes.c.event_seq > visit)
    )
    return settles.correlate(_payments).exists() | over.correlate(_payments).exists()
