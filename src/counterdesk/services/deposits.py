"""Money of closed shifts goes to the bank on one slip; later the bank's own number is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from counterdesk.core.cash_mix import ChequeThere, cheques_named
from counterdesk.core.documents import Document
from counterdesk.core.drawer import Pieces, checked_pieces, total_of
from counterdesk.core.errors import RequestChanged, UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models.base import table_of
from counterdesk.models.cash_office import (
    Deposit,
    DepositCheque,
    DepositPiece,
    DepositShift,
    DepositValidated,
)
from counterdesk.services.cash_room import MoneyState, ShiftMoney, money_of
from counterdesk.services.deposit_slip import deposit_slip
from counterdesk.services.people import entitled
from counterdesk.services.print_jobs import queue_copy
from counterdesk.store.session import ReadSession, Session

CASH_FIELD, SHIFTS_FIELD, KEPT_FIELD = "depositCash", "depositShifts", "kept"
NUMBER_FIELD, DATE_FIELD = "bankNumber", "validatedOn"
_LONGEST_NUMBER = 40
_deposits, _parts = table_of(Deposit), table_of(DepositShift)
_pieces, _cheques = table_of(DepositPiece), table_of(DepositCheque)
_validated = table_of(DepositValidated)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShiftShare:
    """One shift of a deposit, and what of its cash stays for the next float."""

    shift_id: UUID
    kept_minor: int


@dataclass(frozen=True, slots=True)
class DepositRequest:
    """What a person asks for; its id makes it happen once."""

    request_id: UUID
    shares: tuple[ShiftShare, ...]
    pieces: Pieces
    """Notes and coins that go to the bank."""


@dataclass(frozen=True, slots=True)
class DepositMade:
    """A deposit that is safely in the ledger."""

    deposit_id: UUID
    number: str
    cash_minor: int
    cheques_minor: int
    document: Document | None
    """Its slip; None where the same request came a second time."""


def make_deposit(session: Session, request: DepositRequest) -> DepositMade:
    """Choose shifts into one deposit and print its slip.

    All cheques of the shifts go along; of their cash, what is not kept back.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: A shift's money is not in the cash room or was deposited, more is kept back than
            there is, the cash is not the sum of the shifts, or there is nothing at all.
        RequestChanged: The id is known with other content.
    """
    actor = entitled(session, Permission.MAKE_DEPOSIT)
    known = _known(session, request)
    if known is not None:
        return known
    monies = [_chosen(session, share) for share in request.shares]
    parts = [_part(session, request, money, share.kept_minor)
             for money, share in zip(monies, request.shares, strict=True)]  # fmt: skip
    cash = sum(part["cash_minor"] for part in parts)
    pieces = checked_pieces(request.pieces, session.settings.cash_notes_minor, CASH_FIELD)
    _refuse_other_cash(session, cash, total_of(pieces))
    cheques = [row for money in monies for row in _cheque_rows(session, request, money)]
    total = cash + sum(row["amount_minor"] for row in cheques)
    if total == 0:
        raise UserError(_("There is nothing to deposit."), SHIFTS_FIELD)
    return _write(session, request, actor, parts, pieces, cheques)


def validate_deposit(
    session: Session, deposit_id: UUID, bank_number: str, validated_on: date
) -> None:
    """Record the bank's own number of a deposit and the day it booked it.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: There is no such deposit, it was recorded before, the number is missing, or the
            date is before the deposit or to come.
    """
    actor = entitled(session, Permission.MAKE_DEPOSIT)
    made = session.execute(select(_deposits).where(_deposits.c.id == deposit_id)).one_or_none()
    if made is None:
        raise UserError(_("There is no such deposit."))
    if session.execute(select(_validated).where(_validated.c.deposit_id == deposit_id)).first():
        raise UserError(_("The bank's number of {number} was recorded before.")
                        .format(number=made.number))  # fmt: skip
    if not made.business_date <= validated_on <= session.today():
        raise UserError(_("The bank cannot have booked it on this day."), DATE_FIELD)
    row = {
        "deposit_id": deposit_id,
        "bank_number": _bank_number(bank_number),
        "validated_on": validated_on,
        "recorded_at_utc": session.clock.now_utc(),
        "user_id": actor.user_id,
        "user_name": actor.name,
    }
    told = {**row, "number": made.number}
    event = session.record("deposit.validated", told, business_date=session.today())
    session.execute(insert(_validated), {**row, "event_seq": event.seq})


def _chosen(session: Session, share: ShiftShare) -> ShiftMoney:
    money = money_of(session, share.shift_id)
    if money.state is MoneyState.DEPOSITED:
        raise UserError(_("The money of shift {number} was deposited before.")
                        .format(number=money.number), SHIFTS_FIELD)  # fmt: skip
    if money.state is not MoneyState.IN_CASH_ROOM:
        raise UserError(_("The money of shift {number} is not turned in yet.")
                        .format(number=money.number), SHIFTS_FIELD)  # fmt: skip
    if not 0 <= share.kept_minor <= money.cash_minor:
        raise UserError(_("No more can be kept back than shift {number} has in cash.")
                        .format(number=money.number), f"{KEPT_FIELD}_{money.number}")  # fmt: skip
    return money


def _part(session: Session, request: DepositRequest, money: ShiftMoney, kept_minor: int) -> Row:
    return {
        "id": session.new_id(),
        "deposit_id": request.request_id,
        "shift_id": money.shift_id,
        "cash_minor": money.cash_minor - kept_minor,
        "kept_minor": kept_minor,
        "cheques_minor": money.cheques_minor,
    }


def _refuse_other_cash(read: ReadSession, due_minor: int, counted_minor: int) -> None:
    def write(amount_minor: int) -> str:
        return format_amount(amount_minor, read.settings.currency, read.settings.locale)

    if due_minor != counted_minor:
        raise UserError(
            _("The shifts bring {due} in cash, and {counted} was counted.").format(
                due=write(due_minor), counted=write(counted_minor)
            ),
            CASH_FIELD,
        )


def _cheque_rows(session: Session, request: DepositRequest, money: ShiftMoney) -> Iterator[Row]:
    for one in cheques_named(money.mix):
        yield {
            "id": session.new_id(),
            "deposit_id": request.request_id,
            "shift_id": money.shift_id,
            **_told_of(one),
        }


def _told_of(one: ChequeThere) -> Row:
    known = one.received
    return {
        "amount_minor": one.amount_minor,
        "reference": known.reference if known else "",
        "bank": known.bank if known else "",
    }


def _write(
    session: Session,
    request: DepositRequest,
    actor: Actor,
    parts: list[Row],
    pieces: Pieces,
    cheques: list[Row],
) -> DepositMade:
    row: Row = {
        "id": request.request_id,
        "number": _next_number(session),
        "business_date": session.today(),
        "made_at_utc": session.clock.now_utc(),
        "currency": session.settings.currency.code,
        "cash_minor": sum(part["cash_minor"] for part in parts),
        "cheques_minor": sum(one["amount_minor"] for one in cheques),
        "user_id": actor.user_id,
        "user_name": actor.name,
    }
    notes = [{"id": session.new_id(), "deposit_id": request.request_id, "face_minor": face,
              "pieces": many} for face, many in pieces]  # fmt: skip
    told = {**row, "deposit_shifts": parts, "deposit_pieces": notes, "deposit_cheques": cheques}
    event = session.record("deposit.made", told, business_date=row["business_date"])
    session.execute(insert(_deposits), {**row, "event_seq": event.seq})
    for table, rows in ((_parts, parts), (_pieces, notes), (_cheques, cheques)):
        if rows:
            session.execute(insert(table), rows)
    slip = deposit_slip(session, row, parts, notes, cheques, event)
    queue_copy(session, None, slip, 0)
    return DepositMade(row["id"], row["number"], row["cash_minor"], row["cheques_minor"], slip)


def _known(session: Session, request: DepositRequest) -> DepositMade | None:
    row = session.execute(
        select(_deposits).where(_deposits.c.id == request.request_id)
    ).one_or_none()
    if row is None:
        return None
    parts = session.execute(
        select(_parts.c.shift_id, _parts.c.kept_minor).where(_parts.c.deposit_id == row.id)
    ).all()
    if {(one.shift_id, one.kept_minor) for one in request.shares} != {tuple(one) for one in parts}:
        raise RequestChanged(_("This was saved already, with other content."))
    return DepositMade(row.id, row.number, row.cash_minor, row.cheques_minor, None)


def _next_number(session: Session) -> str:
    """A counter's deposits follow each other without a gap, so they need no lease."""
    before = session.execute(select(func.count()).select_from(_deposits)).scalar_one()
    return f"D-{session.counter.code}-{before + 1:05}"


def _bank_number(text: str) -> str:
    number = clean(text).strip()
    if not number:
        raise UserError(_("Enter the bank's number."), NUMBER_FIELD)
    if len(number) > _LONGEST_NUMBER:
        raise UserError(
            _("Use at most {count} characters.").format(count=_LONGEST_NUMBER), NUMBER_FIELD
        )
    refuse_card_number(number, NUMBER_FIELD)
    return number
