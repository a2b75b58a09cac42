"""Whether the rows of the ledger are the ones that its events tell of: no more, no less."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, func, select

from counterdesk.core.events import plain_value
from counterdesk.core.i18n import _
from counterdesk.models.base import table_of
from counterdesk.models.cash_office import (
    Deposit,
    DepositCheque,
    DepositPiece,
    DepositShift,
    DepositValidated,
    DifferenceSettled,
    ShiftHandover,
    TurnIn,
    TurnInAnswer,
    TurnInPiece,
)
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.disputes import DisputeClosed, DisputeRaised
from counterdesk.models.drawer import CountedPiece, DrawerCount, DrawerMove, ShiftMethod
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Overpayment,
    Payment,
    PaymentTransaction,
    Settlement,
    Shift,
    ShiftClosed,
    Tender,
)
from counterdesk.models.undoing import OwnCharge, Undo, UndoneSettlement, UndoTender
from counterdesk.models.verifying import PaymentVerified
from counterdesk.services.verified_chain import Checked, stored_events
from counterdesk.store.session import ReadSession

_AT_ONCE = 200
_FACTS = {
    "transaction": table_of(PaymentTransaction),
    "payments": table_of(Payment),
    "allocations": table_of(Allocation),
    "credit_notes": table_of(CreditNote),
    "overpayments": table_of(Overpayment),
    "tenders": table_of(Tender),
    "settlements": table_of(Settlement),
}
_WHOLE = {
    "shift.opened": table_of(Shift),
    "shift.closed": table_of(ShiftClosed),
    "drawer.moved": table_of(DrawerMove),
    "shift.handed_over": table_of(ShiftHandover),
    "turn_in.offered": table_of(TurnIn),
    "turn_in.answered": table_of(TurnInAnswer),
    "deposit.made": table_of(Deposit),
    "deposit.validated": table_of(DepositValidated),
    "difference.settled": table_of(DifferenceSettled),
    "payment.verified": table_of(PaymentVerified),
    "dispute.raised": table_of(DisputeRaised),
    "dispute.closed": table_of(DisputeClosed),
}
"""Kinds of events whose data is one row, with what belongs to it in `_PARTS`."""

_PARTS = {
    "counts": table_of(DrawerCount),
    "pieces": table_of(CountedPiece),
    "methods": table_of(ShiftMethod),
    "turn_in_pieces": table_of(TurnInPiece),
    "deposit_shifts": table_of(DepositShift),
    "deposit_pieces": table_of(DepositPiece),
    "deposit_cheques": table_of(DepositCheque),
}
_COUNTED = "drawer.counted"
_UNDONE = {
    "undo": table_of(Undo),
    "undone": table_of(UndoneSettlement),
    "tenders_back": table_of(UndoTender),
    "charges": table_of(OwnCharge),
    "payments": table_of(Payment),
    "allocations": table_of(Allocation),
    "credit_notes": table_of(CreditNote),
    "overpayments": table_of(Overpayment),
    "settlements": table_of(Settlement),
    "changes": table_of(CreditNoteChange),
}
"""What is undone; the last ones only where money moves to another account, or a note goes too."""

_CREDIT = {"credit_note": table_of(CreditNote), "change": table_of(CreditNoteChange)}
_BY_KIND = {
    "payment.taken": _FACTS,
    "transaction.undone": _UNDONE,
    "credit_note.raised": _CREDIT,
    "credit_note.changed": _CREDIT,
}
_TABLES = tuple(
    dict.fromkeys(
        (*_FACTS.values(), *_WHOLE.values(), *_PARTS.values(), *_UNDONE.values(),
         *_CREDIT.values())
    )
)  # fmt: skip

_TENDERS = {"payment.taken": "tenders", "transaction.undone": "tenders_back"}
"""Kinds of events whose totals are the sums of some of their rows."""

_Told = tuple[int, Table, Mapping[str, Any]]
"""The seq of an event, and one row that it tells of."""


def row_findings(read: ReadSession) -> Checked:
    """Compare every row with the event that made it."""
    findings: list[str] = []
    told: Counter[str] = Counter()
    events = stored_events(read)
    while batch := list(islice(events, _AT_ONCE)):
        rows = [row for event in batch for row in _told_by(event, findings)]
        told.update(table.name for _seq, table, _row in rows)
        findings.extend(_compare(read, rows))
    findings.extend(_untold(read, told))
    return Checked(told.total(), tuple(findings))


def _told_by(event: Any, findings: list[str]) -> Iterator[_Told]:
    try:
        body = json.loads(event.body)
        rows = [(event.seq, *told) for told in rows_told(event.kind, body["data"])]
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # the chain's check names it
    if event.kind in _TENDERS:
        findings.extend(_total_findings(event.seq, body))
    yield from rows


def rows_told(kind: str, data: Mapping[str, Any]) -> Iterator[tuple[Table, Mapping[str, Any]]]:
    """Yield the rows that an event of a kind tells of, in an order in which they can be written."""
    if kind in _WHOLE:
        yield _WHOLE[kind], data
    if kind in (*_WHOLE, _COUNTED):
        for name, table in _PARTS.items():
            yield from ((table, row) for row in data.get(name, ()))
    for name, table in _BY_KIND.get(kind, {}).items():
        told = data.get(name, ())
        yield from ((table, row) for row in ([told] if isinstance(told, Mapping) else told))


def _total_findings(seq: int, body: Mapping[str, Any]) -> Iterator[str]:
    """The envelope's totals must be those of the tenders in the same event."""
    taken: Counter[str] = Counter()
    cash = 0
    for tender in body["data"][_TENDERS[body["kind"]]]:
        kept = tender.get("delta_minor", tender.get("amount_minor", 0))
        kept -= tender.get("change_minor", 0)
        taken[tender["method"]] += kept
        cash += kept if tender["kind"] == "cash" else 0
    totals = body["totals"]
    if totals["tenders"] != dict(taken) or totals["cash_delta_minor"] != cash:
        yield _("The totals of event {seq} are not those of its tenders.").format(seq=seq)


def _compare(read: ReadSession, told: list[_Told]) -> Iterator[str]:
    for table in _TABLES:
        key = _key(table)
        rows = [(seq, row) for seq, of_table, row in told if of_table is table]
        ids = [UUID(row[key.name]) for _seq, row in rows]
        found = read.execute(select(table).where(key.in_(ids))).mappings() if ids else ()
        stored = {str(row[key.name]): row for row in found}
        for seq, row in rows:
            yield from _differences(seq, table, row, stored.get(row[key.name]))


def _differences(
    seq: int, table: Table, told: Mapping[str, Any], stored: Mapping[Any, Any] | None
) -> Iterator[str]:
    name = told.get("number") or told[_key(table).name]
    if stored is None:
        yield _("{table} {name} of event {seq} is missing.").format(
            table=_word(table), name=name, seq=seq
        )
        return
    expected = {column: value for column, value in told.items() if column in table.c}
    if "event_seq" in table.c:
        expected["event_seq"] = seq
    for column, value in expected.items():
        if plain_value(stored[column]) != value:
            yield _("{table} {name} has another {column} than event {seq} says.").format(
                table=_word(table), name=name, column=column, seq=seq
            )


def _untold(read: ReadSession, told: Mapping[str, int]) -> Iterator[str]:
    for table in _TABLES:
        count = read.execute(select(func.count()).select_from(table)).scalar_one()
        if count > told.get(table.name, 0):
            yield _("{table}: {count} rows stand in no event.").format(
                table=_word(table), count=count - told.get(table.name, 0)
            )


def _key(table: Table) -> Column[Any]:
    return next(iter(table.primary_key.columns))


def _word(table: Table) -> str:
    return table.name.replace("_", " ")
