"""From an event's bytes to rows of a centre in memory: the reference that the real one is held to.

What is wrong with an event is found before anything of it is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from counterdesk.core.dates import months_later
from counterdesk.sync.records import PastCreditFacts, PastPaymentFacts
from tests.faults.memory_books import Block, Books, Note, OwnedCharge, Place, Visit
from tests.faults.memory_changes import ask_change
from tests.faults.memory_checks import (
    Row,
    Unplaceable,
    check_charge,
    check_new,
    check_payment,
    check_unused,
    note_foreign,
    numbers_of,
    rows_of,
    sum_of,
)
from tests.faults.memory_credit import check_credit, spend_notes, status_of_excess
from tests.faults.memory_drawer import keep_count, move_cash

Touched = list[tuple[str, Any]]
"""What the feed must tell: kinds and keys."""

_MOST_LEASED = 5_000
_FARTHEST = 1_000_000


def apply_event(books: Books, place: Place, event: Row) -> Touched:
    """Write the rows of one event.

    Raises:
        Unplaceable: It cannot be applied; nothing of it was written.
    """
    if (UUID(event["counter_id"]), event["seq"]) != place:
        raise Unplaceable("the event says that it belongs elsewhere")
    if event["kind"] in _KNOWN:
        return _KNOWN[event["kind"]](books, place, event)
    if event["totals"]["cash_delta_minor"] or any(event["totals"]["tenders"].values()):
        raise Unplaceable(f"this centre does not know events of the kind {event['kind']}")
    return []


def _open_shift(books: Books, place: Place, event: Row) -> Touched:
    data = event["data"]
    if data["float_minor"] != event["totals"]["cash_delta_minor"]:
        raise Unplaceable("the float is not what the event adds to the drawer")
    check_unused(books, [("shift", data["number"])])
    check_new(books, [data, *data["counts"], *data["pieces"]])
    books.numbers["shift", data["number"]] = place[0]
    note_foreign(books, place, [("shift", data["number"])])
    books.row_ids.add(UUID(data["id"]))
    books.floats[place] = data["float_minor"]
    return keep_count(books, place, event)


def _close_shift(books: Books, _place: Place, event: Row) -> Touched:
    data = event["data"]
    shift_id = UUID(data["shift_id"])
    if shift_id not in books.row_ids or shift_id in books.closed_shifts:
        raise ValueError("no such shift, or closed already")
    check_new(books, data["methods"])
    books.row_ids.update(UUID(row["id"]) for row in data["methods"])
    books.closed_shifts.add(shift_id)
    return []


def _keep_lease(books: Books, place: Place, event: Row) -> Touched:
    """A lease that was lost with a restore is known again, and given to nobody else."""
    counter_id, data = place[0], event["data"]
    new = Block(
        counter_id, data["series"], data["year"], data["first"], data["last"], data["first"]
    )
    if any(replace(one, next=new.next) == new for one in books.blocks.values()):
        return []
    if books.number_format(new.series) is None:
        raise Unplaceable("no such numbers are leased")
    following = books.series.get((new.series, new.year), 1)
    if new.last - new.first >= _MOST_LEASED or new.first > following + _FARTHEST:
        raise Unplaceable("nobody leases so many numbers")
    if any(_overlap(one, new) for one in books.blocks.values()):
        raise Unplaceable("these numbers are another's")
    answered_anew = UUID(data["id"]) in books.blocks
    books.blocks[UUID(event["event_id"] if answered_anew else data["id"])] = new
    books.series[new.series, new.year] = max(following, new.last + 1)
    return []


def _overlap(one: Block, new: Block) -> bool:
    same = (one.series, one.year) == (new.series, new.year)
    return same and one.first <= new.last and new.first <= one.last


def _apply_payment(books: Books, place: Place, event: Row) -> Touched:
    data = event["data"]
    check_payment(books, event)
    check_credit(books, data)
    numbers = numbers_of(data)
    check_unused(books, numbers)
    check_new(books, rows_of(data))
    allocations = sorted(
        data["allocations"], key=lambda one: (UUID(one["charge_id"]), UUID(one["id"]))
    )
    for allocation in allocations:
        check_charge(books, allocation, data["payments"])
    books.numbers.update(dict.fromkeys(numbers, place[0]))
    note_foreign(books, place, numbers)
    books.row_ids.update(UUID(row["id"]) for row in rows_of(data))
    touched: Touched = spend_notes(books, place, event)
    placed = [_settle(books, one, event, touched) for one in allocations]
    books.visits[place] = Visit(
        dict(event["totals"]["tenders"]),
        event["totals"]["cash_delta_minor"],
        sum(placed),
        sum_of(allocations, "amount_minor") - sum(placed),
        sum_of(data["overpayments"], "amount_minor"),
        data["transaction"]["rounding_minor"],
    )
    return touched + _insert_notes(books, data) + _insert_payments(books, data)


def _settle(books: Books, allocation: Row, event: Row, touched: Touched) -> int:
    """MON-5: what fits is applied, the rest becomes a credit note.

    Returns:
        What fitted, in minor units.
    """
    charge_id, amount = UUID(allocation["charge_id"]), int(allocation["amount_minor"])
    charge = books.charges[charge_id]
    applied = min(charge.room_minor, amount)
    books.charges[charge_id] = _paid(charge, applied)
    touched.append(("charge", charge_id))
    if amount > applied:
        touched.append(("credit", credit_excess(books, allocation, amount - applied, event)))
    return applied


def _paid(charge: OwnedCharge, amount_minor: int) -> OwnedCharge:
    facts = replace(charge.facts, paid_minor=charge.facts.paid_minor + amount_minor)
    return replace(charge, facts=facts)


def credit_excess(books: Books, allocation: Row, excess_minor: int, event: Row) -> UUID:
    """Write the credit note of what no longer fits; return its id."""
    [payment] = [x for x in event["data"]["payments"] if x["id"] == allocation["payment_id"]]
    on = date.fromisoformat(event["business_date"])
    number = books.own_number("credit_note", on)
    books.numbers["credit_note", number] = None
    note_id = note_id_of(UUID(allocation["id"]))
    status = status_of_excess(books, allocation["id"], event["data"]["settlements"])
    facts = PastCreditFacts(note_id, number, excess_minor, excess_minor, status)
    until = months_later(on, int(json.loads(books.settings["credit_note_months"])))
    books.notes[note_id] = Note(UUID(payment["consumer_id"]), facts, until, UUID(allocation["id"]))
    return note_id


def note_id_of(allocation_id: UUID) -> UUID:
    """Return the id that the note of an allocation's excess always has.

    Source: RFC 9562, section 5.8.
    """
    text = f"CounterDesk excess of allocation {allocation_id}"
    digest = bytearray(hashlib.sha256(text.encode()).digest()[:16])
    digest[6] = digest[6] & 15 | 128
    digest[8] = digest[8] & 63 | 128
    return UUID(bytes=bytes(digest))


def _insert_notes(books: Books, data: Row) -> Touched:
    for one in data["credit_notes"]:
        amount = one["amount_minor"]
        facts = PastCreditFacts(UUID(one["id"]), one["number"], amount, amount, one["status"])
        until = date.fromisoformat(one["expires_on"])
        books.notes[facts.credit_note_id] = Note(UUID(one["consumer_id"]), facts, until)
    return [("credit", one["id"]) for one in data["credit_notes"]]


def _insert_payments(books: Books, data: Row) -> Touched:
    names = dict.fromkeys(
        x["method_name"] for x in sorted(data["tenders"], key=lambda x: int(x["position"]))
    )
    told = data["transaction"]
    on = date.fromisoformat(told["business_date"])
    for one in data["payments"]:
        facts = PastPaymentFacts(
            UUID(one["id"]), told["receipt_number"], on, one["type"], " + ".join(names),
            one["amount_minor"], one["status"],
        )  # fmt: skip
        books.payments[facts.payment_id] = (UUID(one["consumer_id"]), facts)
    return [("payment", one["id"]) for one in data["payments"]]


def _ask_change(books: Books, place: Place, event: Row) -> Touched:
    ask_change(books, place, event)
    return []


_KNOWN: Mapping[str, Callable[[Books, Place, Row], Touched]] = {
    "payment.taken": _apply_payment,
    "shift.opened": _open_shift,
    "shift.closed": _close_shift,
    "drawer.moved": move_cash,
    "drawer.counted": keep_count,
    "numbers.leased": _keep_lease,
    "setting.changed": _ask_change,
    "user.changed": _ask_change,
}
