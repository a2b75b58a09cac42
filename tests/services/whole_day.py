"""A day with every fact there is about a shift's money after the shift."""

from __future__ import annotations

from counterdesk.models import cash_office
from counterdesk.services.deposits import validate_deposit
from counterdesk.services.handover import hand_over
from counterdesk.services.people import begin_attempt
from counterdesk.services.settling import SettleRequest, open_differences, settle_difference
from counterdesk.services.shift_closing import ShiftClose
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import Store
from tests.conftest import PASSWORD, find_person
from tests.services.closed_shifts import a_closed_shift, accept, deposit, offer, refuse
from tests.services.counting import close_shift, count_shift
from tests.services.till import Till

FACTS = (
    cash_office.ShiftHandover, cash_office.TurnIn, cash_office.TurnInPiece,
    cash_office.TurnInAnswer, cash_office.Deposit, cash_office.DepositShift,
    cash_office.DepositPiece, cash_office.DepositCheque, cash_office.DepositValidated,
    cash_office.DifferenceSettled,
)  # fmt: skip


def a_whole_day(store: Store) -> None:
    """Every fact there is about a shift's money after the shift."""
    jane = Till(store, find_person(store, "jane"))
    boss = Till(store, find_person(store, "supervisor"))
    jane.act(lambda s: open_shift(s, 10_000))
    shift = a_closed_shift(jane)
    offer(jane, shift)
    refuse(jane, shift, "once more")
    offer(jane, shift)
    accept(jane, shift)
    banked = deposit(boss, shift).deposit_id
    boss.act(lambda s: validate_deposit(s, banked, "B-77", s.today()))
    jane.act(lambda s: open_shift(s, 10_000))
    jane.act(lambda s: close_shift(s, 9_900, "a coin"))
    off = store.read(open_differences, boss.actor).result()[0].shift_method_id
    boss.act(lambda s: settle_difference(s, SettleRequest(s.new_id(), off, -100, "found")))
    jane.act(lambda s: open_shift(s, 10_000))
    counted = jane.act(lambda s: count_shift(s, 10_000)).count_id
    attempt = jane.act(lambda s: begin_attempt(s, "supervisor"))
    jane.act(lambda s: hand_over(s, attempt, PASSWORD, ShiftClose(counted)))
