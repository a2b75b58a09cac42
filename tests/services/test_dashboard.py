"""The figures and lists of the landing page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterdesk.core.errors import PermissionRefused
from counterdesk.core.periods import Period
from counterdesk.core.permissions import Actor, Role
from counterdesk.core.settings import Settings
from counterdesk.core.tiles import TileName
from counterdesk.services.collection import Received
from counterdesk.services.dashboard import Figure, month_figures
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import payments_page
from counterdesk.services.shifts import expected_drawer, open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import (
    AccountFacts,
    ChargeFacts,
    ConsumerFacts,
    PastCreditFacts,
    PastPaymentFacts,
)
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC
from tests.services.plans import plans_asked
from tests.services.visits import CONSUMER, TODAY, Given, Visits

_MARCH_20 = date(2025, 3, 20)


@pytest.fixture
def shift_id(session: Session) -> UUID:
    return open_shift(session, 20_000).id


@pytest.fixture
def visits(session: Session, shift_id: UUID) -> Visits:
    return Visits(session, shift_id)


@pytest.fixture
def store(store: Store, told: AccountFacts) -> Store:
    """The sample's store, after the centre told of other things."""
    key, path = store.data_key, store.folder.reference
    build_reference(path, key, [told], Settings(), as_of_utc=START_UTC)
    store.reload_reference()
    return store


def bill(number: int, minor: int, due: str, **more: Any) -> ChargeFacts:
    return ChargeFacts(
        UUID(int=number), "Bill", f"INV-{number}", date(2025, 3, 1), date.fromisoformat(due),
        minor, **more,
    )  # fmt: skip


def past(
    number: int, receipt: str, on: str, minor: int, status: str = "Posted"
) -> PastPaymentFacts:
    return PastPaymentFacts(
        UUID(int=number), receipt, date.fromisoformat(on), "Bill", "Cash", minor, status
    )


@pytest.fixture
def told() -> AccountFacts:
    return AccountFacts(
        ConsumerFacts(CONSUMER, "WU-10001", "John Doe", "", ""),
        charges=(
            bill(1, 30_000, "2025-04-01"),
            bill(2, 10_000, "2025-04-30"),
            bill(3, 99_999, "2025-05-01"),
            bill(4, 77_777, "2025-04-15", replaced_by_plan=True),
            bill(5, 20_000, "2025-03-31"),
        ),
        payments=(
            past(101, "R-1", "2025-04-19", 1_000),
            past(102, "R-2", "2025-04-20", 500),
            past(103, "R-2", "2025-04-20", 300),
            past(104, "R-3", "2025-04-20", 7_000, "Failed"),
            past(105, "R-4", "2025-03-31", 4_000),
            replace(past(200, "R-5001", "2025-04-20", 14_550), counter="C07"),
        ),
        credits=(PastCreditFacts(UUID(int=300), "CN-1", 450, 150, "Active"),),
    )


@pytest.mark.req("KPI-1")
@pytest.mark.req("MON-10")
def test_month_is_own_and_elsewhere_each_once(session: Session, visits: Visits) -> None:
    visits.add(Given(15_000, 450), payment_id=UUID(int=200))  # the feed has echoed it
    visits.add(Given(2_000, kind="card", name="Card"), Given(600, 100), on=date(2025, 4, 19))
    visits.add(Given(900), on=date(2025, 3, 20))
    found = month_figures(session, 2025, 4)
    assert found.collection.collected_minor == 14_550 + 2_500 + 1_000 + 500 + 300
    assert month_figures(session, 2025, 3).collection.collected_minor == 900 + 4_000
    assert found.received_today == Received(14_550 + 800, 2)
    assert found.received_yesterday == Received(2_500 + 1_000, 2)
    assert found.as_of_utc == START_UTC


@pytest.mark.req("MON-10")
def test_credit_notes_spent_are_not_collected_again(session: Session, visits: Visits) -> None:
    visits.add(Given(6_000, kind="credit", name="Credit note"), Given(10_000, 1_450))
    assert month_figures(session, 2025, 4).received_today.amount_minor == 8_550 + 800


@pytest.mark.req("KPI-1")
def test_rate_is_what_was_settled_of_what_fell_due(session: Session, visits: Visits) -> None:
    visits.add(Given(3_650))
    found = month_figures(session, 2025, 4)
    assert found.collection.rate_tenths == (3_650 + 1_000 + 500 + 300) * 1000 // 40_000 == 136
    assert month_figures(session, 2025, 3).collection.rate_tenths == 200
    assert month_figures(session, 2024, 1).collection.rate_tenths is None


@pytest.mark.req("KPI-1")
def test_a_month_in_progress_is_compared_with_the_same_days(
    session: Session, visits: Visits
) -> None:
    visits.add(Given(900), on=_MARCH_20)
    visits.add(Given(5_000), on=_MARCH_20 + timedelta(1))
    found = month_figures(session, 2025, 4)
    assert (found.in_progress, found.before) == (True, Period(date(2025, 3, 1), _MARCH_20))
    assert found.figure(TileName.COLLECTED) == Figure(1_800, 900)
    # Of all that fell due in March, as April is held against all that falls due in April.
    assert found.figure(TileName.COLLECTION_RATE).before == 900 * 1000 // 20_000
    assert found.figure(TileName.PAYMENTS) == Figure(3, 1)
    over = month_figures(session, 2025, 3)
    assert (over.in_progress, over.before) == (False, Period(date(2025, 2, 1), date(2025, 2, 28)))
    assert over.figure(TileName.COLLECTED) == Figure(5_900 + 4_000, 0)
    assert over.figure(TileName.RECEIVED_TODAY) == Figure(800, 1_000)


@pytest.mark.req("KPI-1")
def test_what_the_centre_tells_no_more_is_not_compared(session: Session, visits: Visits) -> None:
    visits.add(Given(700), on=date(2024, 3, 25))
    found = month_figures(session, 2024, 4)
    assert (found.first_month, found.before_known) == (date(2024, 3, 1), False)
    assert found.figure(TileName.COLLECTED).before is None
    assert month_figures(session, 2024, 5).before_known


@pytest.mark.req("KPI-1")
def test_days_are_the_mean_from_charge_to_payment(session: Session, visits: Visits) -> None:
    visits.add(Given(100), charged=date(2025, 3, 31))
    visits.add(Given(90_000), charged=date(2025, 4, 11))
    visits.add(Given(90_000), charged=date(2025, 4, 20))
    found = month_figures(session, 2025, 4)
    assert found.collection.days_tenths == 97  # (20 + 9 + 0) / 3
    assert found.collection_before.days_tenths is None


@pytest.mark.req("MON-10")
@given(
    st.lists(
        st.tuples(
            st.integers(-45, 45),
            st.integers(1, 10**9),
            st.integers(0, 100),
            st.integers(0, 400),
        ),
        max_size=6,
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_months_sum_to_everything_taken(
    session: Session, visits: Visits, taken: list[tuple[int, int, int, int]]
) -> None:
    nested = session.connection.begin_nested()
    for days, amount, change, age in taken:
        on = TODAY + timedelta(days=days)
        visits.add(Given(amount + change, change), on=on, charged=on - timedelta(days=age))
    months = [month_figures(session, 2025, month) for month in (3, 4, 5, 6)]
    elsewhere = 1_000 + 800 + 4_000
    collected = [month.collection.collected_minor for month in months]
    assert sum(collected) == elsewhere + sum(t[1] for t in taken)
    assert [m.collection_before.collected_minor for m in months[2:]] == collected[1:-1]
    so_far = sum(t[1] for t in taken if date(2025, 3, 1) <= TODAY + timedelta(t[0]) <= _MARCH_20)
    assert months[1].collection_before.collected_minor == so_far
    nested.rollback()


@pytest.mark.req("MON-11")
def test_drawer_is_float_and_cash_less_change(
    session: Session, visits: Visits, shift_id: UUID
) -> None:
    visits.add(Given(15_000, 450))
    visits.add(Given(10_000, kind="card", name="Card"), Given(5_000, 450))
    visits.add(Given(14_550, kind="cheque", name="Cheque"))
    assert expected_drawer(session, shift_id) == 20_000 + 14_550 + 4_550


@pytest.mark.req("AUD-2")
def test_figures_are_for_people_who_are_signed_in(session: Session) -> None:
    session.actor = None
    with pytest.raises(PermissionRefused):
        month_figures(session, 2025, 4)


@pytest.mark.parametrize("role", list(Role))
def test_every_declared_role_sees_the_dashboard(session: Session, role: Role) -> None:
    session.actor = Actor(uuid4(), "Somebody", role)
    assert month_figures(session, 2025, 4).month == 4
    assert len(payments_page(session, PaymentFilter()).payments) == 5


def test_nothing_reads_a_whole_table(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every statement of the page finds its rows by an index, as the query plan says."""
    asked = plans_asked(session, monkeypatch)
    month_figures(session, 2025, 4)
    figures = tuple(asked)
    small = {"SCAN ref.refreshed", "SCAN CONSTANT ROW", "SCAN (subquery-1)", "SCAN (subquery-2)"}
    small.add("SCAN undo")  # a few a day
    small.add("SCAN own_charge")  # a few a month
    small.add("SCAN credit_note_change")  # a few a day
    small.add("SCAN found")  # at most two thousand that a search index has chosen
    scans = {step for step in asked if step.startswith("SCAN") and "INDEX" not in step}
    assert scans <= small
    for kept in ("due_sum", "visit_sum", "past_sum"):
        assert any(f"SEARCH ref.{kept}" in step for step in figures)
