"""What falls due day by day, kept with the charges.

The collection rate of a month asks for it each time a payment arrives, and an office has a million
charges. Whoever writes a row of `charge` counts it here, in the same transaction.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from counterdesk.models import ref
from counterdesk.models.base import table_of

_CHARGES, _SUMS = table_of(ref.Charge).fullname, table_of(ref.DueSum).fullname
_FILL = (
    f"insert into {_SUMS} (due_on, charges, amount_minor)"  # noqa: S608 - names of our own
    f" select due_on, count(*), sum(amount_minor) from {_CHARGES}"
    " where replaced_by_plan = 0 group by due_on"
)
_MOVE = (
    f"insert into {_SUMS} (due_on, charges, amount_minor)"  # noqa: S608
    f" select due_on, :by, :by * amount_minor from {_CHARGES}"
    " where charge_id = :charge and replaced_by_plan = 0"
    " on conflict (due_on) do update set charges = charges + excluded.charges,"
    " amount_minor = amount_minor + excluded.amount_minor"
)


def fill_due(connection: Any) -> None:
    """Add up the charges of a file that is filled, all at once: it has no sums yet."""
    connection.execute(_FILL)


def move_due(connection: Any, charge_id: UUID, by: int) -> None:
    """Count one charge as it stands in its table, if it does and falls due.

    Args:
        connection: Within the transaction that writes the charge.
        charge_id: Which one.
        by: -1 before it is changed, 1 afterwards.
    """
    connection.execute(_MOVE, {"by": by, "charge": charge_id})
