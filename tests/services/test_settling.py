"""What was over or short at a close stays open until somebody else than its cashier settles it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.cash_office import DifferenceSettled
from counterdesk.services.people import begin_attempt
from counterdesk.services.settling import (
    OpenDifference,
    SettleRequest,
    open_differences,
    settle_difference,
    settle_difference_allowed,
)
from counterdesk.services.shifts import open_shift
from tests.conftest import PASSWORD, hire
from tests.services.counting import close_shift
from tests.services.till import Till


@pytest.fixture
def boss(jane: Till, supervisor: Actor) -> Till:
    """The supervisor; Jane's shift closed 4.00 short."""
    jane.act(lambda s: close_shift(s, 9_600, "do not know"))
    return Till(jane.store, supervisor)


def open_now(who: Till) -> list[OpenDifference]:
    return list(who.store.read(open_differences, who.actor).result())


def request_of(who: Till, amount: int, reason: str = "found under the till") -> SettleRequest:
    return SettleRequest(uuid4(), open_now(who)[0].shift_method_id, amount, reason)


@pytest.mark.req("CASH-4")
def test_a_difference_is_settled_in_parts_until_nothing_is_open(jane: Till, boss: Till) -> None:
    [one] = open_now(boss)
    assert (one.number, one.difference_minor, one.open_minor) == ("S-2025-00001", -400, -400)
    asked = request_of(boss, -300)
    left = boss.act(lambda s: settle_difference(s, asked))
    assert left.open_minor == -100
    rest = request_of(boss, -100, "paid by the cashier")
    boss.act(lambda s: settle_difference(s, rest))
    assert open_now(boss) == []
    assert open_now(jane) == []


@pytest.mark.req("CASH-4", "AUD-2")
def test_the_cashier_asks_and_a_supervisor_signs(jane: Till, boss: Till) -> None:
    asked = request_of(boss, -400)
    with pytest.raises(PermissionRefused):
        jane.act(lambda s: settle_difference(s, asked))
    attempt = jane.act(lambda s: begin_attempt(s, "supervisor"))
    jane.act(lambda s: settle_difference_allowed(s, attempt, PASSWORD, asked))
    kept = jane.act(lambda s: s.execute(DifferenceSettled.__table__.select()).one())
    assert (kept.user_name, kept.approver_name) == ("Jane Smith", "Demo Supervisor")


@pytest.mark.req("AUD-2")
def test_nobody_settles_the_difference_of_their_own_shift(jane: Till, boss: Till) -> None:
    boss.act(lambda s: open_shift(s, 10_000))
    boss.act(lambda s: close_shift(s, 10_100, "found one"))
    own = SettleRequest(uuid4(), open_now(boss)[1].shift_method_id, 100, "mine")
    with pytest.raises(PermissionRefused, match="their own shift"):
        boss.act(lambda s: settle_difference(s, own))
    jane.act(lambda s: hire(s, Role.SUPERVISOR, "Ada"))
    attempt = boss.act(lambda s: begin_attempt(s, "ada"))
    boss.act(lambda s: settle_difference_allowed(s, attempt, PASSWORD, own))


@pytest.mark.parametrize(
    ("amount", "reason"),
    [(-401, "x"), (400, "x"), (0, "x"), (-400, " "), (-400, "x" * 501),
     (-400, "4111 1111 1111 1111")],
)  # fmt: skip
def test_too_much_the_wrong_sign_or_no_reason_is_refused(
    jane: Till, boss: Till, amount: int, reason: str
) -> None:
    asked = request_of(boss, amount, reason)
    with pytest.raises(UserError):
        boss.act(lambda s: settle_difference(s, asked))
    assert jane.count(DifferenceSettled) == 0


def test_the_same_request_twice_settles_once(jane: Till, boss: Till) -> None:
    asked = request_of(boss, -300)
    other = SettleRequest(asked.request_id, asked.shift_method_id, -200, asked.reason)
    for _time in range(2):
        boss.act(lambda s: settle_difference(s, asked))
    with pytest.raises(RequestChanged):
        boss.act(lambda s: settle_difference(s, other))
    assert jane.count(DifferenceSettled) == 1


@pytest.mark.req("AUD-1")
def test_more_settled_by_hand_is_found(store: Any, cashier: Actor, supervisor: Actor) -> None:
    jane, boss = Till(store, cashier), Till(store, supervisor)
    jane.act(lambda s: open_shift(s, 10_000))
    jane.act(lambda s: close_shift(s, 9_600, "do not know"))
    asked = request_of(boss, -300)
    boss.act(lambda s: settle_difference(s, asked))
    jane.act(lambda s: s.execute(update(DifferenceSettled).values(amount_minor=-500)))
    assert any("more of a difference was settled" in one for one in jane.findings())
