"""Where past payments stand in their table, and the index over their parts that a search reads.

Row ids follow the business date: whoever reads the index from its newest end finds the newest
payments, and stops. The index keeps no text of its own: what leaves it is named with the very
text that went in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Any

from counterdesk.core.search_text import payment_text
from counterdesk.models import ref
from counterdesk.models.base import table_of

_BATCH = 20_000
_PAST = table_of(ref.PastPayment).fullname
_NEWEST = f"select max(row_id) from {_PAST} where row_id between ? and ?"  # noqa: S608 - our names
_ROWS = f"select row_id, sum_id, receipt_number, consumer_name, account_number from {_PAST}"  # noqa: S608
_ENTER = "insert into ref.payment_parts (rowid, sum_id, text) values (?, ?, ?)"
_LEAVE = (
    "insert into ref.payment_parts (payment_parts, rowid, sum_id, text) values ('delete', ?, ?, ?)"
)
_TUNE = "insert into ref.payment_parts (payment_parts, rank) values (?, ?)"


class RowIds:
    """The row ids of a table that is being filled."""

    def __init__(self) -> None:
        self._next: dict[Any, int] = {}

    def of(self, business_date: Any) -> int:
        """Return the next free one of a day."""
        row_id = self._next.get(business_date) or ref.first_row_id(_day(business_date))
        self._next[business_date] = row_id + 1
        return row_id


def free_row_id(connection: Any, business_date: Any) -> int:
    """Return a row id of a day after all that are there."""
    day = _day(business_date)
    first = ref.first_row_id(day)
    (newest,) = connection.execute(_NEWEST, (first, ref.last_row_id(day))).fetchone()
    return first if newest is None else int(newest) + 1


def _day(business_date: Any) -> date:
    return date.fromisoformat(str(business_date))


def enter_all(connection: Any) -> None:
    """Put every payment of a file that was filled into the index."""
    with _entering_many(connection):
        rows = iter(connection.execute(f"{_ROWS} order by row_id"))
        while batch := list(islice(rows, _BATCH)):
            connection.executemany(_ENTER, [(*row[:2], payment_text(*row[2:])) for row in batch])


@contextmanager
def _entering_many(connection: Any) -> Iterator[None]:
    connection.executemany(_TUNE, [("automerge", 0), ("hashsize", 16 << 20)])
    yield
    connection.executemany(_TUNE, [("automerge", 4), ("hashsize", 1 << 20)])


def enter(connection: Any, row_id: int) -> None:
    """Let a payment that was just written be found."""
    _change(connection, _ENTER, row_id)


def leave(connection: Any, row_id: int) -> None:
    """Let a payment be found no more, while it still stands in its table."""
    _change(connection, _LEAVE, row_id)


def _change(connection: Any, statement: str, row_id: int) -> None:
    row = connection.execute(f"{_ROWS} where row_id = ?", (row_id,)).fetchone()
    connection.execute(statement, (*row[:2], payment_text(*row[2:])))
