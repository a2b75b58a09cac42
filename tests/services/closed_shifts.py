"""A closed shift with cash and a cheque, and the hands that its money goes through."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from counterdesk.core.cash import notes_for
from counterdesk.core.drawer import Pieces
from counterdesk.core.visit import TenderGiven
from counterdesk.services.cash_room import ShiftMoney, money_of
from counterdesk.services.deposits import DepositMade, DepositRequest, ShiftShare, make_deposit
from counterdesk.services.people import begin_attempt
from counterdesk.services.turn_in import TurnedIn, accept_turn_in, offer_turn_in, refuse_turn_in
from tests.conftest import PASSWORD
from tests.services.counting import close_shift, running
from tests.services.till import Till, ask, cash, line_of

CHEQUE = TenderGiven("cheque", 15_225, "000123", cheque_bank="First Bank",
                     cheque_dated_on=date(2025, 4, 20))  # fmt: skip
TAKEN_CASH, TAKEN_CHEQUE = 14_550, 15_225


def a_closed_shift(jane: Till) -> UUID:
    """Take the sample's bills, one in cash and one by cheque, and close exactly."""
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    jane.take(ask(line_of(jane.view(), most=1), pay=(CHEQUE,)))
    shift: UUID = jane.act(running).id
    jane.act(lambda s: close_shift(s, 10_000 + TAKEN_CASH))
    return shift


def money(jane: Till, shift_id: UUID) -> ShiftMoney:
    """Where a shift's money is."""
    return jane.store.read(lambda r: money_of(r, shift_id), jane.actor).result()


def offer(jane: Till, shift_id: UUID, **other: Pieces) -> ShiftMoney:
    """Turn in what was counted, or other pieces of some methods."""
    there = {**money(jane, shift_id).there, **other}
    offered: ShiftMoney = jane.act(lambda s: offer_turn_in(s, shift_id, there))
    return offered


def accept(who: Till, shift_id: UUID, login: str = "supervisor", **other: Pieces) -> TurnedIn:
    """Take over what is offered, counted rightly or otherwise."""
    counted = {**money(who, shift_id).there, **other}
    attempt = who.act(lambda s: begin_attempt(s, login))
    taken: TurnedIn = who.act(lambda s: accept_turn_in(s, attempt, PASSWORD, shift_id, counted))
    return taken


def refuse(who: Till, shift_id: UUID, why: str, login: str = "supervisor") -> TurnedIn:
    """Refuse what is offered."""
    attempt = who.act(lambda s: begin_attempt(s, login))
    refused: TurnedIn = who.act(lambda s: refuse_turn_in(s, attempt, PASSWORD, shift_id, why))
    return refused


def in_the_cash_room(jane: Till) -> UUID:
    """Close a shift, and have its money taken over."""
    shift = a_closed_shift(jane)
    offer(jane, shift)
    accept(jane, shift)
    return shift


def deposit(
    boss: Till, *shifts: UUID, kept: int | None = None, cash_minor: int | None = None
) -> DepositMade:
    """Deposit shifts, with what the office keeps back by itself, or so much of each."""
    monies = [money(boss, shift) for shift in shifts]
    shares = tuple(
        ShiftShare(one.shift_id, one.keep_minor if kept is None else kept) for one in monies
    )
    due = sum(one.cash_minor for one in monies) - sum(one.kept_minor for one in shares)
    counted = notes_for(due if cash_minor is None else cash_minor,
                        boss.store.settings.cash_notes_minor)  # fmt: skip
    request = DepositRequest(uuid4(), shares, counted)
    made: DepositMade = boss.act(lambda s: make_deposit(s, request))
    return made
