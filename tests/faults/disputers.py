"""Counters without a till that dispute payments at both centres: rightly, early, and wrongly."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID, uuid4

from counterdesk.core.permissions import Role
from counterdesk.sync.link import Cursor, Link
from tests.faults.simulation import Simulation
from tests.sync.disputing import closed, raised
from tests.sync.pushing import Chain
from tests.sync.written import Event

_TIMES = 60
_ODD: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("amount_minor", (0, -1, 10**9)),
    ("words", ("", "x" * 501)),
    ("category", ("annoyed",)),
    ("outcome", ("forgotten",)),
    ("currency", ("EUR",)),
    ("consumer_id", (str(UUID(int=5)),)),
    ("account_number", ("WU-0",)),
    ("payment_on", ("2025-04-01",)),
    ("payment_id", (str(UUID(int=6)),)),
    ("business_date", ("2025-04-01",)),
)


class Disputer:
    """A counter that the centre knows, its chain, and what all of them raised."""

    def __init__(self, run: Simulation, code: str, raised_before: list[Event]) -> None:
        counter_id = uuid4()
        self.chain, self.raised = Chain(counter_id), raised_before
        self.link: Link = run.centre.add_counter(code, counter_id, counter_id.bytes * 2)

    def act(self, run: Simulation, taken: list[Event], people: list[UUID]) -> None:
        """Raise a dispute or close one; now and then what is not there yet, or not as it may be."""
        chance = run.chance
        if self.raised and chance.random() < 0.6:
            outcome = chance.choice(("refunded", "rejected"))
            by = str(chance.choice(people))
            event = closed(chance.choice(self.raised), user_id=by, outcome=outcome)
        else:
            event = raised(chance.choice(taken))
            self.raised.append(event)
        if chance.random() < 0.2:
            event = self._spoilt(event, chance)
        self.link.push([self.chain.add(event)], run.centre.clock.now)

    def _spoilt(self, event: Event, chance: Random) -> Event:
        """A closing of it comes all the same, as of what waits."""
        if chance.random() < 0.2:
            return event | {"totals": event["totals"] | {"tenders": {"cash": 1}}}
        other = chance.choice(self.raised)["data"] if self.raised else event["data"]
        known = [(name, values) for name, values in _ODD if name in event["data"]]
        name, values = chance.choice(
            [*known, ("id", (other["id"],)), ("number", (other["number"],))]
        )
        return event | {"data": event["data"] | {name: chance.choice(values)}}


def dispute_often(run: Simulation, taken: list[Event]) -> None:
    """Let two counters dispute payments and close that, by people who may and who may not."""
    people = [uuid4() for _person in range(4)]  # nobody knows the last one
    roles = (Role.SUPERVISOR, Role.MANAGER, Role.CASHIER)
    for user_id, role in zip(people, roles, strict=False):
        run.centre.add_person(user_id, role)
    all_raised: list[Event] = []
    disputers = [Disputer(run, f"D{place:02}", all_raised) for place in range(2)]
    for _time in range(_TIMES):
        run.chance.choice(disputers).act(run, taken, people)
    run.centre.apply_again()
    for one in disputers:
        one.link.feed_page(Cursor(), 2_000)
    run.settle()
