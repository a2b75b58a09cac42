"""Tables of the two local files, their constraints and one-row properties.

Whoever imports `LedgerBase` or `RefBase` from here has every table registered with it.
"""

from counterdesk.models import (
    cash_office,
    credits,
    disputes,
    drawer,
    ledger,
    ref,
    undoing,
    verifying,
)
from counterdesk.models.base import LedgerBase, RefBase

__all__ = [
    "LedgerBase",
    "RefBase",
    "cash_office",
    "credits",
    "disputes",
    "drawer",
    "ledger",
    "ref",
    "undoing",
    "verifying",
]
