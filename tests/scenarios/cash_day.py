"""The people of a cash day and what each can do, so that a day reads as a list of what happened.

A new kind of act is a method here, and one line in the day. After each act the line may be up: what
was done then reaches the centre at once; else all of it in the evening.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID, uuid4

from counterdesk.core.differences import Cause
from counterdesk.core.drawer import MoveKind, Pieces
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import TenderGiven
from counterdesk.services.cash_room import ShiftMoney, money_of
from counterdesk.services.credit_notes import CreditRequest, raise_approved_credit_note
from counterdesk.services.credit_payouts import Refund, refund_credit_note
from counterdesk.services.deposits import (
    DepositMade,
    DepositRequest,
    ShiftShare,
    make_deposit,
    validate_deposit,
)
from counterdesk.services.drawer_moves import MoveRequest, move_cash, undo_move
from counterdesk.services.handover import hand_over, refuse_handover
from counterdesk.services.late_capture import allow_late
from counterdesk.services.people import Attempt, begin_attempt
from counterdesk.services.settling import SettleRequest, open_differences, settle_difference
from counterdesk.services.shift_closing import ShiftClose, ShiftClosed, close_shift
from counterdesk.services.shift_counting import CountGiven, ShiftCounted, count_drawer
from counterdesk.services.shift_reports import make_x_report
from counterdesk.services.shifts import open_shift
from counterdesk.services.taken import PaymentTaken
from counterdesk.services.turn_in import accept_turn_in, offer_turn_in, refuse_turn_in
from counterdesk.store.store import Store
from tests.conftest import PASSWORD
from tests.services.counting import running
from tests.services.till import Till, ask, line_of
from tests.services.undo_till import bounced, payments_of, undo, void

P = ParamSpec("P")
R = TypeVar("R")


def told(act: Callable[Concatenate[Clerk, P], R]) -> Callable[Concatenate[Clerk, P], R]:
    """Let the centre hear of an act as soon as it is done, where the line is up."""

    @wraps(act)
    def done(clerk: Clerk, /, *args: P.args, **more: P.kwargs) -> R:
        result = act(clerk, *args, **more)
        clerk.after_each()
        return result

    return done


def cheque(amount: int, number: str) -> TenderGiven:
    """A cheque of the day."""
    return TenderGiven("cheque", amount, number, cheque_bank="First Bank",
                       cheque_dated_on=date(2025, 4, 20))  # fmt: skip


class Clerk:
    """Somebody at the counter; what they do is said in the office's words."""

    def __init__(
        self, store: Store, actor: Actor, login: str, after_each: Callable[[], None]
    ) -> None:
        self.till, self.login, self.after_each = Till(store, actor), login, after_each

    @told
    def opens_with(self, float_pieces: Pieces) -> UUID:
        total = sum(face * many for face, many in float_pieces)
        shift: UUID = self._act(lambda s: open_shift(s, total, pieces=float_pieces)).id
        return shift

    @told
    def takes(self, account: str, *tenders: TenderGiven, keep_change: bool = False) -> PaymentTaken:
        """Take the first bill of an account."""
        line = line_of(self.till.view(account), most=1)
        taken: PaymentTaken = self.till.take(ask(line, pay=tenders, keep=keep_change))
        return taken

    @told
    def captures(self, paper: str, account: str, *tenders: TenderGiven, by: Clerk) -> PaymentTaken:
        """Take what was receipted by hand the day before, with a supervisor's yes."""
        asked = ask(line_of(self.till.view(account), most=1), pay=tenders)
        attempt, on = self._asks(by), date(2025, 4, 19)
        paid = asked.lines[0].total_minor
        receipt = self._act(
            lambda s: allow_late(s, attempt, PASSWORD, asked.request_id, paper, on, paid)
        )
        taken: PaymentTaken = self.till.take(replace(asked, paper=receipt))
        return taken

    @told
    def voids(self, taken: PaymentTaken) -> None:
        """Undo a visit of the running shift, with the supervisor's yes."""
        undo(self.till, void(taken))

    @told
    def hears_that_it_bounced(self, taken: PaymentTaken) -> None:
        undo(self.till, bounced(self.till, taken))

    @told
    def gives_back(self, taken: PaymentTaken, amount: int, why: str, by: Clerk) -> str:
        """Credit a part of a payment and refund it in cash, each with a supervisor's yes."""
        payment = payments_of(self.till, taken)[0]
        asked = CreditRequest(uuid4(), payment, amount, "Billing error")
        first, second = self._asks(by), self._asks(by)
        note = self._act(lambda s: raise_approved_credit_note(s, first, PASSWORD, asked))
        refund = Refund(uuid4(), note.id, amount, "cash", why)
        self._act(lambda s: refund_credit_note(s, second, PASSWORD, refund))
        return str(note.number)

    @told
    def moves(self, kind: MoveKind, amount: int, why: str = "", envelope: str = "") -> UUID:
        """Put cash in or take it out without a payment."""
        request = MoveRequest(uuid4(), kind, amount, why, envelope)
        self._act(lambda s: move_cash(s, request))
        return request.request_id

    @told
    def takes_back(self, move: UUID, why: str) -> None:
        self._act(lambda s: undo_move(s, uuid4(), move, why))

    @told
    def makes_an_x_report(self) -> str:
        return str(self._act(make_x_report).number)

    @told
    def counts(self, notes: Pieces, cheques: Pieces = ()) -> ShiftCounted:
        given = CountGiven(uuid4(), {"cash": notes, "cheque": cheques})
        counted: ShiftCounted = self._act(lambda s: count_drawer(s, given))
        return counted

    @told
    def hands_over(self, counted: ShiftCounted, to: Clerk) -> None:
        attempt = self._asks(to)
        asked = ShiftClose(counted.count_id)
        self._act(lambda s: hand_over(s, attempt, PASSWORD, asked))

    @told
    def is_refused_by(self, other: Clerk, counted: ShiftCounted, why: str) -> None:
        attempt = self._asks(other)
        self._act(lambda s: refuse_handover(s, attempt, PASSWORD, counted.count_id, why))

    @told
    def closes(self, counted: ShiftCounted, reasons: Mapping[str, str]) -> ShiftClosed:
        asked = ShiftClose(counted.count_id, reasons)
        closed: ShiftClosed = self._act(lambda s: close_shift(s, asked))
        return closed

    @told
    def turns_in(self, shift: UUID, without: tuple[str, ...] = ()) -> None:
        """Offer what was counted, or leave some of it behind."""
        there = {name: some for name, some in self.sees(shift).there.items() if name not in without}
        self._act(lambda s: offer_turn_in(s, shift, there))

    @told
    def takes_over(self, shift: UUID, from_: Clerk) -> None:
        there, attempt = self.sees(shift).there, from_._asks(self)
        from_._act(lambda s: accept_turn_in(s, attempt, PASSWORD, shift, there))

    @told
    def sends_back(self, shift: UUID, from_: Clerk, why: str) -> None:
        attempt = from_._asks(self)
        from_._act(lambda s: refuse_turn_in(s, attempt, PASSWORD, shift, why))

    @told
    def settles(self, why: str) -> int:
        """Settle everything that is open; return how much that was, with its sign."""
        settled = 0
        for one in self._read(open_differences):
            request = SettleRequest(uuid4(), one.shift_method_id, one.open_minor, why)
            self._act(partial(settle_difference, request=request))
            settled += one.open_minor
        return settled

    @told
    def deposits(self, notes: Pieces, *shifts: UUID) -> DepositMade:
        shares = tuple(ShiftShare(shift, self.sees(shift).keep_minor) for shift in shifts)
        request = DepositRequest(uuid4(), shares, notes)
        made: DepositMade = self._act(lambda s: make_deposit(s, request))
        return made

    @told
    def hears_from_the_bank(self, made: DepositMade, number: str) -> None:
        self._act(lambda s: validate_deposit(s, made.deposit_id, number, s.today()))

    def sees(self, shift: UUID) -> ShiftMoney:
        """Where a closed shift's money is."""
        return self.till.store.read(lambda r: money_of(r, shift), self.till.actor).result()

    @property
    def shift(self) -> UUID:
        """The running shift."""
        now: UUID = self._act(running).id
        return now

    def _asks(self, other: Clerk) -> Attempt:
        """Let another person prove who they are, at this one's counter."""
        attempt: Attempt = self._act(lambda s: begin_attempt(s, other.login))
        return attempt

    def _act(self, work: Callable[[Any], Any]) -> Any:
        return self.till.act(work)

    def _read(self, look: Callable[[Any], R]) -> R:
        return self.till.store.read(look, self.till.actor).result()


def causes(counted: ShiftCounted) -> Mapping[str, list[Cause]]:
    """What would explain each method's difference."""
    return {one.method: [found.cause for found in one.explanations] for one in counted.methods}
