"""Credit notes as they were told, with all that lets a list of them be read from one index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from counterdesk.core.credit import sought_in_note
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.sync.records import PastCreditFacts, Row
from counterdesk.sync.reference_rows import ACCOUNT_NUMBER, NAME, columns_of, insert_row

_FACTS = ("consumer_id", *columns_of(PastCreditFacts))
_CREATED = _FACTS.index("created_on")
_NUMBERS = tuple(
    _FACTS.index(name) for name in ("number", "receipt_number", "payment_number")
)  # fmt: skip
_REPLACE = insert_row(
    ref.PastCredit,
    (*_FACTS, "created_key", "consumer_name", "account_number", "sought"),
    "insert or replace",
)
_CREDITS = table_of(ref.PastCredit).fullname
_HOLDER = "select name, account_number from ref.consumer where consumer_id = ?"
_OF_CONSUMER = (
    f"select number, receipt_number, payment_number, row_id from {_CREDITS}"  # noqa: S608 - ours
    " where consumer_id = ?"
)
_RENAME = (
    f"update {_CREDITS} set consumer_name = ?, account_number = ?, sought = ?"  # noqa: S608 - ours
    " where row_id = ?"
)

Holders = Mapping[Any, tuple[str, str]]
"""Name and account number by the id of the consumer, as its rows have it."""


def add_credits(connection: Any, consumers: Iterable[Row], credits: Iterable[Row]) -> None:
    """Write notes together with the consumers they belong to."""
    holders = {one[0]: (one[NAME], one[ACCOUNT_NUMBER]) for one in consumers}
    connection.executemany(_REPLACE, _with_holders(credits, holders))


def replace_credit(connection: Any, note: Row) -> None:
    """Write one note in place of what was told of it before."""
    holder = connection.execute(_HOLDER, (note[0],)).fetchone()
    connection.executemany(_REPLACE, _with_holders([note], {note[0]: holder} if holder else {}))


def name_credits(connection: Any, consumer_id: UUID, name: str, account_number: str) -> None:
    """Let all notes of a consumer carry the name that was told."""
    for *numbers, row_id in connection.execute(_OF_CONSUMER, (consumer_id,)).fetchall():
        sought = sought_in_note(name, account_number, *numbers)
        connection.execute(_RENAME, (name, account_number, sought, row_id))


def _with_holders(credits: Iterable[Row], holders: Holders) -> Iterator[Row]:
    for note in credits:
        holder = holders.get(note[0], ("", ""))  # notes may be told before their consumer
        numbers = (note[place] for place in _NUMBERS)
        yield (*note, str(note[_CREATED] or ""), *holder, sought_in_note(*holder, *numbers))
