"""Holding a credit note of a centre in memory for one visit, while it is being paid."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from counterdesk.sync.link import Reserved
from tests.faults.memory_books import Books, Held

_ACTIVE = "Active"


def hold(books: Books, key: tuple[UUID, UUID], wanted: Held, now_utc: datetime) -> Reserved:
    """Hold a note if that much of it is free; `key` is the request and the note."""
    note = books.notes.get(key[1])
    if note is None or note.facts.status != _ACTIVE or wanted.amount_minor <= 0:
        return Reserved(held=False, free_minor=0)
    free = note.facts.remaining_minor - _held_by_others(books, key, now_utc)
    if free < wanted.amount_minor:
        return Reserved(held=False, free_minor=max(free, 0))
    holder = books.held.get(key)
    if holder is not None and holder.counter_id != wanted.counter_id:
        return Reserved(held=False, free_minor=0)
    books.held[key] = wanted
    return Reserved(held=True, free_minor=free)


def _held_by_others(books: Books, key: tuple[UUID, UUID], now_utc: datetime) -> int:
    return sum(
        one.amount_minor
        for other, one in books.held.items()
        if other[1] == key[1] and other != key and one.until_utc > now_utc
    )
