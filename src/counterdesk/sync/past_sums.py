"""What past payments come to by day and by all that lists are filtered by, kept with the rows.

A month of an office has some thousands of such sums, however many payments it has. Whoever writes
a row of `past_payment` counts it here, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.sync.amount_sums import AmountSums, move_amount
from counterdesk.sync.payment_rows import RowIds, enter, free_row_id, leave
from counterdesk.sync.records import PastPaymentFacts, Row
from counterdesk.sync.reference_rows import columns_of, insert_row
from counterdesk.sync.visit_sums import VISIT, fill_visits, move_visit

_FACTS = ("consumer_id", *columns_of(PastPaymentFacts))
_ALIKE = ("business_date", "status", "type", "channel", "method", "counter", "cashier")
_PLACES = tuple(_FACTS.index(name) for name in _ALIKE)
_VISIT = tuple(_FACTS.index(name) for name in VISIT)
_ADDED = (
    "amount_minor", "collected_minor", "settled_minor", "settled_days", "settled_parts"
)  # fmt: skip
"""What of a payment is added up; money that is not told is its amount."""
_AMOUNT, _COLLECTED, _SETTLED, _DAYS, _PARTS = (_FACTS.index(name) for name in _ADDED)
_DAY = _FACTS.index("business_date")

_INSERT_PAYMENT = insert_row(ref.PastPayment, (*_FACTS, "sum_id", "row_id"))
_INSERT_SUM = insert_row(ref.PastSum, ("sum_id", *_ALIKE, "payments", *_ADDED))
_SUMS, _PAST = table_of(ref.PastSum).fullname, table_of(ref.PastPayment).fullname
_FIND = f"select sum_id from {_SUMS} where " + " and ".join(f"{name} = ?" for name in _ALIKE)  # noqa: S608 - names of our own
_NEW_ID = f"select coalesce(max(sum_id), 0) + 1 from {_SUMS}"  # noqa: S608
_SUMMED = ("payments", *_ADDED)
_MOVE = (
    f"update {_SUMS} set "  # noqa: S608
    + ", ".join(f"{name} = {name} + ?" for name in _SUMMED)
    + " where sum_id = ?"
)
_COUNTED = (
    f"select row_id, sum_id, {', '.join(VISIT)},"  # noqa: S608
    + ", ".join(f"coalesce({name}, amount_minor)" for name in _ADDED)
    + f" from {_PAST} where payment_id = ?"
)
_DELETE = f"delete from {_PAST} where payment_id = ?"  # noqa: S608


class PastSums:
    """The sums of a file that is being filled, until `write` puts them there."""

    def __init__(self) -> None:
        self._sums: dict[Row, list[int]] = {}
        self._amounts = AmountSums()
        self._row_ids = RowIds()

    def add(self, connection: Any, payments: Iterable[Row]) -> None:
        """Write payments, each a consumer's id and the values of its facts."""
        connection.executemany(_INSERT_PAYMENT, self._counted(payments))

    def write(self, connection: Any) -> None:
        """Write the sums of all payments that were added."""
        connection.executemany(
            _INSERT_SUM, ((one[0], *alike, *one[1:]) for alike, one in self._sums.items())
        )
        self._amounts.write(connection)
        fill_visits(connection)

    def _counted(self, payments: Iterable[Row]) -> Iterator[Row]:
        sums, row_ids, amounts = self._sums, self._row_ids, self._amounts
        for payment in payments:
            alike = tuple([payment[place] for place in _PLACES])
            one = sums.get(alike)
            if one is None:
                one = sums[alike] = [len(sums) + 1, 0, 0, 0, 0, 0, 0]
            amount, collected, settled = (
                payment[_AMOUNT], payment[_COLLECTED], payment[_SETTLED]
            )  # fmt: skip
            amounts.add(amount)
            one[1] += 1
            one[2] += amount
            one[3] += amount if collected is None else collected
            one[4] += amount if settled is None else settled
            one[5] += payment[_DAYS]
            one[6] += payment[_PARTS]
            yield (*payment, one[0], row_ids.of(payment[_DAY]))


def replace_payment(connection: Any, payment: Row) -> None:
    """Write one payment in place of what was told of it before, and its sums."""
    remove_payment(connection, payment[1])
    alike = [payment[place] for place in _PLACES]
    sum_id = _one(connection, _FIND, alike)
    if sum_id is None:
        sum_id = _one(connection, _NEW_ID, ())
        connection.execute(_INSERT_SUM, (sum_id, *alike, *(0 for _name in _SUMMED)))
    connection.execute(_MOVE, (1, *_added(payment), sum_id))
    move_amount(connection, payment[_AMOUNT], 1)
    move_visit(connection, [payment[place] for place in _VISIT], 1)
    row_id = free_row_id(connection, payment[_DAY])
    connection.execute(_INSERT_PAYMENT, (*payment, sum_id, row_id))
    enter(connection, row_id)


def remove_payment(connection: Any, payment_id: UUID) -> None:
    """Remove one payment, where it stands, from its sums, too."""
    counted = connection.execute(_COUNTED, (payment_id,)).fetchone()
    if counted is not None:
        row_id, sum_id, *rest = counted
        visit, added = rest[: len(VISIT)], rest[len(VISIT) :]
        leave(connection, row_id)
        connection.execute(_MOVE, (-1, *(-one for one in added), sum_id))
        move_amount(connection, added[0], -1)
        connection.execute(_DELETE, (payment_id,))
        move_visit(connection, visit, -1)


def _added(payment: Row) -> Row:
    values = (payment[_FACTS.index(name)] for name in _ADDED)
    return tuple(payment[_AMOUNT] if one is None else one for one in values)


def _one(connection: Any, query: str, parameters: Any) -> Any:
    found = connection.execute(query, parameters).fetchone()
    return None if found is None else found[0]
