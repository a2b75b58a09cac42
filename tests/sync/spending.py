"""Payments with credit as tills will write them: a note spent on a bill, beside cash or alone."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from counterdesk.demo.sample import sample_id
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk
from tests.sync.written import Event, payment

CREDIT_MODE = {"code": "credit_note", "name": "Credit note", "kind": "credit"}
"""A payment mode that no office has while its tills take no credit notes."""


@dataclass(frozen=True, slots=True)
class NamedNote:
    """A credit note as a tender names it."""

    note_id: UUID
    number: str


def allow_credit(centre: CentreUnderTest) -> None:
    """Let the office take its own credit notes as payment."""
    modes = centre.value("select value from cd.setting where name = 'payment_modes'")
    centre.set_setting("payment_modes", [*modes, CREDIT_MODE])


def spending(
    note: NamedNote, minor: int, cash_minor: int = 0, bill: str = "INV-2025-001567"
) -> Event:
    """Return a payment of one bill with so much of a note, and the rest in cash."""
    event = payment(amount_minor=cash_minor + minor)
    allocation = event["data"]["allocations"][0]
    allocation |= {"charge_id": str(sample_id(bill)), "charge_number": bill}
    spend_in(event, note, minor)
    return event


def spend_in(event: Event, note: NamedNote, minor: int) -> None:
    """Let a plain payment's cash be so much less, and a credit note pay that."""
    data = event["data"]
    [cash], [settled] = data["tenders"], data["settlements"]
    tender = copy.deepcopy(cash) | {
        "id": str(uuid4()), "method": CREDIT_MODE["code"], "method_name": CREDIT_MODE["name"],
        "kind": "credit", "position": cash["position"] + 1, "amount_minor": minor,
        "change_minor": 0,
        "credit_note_id": str(note.note_id), "credit_note_number": note.number,
    }  # fmt: skip
    part = settled | {"id": str(uuid4()), "tender_id": tender["id"], "amount_minor": minor}
    kept = cash["amount_minor"] - cash["change_minor"] - minor
    cash["amount_minor"] -= minor
    settled["amount_minor"] -= minor
    data["tenders"], data["settlements"] = [cash, tender], [settled, part]
    event["totals"] |= {"cash_delta_minor": kept, "tenders": {"cash": kept, "credit_note": minor}}
    if not kept:
        del data["tenders"][0], data["settlements"][0], event["totals"]["tenders"]["cash"]


def spent_of(centre: CentreUnderTest, note: NamedNote) -> tuple[Any, ...]:
    """Return what the centre says of a note: spent, its status."""
    [row] = centre.execute(
        "select spent_minor, status from cd.credit_note where id = %s", (note.note_id,)
    )
    return row


def overspent(centre: CentreUnderTest) -> list[tuple[Any, ...]]:
    """Return what each tender took of its note, and what it did not get."""
    return centre.execute(
        "select amount_minor - overspent_minor, overspent_minor from cd.credit_spent order by 1, 2"
    )


def exceptions(desk: Desk) -> list[tuple[Any, ...]]:
    """Return what a counter is told of its events that somebody must look at."""
    return desk.connection.execute("select seq, reason, state from cd.exception_now").fetchall()
