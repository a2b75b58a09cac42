"""The timeline of an account: own payments and those the centre told, each once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from counterdesk.core.errors import PermissionRefused
from counterdesk.services.consumer_payments import (
    PastPaymentRow,
    payment_timeline,
)
from counterdesk.services.shifts import open_shift
from counterdesk.services.taken import CreditMade
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.services.towns import fill, person
from tests.services.visits import CONSUMER, TODAY, Given, Visits

ECHOED = UUID(int=200)


def past(number: int, on: date, status: str = "Posted") -> PastPaymentFacts:
    return PastPaymentFacts(UUID(int=number), f"R-{number}", on, "Bill", "Card", number, status)


@pytest.fixture
def store(store: Store, told: tuple[PastPaymentFacts, ...]) -> Store:
    """A counter that knows one consumer's payments elsewhere."""
    other = AccountFacts(person(2, "Somebody Else"), payments=(past(999, TODAY),))
    fill(store, AccountFacts(person(1, "John Doe"), payments=told), other)
    return store


@pytest.fixture
def told() -> tuple[PastPaymentFacts, ...]:
    yesterday = TODAY - timedelta(1)
    return (past(7, yesterday), past(8, date(2024, 4, 1)), past(200, TODAY, "Reversed"))


@pytest.fixture
def visits(session: Session) -> Visits:
    return Visits(session, open_shift(session, 0).id)


def timeline(session: Session) -> list[PastPaymentRow]:
    """Read all pages, three payments at a time."""
    rows: list[PastPaymentRow] = []
    more = True
    while more:
        page = payment_timeline(session, CONSUMER, rows[-1] if rows else None, most=3)
        rows += page.payments
        more = page.more
    return rows


@pytest.mark.req("SRCH-4")
def test_every_payment_stands_once_with_the_newest_first(session: Session, visits: Visits) -> None:
    visits.add(Given(15_000, 450), payment_id=ECHOED)
    visits.add(Given(50, kind="card", name="Card"), Given(50), on=date(2025, 4, 18))
    rows = timeline(session)
    assert [row.receipt_number for row in rows] == ["R-5001", "R-7", "R-5002", "R-8"]
    assert [row.method for row in rows] == ["Cash", "Card", "Card + Cash", "Card"]
    assert [row.status for row in rows] == ["Reversed", "Posted", "Posted", "Posted"]
    assert [row.transaction_id is None for row in rows] == [False, True, False, True]


@pytest.mark.req("SRCH-4")
def test_what_was_left_and_the_credit_born_are_told_where_they_are_known(
    session: Session, visits: Visits
) -> None:
    paid = visits.add(Given(15_000), left=45_475)
    visits.add_credit(paid, "CN-46129", 450)
    own, elsewhere = payment_timeline(session, CONSUMER, most=2).payments
    assert own.left_minor == 45_475
    assert own.credits == (CreditMade("CN-46129", "WU-10001", 450),)
    assert (elsewhere.left_minor, elsewhere.credits) == (None, ())


@pytest.mark.req("SRCH-4")
@pytest.mark.parametrize(
    "told", [tuple(past(place, TODAY - timedelta(place // 9)) for place in range(1, 40))]
)
def test_pages_follow_on_each_other_without_gap_or_repetition(
    session: Session, visits: Visits
) -> None:
    for place in range(40):
        visits.add(Given(100), on=TODAY - timedelta(place // 7))
    rows = timeline(session)
    assert len({row.payment_id for row in rows}) == len(rows) == 79
    assert rows == list(payment_timeline(session, CONSUMER).payments)
    assert [row.business_date for row in rows] == sorted(
        (row.business_date for row in rows), reverse=True
    )


def test_an_account_without_payments_has_an_empty_timeline(session: Session) -> None:
    page = payment_timeline(session, UUID(int=404))
    assert (page.payments, page.more) == ((), False)


@pytest.mark.req("AUD-2")
def test_a_timeline_is_for_people_who_are_signed_in(session: Session) -> None:
    session.actor = None
    with pytest.raises(PermissionRefused):
        payment_timeline(session, CONSUMER)
