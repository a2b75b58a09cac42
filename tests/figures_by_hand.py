"""What was collected, added up from the acts of all counters and from nothing of the program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from counterdesk.core.periods import Period
from counterdesk.services.analytics import Breakdown
from tests.faults.settled import new_money

Act = tuple[str, Mapping[str, Any]]
"""The code of a counter, and what it told of one act."""

_BY_HAND: list[Breakdown] = [by for by in Breakdown if by is not Breakdown.TYPE]


def by_hand(acts: Sequence[Act], period: Period) -> dict[Breakdown, dict[str, int]]:
    """Return what of a period each bar comes to; types are left out, as acts do not name them."""
    visits = {
        act["data"]["transaction"]["id"]: (code, act["data"])
        for code, act in acts
        if act["kind"] == "payment.taken"
    }
    sums: dict[Breakdown, Counter[str]] = {by: Counter() for by in _BY_HAND}
    for code, act in acts:
        minor = new_money(act)
        if minor and period.first <= date.fromisoformat(act["business_date"]) <= period.last:
            for by, names in _named(code, act, visits).items():
                for name in names:
                    sums[by][name] += minor
    return {by: without_zeros(found) for by, found in sums.items()}


def without_zeros(sums: Mapping[str, int]) -> dict[str, int]:
    """Return sums without those that came to nothing."""
    return {name: minor for name, minor in sums.items() if minor}


def _named(code: str, act: Mapping[str, Any], visits: Mapping[str, Any]) -> dict[Breakdown, Any]:
    """An undo counts where the payment counted; credit that is paid out has no channel."""
    data = act["data"]
    if act["kind"] == "credit_note.changed":
        change = data["change"]
        found = "", {change["method_name"]}, code, change["user_name"]
    else:
        named = data["undo"]["transaction_id"] if "undo" in data else data["transaction"]["id"]
        taker, taken = visits[named]
        methods = {one["method_name"] for one in taken["tenders"]}
        visit = taken["transaction"]
        found = visit["channel"], methods, taker, visit["user_name"]
    channel, methods, counter, cashier = found
    return dict(zip(_BY_HAND, ([channel], methods, [counter], [cashier]), strict=True))
