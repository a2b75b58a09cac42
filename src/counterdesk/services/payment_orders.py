"""The orders that a list of payments can be read in: each leaves no two payments equal.

Payments that are alike in the column follow each other by date and id, and the other way round
turns all of it round: so each order needs one index, read from either end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, null, tuple_
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_lines import PaymentLine

Columns = Mapping[str, Any] | ReadOnlyColumnCollection[str, Any]
"""What a query knows, by the names of a `PaymentLine`."""


class SortBy(StrEnum):
    """A column of the list."""

    DATE = "date"
    RECEIPT = "receipt"
    CONSUMER = "consumer"
    ACCOUNT = "account"
    AMOUNT = "amount"
    METHOD = "method"
    TYPE = "type"
    STATUS = "status"
    CHANNEL = "channel"
    COUNTER = "counter"
    CASHIER = "cashier"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What a list is sorted by; the newest first unless something else is said."""

    by: SortBy = SortBy.DATE
    descending: bool = True

    def place(self, line: PaymentLine) -> tuple[Any, ...]:
        """Return what a payment is sorted by: greater ones come later, or first if descending."""
        return (value_of(self.by, line), line.business_date, line.payment_id.int)

    def follows(self, line: PaymentLine, after: PaymentLine | None) -> bool:
        """Tell whether a payment comes after another one; after none, all do."""
        if after is None:
            return True
        here, there = self.place(line), self.place(after)
        return here < there if self.descending else here > there


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that is asked for: which payments, in which order, after which one, how many."""

    wanted: PaymentFilter
    order: PaymentOrder
    after: PaymentLine | None
    most: int
    without: tuple[UUID, ...] = ()
    """Payments that are known to be something else by now, and looked at by themselves."""


def length_first(number: str) -> str:
    """Return a number as it is sorted by."""
    return f"{len(number):04}{number}"  # R-999 comes before R-1000


_CAPITALS = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_COLUMNS: dict[SortBy, str] = {
    SortBy.RECEIPT: "receipt_order", SortBy.CONSUMER: "consumer_order",
    SortBy.ACCOUNT: "account_order", SortBy.AMOUNT: "amount_minor",
}  # fmt: skip
_VALUES: dict[SortBy, Callable[[PaymentLine], Any]] = {  # as `models.ref.ORDERS` has them
    SortBy.DATE: lambda _line: 0,
    SortBy.RECEIPT: lambda line: length_first(line.receipt_number),
    SortBy.CONSUMER: lambda line: line.consumer_name.translate(_CAPITALS),
    SortBy.ACCOUNT: lambda line: length_first(line.account_number),
    SortBy.AMOUNT: lambda line: line.amount_minor,
}


def value_of(by: SortBy, line: PaymentLine) -> Any:
    """Return what a column has of a payment, as it is sorted by."""
    return _VALUES[by](line) if by in _VALUES else getattr(line, by.value)


def column_of(by: SortBy) -> str:
    """Return the name of the column that holds it; a date needs no other."""
    return _COLUMNS.get(by, by.value)


def places(by: SortBy, columns: Columns) -> list[ColumnElement[Any]]:
    """Return what a query sorts by, from its columns by their names."""
    value = [] if by is SortBy.DATE else [columns[column_of(by)]]
    return [*value, columns["business_date"], columns["payment_id"]]


def in_order(asked: Asked, columns: Columns) -> list[ColumnElement[Any]]:
    """Return what a query is ordered by."""
    parts = places(asked.order.by, columns)
    return [part.desc() if asked.order.descending else part.asc() for part in parts]


def beyond(asked: Asked, columns: Columns) -> list[ColumnElement[bool]]:
    """Return what payments that come after the last one are: a range of the order's index."""
    after, by = asked.after, asked.order.by
    if after is None:
        return []
    value = () if by is SortBy.DATE else (value_of(by, after),)
    parts = places(by, columns)
    here, there = tuple_(*parts), tuple_(*_bound(parts, value, after))
    return [here < there if asked.order.descending else here > there]


def _bound(
    parts: list[ColumnElement[Any]], value: tuple[Any, ...], after: PaymentLine
) -> list[ColumnElement[Any]]:
    values = (*value, after.business_date, after.payment_id)
    return [literal(one, part.type) for part, one in zip(parts, values, strict=True)]


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column that no index is chosen for: of a bare one, SQLite would begin with it."""
    return func.coalesce(column, null())
