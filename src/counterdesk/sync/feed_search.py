"""The search indexes of `ref.db`, brought up to date one consumer at a time.

They keep no text of their own: what leaves them must be named with the very text that went in,
which is why `search_text` is changed here and nowhere else.

Source: SQLite's documentation of FTS5, section 4.4.3, "External Content Tables".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from counterdesk.sync.reference_rows import INSERT_TEXT, search_text

_LEAVE = (
    """insert into ref.search_words (search_words, rowid, name, address)
        select 'delete', row_id, name, address from ref.search_text where row_id = ?""",
    """insert into ref.search_parts (search_parts, rowid, name, address, codes)
        select 'delete', row_id, name, address, codes from ref.search_text where row_id = ?""",
    "delete from ref.search_text where row_id = ?",
)
ENTER = (
    """insert into ref.search_words (rowid, name, address)
        select row_id, name, address from ref.search_text where row_id between ? and ?""",
    """insert into ref.search_parts (rowid, name, address, codes)
        select row_id, name, address, codes from ref.search_text where row_id between ? and ?""",
)
"""Put the consumers from one `row_id` to another into the indexes."""

_FOR_MANY = {"automerge": 0, "hashsize": 16 << 20}
_FOR_FEW = {"automerge": 4, "hashsize": 1 << 20}
"""What FTS5 begins with. Source: its documentation, section 6.1, and `fts5_config.c`."""

_CONSUMER = """select row_id, name, service_address, phone, account_number from ref.consumer
    where consumer_id = ?"""
_NUMBERS = "select number from ref.charge where consumer_id = ? order by due_on, number"
_TEXT = "select name, address, codes from ref.search_text where row_id = ?"


@contextmanager
def entering_many(connection: Any) -> Iterator[None]:
    """Let the indexes take all consumers: in a few large pieces, of which none is merged twice."""
    _tune(connection, _FOR_MANY)
    yield
    _tune(connection, _FOR_FEW)


def _tune(connection: Any, settings: Mapping[str, int]) -> None:
    for index in ("search_words", "search_parts"):
        connection.executemany(
            f"insert into ref.{index} ({index}, rank) values (?, ?)",  # noqa: S608 - ours
            list(settings.items()),
        )


def index_anew(connection: Any, consumer_id: UUID) -> None:
    """Let a consumer be found by what stands in `ref.db` of them now."""
    consumer = connection.execute(_CONSUMER, (consumer_id,)).fetchone()
    if consumer is None:
        return  # charges may be told before their consumer
    row_id, name, address, phone, account_number = consumer
    charges = connection.execute(_NUMBERS, (consumer_id,)).fetchall()
    numbers = (account_number, *(number for (number,) in charges))
    now = search_text(name, address, phone, numbers)
    if connection.execute(_TEXT, (row_id,)).fetchone() == now:
        return
    unindex(connection, row_id)
    connection.execute(INSERT_TEXT, (row_id, *now))
    for statement in ENTER:
        connection.execute(statement, (row_id, row_id))


def unindex(connection: Any, row_id: int) -> None:
    """Let a consumer be found no more."""
    for statement in _LEAVE:
        connection.execute(statement, (row_id,))
