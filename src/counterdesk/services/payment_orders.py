"""The orders that a list of payments can be read in: each leaves no two payments equal.

Payments that are alike in the column follow each other by date and id, and the other way round
turns all of it round: so each order needs one index, read from either end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from counterdesk.services.payment_lines import PaymentLine


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
        return (*_VALUES[self.by](line), line.business_date, line.payment_id.int)


def _value(name: str) -> Callable[[Any], tuple[Any, ...]]:
    value = attrgetter(name)
    return lambda line: (value(line),)


def _length_first(name: str) -> Callable[[Any], tuple[Any, ...]]:
    """R-999 comes before R-1000."""
    value = attrgetter(name)
    return lambda line: (len(value(line)), value(line))


_CAPITALS = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_NAMES: dict[SortBy, str] = {
    SortBy.RECEIPT: "receipt_number", SortBy.CONSUMER: "consumer_name",
    SortBy.ACCOUNT: "account_number", SortBy.AMOUNT: "amount_minor",
}  # fmt: skip
_VALUES: dict[SortBy, Callable[[Any], tuple[Any, ...]]] = {
    **{by: _value(_NAMES.get(by, by.value)) for by in SortBy},
    SortBy.DATE: lambda _line: (),
    SortBy.RECEIPT: _length_first("receipt_number"),
    SortBy.ACCOUNT: _length_first("account_number"),
    # As SQLite's "nocase" has it.
    SortBy.CONSUMER: lambda line: (line.consumer_name.translate(_CAPITALS),),
}


def sorted_by(by: SortBy, columns: Mapping[str, Any]) -> tuple[ColumnElement[Any], ...]:
    """Return what a query sorts by.

    Args:
        by: The column.
        columns: What the query knows by the names of a `PaymentLine`.
    """
    column = columns[_NAMES.get(by, by.value)] if by is not SortBy.DATE else None
    value: tuple[ColumnElement[Any], ...] = () if column is None else (column,)
    if by in (SortBy.RECEIPT, SortBy.ACCOUNT):
        value = (func.length(column), *value)
    elif by is SortBy.CONSUMER and column is not None:
        value = (column.collate("nocase"),)
    return (*value, columns["business_date"], columns["payment_id"])


def beyond(
    order: PaymentOrder, columns: Mapping[str, Any], after: PaymentLine
) -> ColumnElement[bool]:
    """Return what payments that come after one of them are."""
    values = (*_VALUES[order.by](after), after.business_date, after.payment_id)
    places = list(zip(sorted_by(order.by, columns), values, strict=True))

    def later(first: int) -> ColumnElement[bool]:
        column, value = places[first]
        further: ColumnElement[bool] = column < value if order.descending else column > value
        if first == len(places) - 1:
            return further
        # The outer bound is what an index is entered by.
        bound = column <= value if order.descending else column >= value
        return and_(bound, or_(further, later(first + 1)))

    return later(0)
