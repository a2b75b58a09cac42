"""Verifications that no till writes: each waits, and the payment stays as it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from counterdesk.core.permissions import Role
from counterdesk.demo.sample import sample_account
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk
from tests.sync.written import Event

pytestmark = pytest.mark.req("ONL-2", "SYNC-2")

PAYMENT, BOSS = UUID(int=0x0E1), UUID(int=0x0B0)
JOHN = sample_account().consumer.consumer_id


@pytest.fixture
def desk(town: CentreUnderTest, desk: Desk) -> Desk:
    town.add_person(BOSS, Role.SUPERVISOR)
    town.execute(
        "insert into cd.payment (id, business_date, counter_id, event_seq, transaction_id, number,"
        " receipt_number, consumer_id, account_number, consumer_name, type, method, amount_minor,"
        " status, cashier) values (%s, '2025-04-17', %s, 0, %s, 'PAY-WEB-77', 'WEB-77', %s,"
        " 'WU-10001', 'John Doe', 'Bill', 'Card', 9000, 'Pending', 'System')",
        (PAYMENT, uuid4(), uuid4(), JOHN),
    )
    return desk


def verified(**more: Any) -> Event:
    """A verification as a till writes it, but for what is said otherwise."""
    data = {
        "id": str(uuid4()), "payment_id": str(PAYMENT), "payment_number": "PAY-WEB-77",
        "receipt_number": "WEB-77", "consumer_id": str(JOHN), "account_number": "WU-10001",
        "consumer_name": "John Doe", "amount_minor": 9_000, "currency": "USD",
        "business_date": "2025-04-20", "verified_at_utc": "2025-04-20T10:00:00Z",
        "user_id": str(BOSS), "user_name": "Sam",
    }  # fmt: skip
    totals = {"currency": "USD", "cash_delta_minor": 0, "tenders": {}}
    return {
        "v": 1, "kind": "payment.verified", "business_date": "2025-04-20", "data": data | more,
        "totals": totals,
    }  # fmt: skip


def stands(town: CentreUnderTest) -> Any:
    return town.execute("select status, verified_by from cd.payment where id = %s", (PAYMENT,))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"amount_minor": 9_001}, "another one here"),
        ({"receipt_number": "WEB-78"}, "another one here"),
        ({"consumer_id": str(uuid4())}, "another one here"),
        ({"currency": "EUR"}, "another one here"),
        ({"payment_id": str(uuid4())}, "not known here"),
        ({"business_date": "2025-04-19"}, "another day"),
        ({"user_name": ""}, "check constraint"),
        ({"id": None}, ""),
    ],
)
def test_what_is_told_otherwise_waits(
    town: CentreUnderTest, desk: Desk, more: dict[str, Any], why: str
) -> None:
    desk.send(verified(**more))
    [(reason,)] = town.execute("select reason from cd.suspense")
    assert why in reason
    assert stands(town) == [("Pending", "")]


def test_money_in_it_waits(town: CentreUnderTest, desk: Desk) -> None:
    event = verified()
    event["totals"] |= {"cash_delta_minor": 9_000, "tenders": {"cash": 9_000}}
    desk.send(event)
    assert town.value("select reason from cd.suspense") == "verifying a payment moves no money"
    assert stands(town) == [("Pending", "")]


def test_an_id_is_used_once_and_who_was_first_stays_named(
    town: CentreUnderTest, desk: Desk
) -> None:
    first = verified()
    desk.send(first)
    assert stands(town) == [("Posted", "Sam")]
    desk.send(verified(id=first["data"]["id"]), verified(user_name="Somebody later"))
    assert town.value("select reason from cd.suspense") == "an id was used before"
    assert stands(town) == [("Posted", "Sam")]
    assert town.value("select count(*) from cd.payment_verified") == 2
