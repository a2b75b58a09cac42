"""The cash of a shift at a centre in memory: what moved in its drawer, and its counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.faults.memory_books import Books, Place
from tests.faults.memory_checks import Row, Unplaceable, check_new

Touched = list[tuple[str, Any]]


def move_cash(books: Books, place: Place, event: Row) -> Touched:
    """Write cash that moved without a payment.

    Raises:
        Unplaceable: It is not what the event adds to the drawer.
    """
    data, totals = event["data"], event["totals"]
    if totals["tenders"] or totals["cash_delta_minor"] != data["delta_minor"]:
        raise Unplaceable("what moved is not what the event adds to the drawer")
    if UUID(data["shift_id"]) in books.closed_shifts:
        raise Unplaceable("the shift was closed before")
    check_new(books, [data])
    books.row_ids.add(UUID(data["id"]))
    books.moves[place] = data["delta_minor"]
    return []


def keep_count(books: Books, _place: Place, event: Row) -> Touched:
    """Write one count, or none."""
    data = event["data"]
    rows = [*data["counts"], *data["pieces"]]
    check_new(books, rows)
    books.row_ids.update(UUID(row["id"]) for row in rows)
    return []
