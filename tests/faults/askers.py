"""Counters without a till that ask both centres for other settings: rightly, late, and wrongly."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterdesk.core.permissions import Role
from counterdesk.sync.link import Cursor, Link
from tests.faults.simulation import Simulation
from tests.sync.asking import asked
from tests.sync.pushing import Chain

_TIMES = 40
_VALUES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("notes_limit", (100, 200, 300, -1, "many")),
    ("cheque_stale_days", (30, 60, None)),
    ("utility_contact", ("555", "Main Street", 5)),
    ("channels", (["Walk-in"], [], "Walk-in")),
    ("currency", ({"code": "EUR", "digits": 2, "symbol": "E"},)),
    ("colour", ("blue",)),
)


class Asker:
    """A counter that the centre knows, and its chain."""

    def __init__(self, run: Simulation, code: str) -> None:
        key, counter_id = Ed25519PrivateKey.generate(), uuid4()
        public_key = key.public_key().public_bytes_raw()
        self.chain = Chain(counter_id, key=key)
        self.link: Link = run.centre.add_counter(code, counter_id, public_key)

    def ask(self, run: Simulation, people: list[UUID]) -> None:
        """Ask for one change, of what was seen now or before."""
        name, values = run.chance.choice(_VALUES)
        seen = self.link.office_facts().versions.get(name, 0) - run.chance.choice((0, 0, 0, 1))
        event = asked(run.chance.choice(people), name, max(seen, 0), run.chance.choice(values))
        entry = self.chain.add(_spoilt(event, run.chance))
        self.link.push([entry], run.centre.clock.now)


def _spoilt(event: dict[str, Any], chance: Random) -> dict[str, Any]:
    if chance.random() < 0.1:
        event["totals"]["tenders"] = {"cash": 1}
    if chance.random() < 0.1:
        del event["data"]["after"]
    return event


def change_often(run: Simulation) -> None:
    """Let two counters ask for changes, which the office answers now and then."""
    people = [uuid4() for _person in range(4)]  # nobody knows the last one
    roles = (Role.ADMINISTRATOR, Role.ADMINISTRATOR, Role.CASHIER)
    for user_id, role in zip(people, roles, strict=False):
        run.centre.add_person(user_id, role)
    askers = [Asker(run, f"A{place:02}") for place in range(2)]
    askers[1].chain.key = None if run.chance.random() < 0.3 else askers[1].chain.key
    for _time in range(_TIMES):
        run.chance.choice(askers).ask(run, people)
        if run.chance.random() < 0.5:
            run.centre.answer_changes()
    run.centre.answer_changes()
    for one in askers:
        one.link.feed_page(Cursor(), 2_000)
    run.settle()
