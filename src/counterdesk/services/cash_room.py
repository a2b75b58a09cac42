"""Money of closed shifts that is not at the bank yet: where it is, and what should be banked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from counterdesk.core.cash_mix import Cheque, Mix
from counterdesk.core.drawer import MoveKind, Pieces, total_of
from counterdesk.core.permissions import Permission, require
from counterdesk.core.settings import ModeKind
from counterdesk.core.undoing import UndoKind
from counterdesk.models.base import table_of
from counterdesk.models.cash_office import (
    DepositShift,
    ShiftHandover,
    TurnIn,
    TurnInAnswer,
    TurnInPiece,
)
from counterdesk.models.drawer import DrawerMove, ShiftMethod
from counterdesk.models.ledger import PaymentTransaction, Shift, ShiftClosed, Tender
from counterdesk.models.undoing import Undo, UndoneSettlement
from counterdesk.services.counts import pieces_of
from counterdesk.store.session import ReadSession

_shifts, _closed, _methods = table_of(Shift), table_of(ShiftClosed), table_of(ShiftMethod)
_handovers, _moves = table_of(ShiftHandover), table_of(DrawerMove)
_turn_ins, _pieces, _answers = table_of(TurnIn), table_of(TurnInPiece), table_of(TurnInAnswer)
_deposited, _tenders = table_of(DepositShift), table_of(Tender)
_visits = table_of(PaymentTransaction)
_undos, _undone = table_of(Undo), table_of(UndoneSettlement)
_closed_shift = (
    select(_shifts, _closed.c.count_id, _deposited.c.id.label("deposited"))
    .join(_closed, _closed.c.shift_id == _shifts.c.id)
    .outerjoin(_deposited, _deposited.c.shift_id == _shifts.c.id)
)


class MoneyState(StrEnum):
    """Where a closed shift's money is."""

    TO_TURN_IN = "to_turn_in"
    OFFERED = "offered"
    """The cashier offers it; it is theirs until somebody takes it over."""
    IN_CASH_ROOM = "in_cash_room"
    DEPOSITED = "deposited"


@dataclass(frozen=True, slots=True)
class ShiftMoney:
    """What a closed shift leaves behind. Amounts in minor units."""

    shift_id: UUID
    number: str
    user_id: UUID
    user_name: str
    business_date: date
    since_utc: datetime
    """From when on it was collected."""
    state: MoneyState
    turn_in_id: UUID | None
    """The offer that waits, or was taken over."""
    refused: str
    """Why the last offer was refused; else ""."""
    there: Mapping[str, Pieces]
    """What is to be turned in, is offered or was taken over, by method."""
    kinds: Mapping[str, str]
    """The kind of each counted method."""
    drops_minor: int
    """What went to the safe while the shift ran."""
    keep_minor: int
    """What of its cash came from the safe and goes back there, for the next float."""
    mix: Mix

    @property
    def cash_minor(self) -> int:
        """Cash for the cash room, what was dropped before included."""
        return self._there(ModeKind.CASH) + self.drops_minor

    @property
    def cheques_minor(self) -> int:
        """What its cheques are worth."""
        return self._there(ModeKind.CHEQUE)

    @property
    def collected_minor(self) -> int:
        """What the bank should get of it."""
        return self.cash_minor - self.keep_minor + self.cheques_minor

    def _there(self, kind: ModeKind) -> int:
        return sum(
            total_of(some) for method, some in self.there.items() if self.kinds.get(method) == kind
        )


def undeposited(read: ReadSession) -> tuple[ShiftMoney, ...]:
    """Return the closed shifts whose money is not deposited, the oldest first.

    A cashier sees their own alone.

    Raises:
        PermissionRefused: The role does not allow it.
    """
    actor = require(read.actor, Permission.SEE_DEPOSITS)
    query = (
        select(_shifts.c.id)
        .join(_closed, _closed.c.shift_id == _shifts.c.id)
        .outerjoin(_deposited, _deposited.c.shift_id == _shifts.c.id)
        .where(_deposited.c.id.is_(None))
        .order_by(_closed.c.event_seq)
    )
    if not actor.may(Permission.SEE_DRAWER):
        query = query.where(_shifts.c.user_id == actor.user_id)
    found = (money_of(read, shift_id) for shift_id in read.execute(query).scalars().all())
    return tuple(one for one in found if not _is_done(one))


def _is_done(money: ShiftMoney) -> bool:
    """Nothing is left to turn in, and the bank gets nothing of it."""
    waits = money.state is not MoneyState.IN_CASH_ROOM
    return not waits and money.collected_minor == 0


def money_of(read: ReadSession, shift_id: UUID) -> ShiftMoney:
    """Return where a closed shift's money is, and how it is made up."""
    row = read.execute(_closed_shift.where(_shifts.c.id == shift_id)).one()
    methods = read.execute(select(_methods).where(_methods.c.shift_id == shift_id)).all()
    kinds = {one.method: one.kind for one in methods}
    handed_minor = _handed_minor(read, shift_id)
    offer = _last_offer(read, shift_id)
    there = _counted(read, row.count_id, kinds, handed=handed_minor is not None)
    state = _state(row.deposited, offer, there)
    if offer is not None and offer.accepted is not False:
        there = _offered(read, offer.id)
    cash = sum(total_of(some) for name, some in there.items() if kinds[name] == ModeKind.CASH)
    drops = -_moved(read, shift_id, MoveKind.DROP)
    due = sum(one.expected_minor for one in methods if one.kind == ModeKind.CASH)
    mix = Mix(
        due - (handed_minor or 0), cash, cheques_received(read, shift_id),
        tuple(_amounts(there, kinds)),
    )  # fmt: skip
    kept = 0 if handed_minor is not None else _to_keep(read, shift_id)
    return ShiftMoney(
        shift_id, row.number, row.user_id, row.user_name, row.business_date, row.opened_at_utc,
        state, offer.id if offer is not None and offer.accepted is not False else None,
        offer.reason if offer is not None and offer.accepted is False else "",
        there, kinds, drops, max(0, min(kept, cash + drops)), mix,
    )  # fmt: skip


def _state(deposited: object, offer: Any, counted: Mapping[str, Pieces]) -> MoneyState:
    if deposited is not None:
        return MoneyState.DEPOSITED
    if offer is not None and offer.accepted:
        return MoneyState.IN_CASH_ROOM
    if offer is not None and offer.accepted is None:
        return MoneyState.OFFERED
    return MoneyState.TO_TURN_IN if counted else MoneyState.IN_CASH_ROOM


def _counted(
    read: ReadSession, count_id: UUID, kinds: Mapping[str, str], *, handed: bool
) -> dict[str, Pieces]:
    """What lay there at the close, less the cash that went on to the next cashier."""
    gone = {ModeKind.CASH.value} if handed else set()
    counted = pieces_of(read, count_id)
    return {name: some for name, some in counted.items() if kinds.get(name, "") not in gone}


def _last_offer(read: ReadSession, shift_id: UUID) -> Any:
    """The newest offer, with `accepted` as None while nobody has answered it."""
    return read.execute(
        select(_turn_ins.c.id, _answers.c.accepted, _answers.c.reason)
        .outerjoin(_answers, _answers.c.turn_in_id == _turn_ins.c.id)
        .where(_turn_ins.c.shift_id == shift_id)
        .order_by(_turn_ins.c.event_seq.desc())
        .limit(1)
    ).one_or_none()


def _offered(read: ReadSession, turn_in_id: UUID) -> dict[str, Pieces]:
    rows = read.execute(
        select(_pieces.c.method, _pieces.c.face_minor, _pieces.c.pieces)
        .where(_pieces.c.turn_in_id == turn_in_id)
        .order_by(_pieces.c.face_minor.desc())
    )
    found: dict[str, Pieces] = {}
    for row in rows:
        found[row.method] = (*found.get(row.method, ()), (row.face_minor, row.pieces))
    return found


def _amounts(there: Mapping[str, Pieces], kinds: Mapping[str, str]) -> Iterator[int]:
    """The amounts of the cheques that are there, each as often as it is."""
    for name, some in there.items():
        if kinds[name] == ModeKind.CHEQUE:
            yield from (face for face, many in some for _one in range(many))


def _handed_minor(read: ReadSession, shift_id: UUID) -> int | None:
    handed = select(_handovers.c.cash_minor).where(_handovers.c.from_shift_id == shift_id)
    found = read.execute(handed).scalar()
    return None if found is None else int(found)


def _moved(read: ReadSession, shift_id: UUID, *kinds: MoveKind) -> int:
    """What moved in some ways, what was taken back again left out."""
    wrong = select(_moves.c.undoes_id).where(_moves.c.undoes_id.is_not(None))
    moved = select(func.coalesce(func.sum(_moves.c.delta_minor), 0)).where(
        _moves.c.shift_id == shift_id, _moves.c.kind.in_(kinds), _moves.c.id.not_in(wrong)
    )
    return int(read.execute(moved).scalar_one())


def _to_keep(read: ReadSession, shift_id: UUID) -> int:
    """What the office keeps of a shift's cash: as much as it set, or what came from the safe."""
    return read.settings.deposit_float_minor or _from_safe(read, shift_id)


def _from_safe(read: ReadSession, shift_id: UUID) -> int:
    """Float and change fund; a drawer that was handed over brought its giver's with it."""
    change = _moved(read, shift_id, MoveKind.CHANGE_IN, MoveKind.CHANGE_OUT)
    giver = select(_handovers.c.from_shift_id).where(_handovers.c.to_shift_id == shift_id)
    before = read.execute(giver).scalar()
    if before is not None:
        return _from_safe(read, before) + change
    began = select(_shifts.c.float_minor).where(_shifts.c.id == shift_id)
    return int(read.execute(began).scalar_one()) + change


def cheques_received(read: ReadSession, shift_id: UUID) -> tuple[Cheque, ...]:
    """Return the cheques that a shift's payments brought, in their order.

    What was undone while the shift ran was given back; what came back later had gone to the bank.
    """
    given_back = (
        select(_undone.c.tender_id)
        .join(_undos, _undos.c.id == _undone.c.undo_id)
        .where(_undos.c.shift_id == shift_id, _undos.c.kind != UndoKind.MOVED.value)
    )
    rows = read.execute(
        select(_tenders.c.amount_minor, _tenders.c.reference, _tenders.c.cheque_bank)
        .join(_visits, _visits.c.id == _tenders.c.transaction_id)
        .where(_visits.c.shift_id == shift_id, _tenders.c.kind == ModeKind.CHEQUE.value)
        .where(_tenders.c.id.not_in(given_back))
        .order_by(_visits.c.event_seq, _tenders.c.position)
    )
    return tuple(Cheque(row.amount_minor, row.reference, row.cheque_bank) for row in rows)
