"""From an event's bytes to rows of a centre in memory: the reference that the real one is held to.

What is wrong with an event is found before anything of it is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from counterdesk.core.dates import months_later
from counterdesk.sync.records import PastCreditFacts, PastPaymentFacts
from tests.faults.memory_books import Allocated, Books, Note, Place, Visit
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
from tests.faults.memory_credit import check_credit, note_id_of, spend_notes, status_of_excess
from tests.faults.memory_credit_life import change_note, raise_note
from tests.faults.memory_disputes import close_dispute, raise_dispute
from tests.faults.memory_drawer import keep_count, move_cash
from tests.faults.memory_leases import keep_lease
from tests.faults.memory_office_cash import keep_office_cash
from tests.faults.memory_undo_checks import (
    MOVED_PARTS,
    check_moved,
    moved_visit,
    numbers_moved,
    read_undo,
)
from tests.faults.memory_undoing import mark_payments, take_back, tell_given_back
from tests.faults.memory_verifying import post_verified

Touched = list[tuple[str, Any]]
"""What the feed must tell: kinds and keys."""


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


def _apply_payment(books: Books, place: Place, event: Row) -> Touched:
    data = event["data"]
    check_payment(books, event)
    check_credit(books, data)
    numbers = numbers_of(data)
    check_unused(books, numbers)
    check_new(books, rows_of(data))
    allocations = sorted(data["allocations"], key=_by_charge)
    for allocation in allocations:
        check_charge(books, allocation, data["payments"])
    books.numbers.update(dict.fromkeys(numbers, place[0]))
    note_foreign(books, place, numbers)
    books.row_ids.update(UUID(row["id"]) for row in rows_of(data))
    touched: Touched = spend_notes(books, place, event)
    for one in allocations:
        _settle(books, place, one, event, touched)
    books.visits[place] = Visit(
        UUID(data["transaction"]["id"]),
        dict(event["totals"]["tenders"]),
        event["totals"]["cash_delta_minor"],
        sum_of(data["overpayments"], "amount_minor"),
        data["transaction"]["rounding_minor"],
    )
    return touched + _insert_notes(books, data) + _insert_payments(books, place, data, data)


def _settle(books: Books, place: Place, allocation: Row, event: Row, touched: Touched) -> None:
    """MON-5: what fits is applied, the rest becomes a credit note."""
    charge_id, amount = UUID(allocation["charge_id"]), int(allocation["amount_minor"])
    charge = books.charges[charge_id]
    applied = min(charge.room_minor, amount)
    books.charges[charge_id] = charge.paid(applied)
    books.allocated[UUID(allocation["id"])] = Allocated(place, charge_id, applied, amount - applied)
    touched.append(("charge", charge_id))
    if amount > applied:
        touched.append(("credit", credit_excess(books, allocation, amount - applied, event)))


def credit_excess(books: Books, allocation: Row, excess_minor: int, event: Row) -> UUID:
    """Write the credit note of what no longer fits; return its id."""
    [payment] = [x for x in event["data"]["payments"] if x["id"] == allocation["payment_id"]]
    on = date.fromisoformat(event["business_date"])
    number = books.own_number("credit_note", on)
    books.numbers["credit_note", number] = None
    note_id = note_id_of(UUID(allocation["id"]))
    status = status_of_excess(books, allocation["id"], event["data"]["settlements"])
    until = months_later(on, int(json.loads(books.settings["credit_note_months"])))
    facts = PastCreditFacts(
        note_id, number, excess_minor, excess_minor, status, "excess", "Overpayment",
        f"{allocation['charge_number']} was paid at another counter before", on, until, None,
        payment["number"], event["data"]["transaction"]["receipt_number"], "System",
    )  # fmt: skip
    books.notes[note_id] = Note(
        UUID(payment["consumer_id"]),
        facts,
        until,
        UUID(allocation["id"]),
        payment_id=UUID(payment["id"]),
    )
    return note_id


def _insert_notes(books: Books, data: Row) -> Touched:
    for one in data["credit_notes"]:
        amount, until = one["amount_minor"], date.fromisoformat(one["expires_on"])
        facts = PastCreditFacts(
            UUID(one["id"]), one["number"], amount, amount, one["status"], one["source"],
            one["reason"], one["remarks"], date.fromisoformat(one["created_on"]), until, None,
            one["payment_number"], one["receipt_number"], one["created_by"],
            UUID(one["created_by_id"]),
        )  # fmt: skip
        books.notes[facts.credit_note_id] = Note(
            UUID(one["consumer_id"]), facts, until, payment_id=UUID(one["payment_id"])
        )
    return [("credit", one["id"]) for one in data["credit_notes"]]


def _insert_payments(books: Books, place: Place, data: Row, was: Row) -> Touched:
    """What is moved hangs on a visit that was, and was collected with that."""
    names = dict.fromkeys(
        x["method_name"] for x in sorted(was["tenders"], key=lambda x: int(x["position"]))
    )
    told = data["transaction"]
    on = date.fromisoformat(told["business_date"])
    for one in data["payments"]:
        facts = PastPaymentFacts(
            UUID(one["id"]), told["receipt_number"], on, one["type"], " + ".join(names),
            one["amount_minor"], one["status"], one["number"], told["number"], told["channel"],
            books.codes[place[0]], told["user_name"], one["consumer_name"], one["account_number"],
            datetime.fromisoformat(was["transaction"]["taken_at_utc"]),
            _collected(data, one["id"]) if data is was else 0,
        )  # fmt: skip
        facts = _settling(facts, data["allocations"] if data is was else ())
        books.payments[facts.payment_id] = (UUID(one["consumer_id"]), facts)
    return [("payment", one["id"]) for one in data["payments"]]


def _collected(data: Row, payment_id: str) -> int:
    """MON-10: without credit that was spent; a visit's rounding belongs to its first payment."""
    credit = {one["id"] for one in data["tenders"] if one["kind"] == "credit"}
    parts = {one["id"]: one["payment_id"] for one in (*data["allocations"], *data["overpayments"])}
    parts[None] = min(one["id"] for one in data["payments"])
    return sum(
        one["amount_minor"] for one in data["settlements"]
        if one["tender_id"] not in credit
        and parts[one["allocation_id"] or one["overpayment_id"]] == payment_id
    )  # fmt: skip


def _settling(facts: PastPaymentFacts, allocations: Iterable[Row]) -> PastPaymentFacts:
    """KPI-1: what charges a payment settled, and how long after."""
    own = [one for one in allocations if UUID(one["payment_id"]) == facts.payment_id]
    on = [one["charged_on"] for one in own if one.get("charged_on")]
    ages = [(facts.business_date - date.fromisoformat(one)).days for one in on]
    minor = sum_of(own, "amount_minor")
    return replace(facts, settled_minor=minor, settled_days=sum(ages), settled_parts=len(own))


def _undo(books: Books, place: Place, event: Row) -> Touched:
    """Take settlements back; what is moved is placed anew, like a payment by the same tenders."""
    undoing = read_undo(books, place, event)
    moved = moved_visit(undoing)
    if moved is not None:
        _check_moved(books, moved)
    touched = take_back(books, place, undoing)
    if moved is not None:
        touched += _place_moved(books, place, moved, undoing.was)
    touched += tell_given_back(books, place, undoing)
    return touched + mark_payments(books, place, undoing)


def _check_moved(books: Books, moved: Row) -> None:
    data = moved["data"]
    check_moved(books, data)
    check_unused(books, numbers_moved(data))
    check_new(books, [row for name in MOVED_PARTS for row in data[name]])
    for allocation in data["allocations"]:
        check_charge(books, allocation, data["payments"])


def _place_moved(books: Books, place: Place, moved: Row, was: Row) -> Touched:
    data, numbers = moved["data"], numbers_moved(moved["data"])
    books.numbers.update(dict.fromkeys(numbers, place[0]))
    note_foreign(books, place, numbers)
    books.row_ids.update(UUID(row["id"]) for name in MOVED_PARTS for row in data[name])
    kept = {"": sum_of(data["settlements"], "amount_minor")}
    over = sum_of(data["overpayments"], "amount_minor")
    books.visits[place] = Visit(UUID(data["undo"]["id"]), kept, 0, over, 0)
    touched: Touched = []
    for one in sorted(data["allocations"], key=_by_charge):
        _settle(books, place, one, moved, touched)
    return touched + _insert_notes(books, data) + _insert_payments(books, place, data, was)


def _by_charge(allocation: Row) -> tuple[UUID, UUID]:
    return UUID(allocation["charge_id"]), UUID(allocation["id"])


def _ask_change(books: Books, place: Place, event: Row) -> Touched:
    ask_change(books, place, event)
    return []


_KNOWN: Mapping[str, Callable[[Books, Place, Row], Touched]] = {
    "credit_note.changed": change_note,
    "credit_note.raised": raise_note,
    "payment.taken": _apply_payment,
    "payment.verified": post_verified,
    "dispute.raised": raise_dispute,
    "dispute.closed": close_dispute,
    "shift.opened": _open_shift,
    "shift.closed": _close_shift,
    "drawer.moved": move_cash,
    "drawer.counted": keep_count,
    "shift.handed_over": keep_office_cash,
    "deposit.made": keep_office_cash,
    "deposit.validated": keep_office_cash,
    "difference.settled": keep_office_cash,
    "turn_in.offered": keep_office_cash,
    "turn_in.answered": keep_office_cash,
    "numbers.leased": keep_lease,
    "setting.changed": _ask_change,
    "transaction.undone": _undo,
    "user.changed": _ask_change,
}
