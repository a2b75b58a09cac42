"""How many past payments are of about an amount, and what they come to, kept with the payments."""

from __future__ import annotations

from typing import Any

from counterdesk.models import ref
from counterdesk.models.base import table_of

_SUMS = table_of(ref.AmountSum).fullname
_MOVE = (
    f"insert into {_SUMS} (step, payments, amount_minor) values (?, ?, ?)"  # noqa: S608 - our names
    " on conflict (step) do update set payments = payments + excluded.payments,"
    " amount_minor = amount_minor + excluded.amount_minor"
)


class AmountSums:
    """Those of a file that is being filled, until `write` puts them there."""

    def __init__(self) -> None:
        self._sums: dict[int, list[int]] = {}

    def add(self, amount_minor: int) -> None:
        """Count a payment."""
        one = self._sums.setdefault(amount_minor // ref.AMOUNT_STEP, [0, 0])
        one[0] += 1
        one[1] += amount_minor

    def write(self, connection: Any) -> None:
        """Write what was counted."""
        connection.executemany(_MOVE, ((step, *one) for step, one in self._sums.items()))


def move_amount(connection: Any, amount_minor: int, by: int) -> None:
    """Count a payment that is written (1), or count one no more that is removed (-1)."""
    connection.execute(_MOVE, (amount_minor // ref.AMOUNT_STEP, by, by * amount_minor))
