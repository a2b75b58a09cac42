"""No page, sum or search of payments looks at all that the centre told: SQLite says how it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_orders import PaymentOrder, SortBy
from counterdesk.services.payment_pages import payments_page, payments_sum
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.services.listed_payments import as_if_many, take_payments, tell_payments
from tests.services.plans import plans_asked

_ANY = PaymentFilter()
_FILTERS = {
    "none": _ANY,
    "days": PaymentFilter(first=date(2025, 4, 17), last=date(2025, 4, 19)),
    "method": PaymentFilter(method=("Cash",), type=("Bill",)),
    "status": PaymentFilter(status=("Posted",), counter=("C01", "C02")),
    "counted": PaymentFilter(counted=True),
    "amount": PaymentFilter(least_minor=600, channel=("Walk-in",)),
    "consumer": PaymentFilter(consumer_id=UUID(int=2)),
}


@pytest.fixture
def store(store: Store) -> Store:
    tell_payments(store)
    return store


@pytest.fixture(params=[(0, 1), (0, 2_000), (2_000, 1)], ids=["many", "frequent", "few"])
def taken(
    session: Session, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Session:
    take_payments(session)
    as_if_many(monkeypatch, *request.param)
    return session


def told_looked_at(asked: list[str]) -> set[str]:
    """Return the steps that go through past payments without being told where to begin."""
    return {step for step in asked if step.startswith("SCAN") and "past_payment" in step}


@pytest.mark.parametrize("wanted", _FILTERS.values(), ids=_FILTERS)
def test_a_page_begins_where_the_last_one_ended(
    taken: Session, monkeypatch: pytest.MonkeyPatch, wanted: PaymentFilter
) -> None:
    orders = [PaymentOrder(by) for by in SortBy]
    ends = [payments_page(taken, _ANY, None, 3, order).payments[-1] for order in orders]
    asked = plans_asked(taken, monkeypatch)
    for order, after in zip(orders, ends, strict=True):
        payments_page(taken, wanted, after, 3, order)
    assert any("past_payment USING" in step for step in asked)
    assert told_looked_at(asked) == set()


@pytest.mark.parametrize("wanted", _FILTERS.values(), ids=_FILTERS)
def test_sums_and_searches_read_what_an_index_found(
    taken: Session, monkeypatch: pytest.MonkeyPatch, wanted: PaymentFilter
) -> None:
    payments_sum(taken, wanted)
    asked = plans_asked(taken, monkeypatch)
    payments_sum(taken, wanted)
    for search in ("ann", "r-95", "95", "zoë ant"):
        payments_page(taken, replace(wanted, search=search), None, 3)
    # The newest places of the list may be looked at first, a few of them.
    assert told_looked_at(asked) <= {
        "SCAN ref.past_payment USING COVERING INDEX ix_past_payment_business_date"
    }
