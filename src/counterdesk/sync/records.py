"""What the centre tells of one account, on its way into `ref.db`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class ConsumerFacts:
    """A customer of the utility, as in `models.ref.Consumer`."""

    consumer_id: UUID
    account_number: str
    name: str
    service_address: str
    phone: str
    email: str = ""
    preferences: str = ""
    circumstances: str = ""
    cash_only: bool = False
    disconnected: bool = False


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    """Something the customer owes, as in `models.ref.Charge`. Amounts in minor units."""

    charge_id: UUID
    kind: str
    number: str
    charged_on: date
    due_on: date
    amount_minor: int
    paid_minor: int = 0
    description: str = ""
    period: str = ""
    plan_number: str = ""
    installment: int = 0
    minimum_minor: int = 0
    refused_methods: str = ""
    disputed: bool = False
    online_pending: bool = False
    replaced_by_plan: bool = False
    applied_through: int = 0


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A payment plan: "On track", "Late" or "Broken"."""

    number: str
    status: str


@dataclass(frozen=True, slots=True)
class PastPaymentFacts:
    """A payment of the last months, taken anywhere."""

    payment_id: UUID
    receipt_number: str
    business_date: date
    type: str
    method: str
    amount_minor: int
    status: str = "Posted"
    payment_number: str = ""
    transaction_number: str = ""
    channel: str = ""
    counter: str = ""
    cashier: str = ""
    consumer_name: str = ""
    account_number: str = ""
    taken_at_utc: datetime | None = None
    collected_minor: int | None = None
    verified_by: str = ""
    verified_at_utc: datetime | None = None
    settled_minor: int | None = None
    settled_days: int = 0
    settled_parts: int = 0


@dataclass(frozen=True, slots=True)
class PastBackFacts:
    """Money given back of a payment by one undo, or paid out of a credit note, at any counter."""

    back_id: UUID
    """Of the first settlement that the undo took back of it, or of the note's change."""
    kind: str
    number: str
    business_date: date
    type: str
    method: str
    channel: str
    counter: str
    cashier: str
    giving_counter: str
    given_by: str
    amount_minor: int
    collected_minor: int
    reopened_minor: int
    payment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PastCreditFacts:
    """A credit note with what remains of it."""

    credit_note_id: UUID
    number: str
    amount_minor: int
    remaining_minor: int
    status: str = "Active"
    source: str = ""
    reason: str = ""
    remarks: str = ""
    created_on: date | None = None
    expires_on: date | None = None
    held_until: date | None = None
    payment_number: str = ""
    receipt_number: str = ""
    created_by: str = ""
    created_by_id: UUID | None = None
    approved_by: str = ""
    applied_through: int = 0


@dataclass(frozen=True, slots=True)
class PastDisputeFacts:
    """A payment that somebody doubts, and how that ended; `outcome` is None while it is open."""

    dispute_id: UUID
    number: str
    payment_id: UUID
    payment_number: str
    receipt_number: str
    account_number: str
    consumer_name: str
    payment_amount_minor: int
    category: str
    amount_minor: int
    words: str
    raised_on: date
    raised_at_utc: datetime
    raised_by: str
    counter: str
    outcome: str | None = None
    closed_words: str = ""
    closed_at_utc: datetime | None = None
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One customer and everything about them."""

    consumer: ConsumerFacts
    charges: tuple[ChargeFacts, ...] = ()
    plans: tuple[PlanFacts, ...] = ()
    payments: tuple[PastPaymentFacts, ...] = ()
    credits: tuple[PastCreditFacts, ...] = ()
    backs: tuple[PastBackFacts, ...] = ()
    disputes: tuple[PastDisputeFacts, ...] = ()


Row = tuple[Any, ...]
"""Values in the order of a kind's fields; ids, dates and truths as Python or as SQLite has them."""


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Many accounts as rows: a million of them are not worth an object each.

    A consumer's row has the fields of `ConsumerFacts`, the others have the id of their consumer
    before their own fields.
    """

    consumers: Sequence[Row]
    charges: Sequence[Row] = ()
    plans: Sequence[Row] = ()
    payments: Sequence[Row] = ()
    credits: Sequence[Row] = ()
    backs: Sequence[Row] = ()
    disputes: Sequence[Row] = ()


def accounts_page(accounts: Sequence[AccountFacts]) -> AccountsPage:
    """Return accounts as the rows they are."""
    return AccountsPage(
        [_values(one.consumer) for one in accounts],
        *(
            [
                (one.consumer.consumer_id, *_values(facts))
                for one in accounts
                for facts in getattr(one, part)
            ]
            for part in ("charges", "plans", "payments", "credits", "backs", "disputes")
        ),
    )


def _values(facts: Any) -> Row:
    return tuple(getattr(facts, item.name) for item in fields(facts))


@dataclass(frozen=True, slots=True)
class ExceptionFacts:
    """An event of this counter that could not be placed, as in `models.ref.ExceptionItem`."""

    seq: int
    reason: str
    state: str = "open"
    suspended: bool = False


_FROM_JSON: Mapping[str, Callable[[str], Any]] = {
    "UUID": UUID,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
"""How JSON gives what it has no word for, by the name of a field's type."""


def facts_from(kind: type[Facts], row: Mapping[str, Any]) -> Facts:
    """Return the facts that a row of the feed tells; columns of a newer centre are left alone.

    Raises:
        KeyError: The row has not what these facts are about.
        ValueError: A value cannot be read.
    """
    known = [item for item in fields(kind) if item.name in row]  # type: ignore[arg-type]
    given = {item.name: _read(str(item.type), row[item.name]) for item in known}
    try:
        return kind(**given)
    except TypeError as error:
        raise KeyError(str(error)) from error


def _read(kind: str, value: Any) -> Any:
    read = _FROM_JSON.get(kind.removesuffix(" | None"))
    return value if read is None or value is None else read(value)
