"""Whatever is paid, voided, reversed, bounced, moved or corrected: every sum holds, every day."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.errors import UserError
from counterdesk.core.undoing import Replacement, UndoAsked, UndoKind
from counterdesk.demo.invented import invented_accounts
from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.models.ledger import Settlement, Tender
from counterdesk.models.undoing import OwnCharge, UndoneSettlement
from counterdesk.services.correctable import visit_to_correct
from counterdesk.services.corrections import correct_payment
from counterdesk.services.shift_figures import shift_figures
from counterdesk.services.shifts import expected_drawer, open_shift
from counterdesk.services.undo_choices import ways_to_undo
from counterdesk.store.store import Store
from counterdesk.sync.reference import build_reference
from tests.conftest import PASSWORD, START_UTC, UNLOCK, find_person
from tests.services.counting import close_shift, running
from tests.services.guessing import events, try_of
from tests.services.till import COIN, Till, ask, card, cash, line_of
from tests.services.undo_till import WHY, cheque, undo

_ACCOUNTS = ("WU-10001", "WU-20003", "WU-20004", "WU-20005")
_KINDS = (UndoKind.VOID, UndoKind.REVERSAL, UndoKind.BOUNCED, UndoKind.MOVED)
_PICK = st.integers(0, 99)


class UndoneDays(RuleBasedStateMachine):
    """A till at which everything goes wrong, against sums that are kept beside it."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name) / "data"
        shutil.copytree(self.template, folder)
        self.store = Store.open(folder, UNLOCK, ShiftedClock(START_UTC))
        given = replace(sample_settings(), cash_rounding_minor=COIN, cheque_fee_minor=700)
        accounts = [sample_account(), *invented_accounts(20)]
        build_reference(
            self.store.folder.reference, self.store.data_key, accounts, given, as_of_utc=START_UTC
        )
        self.store.reload_reference()
        self.jane = Till(self.store, find_person(self.store, "jane"))
        self.jane.act(lambda session: open_shift(session, 300_000))
        self.drawer, self.kept, self.visits = 300_000, 0, list[UUID]()
        self.owed = self._owed()

    @rule(pick=_PICK, way=st.integers(0, 3), extra=st.sampled_from((0, 0, 450)), most=_PICK)
    def pay(self, pick: int, way: int, extra: int, most: int) -> None:
        """Take a payment, partly in another way now and then."""
        view = self.jane.view(_ACCOUNTS[pick % len(_ACCOUNTS)])
        if not view.charges:
            return
        line = line_of(view, extra, 1 + most % 3)
        due = line.total_minor
        given = ((cash(due + 2_000),), (card(due),), (cheque(due),), (card(due // 2), cash(due)))
        try:
            taken = self.jane.take(ask(line, pay=given[way], keep=way == 0 and pick % 4 == 0))
        except UserError:
            return  # an account that takes cash only, or too much that is kept
        self.visits.append(taken.transaction_id)
        self._count(taken.transaction_id)

    @precondition(lambda self: self.visits)
    @rule(pick=_PICK, kind=st.sampled_from(_KINDS), in_cash=st.booleans(), to=_PICK)
    def undo(self, pick: int, kind: UndoKind, in_cash: bool, to: int) -> None:
        """Undo a visit in one way, or the first that is offered."""
        visit = self.visits[pick % len(self.visits)]
        try:
            offered = self.store.read(lambda r: ways_to_undo(r, visit), self.jane.actor).result()
            ways = sorted(offered.choices, key=lambda one: one.kind is not kind)
            chosen = ways[0]
            account = self.jane.view(_ACCOUNTS[to % len(_ACCOUNTS)]).account
            undo(self.jane, UndoAsked(
                uuid4(), chosen.kind, visit, WHY, payment_id=chosen.payment_id,
                tender_id=chosen.tender_id,
                in_cash=in_cash and chosen.kind is UndoKind.REVERSAL,
                to_consumer_id=account.consumer_id if chosen.kind is UndoKind.MOVED else None,
            ))  # fmt: skip
        except UserError:
            return  # undone before, its shift is closed, it is on this account already
        self._count_undo()

    @precondition(lambda self: len(self.visits) > 1)
    @rule(pick=_PICK)
    def correct(self, pick: int) -> None:
        """Correct a visit: the same charges and extra money, paid partly by card."""
        visit, new_id = self.visits[pick % len(self.visits)], uuid4()
        try:
            old = self.store.read(lambda r: visit_to_correct(r, visit), self.jane.actor).result()
            paid = tuple((one.charge_id, one.amount_minor) for one in old.shares)
            due = sum(minor for _of, minor in (*paid, *old.extras))
            pay = ((card(due),), (card(due // 2), cash(due)), (cheque(due - due // 3), cash(due)))
            new = Replacement(
                new_id, paid, pay[pick % 3], old.extras, "Walk-in", keep_change=old.keep_change,
                change_account=old.change_account,
            )  # fmt: skip
            asked = UndoAsked(uuid4(), UndoKind.CORRECTED, visit, WHY)
            attempt = try_of(self.store, "admin")
            self.jane.act(lambda s: correct_payment(s, attempt, PASSWORD, asked, new))
        except UserError:
            return
        self._count_undo()
        self._count(new_id)

    @rule()
    def end_the_day(self) -> None:
        """Close the shift with what is expected, and open the next one."""
        figures = self.jane.act(lambda s: shift_figures(s, running(s).id))
        closed = self.jane.act(lambda s: close_shift(s, self.drawer))
        assert (closed.expected_minor, closed.difference_minor) == (self.drawer, 0)
        assert figures.expected_minor == self.drawer
        self.jane.act(lambda s: open_shift(s, 300_000))
        self.drawer = 300_000

    @invariant()
    def drawer_follows(self) -> None:
        """MON-11, and the sum of the events since the shift opened."""
        assert self.jane.act(lambda s: expected_drawer(s, running(s).id)) == self.drawer
        told = events(self.store)
        opened = max(at for at, one in enumerate(told) if one["kind"] == "shift.opened")
        cash_of_day = sum(one["totals"]["cash_delta_minor"] for one in told[opened:])
        assert cash_of_day == self.drawer

    @invariant()
    def money_is_somewhere(self) -> None:
        """What was kept settles charges, is credit, or is rounding; fees and debits are owed."""
        views = [self.jane.view(one) for one in _ACCOUNTS]
        credit = sum(view.credit_minor for view in views)
        made = self.jane.one(select(func.coalesce(func.sum(OwnCharge.amount_minor), 0)))
        assert self.kept == self.owed + made - self._owed() + credit + self._rounding()

    def teardown(self) -> None:
        """Prove the whole ledger, and that no fact can be edited."""
        assert self.jane.findings() == ()
        self.store.close()
        self._folder.cleanup()

    def _owed(self) -> int:
        return sum(self.jane.view(one).outstanding_minor for one in _ACCOUNTS)

    def _rounding(self) -> int:
        undone = select(UndoneSettlement.settlement_id)
        query = select(func.coalesce(func.sum(Settlement.amount_minor), 0)).where(
            Settlement.allocation_id.is_(None), Settlement.overpayment_id.is_(None),
            Settlement.id.not_in(undone),
        )  # fmt: skip
        return int(self.jane.one(query))

    def _count(self, visit: UUID) -> None:
        minor = (Tender.amount_minor - Tender.change_minor).label("minor")
        query = select(Tender.kind, minor).where(Tender.transaction_id == visit)
        for row in self.store.read(lambda read: read.execute(query).all()).result():
            self.kept += row.minor
            self.drawer += row.minor if row.kind == "cash" else 0
        if visit not in self.visits:
            self.visits.append(visit)

    def _count_undo(self) -> None:
        told = [one for one in events(self.store) if one["kind"] == "transaction.undone"]
        totals = told[-1]["totals"]
        self.drawer += totals["cash_delta_minor"]
        self.kept += sum(totals["tenders"].values())


@pytest.mark.req("MON-6", "MON-7", "MON-11", "CASH-2", "PAY-20", "AUD-1")
@pytest.mark.timeout(300)
def test_every_sum_holds_whatever_is_undone(template: Path) -> None:
    UndoneDays.template = template
    run_state_machine_as_test(UndoneDays, settings=settings(max_examples=6, stateful_step_count=14))
