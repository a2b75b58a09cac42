"""What invented payments paid for: a charge each, owed again where the payment was given back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from counterdesk.core.dates import months_later
from counterdesk.sync.records import ChargeFacts, PastPaymentFacts

_DUE_DAYS = 21
_NUMBERS = {"Bill": "INV", "Service": "SVC", "Installment": "PP"}
_FEES = ("Reconnection Fee", "Late Fee", "Meter Test")
_ITS_CHARGE = 1 << 51
"""Makes the id of a charge out of that of its payment."""


def paid_charges(paid: Iterable[PastPaymentFacts]) -> Iterator[ChargeFacts]:
    """Yield what each payment that counted once was for."""
    for one in paid:
        if one.status != "Failed":
            yield _charge(one)


def _charge(one: PastPaymentFacts) -> ChargeFacts:
    charged_on = one.business_date - timedelta(days=one.settled_days or 0)
    serial = one.payment_number.rpartition("-")[2]
    number = f"{_NUMBERS[one.type]}-{charged_on.year}-1{serial}"
    plan = number if one.type == "Installment" else ""
    return ChargeFacts(
        UUID(int=one.payment_id.int | _ITS_CHARGE), one.type, f"{number}/1" if plan else number,
        charged_on, _due_on(one.type, charged_on), one.amount_minor,
        one.amount_minor if one.status == "Posted" else 0,
        _FEES[one.payment_id.int % len(_FEES)] if one.type == "Service" else "",
        _month_before(charged_on) if one.type == "Bill" else "", plan, int(bool(plan)),
    )  # fmt: skip


def _due_on(kind: str, charged_on: date) -> date:
    return charged_on if kind == "Service" else charged_on + timedelta(days=_DUE_DAYS)


def _month_before(day: date) -> str:
    return months_later(day, -1).isoformat()[:7]
