"""In how many visits past payments were taken, by day and counter, kept with the payments.

A visit is what has one receipt at one counter on one day; payments without a receipt number are a
visit each. One that was voided is none, nor is one in which no money came; what is reversed on a
later day was a visit all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from counterdesk.models import ref
from counterdesk.models.base import table_of

VISIT = ("business_date", "counter", "receipt_number", "status")
"""The facts of a payment that say which visit it belongs to, and whether that counts."""

NO_VISIT = ("Voided", "Pending", "Failed", "Cancelled")
"""What status a payment has that makes no visit."""

_PAST, _SUMS = table_of(ref.PastPayment).fullname, table_of(ref.VisitSum).fullname
_FILL = (
    f"insert into {_SUMS} (business_date, counter, visits)"  # noqa: S608 - names of our own
    " select business_date, counter, count(distinct nullif(receipt_number, ''))"
    f" + sum(receipt_number = '') from {_PAST} not indexed"
    f" where status not in {NO_VISIT} group by business_date, counter"
)
_MOVE = (
    f"insert into {_SUMS} (business_date, counter, visits) values (?, ?, ?)"  # noqa: S608
    " on conflict (business_date, counter) do update set visits = visits + excluded.visits"
)
_OTHERS = (
    f"select 1 from {_PAST} where receipt_number = ? and business_date = ? and counter = ?"  # noqa: S608
    f" and status not in {NO_VISIT} limit 1"
)


def fill_visits(connection: Any) -> None:
    """Count the visits of a file that is filled, all at once: it has no counts yet."""
    connection.execute(_FILL)


def move_visit(connection: Any, visit: Sequence[Any], by: int) -> None:
    """Count the visit of a payment, unless another payment of it is in the table.

    Args:
        connection: Within the transaction that writes the payment, while its row is not there.
        visit: The values of `VISIT`.
        by: 1 before the payment is written, -1 after it is removed.
    """
    day, counter, receipt, status = visit
    if status in NO_VISIT:
        return
    if receipt and connection.execute(_OTHERS, (receipt, day, counter)).fetchone():
        return
    connection.execute(_MOVE, (day, counter, by))
