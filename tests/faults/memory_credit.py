"""Credit notes of a centre in memory: held for one visit while it is being paid, and spent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from counterdesk.sync.link import Reserved
from tests.faults.memory_books import Books, Held, Note, Place, Spent
from tests.faults.memory_checks import Row, Unplaceable

_ACTIVE, _CREDIT = "Active", "credit"


def hold(books: Books, key: tuple[UUID, UUID], wanted: Held, now_utc: datetime) -> Reserved:
    """Hold a note if that much of it is free; `key` is the request and the note."""
    note = books.notes.get(key[1])
    if note is None or note.facts.status != _ACTIVE or wanted.amount_minor <= 0:
        return Reserved(held=False, free_minor=0)
    free = note.facts.remaining_minor - _held_by_others(books, key, now_utc)
    if free < wanted.amount_minor:
        return Reserved(False, max(free, 0), *_holder(books, key, now_utc))
    holder = books.held.get(key)
    if holder is not None and holder.counter_id != wanted.counter_id:
        return Reserved(held=False, free_minor=0)
    books.held[key] = wanted
    return Reserved(held=True, free_minor=free)


def _held_by_others(books: Books, key: tuple[UUID, UUID], now_utc: datetime) -> int:
    return sum(one.amount_minor for one in _others(books, key, now_utc))


def _others(books: Books, key: tuple[UUID, UUID], now_utc: datetime) -> list[Held]:
    return [
        one
        for other, one in books.held.items()
        if other[1] == key[1] and other != key and one.until_utc > now_utc
    ]


def _holder(books: Books, key: tuple[UUID, UUID], now_utc: datetime) -> tuple[str, datetime | None]:
    """Return who else holds a note for longest, and until when."""
    last = max(_others(books, key, now_utc), key=lambda one: one.until_utc, default=None)
    return (books.codes[last.counter_id], last.until_utc) if last else ("", None)


def check_credit(books: Books, data: Row) -> None:
    """Refuse credit that is of no note, of another's, named twice, or pays for no charge.

    Raises:
        Unplaceable: It is.
    """
    if any((one["kind"] == _CREDIT) != bool(_named(one)) for one in data["tenders"]):
        raise Unplaceable("credit without a credit note, or a credit note without credit")
    spending = _spending(data)
    if len({_named(one) for one in spending}) < len(spending):
        raise Unplaceable("a credit note is spent twice in one payment")
    modes = [(one["code"], one["kind"]) for one in json.loads(books.settings["payment_modes"])]
    for tender in spending:
        if (tender["method"], _CREDIT) not in modes or tender["change_minor"]:
            raise Unplaceable("money came in a way that this centre does not know")
        _check_owner(books, tender, data)


def _named(tender: Row) -> Any:
    return tender.get("credit_note_id")


def _spending(data: Row) -> list[Row]:
    return [one for one in data["tenders"] if one["kind"] == _CREDIT]


def _check_owner(books: Books, tender: Row, data: Row) -> None:
    note = books.notes.get(UUID(_named(tender)))
    if note is None or note.facts.number != tender["credit_note_number"]:
        raise Unplaceable("the credit note is not known here")
    payments = {one["id"]: UUID(one["consumer_id"]) for one in data["payments"]}
    payer = {one["id"]: payments[one["payment_id"]] for one in data["allocations"]}
    settled = [x for x in data["settlements"] if x["tender_id"] == tender["id"]]
    if any(one["allocation_id"] is None for one in settled):
        raise Unplaceable("credit pays for something other than charges")
    if any(payer[one["allocation_id"]] != note.consumer_id for one in settled):
        raise Unplaceable("the credit note is not of the account that pays")


def spend_notes(books: Books, place: Place, event: Row) -> list[tuple[str, Any]]:
    """Take what is left of the notes that a payment spends; return what the feed must tell."""
    data, on = event["data"], date.fromisoformat(event["business_date"])
    touched: list[tuple[str, Any]] = []
    for tender in _spending(data):
        note_id = UUID(_named(tender))
        note = books.notes[note_id]
        left = note.facts.remaining_minor if _is_good(note, on) else 0
        taken = min(left, tender["amount_minor"])
        over = tender["amount_minor"] - taken
        books.spent[UUID(tender["id"])] = Spent(note_id, taken, over)
        books.notes[note_id] = _less(note, taken)
        touched.append(("credit", note_id))
        if over:
            books.note_matter(place, f"{over} more than {note.facts.number} was good for")
            touched.append(("exception", place[1]))
    if touched:
        release(books, place[0], UUID(data["transaction"]["id"]))
    return touched


def _is_good(note: Note, on: date) -> bool:
    return note.facts.status in (_ACTIVE, "Expired") and on <= note.expires_on


def _less(note: Note, taken_minor: int) -> Note:
    left = note.facts.remaining_minor - taken_minor
    status = "Applied" if taken_minor and not left else note.facts.status
    return replace(note, facts=replace(note.facts, remaining_minor=left, status=status))


def release(books: Books, counter_id: UUID, request_id: UUID) -> None:
    """Give back what a visit held."""
    for key, one in list(books.held.items()):
        if key[0] == request_id and one.counter_id == counter_id:
            del books.held[key]


def status_of_excess(books: Books, allocation_id: str, settlements: Iterable[Row]) -> str:
    """A note born of overspent credit is worth nothing until somebody says so."""
    paid_by = [UUID(x["tender_id"]) for x in settlements if x["allocation_id"] == allocation_id]
    over = any(one in books.spent and books.spent[one].overspent_minor for one in paid_by)
    return "Held" if over else _ACTIVE


def id_from(text: str) -> UUID:
    """Return the id that follows from a text: the same wherever it is made.

    Source: RFC 9562, section 5.8.
    """
    digest = bytearray(hashlib.sha256(text.encode()).digest()[:16])
    digest[6] = digest[6] & 15 | 128
    digest[8] = digest[8] & 63 | 128
    return UUID(bytes=bytes(digest))


def note_id_of(allocation_id: UUID) -> UUID:
    """Return the id that the note of an allocation's excess always has."""
    return id_from(f"CounterDesk excess of allocation {allocation_id}")
