"""Counters without a till that undo payments at both centres: their own, others', and wrongly."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any
from uuid import UUID, uuid4

from counterdesk.core.events import canonical_bytes
from counterdesk.sync.link import Cursor, Link
from counterdesk.sync.records import AccountFacts, ChargeFacts
from tests.faults.simulation import Simulation
from tests.sync.paying_counter import payment_of
from tests.sync.pushing import Chain
from tests.sync.spending import NamedNote, spend_in
from tests.sync.undoing import (
    bounced,
    extra_in,
    moved,
    moved_on,
    own_charge,
    reversal,
    void,
)
from tests.sync.written import Event

_UNDOERS, _TIMES = 3, 100


class Undoer:
    """A counter that the centre knows, its chain, and the payments that were taken anywhere."""

    def __init__(self, run: Simulation, code: str, taken: list[Event]) -> None:
        counter_id = uuid4()
        self.code, self.taken, self.own = code, taken, list[Event]()
        self.chain = Chain(counter_id)
        self.link: Link = run.centre.add_counter(code, counter_id, counter_id.bytes * 2)

    def act(self, run: Simulation) -> None:
        """Pay, or undo something; now and then what is not there yet, or not as it may be."""
        kind = run.chance.choice((self._pay, self._pay, self._void, self._undo, self._undo))
        event = kind(run)
        if event is None:
            return
        if event["kind"] == "transaction.undone" and run.chance.random() < 0.2:
            event = _spoilt(event, run.chance)
        entry = self.chain.add(json.loads(json.dumps(event)))
        self.link.push([entry], run.centre.clock.now)

    def _pay(self, run: Simulation) -> Event | None:
        event = _visit(run, run.chance)
        if run.chance.random() < 0.3:
            _undo_early(self, run, event)
        self.taken.append(event)
        self.own.append(event)
        return event

    def _void(self, run: Simulation) -> Event | None:
        return void(_chosen(self.own, run.chance)) if self.own else None

    def _undo(self, run: Simulation) -> Event | None:
        if not self.taken:
            return None
        taken = _chosen(self.taken, run.chance)
        if taken["data"]["tenders"][0]["kind"] == "cheque":
            act = f"{self.code}-{self.chain.seq + 1:06}"
            return bounced(taken, act, fee_minor=run.chance.choice((0, 30, 90)))
        if run.chance.random() < 0.4:
            event = _moved(taken, run)
            self.taken.append(moved_on(taken, event))
            return event
        return reversal(taken)


def _chosen(taken: list[Event], chance: Random) -> Event:
    """Mostly one that nobody undid yet."""
    return (
        taken.pop(chance.randrange(len(taken))) if chance.random() < 0.8 else chance.choice(taken)
    )


def _undo_early(undoer: Undoer, run: Simulation, event: Event) -> None:
    """Undo what nobody knows yet: it waits."""
    entry = undoer.chain.add(json.loads(json.dumps(reversal(event))))
    undoer.link.push([entry], run.centre.clock.now)


def _visit(run: Simulation, chance: Random) -> Event:
    """A bill in cash, by cheque with something over, or with a note in it."""
    account = chance.choice(run.accounts)
    minor = chance.choice((100, 400, 900, 4_000))
    event: Event = json.loads(canonical_bytes(payment_of(_owed(account, chance), minor, "undoer")))
    day = run.centre.clock.now.date().isoformat()
    event = json.loads(json.dumps(event).replace("2025-04-20", day))
    kind = chance.random()
    if kind < 0.4:
        extra_in(event, chance.choice((50, 300)))
    elif kind < 0.7:
        seen = run.centre.look()
        own = [x for x, one in sorted(seen.notes.items()) if one[1] == account.consumer.consumer_id]
        if own:
            note_id = chance.choice(own)
            spend_in(event, NamedNote(note_id, seen.notes[note_id][0]), chance.randint(1, minor))
    return event


def _owed(account: AccountFacts, chance: Random) -> tuple[UUID, UUID, str, str]:
    charge: ChargeFacts = chance.choice(account.charges)
    return charge.charge_id, account.consumer.consumer_id, charge.kind, charge.number


def _moved(taken: Event, run: Simulation) -> Event:
    account = run.chance.choice(run.accounts)
    charge_id, consumer_id, kind, number = _owed(account, run.chance)
    who = {"consumer_id": str(consumer_id), "account_number": "", "consumer_name": ""}
    return moved(taken, who, {"kind": kind, "charge_id": str(charge_id), "number": number})


def _spoilt(event: Event, chance: Random) -> Event:
    """One thing in it is not true."""
    event = copy.deepcopy(event)
    data = event["data"]

    def amount() -> None:
        data["undone"][0]["amount_minor"] += 1

    def shift() -> None:
        data["undo"] |= {"kind": "void", "payment_id": None, "tender_id": None}

    def debt() -> None:
        own_charge(event, data["undone"][0]["consumer_id"], charge_id=str(uuid4()), amount_minor=7,
                   purpose="cheque_fee", number="X/1")  # fmt: skip

    def person() -> None:
        data["undo"]["approver_id"] = data["undo"]["user_id"]

    def totals() -> None:
        event["totals"]["cash_delta_minor"] -= 1

    def twice() -> None:
        data["undone"].append(data["undone"][0] | {"id": str(uuid4())})

    wrong: Any = chance.choice((amount, shift, debt, person, totals, twice))
    wrong()
    return event


def undo_often(run: Simulation, letter: str, taken: list[Event]) -> None:
    """Let counters pay and undo, each other's payments too; then what waited is applied again.

    Args:
        run: What goes on at both centres.
        letter: What these counters' codes begin with.
        taken: Payments that may be undone; theirs are added.
    """
    run.centre.set_setting("credit_note_months", 12)
    run.centre.set_setting("cheque_fee_minor", 60)
    undoers = [Undoer(run, f"{letter}{place:02}", taken) for place in range(_UNDOERS)]
    for _time in range(_TIMES):
        run.chance.choice(undoers).act(run)
    run.centre.apply_again()
    for event in run.chance.sample(taken, min(20, len(taken))):
        asker, told = run.chance.choice(undoers), event["data"]["transaction"]
        asker.link.payment_to_undo(told["receipt_number"])
    for one in undoers:
        one.link.feed_page(Cursor(), 2_000)
    run.settle()
