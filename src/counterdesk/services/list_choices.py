"""Which values the filters of a list offer: what the settings name, and what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from counterdesk.core.permissions import Permission, require
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Shift
from counterdesk.services.payment_filters import BETWEEN_METHODS
from counterdesk.store.session import ReadSession

_sums, _shifts = table_of(ref.PastSum), table_of(Shift)
_STATUSES = ("Posted", "Pending", "Failed", "Cancelled", "Voided", "Reversed")
_TYPES = ("Bill", "Service", "Installment")


def payment_choices(read: ReadSession) -> Mapping[str, tuple[str, ...]]:
    """Return what payments can be filtered by: values by the name of the filter's field.

    Read from the sums of the payments and from the shifts, never from the payments themselves.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    modes = [mode.name for mode in read.settings.payment_modes]
    methods = (name for told in _told(read, "method") for name in told.split(BETWEEN_METHODS))
    people = read.execute(select(_shifts.c.user_name).distinct()).scalars()
    return {
        "method": _with(modes, methods),
        "status": _with(_STATUSES, _told(read, "status")),
        "type": _with(_TYPES, _told(read, "type")),
        "channel": _with(read.settings.channels, _told(read, "channel")),
        "counter": _with((), [read.counter.code, *_told(read, "counter")]),
        "cashier": _with((), [*people, *_told(read, "cashier")]),
    }


def _told(read: ReadSession, name: str) -> list[str]:
    there_is = select(_sums.c[name]).where(_sums.c.payments > 0).distinct()
    return [value for value in read.execute(there_is).scalars() if value]


def _with(known: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
    """Return what is known in its own order, and then what else was found by name."""
    first = tuple(known)
    return first + tuple(sorted(set(found) - set(first), key=lambda name: (name.casefold(), name)))
