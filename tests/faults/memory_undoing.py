"""Undoing at a centre in memory: what an undo that was checked takes back, and gives."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from counterdesk.sync.records import ChargeFacts, PastBackFacts
from tests.faults.memory_books import Books, Note, OwnedCharge, Place, Undone
from tests.faults.memory_checks import Row, sum_of
from tests.faults.memory_credit import note_id_of
from tests.faults.memory_undo_checks import Undoing, act_of, debit_id

Touched = list[tuple[str, Any]]

_GOOD = ("Active", "Expired")
_UNUSED = (*_GOOD, "Held", "Pending approval")


def take_back(books: Books, place: Place, undoing: Undoing) -> Touched:
    """Open charges again, take from notes and give to them; return what the feed must tell."""
    data = undoing.event["data"]
    rows = [data["undo"], *data["undone"], *data["tenders_back"]]
    books.row_ids.update(UUID(row["id"]) for row in rows)
    visit, kind = UUID(undoing.undo["transaction_id"]), undoing.undo["kind"]
    before = Counter[UUID]()
    for earlier in books.undone.values():
        before[earlier.tender_id] += earlier.amount_minor
    for one in undoing.parts:
        books.undone[UUID(one["settlement_id"])] = Undone(
            place, kind, visit, UUID(one["tender_id"]), one["amount_minor"],
            one["born_note_id"] is not None,
        )  # fmt: skip
    touched = _reopen(books, place, undoing) + _give_back(books, undoing, before)
    touched += _pay_again(books, undoing)
    return touched + (_take_no_cheques(books, undoing) if kind == "bounced" else [])


def _reopen(books: Books, place: Place, undoing: Undoing) -> Touched:
    """What was credited of an allocation goes first: then its charge stays paid."""
    touched: Touched = []
    lost: Counter[UUID] = Counter()
    for one in undoing.parts:
        if one["born_note_id"]:
            lost[UUID(one["born_note_id"])] += one["amount_minor"]
    for allocation_id, minor in _allocated(undoing).items():
        now = books.allocated[allocation_id]
        credited = min(now.credited_minor, minor)
        books.allocated[allocation_id] = replace(
            now, credited_minor=now.credited_minor - credited,
            applied_minor=now.applied_minor - (minor - credited),
            undone_minor=now.undone_minor + minor,
        )  # fmt: skip
        books.charges[now.charge_id] = books.charges[now.charge_id].paid(credited - minor)
        touched.append(("charge", now.charge_id))
        if credited:
            lost[note_id_of(allocation_id)] += credited
    for note_id, minor in lost.items():
        touched += _withdraw(books, place, undoing, note_id, minor)
    return touched


def _allocated(undoing: Undoing) -> Counter[UUID]:
    sums: Counter[UUID] = Counter()
    for one in undoing.parts:
        if one["allocation_id"]:
            sums[UUID(one["allocation_id"])] += one["amount_minor"]
    return sums


def _withdraw(books: Books, place: Place, undoing: Undoing, note_id: UUID, minor: int) -> Touched:
    """MON-7: a note loses what remains of it; what is gone already is asked for as a charge."""
    note = books.notes[note_id]
    taken = min(minor, note.facts.remaining_minor)
    books.notes[note_id] = _less(note, taken, "Cancelled", _UNUSED)
    touched: Touched = [("credit", note_id)]
    if taken < minor:
        charge_id = debit_id(undoing.undo["id"], note_id)
        rows = undoing.event["data"]["charges"]
        [told] = [x for x in rows if x["credit_note_id"] == str(note_id)] or [{}]
        day = undoing.undo["business_date"]
        number = f"{act_of(books, place)}/{note.facts.number}"
        _own_charge(books, note.consumer_id, note_id, {
            "charge_id": str(charge_id), "number": number, "description": "Credit withdrawn",
            "charged_on": day, "due_on": day, **told, "amount_minor": minor - taken,
        })  # fmt: skip
        touched.append(("charge", charge_id))
    return touched


def _less(note: Note, minor: int, then: str, of: tuple[str, ...]) -> Note:
    left = note.facts.remaining_minor - minor
    gone = minor and not left and note.facts.status in of
    facts = replace(note.facts, remaining_minor=left, status=then if gone else note.facts.status)
    return replace(note, facts=facts, withdrawn_minor=note.withdrawn_minor + minor)


def _own_charge(books: Books, consumer_id: UUID, note_id: UUID | None, row: Row) -> None:
    charge_id = UUID(row["charge_id"])
    facts = ChargeFacts(
        charge_id, "Service", row["number"], date.fromisoformat(row["charged_on"]),
        date.fromisoformat(row["due_on"]), row["amount_minor"], description=row["description"],
    )  # fmt: skip
    books.charges[charge_id] = OwnedCharge(consumer_id, facts)
    books.own_charges[charge_id] = note_id


def _give_back(books: Books, undoing: Undoing, before: Mapping[UUID, int]) -> Touched:
    """A note that was spent gets back what it gave; what it was not good for never came from it."""
    sums: Counter[UUID] = Counter()
    for one in undoing.parts:
        if one["spent_note_id"]:
            sums[UUID(one["tender_id"])] += one["amount_minor"]
    touched: Touched = []
    for tender_id, minor in sums.items():
        spent = books.spent[tender_id]
        over, earlier = spent.overspent_minor, before.get(tender_id, 0)
        given = max(earlier + minor - over, 0) - max(earlier - over, 0)
        note = books.notes[spent.note_id]
        again = not note.facts.remaining_minor and note.facts.status in ("Applied", "Cancelled")
        facts = replace(
            note.facts, remaining_minor=note.facts.remaining_minor + given,
            status="Active" if given and again else note.facts.status,
        )  # fmt: skip
        books.notes[spent.note_id] = replace(note, facts=facts)
        touched.append(("credit", spent.note_id))
    return touched


def _pay_again(books: Books, undoing: Undoing) -> Touched:
    """MON-7: an open charge is first paid with the notes of later payments of that very charge."""
    touched: Touched = []
    for charge_id in sorted({UUID(x["charge_id"]) for x in undoing.parts if x["charge_id"]}):
        for note_id, allocation_id in _excess_of(books, charge_id):
            now, note = books.allocated[allocation_id], books.notes[note_id]
            held = sum(x.amount_minor for key, x in books.held.items() if key[1] == note_id)
            free = min(now.credited_minor, note.facts.remaining_minor - held)
            minor = min(books.charges[charge_id].room_minor, free)
            if minor <= 0:
                continue
            books.allocated[allocation_id] = replace(
                now, applied_minor=now.applied_minor + minor,
                credited_minor=now.credited_minor - minor,
            )  # fmt: skip
            books.notes[note_id] = _less(note, minor, "Applied", _GOOD)
            books.charges[charge_id] = books.charges[charge_id].paid(minor)
            touched.append(("credit", note_id))
    return touched


def _excess_of(books: Books, charge_id: UUID) -> list[tuple[UUID, UUID]]:
    """Return the usable notes of payments that no longer fitted, the oldest first."""
    found = [
        (one.facts.created_on, note_id, one.source_allocation)
        for note_id, one in books.notes.items()
        if one.facts.status in _GOOD and one.source_allocation is not None
        and books.allocated[one.source_allocation].charge_id == charge_id
    ]  # fmt: skip
    return [(note_id, of) for _on, note_id, of in sorted(found, key=lambda x: (str(x[0]), x[1]))]


def _take_no_cheques(books: Books, undoing: Undoing) -> Touched:
    touched: Touched = []
    for who in {UUID(one["consumer_id"]) for one in undoing.parts if one["consumer_id"]}:
        if not books.consumers[who].cash_only:
            books.consumers[who] = replace(books.consumers[who], cash_only=True)
            touched.append(("consumer", who))
    most = int(json.loads(books.settings.get("cheque_fee_minor", "0")))
    for one in undoing.event["data"]["charges"]:
        fee = min(one["amount_minor"], most) if one["purpose"] == "cheque_fee" else 0
        if fee > 0:
            _own_charge(books, UUID(one["consumer_id"]), None, {**one, "amount_minor": fee})
            touched.append(("charge", one["charge_id"]))
    return touched


def tell_given_back(books: Books, place: Place, undoing: Undoing) -> Touched:
    """Write what figures count as given back: one row for each payment."""
    undo = undoing.undo
    named = [one["payment_id"] for one in undoing.parts if one["payment_id"]]
    first = undo["payment_id"] or min(named or (one["id"] for one in undoing.was["payments"]))
    rows: defaultdict[UUID, list[Row]] = defaultdict(list)
    for one in undoing.parts:
        rows[UUID(one["payment_id"] or first)].append(one)
    touched: Touched = []
    for payment_id, parts in rows.items():
        who, paid = books.payments[payment_id]
        new = [x for x in parts if not x["spent_note_id"] and undo["kind"] != "moved"]
        reopened = sum_of([x for x in parts if x["charge_id"]], "amount_minor")
        if str(payment_id) == first and undo["kind"] == "moved":
            reopened -= sum_of(undoing.event["data"]["allocations"], "amount_minor")
        back = PastBackFacts(
            UUID(min(one["id"] for one in parts)), undo["kind"], undo["receipt_number"],
            date.fromisoformat(undo["business_date"]), paid.type, paid.method, paid.channel,
            paid.counter, paid.cashier, books.codes[place[0]], undo["user_name"],
            sum_of(parts, "amount_minor"), sum_of(new, "amount_minor"), reopened, payment_id,
        )  # fmt: skip
        books.backs[back.back_id] = (who, back)
        touched.append(("back", back.back_id))
    return touched


def mark_payments(books: Books, place: Place, undoing: Undoing) -> Touched:
    """Mark the payments of which nothing is left; what was credited of them goes with them."""
    status = "Voided" if undoing.undo["kind"] == "void" else "Reversed"
    touched: Touched = []
    for payment_id in {one["payment_id"] for one in undoing.parts if one["payment_id"]}:
        own = (one for one in undoing.settled.values() if one["payment_id"] == payment_id)
        if all(UUID(one["settlement_id"]) in books.undone for one in own):
            who, facts = books.payments[UUID(payment_id)]
            books.payments[UUID(payment_id)] = (who, replace(facts, status=status))
            touched.append(("payment", payment_id))
            for note_id in _credited_of(books, UUID(payment_id)):
                minor = books.notes[note_id].facts.amount_minor
                touched += _withdraw(books, place, undoing, note_id, minor)
    return touched


def _credited_of(books: Books, payment_id: UUID) -> list[UUID]:
    return [
        note_id
        for note_id, one in books.notes.items()
        if one.payment_id == payment_id and one.facts.source == "manual"
        and one.facts.status not in ("Rejected", "Cancelled")
    ]  # fmt: skip
