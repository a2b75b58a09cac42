"""Counters, a centre and everything that goes wrong between them, by one seed.

The same seed and the same number of steps are the same run: what fails is looked at by running it
again. Nothing here sleeps; each counter has a clock of its own, which may also be set wrongly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from uuid import UUID

from counterdesk.core.errors import UserError
from counterdesk.sync.outbox import Outbox
from counterdesk.sync.records import AccountFacts
from tests.conftest import find_person
from tests.faults import counter_moves as at_counter
from tests.faults import office_moves as at_centre
from tests.faults.given_up import GivenUp
from tests.faults.simulated_centre import SimulatedCentre
from tests.faults.simulated_till import Ledger, SimulatedTill
from tests.faults.weather import Crash, Weather
from tests.sync.scripted_link import HeldClock
from tests.sync.tills import account

_ACCOUNTS = 4
_MOST_ROUNDS = 12
_A_WHILE_S = 700.0
"""Longer than every pause of a counter."""

_MOST_STEPS_TO_REST = 3_000
_BETWEEN_LOOKS = 2_000
"""So many steps, and everything settles and is looked at, before it goes on."""

Move = Callable[["Simulation", SimulatedTill], str]

_STEADY: dict[Move, int] = {
    at_counter.pay: 52,
    at_counter.undo: 12,
    at_counter.dispute: 6,
    at_counter.work: 80,
    at_counter.shift: 8,
    at_counter.odd_act: 2,
    at_counter.weather: 16,
    at_counter.time: 12,
    at_counter.die: 4,
    at_counter.die_soon: 8,
    at_counter.die_in_page: 6,
    at_counter.replace: 2,
    at_centre.bill: 8,
    at_centre.rename: 2,
    at_centre.cancel: 2,
    at_centre.forget: 4,
    at_centre.setting: 2,
    at_centre.apply_again: 2,
}
"""How often which step is done."""

_UNSTEADY: dict[Move, int] = {
    at_counter.wrong_clock: 2,
    at_counter.clone: 1,
    at_counter.keep_image: 2,
    at_counter.roll_back: 2,
    at_counter.put_right: 2,
    at_counter.change_outbox: 6,
    at_centre.prune: 4,
    at_centre.back_up: 4,
    at_centre.restore: 2,
    at_centre.shake: 4,
}
"""Steps that are left out where two centres are compared call by call."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The frame of a run."""

    steps: int
    counters: int = 3
    by_the_book: bool = True
    """Whether a restored centre is told so; else only its numbers are moved on."""
    steady: bool = False
    """Whether clocks and the past are left alone."""
    years: bool = False
    """Whether clocks are also set wrong by a year; then the centre is never restored."""
    start_utc: datetime = datetime(2026, 3, 3, 9, tzinfo=UTC)


class Simulation:
    """One run."""

    def __init__(
        self, seed: int, plan: Plan, centre: SimulatedCentre, new_folder: Callable[[int], Path]
    ) -> None:
        """Set everything up.

        Args:
            seed: Decides everything.
            plan: The frame of it.
            centre: Empty.
            new_folder: Returns the closed data folder of a new counter, by its place.
        """
        self.chance = Random(seed)
        self.plan = plan
        self.centre = centre
        self.trace: list[str] = []
        self.said: Counter[str] = Counter()
        """How often each kind of step ended how."""
        self.exchanges = 0
        """How often sync did something."""
        self.tills: list[SimulatedTill] = []
        self.given_up: list[GivenUp] = []
        """What was in data folders that nobody uses any more."""
        self.accounts = [
            account(10_001 + n, *(self.amount() for _bill in range(3))) for n in range(_ACCOUNTS)
        ]
        self.cancelled: set[UUID] = set()
        self.forgotten: set[UUID] = set()
        """Charges that the utility has and its centre has not."""
        self.notes_limit = 500
        self.dying_in_page: SimulatedTill | None = None
        self.backed_up = False
        self.restored = 0
        """How often the centre was put back to the copy that is kept now."""
        self.put_back = False
        """Whether that happened since everything last settled, or since an image was kept that
        may still come into use: it believes what was true before."""
        self._new_folder, self._places = new_folder, count()
        self.tell_office_anew()
        for _counter in range(plan.counters):
            self.add_till()
        if self.chance.random() < 0.7:
            self.settle()

    def amount(self) -> int:
        """Return what a bill may come to."""
        return self.chance.choice((100, 999, 5_000, 20_000))

    def run(self) -> Iterator[None]:
        """Do all the steps; stop for a look after some thousands, and after the last."""
        for first in range(0, self.plan.steps, _BETWEEN_LOOKS):
            self._go_on(first, min(first + _BETWEEN_LOOKS, self.plan.steps))
            self.settle()
            yield

    def _go_on(self, first: int, end: int) -> None:
        moves = _STEADY if self.plan.steady else _STEADY | _UNSTEADY
        for number in range(first, end):
            [move] = self.chance.choices(list(moves), list(moves.values()))
            till = self.chance.choice(self.tills)
            said = self._do(move, till)
            self.trace.append(f"{number} {till.name} {move.__name__}: {said}")
            if till in self.tills:  # it may have been given up
                self._check_acknowledged(till)
            self.said[f"{move.__name__}: {said.rstrip('0123456789 ')}"] += 1

    def _check_acknowledged(self, till: SimulatedTill) -> None:
        """What a counter takes for acknowledged is kept at the centre, at any time."""
        kept = self.centre.last_seq(till.counter_id)
        believed = till.outbox.acknowledged_seq
        assert self.put_back or believed <= kept, f"{till.name} believes {believed}, not {kept}"

    def _do(self, move: Move, till: SimulatedTill) -> str:
        try:
            return move(self, till)
        except Crash:
            till.come_back()
            return "died"
        except UserError as error:
            return f"refused, {error.message}"

    def import_account(self, account_now: AccountFacts) -> None:
        """Import an account as the utility has it now."""
        self.centre.import_account(account_now)
        for charge in account_now.charges:
            self.forgotten.discard(charge.charge_id)
            if charge.charge_id in self.cancelled:
                self.centre.cancel(charge.charge_id)

    def tell_office_anew(self) -> None:
        """Import everything, as every night."""
        for one in self.accounts:
            self.import_account(one)
        self.centre.set_setting("notes_limit", self.notes_limit)

    def settle(self) -> None:
        """Let nothing go wrong any more, until nobody has anything to do.

        Raises:
            AssertionError: It takes more steps than it may.
        """
        self.trace.append("from here on nothing goes wrong")
        quiet = 0
        for _round in range(_MOST_ROUNDS):
            before = self._standing()
            for till in self.tills:
                till.link.weather, till.link.crash_after = Weather.CALM, None
                self._rest(till)
            quiet = quiet + 1 if self._standing() == before else 0
            if quiet > 1:
                kept = any(till.older or till.newer for till in self.tills)
                self.put_back = self.put_back and kept
                return
        raise AssertionError(f"after {_MOST_ROUNDS} rounds something still happens")

    def _standing(self) -> list[Outbox]:
        return [till.outbox for till in self.tills]

    def _rest(self, till: SimulatedTill) -> None:
        till.clock.advance(_A_WHILE_S)
        for _step in range(_MOST_STEPS_TO_REST):
            self.exchanges += 1
            if till.step().seconds:
                return
        raise AssertionError(f"{till.name} never comes to rest")

    @property
    def left(self) -> list[Ledger]:
        """Data folders that nobody uses for now, but somebody sold with."""
        return [one.newer for one in self.tills if one.newer is not None]

    @property
    def gone_apart(self) -> set[UUID]:
        """Counters of which more than one data folder went its own way."""
        often = Counter(till.counter_id for till in self.tills)
        often.update(one.counter_id for one in self.left)
        often.update(one.counter_id for one in self.given_up)
        return {counter_id for counter_id, times in often.items() if times > 1}

    def close(self) -> None:
        """End every program."""
        for till in self.tills:
            till.close()

    def add_till(self) -> None:
        """Let a counter in that nobody knew before."""
        place = next(self._places)
        till = SimulatedTill(
            self._new_folder(place), HeldClock(self.centre.clock.now), Random(self.chance.random())
        )
        public_key = till.store.counter.public_key
        till.link.inner = self.centre.add_counter(f"C{place:02}", till.counter_id, public_key)
        boss = find_person(till.store, "supervisor")
        self.centre.add_person(boss.user_id, boss.role)
        self.tills.append(till)
