"""A counter where by chance all happens that moves money: at the till, late, undone, paid out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from counterdesk.core.credit import NoteStatus
from counterdesk.core.disputes import Category, Outcome
from counterdesk.core.errors import UserError
from counterdesk.core.undoing import Replacement, UndoAsked, UndoKind
from counterdesk.core.visit import PaymentRequest
from counterdesk.core.visit_sums import work_out
from counterdesk.services.consumers import account_view
from counterdesk.services.correctable import visit_to_correct
from counterdesk.services.corrections import correct_payment
from counterdesk.services.credit_payouts import Refund, refund_credit_note
from counterdesk.services.disputes import (
    CloseRequest,
    RaiseRequest,
    close_dispute,
    raise_dispute,
)
from counterdesk.services.late_capture import allow_late
from counterdesk.services.people import Attempt
from counterdesk.services.shifts import current_shift, expected_drawer, open_shift
from counterdesk.services.undoing import undo_payment
from counterdesk.store.session import ReadSession, Session
from tests.conftest import PASSWORD, find_person
from tests.faults.undone_visits import random_undo
from tests.faults.visits import random_visit
from tests.services.counting import close_shift
from tests.services.guessing import try_of
from tests.services.till import Till as Cashier
from tests.sync.tills import Till

_LATE_DAYS = 35
_OFTEN = {
    "pay": 12, "pay_late": 2, "undo": 7, "undo_elsewhere": 3, "pay_out": 3, "correct": 3,
    "exchange": 6,
}  # fmt: skip
"""How often which of it happens."""

_JUST_NOW = 0.4
"""So many of the visits that are undone are the last."""

_DOUBTED = 0.2
"""How often somebody comes about a dispute besides."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that was taken somewhere and may be undone."""

    taker: Busy
    transaction_id: UUID
    receipt_number: str


class Busy:
    """One counter, its cashier, and what anybody took so far."""

    def __init__(
        self, till: Till, accounts: Sequence[UUID], taken: list[Visit], chance: Random
    ) -> None:
        """Begin with it.

        Args:
            till: In touch with a centre.
            accounts: Whose bills are paid.
            taken: Shared by all counters of the office; what was undone is no more in it.
            chance: Decides everything.
        """
        self.till, self.store = till, till.store
        self.cashier = Cashier(till.store, till.jane)
        self._accounts, self._taken, self._chance = accounts, taken, chance
        self._doubts = Random(11)
        self.done: dict[str, int] = dict.fromkeys(_OFTEN, 0)
        self.disputes = 0

    def act(self) -> None:
        """Do one thing, and doubt a payment now and then; what no rule allows is left."""
        self._be_in_shift()
        if self._doubts.random() < _DOUBTED:
            self._dispute()
        [name] = self._chance.choices(list(_OFTEN), list(_OFTEN.values()))
        act: Callable[[], None] = getattr(self, f"_{name}")
        try:
            act()
        except UserError:
            return
        self.done[name] += 1

    def exchange(self) -> None:
        """Tell the centre everything, and hear everything."""
        self.till.sync._pace.poll_now()
        self.till.settle()

    _exchange = exchange

    def _be_in_shift(self) -> None:
        def turn(session: Session) -> None:
            shift = current_shift(session)
            if shift is not None and shift.business_date != session.today():
                close_shift(session, expected_drawer(session, shift.id))
                shift = None
            if shift is None:
                open_shift(session, 50_000)

        self.cashier.act(turn)

    def _today(self) -> date:
        return self.store.read(lambda read: read.today()).result()

    def _visit(self) -> PaymentRequest:
        count = min(self._chance.choice((1, 1, 2)), len(self._accounts))
        chosen = self._chance.sample(self._accounts, count)

        def look(read: ReadSession) -> Any:
            return [account_view(read, one) for one in chosen]

        views = self.store.read(look, self.cashier.actor).result()
        return random_visit(views, self.store.settings, self._today(), self._chance)

    def _pay(self, request: PaymentRequest | None = None) -> None:
        taken = self.cashier.take(request or self._visit())
        self._keep(taken)

    def _keep(self, taken: Any) -> None:
        self._taken.append(Visit(self, taken.transaction_id, taken.receipt_number))

    def _pay_late(self) -> None:
        request, today = self._visit(), self._today()
        result = work_out(request, self.store.settings, today)
        paid, on = result.tendered_minor - result.change_minor, today - self._some_days()
        number = f"P-{request.request_id}"
        paper = self._allowed(
            lambda s, a: allow_late(s, a, PASSWORD, request.request_id, number, on, paid)
        )
        self._pay(replace(request, paper=paper))

    def _some_days(self) -> timedelta:
        return timedelta(days=self._chance.randint(0, _LATE_DAYS))

    def _allowed(self, work: Callable[[Session, Attempt], Any], login: str = "supervisor") -> Any:
        attempt = try_of(self.store, login)
        return self.cashier.act(lambda s: work(s, attempt))

    def _chosen(self, *, own: bool) -> Visit:
        visits = [one for one in self._taken if (one.taker is self) == own]
        if not visits:
            raise UserError("nobody paid yet")
        return visits[-1] if self._chance.random() < _JUST_NOW else self._chance.choice(visits)

    def _undo(self) -> None:
        visit, account = self._chosen(own=True), self._chance.choice(self._accounts)
        asked = random_undo(self.store, visit.transaction_id, account, self._chance)
        self._allowed(lambda s, a: undo_payment(s, a, PASSWORD, asked))

    def _undo_elsewhere(self) -> None:
        """What another counter took and told the centre; that hears of the undo some time later.

        Two counters that undo the same at once are for somebody at the centre, and not in here.
        """
        visit = self._chosen(own=False)
        visit.taker.exchange()
        told = self.till.link.payment_to_undo(visit.receipt_number)
        if told is None:
            return
        cheques = [x["id"] for x in told.taken["tenders"] if x["kind"] == "cheque"]
        payments = [x["id"] for x in told.taken["payments"]]
        bounced = bool(cheques) and self._chance.random() < 0.7
        asked = UndoAsked(
            UUID(int=self._chance.getrandbits(128), version=4),
            UndoKind.BOUNCED if bounced else UndoKind.REVERSAL, visit.transaction_id, "Other",
            payment_id=None if bounced else UUID(self._chance.choice(payments)),
            tender_id=UUID(cheques[0]) if bounced else None, told=told,
        )  # fmt: skip
        self._allowed(lambda s, a: undo_payment(s, a, PASSWORD, asked))
        self._taken.remove(visit)

    def _pay_out(self) -> None:
        account = self._chance.choice(self._accounts)
        view = self.store.read(lambda read: account_view(read, account), self.cashier.actor)
        notes = [one for one in view.result().notes if one.status is NoteStatus.ACTIVE]
        if not notes:
            raise UserError("there is no credit")
        note = self._chance.choice(notes)
        minor = max(1, note.remaining_minor // self._chance.choice((1, 1, 3)))
        asked = Refund(
            UUID(int=self._chance.getrandbits(128), version=4), note.id, minor, "cash", "asked"
        )
        self._allowed(lambda s, a: refund_credit_note(s, a, PASSWORD, asked))

    def _dispute(self) -> None:
        """Doubt one of the last payments, or close a doubt: no figure may change with it."""
        chance = self._doubts
        account = chance.choice(self._accounts)
        view = self.store.read(lambda read: account_view(read, account), self.cashier.actor)
        paid, still_open = view.result().last_payments, view.result().disputes
        if still_open:
            over = CloseRequest(uuid4(), still_open[0].id, chance.choice(list(Outcome)), "seen")
            boss = Cashier(self.store, find_person(self.store, "supervisor"))
            boss.act(lambda s: close_dispute(s, over))
        elif paid:
            one, category = chance.choice(paid), chance.choice(list(Category))
            doubted = RaiseRequest(uuid4(), one.payment_id, category, one.amount_minor, "asked")
            self.cashier.act(lambda s: raise_dispute(s, doubted))
            self.disputes += 1

    def _correct(self) -> None:
        visit = self._chosen(own=True)
        old = self.store.read(
            lambda read: visit_to_correct(read, visit.transaction_id), self.cashier.actor
        ).result()
        new = Replacement(
            UUID(int=self._chance.getrandbits(128), version=4),
            tuple((one.charge_id, one.amount_minor) for one in old.shares), old.tenders,
            old.extras, "Field", old.paid_by, old.notes, old.keep_change, old.change_account,
        )  # fmt: skip
        asked = UndoAsked(
            UUID(int=self._chance.getrandbits(128), version=4),
            UndoKind.CORRECTED,
            visit.transaction_id,
            "Wrong method",
        )
        done = self._allowed(lambda s, a: correct_payment(s, a, PASSWORD, asked, new), "admin")
        self._taken.remove(visit)
        self._keep(done.taken)
