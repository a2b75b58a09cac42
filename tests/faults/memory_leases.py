"""Leases that a centre in memory learns of again, because it was restored since."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from tests.faults.memory_books import Block, Books, Place
from tests.faults.memory_checks import Row, Unplaceable

_MOST_LEASED = 5_000
_FARTHEST = 1_000_000


def keep_lease(books: Books, place: Place, event: Row) -> list[tuple[str, Any]]:
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
