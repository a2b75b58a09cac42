"""What a list of payments can be filtered by, and how both files are asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_

from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.models.ref import first_row_id, last_row_id
from counterdesk.store.session import ReadSession

BETWEEN_METHODS = " + "

_sums = table_of(ref.PastSum)
_EXACT = ("status", "type", "channel", "counter", "cashier")
_NEVER_COUNTED = ("Pending", "Failed", "Cancelled")
"""Statuses in which no money came. What came counts, whatever became of it on a later day."""


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments are wanted; what is empty lets everything through."""

    first: date | None = None
    last: date | None = None
    method: tuple[str, ...] = ()
    """Names; a payment with two methods is found by either."""
    status: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()
    cashier: tuple[str, ...] = ()
    least_minor: int | None = None
    most_minor: int | None = None
    """Bounds of the amount, both included."""
    consumer_id: UUID | None = None
    search: str = ""
    """Part of a consumer's name, account or receipt number, any case."""
    counted: bool = False
    """Only what figures count: all of which money came, also where it was given back later."""

    @property
    def chooses(self) -> bool:
        """Whether it asks for more than a span of days."""
        return any(getattr(self, name) for name in (*_EXACT, "method", "counted"))

    @property
    def bounds_amount(self) -> bool:
        """Whether it asks for an amount."""
        return (self.least_minor, self.most_minor) != (None, None)


def sum_conditions(read: ReadSession, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what a sum of payments taken elsewhere must be; searching is left out."""
    return [
        _sums.c.payments > 0, _sums.c.counter != read.counter.code,
        *days_within(_sums.c.business_date, wanted), *chosen_by(_sums.c, wanted),
    ]  # fmt: skip


def counts(status: ColumnElement[Any]) -> ColumnElement[bool]:
    """Tell whether money came with a payment: figures count it, whatever became of it later."""
    return and_(*(status != one for one in _NEVER_COUNTED))


def chosen_by(columns: Any, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what columns named as the filter's fields must be."""
    conditions = [
        columns[name].in_(getattr(wanted, name)) for name in _EXACT if getattr(wanted, name)
    ]
    if wanted.counted:
        conditions.append(counts(columns.status))
    if wanted.method:
        among = literal(BETWEEN_METHODS) + columns.method + BETWEEN_METHODS
        each = (f"{BETWEEN_METHODS}{name}{BETWEEN_METHODS}" for name in wanted.method)
        conditions.append(or_(*(func.instr(among, name) > 0 for name in each)))
    return conditions


def days_within(column: ColumnElement[date], wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what a business date must be."""
    since = [column >= wanted.first] if wanted.first else []
    return since + ([column <= wanted.last] if wanted.last else [])


def row_ids_of(wanted: PaymentFilter) -> tuple[int, int]:
    """Return the least and the greatest row id that a payment of such a day can have."""
    return first_row_id(wanted.first or date.min), last_row_id(wanted.last or date.max)


def amount_within(column: ColumnElement[int], wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what an amount must be."""
    least = [column >= wanted.least_minor] if wanted.least_minor is not None else []
    return least + ([column <= wanted.most_minor] if wanted.most_minor is not None else [])


def of_consumer(column: ColumnElement[Any], wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return whose a payment must be."""
    return [column == wanted.consumer_id] if wanted.consumer_id is not None else []
