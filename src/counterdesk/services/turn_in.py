"""A closed shift's money goes to the cash room: offered by one, counted and taken by another.

Until it is taken over nothing moved: the money is its cashier's. Each offer and each answer is a
fact; a refused one stays, and the money may be offered again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from counterdesk.core.drawer import Pieces, checked_pieces, total_of
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission, Role
from counterdesk.core.settings import ModeKind
from counterdesk.models.base import table_of
from counterdesk.models.cash_office import TurnIn, TurnInAnswer, TurnInPiece
from counterdesk.services.approvals import another_person
from counterdesk.services.cash_room import MoneyState, ShiftMoney, money_of
from counterdesk.services.handover import checked_refusal
from counterdesk.services.people import Attempt, entitled
from counterdesk.store.session import ReadSession, Session

MONEY_FIELD = "money"
_MOST_CHEQUES = 1_000
_turn_ins, _pieces, _answers = table_of(TurnIn), table_of(TurnInPiece), table_of(TurnInAnswer)


@dataclass(frozen=True, slots=True)
class TurnedIn:
    """An offer that was answered."""

    number: str
    """The shift's."""
    accepted: bool
    by: str


def offer_turn_in(session: Session, shift_id: UUID, pieces: Mapping[str, Pieces]) -> ShiftMoney:
    """Offer the money of a closed shift to the cash room.

    A supervisor may offer that of another's shift, and somebody else takes it then.

    Args:
        session: Its actor had the shift.
        shift_id: Which one.
        pieces: What is turned in, by method; it need not be what was counted, and is held against
            that afterwards.

    Raises:
        PermissionRefused: It is another's shift, and the role does not allow closing it.
        UserError: There is nothing, it was offered or taken over before, or the pieces are none.
    """
    actor = entitled(session, Permission.OPEN_SHIFT)
    money = money_of(session, shift_id)
    if money.user_id != actor.user_id and not actor.may(Permission.CLOSE_ANY_SHIFT):
        raise PermissionRefused(_("This shift belongs to {name}.").format(name=money.user_name))
    if money.state is not MoneyState.TO_TURN_IN:
        raise UserError(_("The money of shift {number} was turned in, or waits to be taken over.")
                        .format(number=money.number))  # fmt: skip
    given = _checked(session, money, pieces)
    if not given:
        raise UserError(_("There is nothing to turn in."), MONEY_FIELD)
    _write_offer(session, money, actor, given)
    return money_of(session, shift_id)


def accept_turn_in(
    session: Session, attempt: Attempt, secret: str, shift_id: UUID, counted: Mapping[str, Pieces]
) -> TurnedIn:
    """Take over what a cashier offers, after counting it oneself.

    Args:
        session: Anybody may be signed in; who takes it over proves it here.
        attempt: Counted for the login of who takes it over.
        secret: Their password or PIN.
        shift_id: Whose money it is.
        counted: What they counted, by method.

    Raises:
        PermissionRefused: It is who offers it, or their role may not take money over.
        UserError: Nothing is offered, the count is another than what is offered, or the secret is
            wrong.
    """
    money = _offered_money(session, shift_id)
    given = _checked(session, money, counted)
    _refuse_other_count(session, money, given)
    taker = another_person(session, attempt, secret, _giver(session, money), Permission.ALLOW_CASH)
    return _answer(session, money, taker, "", given)


def refuse_turn_in(
    session: Session, attempt: Attempt, secret: str, shift_id: UUID, reason: str
) -> TurnedIn:
    """Refuse what a cashier offers and say why; it stays theirs.

    Raises:
        PermissionRefused: It is who offers it, or their role may not take money over.
        UserError: Nothing is offered, no reason is given, or the secret is wrong.
    """
    money = _offered_money(session, shift_id)
    why = checked_refusal(reason)
    taker = another_person(session, attempt, secret, _giver(session, money), Permission.ALLOW_CASH)
    return _answer(session, money, taker, why, {})


def _offered_money(session: Session, shift_id: UUID) -> ShiftMoney:
    entitled(session, Permission.OPEN_SHIFT)
    money = money_of(session, shift_id)
    if money.state is not MoneyState.OFFERED:
        raise UserError(_("Nobody offers the money of shift {number}.").format(number=money.number))
    return money


def _giver(read: ReadSession, money: ShiftMoney) -> Actor:
    """Who offers may not take it over, whoever is signed in meanwhile."""
    offer = read.execute(
        select(_turn_ins.c.user_id, _turn_ins.c.user_name).where(_turn_ins.c.id == money.turn_in_id)
    ).one()
    return Actor(offer.user_id, offer.user_name, Role.CASHIER)


def _checked(
    read: ReadSession, money: ShiftMoney, pieces: Mapping[str, Pieces]
) -> dict[str, Pieces]:
    """Return what was counted, without what there is none of."""
    if not set(pieces) <= set(money.kinds):
        raise UserError(_("Count what was counted at the close."), MONEY_FIELD)
    found = {}
    for method, some in pieces.items():
        cash = money.kinds[method] == ModeKind.CASH
        faces = read.settings.cash_notes_minor if cash else tuple(face for face, _many in some)
        if min((face for face, _many in some), default=1) <= 0:
            raise UserError(_("Enter an amount."), MONEY_FIELD)
        if not cash and sum(many for _face, many in some) > _MOST_CHEQUES:
            raise UserError(_("These are too many."), MONEY_FIELD)
        found[method] = checked_pieces(some, faces, MONEY_FIELD)
    return {method: some for method, some in found.items() if some}


def _refuse_other_count(
    read: ReadSession, money: ShiftMoney, counted: Mapping[str, Pieces]
) -> None:
    def write(amount_minor: int) -> str:
        return format_amount(amount_minor, read.settings.currency, read.settings.locale)

    for method in money.kinds:
        offered, found = (total_of(given.get(method, ())) for given in (money.there, counted))
        if offered != found:
            raise UserError(
                _("{offered} is offered, and {counted} was counted. Count again, or refuse it and "
                  "say why.").format(offered=write(offered), counted=write(found)), MONEY_FIELD,
            )  # fmt: skip


def _write_offer(
    session: Session, money: ShiftMoney, actor: Actor, given: Mapping[str, Pieces]
) -> None:
    row = {
        "id": session.new_id(),
        "shift_id": money.shift_id,
        "offered_at_utc": session.clock.now_utc(),
        "user_id": actor.user_id,
        "user_name": actor.name,
    }
    pieces = [
        {"id": session.new_id(), "turn_in_id": row["id"], "method": method, "face_minor": face,
         "pieces": many}
        for method, some in given.items()
        for face, many in some
    ]  # fmt: skip
    told = {**row, "number": money.number, "turn_in_pieces": pieces}
    event = session.record("turn_in.offered", told, business_date=session.today())
    session.execute(insert(_turn_ins), {**row, "event_seq": event.seq})
    session.execute(insert(_pieces), pieces)


def _answer(
    session: Session, money: ShiftMoney, taker: Actor, reason: str, counted: Mapping[str, Pieces]
) -> TurnedIn:
    row: dict[str, Any] = {
        "turn_in_id": money.turn_in_id,
        "accepted": not reason,
        "reason": reason,
        "answered_at_utc": session.clock.now_utc(),
        "user_id": taker.user_id,
        "user_name": taker.name,
    }
    told = {**row, "number": money.number, "counted": {name: list(map(list, some))
            for name, some in counted.items()}}  # fmt: skip
    event = session.record("turn_in.answered", told, business_date=session.today())
    session.execute(insert(_answers), {**row, "event_seq": event.seq})
    return TurnedIn(money.number, bool(row["accepted"]), taker.name)
