"""How the facts of the centre stand in the rows of `ref.db`, for the fill and for the feed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.dialects import sqlite

from counterdesk.core.search_text import code_of, digits_of, words_of
from counterdesk.models import ref
from counterdesk.models.base import RefBase, UtcInstant, table_of
from counterdesk.sync.link import Cursor
from counterdesk.sync.records import (
    ChargeFacts,
    ConsumerFacts,
    ExceptionFacts,
    PastBackFacts,
    PastCreditFacts,
    PastDisputeFacts,
    PastPaymentFacts,
    PlanFacts,
    Row,
)


def instant_of(at_utc: datetime) -> Any:
    """Return an instant as a column of the models has it."""
    return UtcInstant().process_bind_param(at_utc, sqlite.dialect())


# As the columns of the models write them.
sqlcipher.register_adapter(UUID, attrgetter("hex"))
sqlcipher.register_adapter(date, date.isoformat)
sqlcipher.register_adapter(datetime, instant_of)
sqlcipher.register_adapter(bool, int)  # known types only: the search for an unknown one is slow


def columns_of(facts: type[Any]) -> tuple[str, ...]:
    """Return the columns that facts of a kind fill; they have the same names."""
    return tuple(item.name for item in fields(facts))


def insert_row(model: type[RefBase], columns: Iterable[str], how: str = "insert") -> str:
    """Return the statement that writes one row; `how` may be "insert or replace"."""
    names = tuple(columns)
    marks = ", ".join("?" * len(names))
    return f"{how} into {table_of(model).fullname} ({', '.join(names)}) values ({marks})"


class OwnedRows:
    """How the facts of one kind that belong to a consumer are written.

    Args:
        model: Their table.
        facts: What they are as a record.
        part: Their name in an `AccountsPage`.
    """

    def __init__(self, model: type[RefBase], facts: type[Any], part: str) -> None:
        names = columns_of(facts)
        self.facts = facts
        self.insert = insert_row(model, ("consumer_id", *names))
        self.delete = f"delete from {table_of(model).fullname} where {names[0]} = ?"  # noqa: S608 - ours
        self.replace = insert_row(model, ("consumer_id", *names), "insert or replace")
        self.part = attrgetter(part)
        self.values = attrgetter(*names)


OWNED = {
    "charge": OwnedRows(ref.Charge, ChargeFacts, "charges"),
    "plan": OwnedRows(ref.Plan, PlanFacts, "plans"),
    "payment": OwnedRows(ref.PastPayment, PastPaymentFacts, "payments"),
    "credit": OwnedRows(ref.PastCredit, PastCreditFacts, "credits"),
    "back": OwnedRows(ref.PastBack, PastBackFacts, "backs"),
    "dispute": OwnedRows(ref.PastDispute, PastDisputeFacts, "disputes"),
}
"""By the kind that the feed names."""

_CONSUMER = columns_of(ConsumerFacts)
consumer_values = attrgetter(*_CONSUMER)
"""Returns the values of a `ConsumerFacts` in their order."""

_AT = {name: place for place, name in enumerate(_CONSUMER)}
ACCOUNT_NUMBER, NAME, ADDRESS, PHONE = (
    _AT[name] for name in ("account_number", "name", "service_address", "phone")
)
"""Where they stand in a consumer's row."""

CHARGE_NUMBER = 1 + columns_of(ChargeFacts).index("number")
"""Where it stands in a charge's row, which begins with its consumer."""

INSERT_CONSUMER = insert_row(ref.Consumer, ("row_id", "account_digits", "phone_digits", *_CONSUMER))
INSERT_TEXT = insert_row(ref.SearchText, ("row_id", "name", "address", "codes"))
INSERT_SETTING = insert_row(ref.SettingRow, ("name", "value", "version"), "insert or replace")
_EXCEPTION = columns_of(ExceptionFacts)
INSERT_EXCEPTION = insert_row(ref.ExceptionItem, _EXCEPTION, "insert or replace")
exception_values = attrgetter(*_EXCEPTION)
"""Returns the values of an `ExceptionFacts` in their order."""

_INSERT_REFRESHED = insert_row(
    ref.Refreshed, ("one", "as_of_utc", "sync_seq", "tag"), "insert or replace"
)


def consumer_row(row_id: int, consumer: Row) -> Row:
    """Return what `INSERT_CONSUMER` takes."""
    return (row_id, digits_of(consumer[ACCOUNT_NUMBER]), digits_of(consumer[PHONE]), *consumer)


def json_text(value: Any) -> str:
    """Return a setting's value as `INSERT_SETTING` takes it."""
    return json.dumps(value, ensure_ascii=False)


def search_text(
    name: str, address: str, phone: str, numbers: Iterable[str]
) -> tuple[str, str, str]:
    """Return the folded name, address and codes of a consumer, for `INSERT_TEXT`.

    Args:
        name: As the consumer is called.
        address: Of the service.
        phone: As it is written.
        numbers: The account's and those of its charges.
    """
    codes = " ".join((*map(code_of, numbers), digits_of(phone)))
    return words_of(name), words_of(address), codes


def write_refreshed(connection: Any, as_of_utc: datetime, cursor: Cursor) -> None:
    """Write of when the content is, and which place in the feed that is."""
    values = (1, instant_of(as_of_utc), cursor.sync_seq, cursor.tag)
    connection.execute(_INSERT_REFRESHED, values)
