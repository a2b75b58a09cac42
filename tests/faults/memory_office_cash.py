"""A shift's money after the shift, at a centre in memory: none of it comes in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.faults.memory_books import Books, Place
from tests.faults.memory_checks import Row, Unplaceable, check_new

Touched = list[tuple[str, Any]]
_ROWS = ("turn_in_pieces", "deposit_shifts", "deposit_pieces", "deposit_cheques")


def keep_office_cash(books: Books, _place: Place, event: Row) -> Touched:
    """Write what became of money that was counted before.

    Raises:
        Unplaceable: It moves money that comes in.
    """
    data = event["data"]
    if event["totals"]["cash_delta_minor"] or event["totals"]["tenders"]:
        raise Unplaceable("what was counted before is no money that comes in")
    rows = [data] if "id" in data else []
    rows += [row for name in _ROWS for row in data.get(name, ())]
    check_new(books, rows)
    books.row_ids.update(UUID(row["id"]) for row in rows)
    return []
