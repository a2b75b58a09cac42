"""What undoing did to a shift's money: to its drawer, and to what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, distinct, func, select

from counterdesk.core.differences import MoveSeen
from counterdesk.core.settings import ModeKind
from counterdesk.core.undoing import UndoKind, act_number
from counterdesk.models.base import table_of
from counterdesk.models.undoing import Undo, UndoTender
from counterdesk.store.session import ReadSession

_undos, _back = table_of(Undo), table_of(UndoTender)


@dataclass(frozen=True, slots=True)
class UndoneSum:
    """What one kind of undoing took back by one method; below 0."""

    kind: str
    method: str
    name: str
    method_kind: str
    count: int
    delta_minor: int


@dataclass(frozen=True, slots=True)
class CashStep:
    """Cash that went out of a drawer for something undone; below 0."""

    event_seq: int
    delta_minor: int


def _of_shift(*columns: Any) -> Select[Any]:
    joined = select(*columns).join(_undos, _undos.c.id == _back.c.undo_id)
    return joined.where(_undos.c.shift_id == bindparam("shift"))


_sums = (
    _of_shift(
        _undos.c.kind,
        _back.c.method,
        _back.c.method_name.label("name"),
        _back.c.kind.label("method_kind"),
        func.count(distinct(_undos.c.id)).label("count"),
        func.sum(_back.c.delta_minor).label("delta_minor"),
    )
    .group_by(_undos.c.kind, _back.c.method, _back.c.kind)
    .order_by(func.min(_undos.c.event_seq), _back.c.method)
)
# A cheque that came back is not in the drawer: nothing is missing there.
_beside = _of_shift(func.coalesce(func.sum(_back.c.delta_minor), 0)).where(
    _back.c.method == bindparam("method"), _undos.c.kind != UndoKind.BOUNCED.value
)
_cash = _of_shift(_undos.c.event_seq, _back.c.delta_minor).where(
    _back.c.kind == ModeKind.CASH.value
)
_void = select(_undos.c.transaction_id).where(
    _undos.c.shift_id == bindparam("shift"), _undos.c.kind == UndoKind.VOID.value
)


def undone_sums(read: ReadSession, shift_id: UUID) -> tuple[UndoneSum, ...]:
    """Return what was taken back in a shift, by kind and method."""
    rows = read.execute(_sums, {"shift": shift_id}).mappings()
    return tuple(UndoneSum(**row) for row in rows)


def beside_the_drawer(read: ReadSession, shift_id: UUID, method: str) -> int:
    """Return how much less of a method that is counted, and no cash, should be there."""
    return int(read.execute(_beside, {"shift": shift_id, "method": method}).scalar_one())


def cash_steps(read: ReadSession, shift_id: UUID) -> tuple[CashStep, ...]:
    """Return the cash that undoing handed back in a shift, act by act."""
    return tuple(
        CashStep(row.event_seq, row.delta_minor) for row in read.execute(_cash, {"shift": shift_id})
    )


def handed_back(read: ReadSession, shift_id: UUID) -> tuple[MoveSeen, ...]:
    """Return the same as moves that may explain a difference: it may not have been handed back."""
    code = read.counter.code
    return tuple(
        MoveSeen(act_number(code, one.event_seq), one.delta_minor)
        for one in cash_steps(read, shift_id)
    )


def voided_in(read: ReadSession, shift_id: UUID) -> frozenset[UUID]:
    """Return the transactions of a shift that are void: their tenders explain nothing."""
    return frozenset(read.execute(_void, {"shift": shift_id}).scalars())
