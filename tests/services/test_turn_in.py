"""A closed shift's money: the cashier's until somebody else has counted and taken it over."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import update

from counterdesk.core.drawer import Pieces
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.cash_office import TurnInAnswer
from counterdesk.services.cash_room import MoneyState, undeposited
from counterdesk.services.turn_in import offer_turn_in
from tests.conftest import hire
from tests.services.closed_shifts import (
    TAKEN_CASH,
    TAKEN_CHEQUE,
    a_closed_shift,
    accept,
    money,
    offer,
    refuse,
)
from tests.services.till import Till


@pytest.mark.req("CASH-4")
def test_nothing_moves_until_the_other_accepts(jane: Till) -> None:
    shift = a_closed_shift(jane)
    assert money(jane, shift).state is MoneyState.TO_TURN_IN
    assert offer(jane, shift).state is MoneyState.OFFERED
    taken = accept(jane, shift)
    assert (taken.number, taken.by) == ("S-2025-00001", "Demo Supervisor")
    there = money(jane, shift)
    assert there.state is MoneyState.IN_CASH_ROOM
    assert (there.cash_minor, there.cheques_minor) == (10_000 + TAKEN_CASH, TAKEN_CHEQUE)


@pytest.mark.req("CASH-4")
def test_a_refused_offer_stays_the_cashiers_and_may_be_made_anew(jane: Till) -> None:
    shift = a_closed_shift(jane)
    offer(jane, shift)
    with pytest.raises(UserError, match="Say why"):
        refuse(jane, shift, " ")
    assert not refuse(jane, shift, "10.00 less").accepted
    now = money(jane, shift)
    assert (now.state, now.refused) == (MoneyState.TO_TURN_IN, "10.00 less")
    offer(jane, shift)
    accept(jane, shift)
    assert money(jane, shift).refused == ""


@pytest.mark.req("CASH-4")
def test_who_takes_it_over_must_have_counted_the_same(jane: Till) -> None:
    shift = a_closed_shift(jane)
    offer(jane, shift)
    with pytest.raises(UserError, match=r"\$245\.50 is offered, and \$240\.00 was counted"):
        accept(jane, shift, cash=((10_000, 2), (2_000, 2)))
    assert money(jane, shift).state is MoneyState.OFFERED


@pytest.mark.req("CASH-5")
def test_less_than_was_counted_can_be_turned_in_and_is_said(jane: Till) -> None:
    shift = a_closed_shift(jane)
    offered = offer(jane, shift, cash=((10_000, 2), (2_000, 2)))
    assert offered.mix.cash_there_minor - offered.mix.cash_received_minor == -550
    accept(jane, shift)


@pytest.mark.req("CASH-4", "AUD-2")
def test_nobody_takes_over_their_own_and_no_cashier_takes_over_at_all(jane: Till) -> None:
    shift = a_closed_shift(jane)
    jane.act(lambda s: hire(s, Role.CASHIER, "Bob"))
    offer(jane, shift)
    for login in ("jane", "bob"):
        with pytest.raises(PermissionRefused):
            accept(jane, shift, login)
        with pytest.raises(PermissionRefused):
            refuse(jane, shift, "no", login)


@pytest.mark.req("CASH-4", "AUD-2")
def test_a_supervisor_offers_it_for_the_cashier_and_another_one_takes_it(
    jane: Till, supervisor: Actor
) -> None:
    shift = a_closed_shift(jane)
    boss = Till(jane.store, supervisor)
    jane.act(lambda s: hire(s, Role.SUPERVISOR, "Ada"))
    offer(boss, shift)
    with pytest.raises(PermissionRefused):
        accept(boss, shift)
    accept(boss, shift, "ada")


@pytest.mark.req("AUD-2")
def test_only_ones_own_shift_is_offered(jane: Till) -> None:
    shift = a_closed_shift(jane)
    bob = Till(jane.store, jane.act(lambda s: hire(s, Role.CASHIER, "Bob")))
    with pytest.raises(PermissionRefused, match="belongs to Jane Smith"):
        offer(bob, shift)


def test_it_is_offered_once_and_not_after_it_was_taken(jane: Till) -> None:
    shift = a_closed_shift(jane)
    offer(jane, shift)
    with pytest.raises(UserError, match="was turned in, or waits"):
        offer(jane, shift)
    accept(jane, shift)
    with pytest.raises(UserError, match="was turned in, or waits"):
        offer(jane, shift)
    with pytest.raises(UserError, match="Nobody offers"):
        accept(jane, shift)


def test_nothing_at_all_is_no_offer(jane: Till) -> None:
    shift = a_closed_shift(jane)
    nothings: list[dict[str, Pieces]] = [
        {}, {"cash": ()}, {"card": ((100, 1),)}, {"cheque": ((-5, 1),)},
    ]  # fmt: skip
    for given in nothings:
        with pytest.raises(UserError):
            jane.act(partial(offer_turn_in, shift_id=shift, pieces=given))
    assert money(jane, shift).state is MoneyState.TO_TURN_IN


@pytest.mark.req("CASH-5", "AUD-2")
def test_what_is_collected_and_not_deposited_is_on_a_list(jane: Till, supervisor: Actor) -> None:
    shift = a_closed_shift(jane)
    bob = jane.act(lambda s: hire(s, Role.CASHIER, "Bob"))
    [one] = jane.store.read(undeposited, jane.actor).result()
    assert (one.shift_id, one.collected_minor) == (shift, TAKEN_CASH + TAKEN_CHEQUE)
    assert jane.store.read(undeposited, bob).result() == ()
    assert len(jane.store.read(undeposited, supervisor).result()) == 1


@pytest.mark.req("AUD-1")
def test_a_second_taker_put_in_by_hand_is_found(jane: Till) -> None:
    shift = a_closed_shift(jane)
    offer(jane, shift)
    accept(jane, shift)
    own = update(TurnInAnswer).values(user_id=jane.actor.user_id)
    taker = jane.one(TurnInAnswer.__table__.select().with_only_columns(TurnInAnswer.user_id))
    jane.act(lambda s: s.execute(own))
    assert any("by who offered it" in one for one in jane.findings())
    jane.act(lambda s: s.execute(update(TurnInAnswer).values(user_id=taker)))
