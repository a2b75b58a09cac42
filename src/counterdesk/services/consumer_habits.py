"""A consumer's behaviour at a glance, from the payments of the last twelve months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from counterdesk.core.account_sheet import ChargeState, KnownCharge
from counterdesk.core.habits import Timing, Usual, timing, usual, usual_day
from counterdesk.core.periods import last_year
from counterdesk.services.consumer_lines import POSTED
from counterdesk.services.consumer_payments import PastPaymentRow


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a consumer pays. Amounts in minor units."""

    payments: int
    """Those of the last twelve months that stand."""
    paid_minor: int
    """What they come to."""
    method: Usual | None
    channel: Usual | None
    day: int | None
    """The day of the month about which at least half of them come."""
    timing: Timing | None
    """Against the due date, where it is known what was paid."""
    last: PastPaymentRow | None


def behaviour_of(
    payments: Sequence[PastPaymentRow],
    charges: Sequence[KnownCharge],
    allocations: Mapping[UUID, list[Any]],
    today: date,
) -> Behaviour:
    """Return how a consumer pays.

    Args:
        payments: The newest first.
        charges: Open and settled ones.
        allocations: What the payments taken here paid, by payment.
        today: The last day of the twelve months.
    """
    year = last_year(today)
    stand = [one for one in payments if one.status == POSTED]
    counted = [one for one in stand if year.first <= one.business_date <= year.last]
    return Behaviour(
        payments=len(counted),
        paid_minor=sum(one.amount_minor for one in counted),
        method=usual(one.method for one in counted),
        channel=usual(one.channel for one in counted),
        day=usual_day([one.business_date for one in counted]),
        timing=timing(list(_late_days(counted, charges, allocations, today))),
        last=stand[0] if stand else None,
    )


def _late_days(
    payments: Sequence[PastPaymentRow],
    charges: Sequence[KnownCharge],
    allocations: Mapping[UUID, list[Any]],
    today: date,
) -> Iterator[float]:
    """Yield for each payment how many days after the due date it came."""
    by_amount = _settled_by_amount(charges, today)
    alike = Counter((one.type, one.amount_minor) for one in payments)
    for one in payments:
        paid, key = allocations.get(one.payment_id), (one.type, one.amount_minor)
        if paid:
            late = [(one.business_date - part.due_on).days for part in paid]
            yield sum(late) / len(late)
        elif alike[key] == 1 and len(by_amount.get(key, ())) == 1:
            (charge,) = by_amount[key]
            if charge.charged_on <= one.business_date:
                yield (one.business_date - charge.due_on).days


def _settled_by_amount(
    charges: Sequence[KnownCharge], today: date
) -> dict[tuple[str, int], list[KnownCharge]]:
    """The centre does not tell what a payment elsewhere paid: its amount can name one charge."""
    found: dict[tuple[str, int], list[KnownCharge]] = {}
    for one in charges:
        if one.state(today) is ChargeState.PAID:
            found.setdefault((one.kind, one.amount_minor), []).append(one)
    return found
