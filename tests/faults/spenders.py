"""Counters without a till that pay with credit notes at both centres: in time, late, and too much.

No till of a simulation takes credit notes yet.
"""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

from counterdesk.core.events import canonical_bytes
from counterdesk.core.settings import settings_rows
from counterdesk.demo.sample import sample_settings
from counterdesk.sync.link import Cursor, Link
from counterdesk.sync.records import AccountFacts
from tests.faults.simulation import Simulation
from tests.sync.paying_counter import DAY, payment_of
from tests.sync.pushing import Chain
from tests.sync.spending import CREDIT_MODE, NamedNote, spend_in
from tests.sync.written import Event

_SPENDERS, _TIMES = 2, 40


class Spender:
    """A counter that the centre knows, and its chain."""

    def __init__(self, run: Simulation, code: str) -> None:
        counter_id = uuid4()
        self.chain = Chain(counter_id)
        self.link: Link = run.centre.add_counter(code, counter_id, counter_id.bytes * 2)

    def spend(self, run: Simulation) -> None:
        """Pay a part of somebody's bill with a note, mostly with one of their own."""
        account = run.chance.choice(run.accounts)
        event = _visit(account, run.chance)
        note = _note(run, account)
        minor = run.chance.choice((1, 50, 450, 450, 900))
        if run.chance.random() < 0.3:
            visit = UUID(event["data"]["transaction"]["id"])
            self.link.reserve_credit(visit, note.note_id, minor, 600)
        spend_in(event, note, minor)
        day = run.centre.clock.now.date() + timedelta(days=run.chance.choice((0, 0, 1, 3)))
        entry = self.chain.add(json.loads(json.dumps(event).replace(DAY, day.isoformat())))
        self.link.push([entry], run.centre.clock.now)


def _visit(account: AccountFacts, chance: Random) -> Event:
    charge = chance.choice(account.charges)
    owed = (charge.charge_id, account.consumer.consumer_id, charge.kind, charge.number)
    made: Event = json.loads(canonical_bytes(payment_of(owed, 900, "spender")))
    return made


def _note(run: Simulation, account: AccountFacts) -> NamedNote:
    """Return one of the account's notes, one of another's, or one that nobody knows."""
    notes = run.centre.look().notes
    own = [who for who, one in sorted(notes.items()) if one[1] == account.consumer.consumer_id]
    known = own if own and run.chance.random() < 0.8 else sorted(notes)
    if not known or run.chance.random() < 0.05:
        return NamedNote(uuid4(), "CN-?")
    chosen = run.chance.choice(known)
    return NamedNote(chosen, notes[chosen][0])


def spend_often(run: Simulation) -> None:
    """Let two counters pay with everybody's notes, some of which end on the day they begin."""
    modes = json.loads(settings_rows(sample_settings())["payment_modes"])
    run.centre.set_setting("payment_modes", [*modes, CREDIT_MODE])
    run.centre.set_setting("credit_note_months", 0)
    spenders = [Spender(run, f"P{place:02}") for place in range(_SPENDERS)]
    for _time in range(_TIMES):
        run.chance.choice(spenders).spend(run)
    for one in spenders:
        one.link.feed_page(Cursor(), 2_000)
    run.settle()
