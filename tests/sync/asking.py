"""Events that ask for another setting, as a desk writes them."""

from __future__ import annotations

from typing import Any
from uuid import UUID


def asked(user_id: UUID, name: str, seen_version: int, after: Any) -> dict[str, Any]:
    """Return the event of somebody who wants a setting to be something else."""
    return {
        "v": 1, "kind": "setting.changed", "business_date": None, "user_id": str(user_id),
        "totals": {"currency": "USD", "cash_delta_minor": 0, "tenders": {}},
        "data": {
            "name": name, "seen_version": seen_version, "before": None, "after": after,
            "reason": "",
        },
    }  # fmt: skip
