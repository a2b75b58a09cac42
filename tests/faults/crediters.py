"""Counters without a till that raise, decide, refund and move credit notes at both centres."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from counterdesk.core.events import canonical_bytes
from counterdesk.core.permissions import Role
from counterdesk.sync.link import Cursor, Link
from tests.faults.simulation import Simulation
from tests.sync.paying_counter import DAY
from tests.sync.pushing import Chain
from tests.sync.written import Event

_TIMES = 80
_STATUSES = ("Pending approval", "Pending approval", "Active", "Applied")
_KINDS = ("approved", "approved", "rejected", "held", "released", "refunded", "transferred")


class Crediter:
    """A counter that the centre knows, its chain, and the people who work there."""

    def __init__(self, run: Simulation, code: str, people: list[UUID]) -> None:
        counter_id = uuid4()
        self.chain = Chain(counter_id)
        self.link: Link = run.centre.add_counter(code, counter_id, counter_id.bytes * 2)
        self.people = people

    def act(self, run: Simulation) -> None:
        """Raise a note, or do something with one."""
        chance, known = run.chance, run.centre.look().notes
        event = self._raise(run) if chance.random() < 0.3 or not known else self._change(run)
        day = run.centre.clock.now.date() + timedelta(days=chance.choice((0, 0, 0, 2)))
        dated = json.loads(canonical_bytes(event).decode().replace(DAY, day.isoformat()))
        self.link.push([self.chain.add(dated)], run.centre.clock.now)

    def _raise(self, run: Simulation) -> Event:
        chance = run.chance
        payers = run.centre.look().payers
        payment = chance.choice([uuid4(), *sorted(payers), *sorted(payers)])
        holder = payers.get(payment)
        if holder is None or chance.random() < 0.1:
            holder = chance.choice(run.accounts).consumer.consumer_id
        note = _note(chance, self.people, holder) | {
            "payment_id": payment, "status": chance.choice(_STATUSES),
        }  # fmt: skip
        return _event("credit_note.raised", {"credit_note": note})

    def _change(self, run: Simulation) -> Event:
        chance, notes = run.chance, run.centre.look().notes
        chosen = chance.choice(sorted(notes))
        number, consumer_id, amount, _allocation = notes[chosen]
        kind = chance.choice(_KINDS)
        change = _change(chance, self.people, kind) | {
            "credit_note_id": chosen, "number": number, "consumer_id": consumer_id,
        }  # fmt: skip
        if kind == "approved" and chance.random() < 0.8:
            change["amount_minor"] = amount
        if kind == "refunded":
            return _refund(change, chance)
        if kind != "transferred":
            return _event("credit_note.changed", {"change": change})
        to = chance.choice(run.accounts).consumer.consumer_id
        made = _note(chance, self.people, to) | {
            "source": "transfer", "from_note_id": chosen, "amount_minor": change["amount_minor"],
        }  # fmt: skip
        change["to_note_id"] = made["id"]
        return _event("credit_note.changed", {"credit_note": made, "change": change})


def _note(chance: Random, people: list[UUID], consumer_id: UUID) -> dict[str, Any]:
    note_id, raiser = uuid4(), chance.choice(people)
    approver = chance.choice([None, *people])
    return {
        "id": note_id, "number": f"CN-{note_id}", "source": "manual", "payment_id": None,
        "payment_number": "", "receipt_number": "", "from_note_id": None,
        "consumer_id": consumer_id, "account_number": "", "consumer_name": "",
        "reason": "Billing error", "amount_minor": chance.choice((1, 50, 100, 450)),
        "currency": "USD", "status": "Active", "created_on": DAY,
        "created_at_utc": f"{DAY}T10:00:00Z", "created_by": "A", "created_by_id": raiser,
        "approver_id": approver, "approver_name": "B" if approver else "", "expires_on": DAY,
        "held_until": None, "remarks": "",
    }  # fmt: skip


def _change(chance: Random, people: list[UUID], kind: str) -> dict[str, Any]:
    user, approver = chance.choice(people), chance.choice([None, *people])
    if approver == user:
        approver = None
    return {
        "id": uuid4(), "account_number": "", "consumer_name": "", "kind": kind,
        "amount_minor": chance.choice((1, 50, 450)), "currency": "USD", "reason": "Billing error",
        "method": "", "method_name": "", "method_kind": "", "reference": "", "to_note_id": None,
        "shift_id": None, "business_date": DAY, "changed_at_utc": f"{DAY}T10:00:00Z",
        "user_id": user, "user_name": "A", "approver_id": approver,
        "approver_name": "B" if approver else "",
    }  # fmt: skip


def _refund(change: dict[str, Any], chance: Random) -> Event:
    way = chance.choice(("cash", "cash", "card", "gold"))
    minor = change["amount_minor"]
    change |= {"method": way, "method_name": way, "method_kind": way, "shift_id": uuid4()}
    event = _event("credit_note.changed", {"change": change})
    event["totals"] |= {
        "cash_delta_minor": -minor if way == "cash" else 0,
        "tenders": {way: -minor + chance.choice((0, 0, 0, 1))},
    }
    return event


def _event(kind: str, data: dict[str, Any]) -> Event:
    totals = {"currency": "USD", "cash_delta_minor": 0, "tenders": {}}
    return {"v": 1, "kind": kind, "business_date": DAY, "totals": totals, "data": data}


def credit_often(run: Simulation) -> None:
    """Let two counters do everything with everybody's notes, by people who may and who may not."""
    people = [uuid4() for _person in range(5)]  # nobody knows the last one
    roles = (Role.SUPERVISOR, Role.MANAGER, Role.CASHIER, Role.SUPERVISOR)
    for user_id, role in zip(people, roles, strict=False):
        run.centre.add_person(user_id, role)
    run.centre.set_setting("credit_approval_ceiling_minor", 400)
    run.centre.set_setting("auto_approve_minor", 50)
    crediters = [Crediter(run, f"N{place:02}", people) for place in range(2)]
    for _time in range(_TIMES):
        run.chance.choice(crediters).act(run)
    for one in crediters:
        one.link.feed_page(Cursor(), 2_000)
    run.settle()
