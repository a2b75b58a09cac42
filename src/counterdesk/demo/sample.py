"""The sample: John Doe and what he owes on 20 April 2025, with the people of the demo office."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid5

from counterdesk.core.money import parse_amount
from counterdesk.core.permissions import Role
from counterdesk.core.settings import Settings
from counterdesk.demo.told import at_a_counter
from counterdesk.services.setup import NewNumbers, NewPerson
from counterdesk.sync.records import (
    AccountFacts,
    ChargeFacts,
    ConsumerFacts,
    PastPaymentFacts,
    PlanFacts,
)

DEMO_PASSWORD = "clear water 2025"
"""The password of everyone in the demo. There is nothing real behind it."""

DEMO_PIN = "204206"
"""The PIN of the demo's cashier and supervisor."""

_NAMESPACE = UUID("5c1d9f6e-7d52-4c56-9a4e-0c0d6a3b1f20")
_LAST_NUMBER = 999_999


@cache
def sample() -> dict[str, Any]:
    """Return the sample's facts as they stand in `sample.json`."""
    text = files("counterdesk.demo").joinpath("sample.json").read_text("utf-8")
    return dict(json.loads(text))


def sample_today() -> date:
    """Return the day of the sample."""
    return date.fromisoformat(sample()["today"])


def sample_start_utc() -> datetime:
    """Return the instant at which the demo's clock starts: ten in the morning."""
    return datetime.combine(sample_today(), time(10), UTC)


def sample_minor(name: str) -> int:
    """Return an amount of the sample visit, such as "paid", in minor units."""
    return _minor(sample()["visit"][name])


def sample_settings(utility_public_key: bytes = b"") -> Settings:
    """Return the settings of the demo office."""
    utility = sample()["utility"]
    return Settings(
        utility_name=utility["name"],
        utility_address=utility["address"],
        utility_contact=utility["contact"],
        utility_public_key=utility_public_key.hex(),
    )


def sample_people() -> tuple[NewPerson, ...]:
    """Return who works in the demo office; Jane Smith is the cashier."""
    return (
        NewPerson("jane", "Jane Smith", Role.CASHIER, DEMO_PASSWORD, DEMO_PIN),
        NewPerson("supervisor", "Demo Supervisor", Role.SUPERVISOR, DEMO_PASSWORD, DEMO_PIN),
        NewPerson("manager", "Demo Manager", Role.MANAGER, DEMO_PASSWORD),
        NewPerson("auditor", "Demo Auditor", Role.AUDITOR, DEMO_PASSWORD),
        NewPerson("admin", "Demo Administrator", Role.ADMINISTRATOR, DEMO_PASSWORD),
    )


def sample_numbers() -> tuple[NewNumbers, ...]:
    """Return blocks of numbers of which the sample's own come out next."""
    formats, year = Settings().number_formats, sample_today().year
    return tuple(
        NewNumbers(series, year if formats[series].yearly else 0, following, _LAST_NUMBER)
        for series, following in sample()["next_numbers"].items()
    )


def earlier_numbers(count: int) -> tuple[NewNumbers, ...]:
    """Return blocks of numbers for so many visits before the sample's own, one payment each."""
    formats, year = Settings().number_formats, sample_today().year
    return tuple(
        NewNumbers(series, year if formats[series].yearly else 0, 1, count)
        for series in ("payment", "transaction", "receipt")
        if count
    )


def sample_account() -> AccountFacts:
    """Return John Doe, what he owes and what he paid last."""
    plan, consumer = sample()["plan"], sample()["consumer"]
    return AccountFacts(
        ConsumerFacts(sample_id(consumer["account_number"]), **consumer),
        (*_bills(), *_paid_bills(), *_services(), *_installments()),
        (PlanFacts(plan["number"], plan["status"]),),
        tuple(_payment(paid) for paid in sample()["payments"]),
    )


def sample_id(name: str) -> UUID:
    """Return the id of something in the sample: the same for the same name, everywhere."""
    return uuid5(_NAMESPACE, name)


def _minor(amount: str) -> int:
    settings = Settings()
    return parse_amount(amount, settings.currency, settings.locale)


def _bill(number: str, period: str, amount: str, charged: str, due: str, paid: int) -> ChargeFacts:
    return ChargeFacts(
        sample_id(number), "Bill", number, date.fromisoformat(charged), date.fromisoformat(due),
        _minor(amount), paid, period=period,
    )  # fmt: skip


def _bills() -> list[ChargeFacts]:
    return [_bill(**bill, paid=0) for bill in sample()["bills"]]


def _paid_bills() -> list[ChargeFacts]:
    return [
        _bill(
            paid["invoice"], paid["period"], paid["amount"], paid["charged"], paid["due"],
            _minor(paid["amount"]),
        )
        for paid in sample()["payments"]
    ]  # fmt: skip


def _services() -> list[ChargeFacts]:
    return [
        ChargeFacts(
            sample_id(service["number"]), "Service", service["number"],
            date.fromisoformat(service["date"]), date.fromisoformat(service["date"]),
            _minor(service["amount"]), description=service["description"],
        )
        for service in sample()["services"]
    ]  # fmt: skip


def _installments() -> list[ChargeFacts]:
    plan = sample()["plan"]
    return [
        ChargeFacts(
            sample_id(f"{plan['number']}/{part['number']}"), "Installment",
            f"{plan['number']}/{part['number']}", date.fromisoformat(plan["agreed"]),
            date.fromisoformat(part["due"]), _minor(part["amount"]),
            plan_number=plan["number"], installment=part["number"],
        )
        for part in sample()["installments"]
    ]  # fmt: skip


def _payment(paid: dict[str, str]) -> PastPaymentFacts:
    consumer, day = sample()["consumer"], date.fromisoformat(paid["date"])
    amount, number = _minor(paid["amount"]), paid["receipt"].removeprefix("R-")
    return PastPaymentFacts(
        sample_id(paid["receipt"]), paid["receipt"], day, paid["type"], paid["method"], amount,
        "Posted", f"PAY-2025-{number:>06}", f"TXN-2025-{number:>06}", "Walk-in",
        *at_a_counter(0, day), consumer["name"], consumer["account_number"],
        datetime.combine(day, time(9), UTC), amount,
    )  # fmt: skip
