"""The list of payments: own and other counters', each once, and in step with the tiles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from counterdesk.core.errors import PermissionRefused
from counterdesk.services.dashboard import month_figures
from counterdesk.services.payment_list import PaymentRow, last_payments
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastBackFacts, PastPaymentFacts
from tests.services.towns import fill, person
from tests.services.visits import TODAY, Given, Visits

ECHOED = UUID(int=200)
YESTERDAY = TODAY - timedelta(1)


def past(
    number: int, receipt: str, on: date = TODAY, minor: int = 700, **more: Any
) -> PastPaymentFacts:
    facts = PastPaymentFacts(UUID(int=number), receipt, on, "Bill", "Mobile money", minor)
    return replace(facts, **more)


@pytest.fixture
def visits(session: Session) -> Visits:
    return Visits(session, open_shift(session, 0).id)


@pytest.fixture
def store(store: Store) -> Store:
    """The centre has told of two consumers' payments, one of them taken here."""
    doe = (past(101, "R-7001"), past(200, "R-5001", minor=14_550, counter="C07"))
    roe = (
        past(102, "R-7002", YESTERDAY), past(103, "R-7003", status="Voided"),
        past(104, "R-7104", date(2025, 2, 1)),
    )  # fmt: skip
    back = PastBackFacts(
        UUID(int=301), "void", "R-7003", TODAY, "Bill", "Mobile money", "", "", "", "C01",
        "Ann Ash", 700, 700, 700, UUID(int=103),
    )  # fmt: skip
    fill(
        store,
        AccountFacts(person(1, "John Doe", "123 Main Street"), payments=doe),
        AccountFacts(person(2, "José Roe", "7 Doe Lane"), payments=roe, backs=(back,)),
    )
    return store


def receipts(rows: tuple[PaymentRow, ...]) -> list[str]:
    return [row.receipt_number for row in rows]


@pytest.mark.req("VIEW-3")
def test_payments_come_newest_first_with_their_methods(session: Session, visits: Visits) -> None:
    visits.add(Given(100))
    visits.add(Given(50, kind="card", name="Card"), Given(50), on=YESTERDAY)
    visits.add(Given(200), Given(50, kind="card", name="Card"), Given(50), name="Jane Roe")
    rows = [row for row in last_payments(session) if row.transaction_id]
    assert [row.receipt_number for row in rows] == ["R-5003", "R-5001", "R-5002"]
    assert [row.method for row in rows] == ["Cash + Card", "Cash", "Card + Cash"]
    assert rows[0].amount_minor == 300
    assert (rows[0].consumer_name, rows[0].type, rows[0].status) == ("Jane Roe", "Bill", "Posted")


@pytest.mark.req("VIEW-3")
def test_other_counters_payments_stand_among_the_own_each_once(
    session: Session, visits: Visits
) -> None:
    visits.add(Given(15_000, 450), payment_id=ECHOED)
    rows = last_payments(session)
    assert receipts(rows) == ["R-5001", "R-7003", "R-7001", "R-7002", "R-7104"]
    assert [row.transaction_id is None for row in rows] == [False, True, True, True, True]
    elsewhere = rows[1]
    assert (elsewhere.consumer_name, elsewhere.account_number) == ("José Roe", "WU-10002")
    assert (elsewhere.method, elsewhere.status) == ("Mobile money", "Voided")


@pytest.mark.req("KPI-1")
def test_the_list_adds_up_to_what_the_tile_says_came_in_today(
    session: Session, visits: Visits
) -> None:
    visits.add(Given(15_000, 450), payment_id=ECHOED)
    visits.add(Given(2_000))
    today = [
        row for row in last_payments(session)
        if row.business_date == TODAY and row.status == "Posted"
    ]  # fmt: skip
    told = month_figures(session, 2025, 4).received_today
    assert sum(row.amount_minor for row in today) == told.amount_minor == 14_550 + 2_000 + 700
    assert len(today) == told.count


def test_a_full_list_keeps_the_newest_of_both(session: Session, visits: Visits) -> None:
    for _turn in range(3):
        visits.add(Given(100))
    assert receipts(last_payments(session, limit=2)) == ["R-5003", "R-5002"]
    assert receipts(last_payments(session, limit=4))[:3] == ["R-5003", "R-5002", "R-5001"]
    assert receipts(last_payments(session, limit=7))[-1] == "R-7002"


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("doe", 1), ("  JOHN ", 1), ("r-500", 3), ("R-5002", 1), ("nobody", 0),
        ("%", 1), ("_", 0), ("'", 0), ('"*', 0), ("\ud800", 0),
    ],
)  # fmt: skip
def test_own_payments_are_found_by_part_of_name_account_or_receipt(
    session: Session, visits: Visits, search: str, found: int
) -> None:
    for name in ("John Doe", "Jane Roe", "100 % Water"):
        visits.add(Given(100), name=name)
    rows = last_payments(session, search=search)
    assert len([row for row in rows if row.transaction_id]) == found


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("john", ["R-7001"]),
        ("wu-10002", ["R-7003", "R-7002", "R-7104"]),
        ("Roe", ["R-7003", "R-7002", "R-7104"]),
        ("lane", []),
        ("r-7002", ["R-7002"]),
        ("7104", ["R-7104"]),
        ("9" * 40, []),
    ],
)
def test_other_counters_payments_are_found_by_name_account_or_receipt(
    session: Session, visits: Visits, search: str, found: list[str]
) -> None:
    visits.add(Given(15_000, 450), payment_id=ECHOED, name="Somebody")
    assert receipts(last_payments(session, search=search)) == found


@pytest.mark.req("AUD-2")
def test_payments_are_listed_for_people_who_are_signed_in(session: Session) -> None:
    session.actor = None
    with pytest.raises(PermissionRefused):
        last_payments(session)
