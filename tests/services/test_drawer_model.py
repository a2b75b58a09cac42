"""Random days at one drawer: whatever happens, it follows MON-11 and the Z is the sum of events."""

from __future__ import annotations

from functools import partial
from random import Random
from uuid import uuid4

import pytest

from counterdesk.core.cash import notes_for
from counterdesk.core.drawer import INTO_THE_DRAWER, MoveKind
from counterdesk.services.drawer_moves import MoveRequest, move_cash, shift_moves, undo_move
from counterdesk.services.shift_closing import ShiftClose, close_shift
from counterdesk.services.shift_figures import drawer_now
from counterdesk.services.shifts import expected_drawer
from tests.services.counting import count_shift, running
from tests.services.guessing import events
from tests.services.till import Till, ask, cash, line_of

_KINDS = [kind for kind in MoveKind if kind is not MoveKind.UNDONE]


def pay(jane: Till, chance: Random) -> int:
    """Take a payment in cash; return what stays in the drawer of it."""
    view = jane.view(f"WU-{chance.randint(20_001, 20_019)}")
    if not view.charges:
        return 0
    line = line_of(view, most=1)
    taken = jane.take(ask(line, pay=(cash(line.total_minor + chance.choice((0, 500, 2_000))),)))
    return int(taken.tendered_minor - taken.change_minor)


def move(jane: Till, chance: Random, there: int) -> int:
    """Move some cash in or out; return how much more lies there."""
    kind, amount = chance.choice(_KINDS), chance.randint(1, 4_000)
    if kind not in INTO_THE_DRAWER and amount > there:
        return 0
    request = MoveRequest(uuid4(), kind, amount, "why", "E-1")
    return int(jane.act(partial(move_cash, request=request)).delta_minor)


def take_back(jane: Till, chance: Random) -> int:
    """Take the newest move back, if it still stands."""
    moves = jane.act(lambda s: shift_moves(s, running(s).id))
    undone = {one.undoes_id for one in moves}
    standing = [x for x in moves if x.kind is not MoveKind.UNDONE and x.id not in undone]
    if not standing:
        return 0
    wrong = chance.choice(standing)
    return int(jane.act(lambda s: undo_move(s, uuid4(), wrong.id, "wrong")).delta_minor)


@pytest.mark.req("MON-11", "CASH-2", "CASH-3", "AUD-1")
@pytest.mark.parametrize("seed", range(2))
def test_the_drawer_follows_every_act(jane: Till, seed: int) -> None:
    chance, there = Random(seed), 10_000
    for _step in range(20):
        act = chance.choice((pay, pay, partial(move, there=there), take_back))
        there += act(jane, chance)
        assert jane.act(lambda s: expected_drawer(s, running(s).id)) == there
        jane.act(lambda s: drawer_now(s, running(s)))
    day = [one["totals"]["cash_delta_minor"] for one in events(jane.store)]
    assert sum(day) == there
    counted = jane.act(lambda s: count_shift(s, there))
    closed = jane.act(lambda s: close_shift(s, ShiftClose(counted.count_id)))
    assert (closed.expected_minor, closed.difference_minor) == (there, 0)
    assert notes_for(there, jane.store.settings.cash_notes_minor)
