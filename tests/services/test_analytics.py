"""The figures behind the charts: each payment once, on its day, less what went back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from counterdesk.core.errors import PermissionRefused
from counterdesk.core.periods import Period
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.models.credits import CreditNoteChange
from counterdesk.services.analytics import Analytics, Breakdown, Figures, analytics
from counterdesk.services.collected import REFUND
from counterdesk.services.consumers import account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.services.plans import plans_asked
from tests.services.towns import bill, fill, person
from tests.services.undos import add, undo, undo_elsewhere
from tests.services.visits import TODAY, Given, Visits

ECHOED = UUID(int=200)
YESTERDAY = TODAY - timedelta(1)
APRIL = Period(date(2025, 4, 1), date(2025, 4, 30))
MARCH = Period(date(2025, 3, 1), date(2025, 3, 31))


def past(number: int, minor: int, on: date = TODAY, **more: Any) -> PastPaymentFacts:
    facts = PastPaymentFacts(
        UUID(int=number), f"R-{number}", on, "Bill", "Mobile money", minor, channel="Online",
        counter="WEB", cashier="System",
    )  # fmt: skip
    return replace(facts, **more)


@pytest.fixture
def store(store: Store) -> Store:
    told = (
        past(101, 700), past(102, 300, YESTERDAY, type="Service", method="Card + Cash"),
        past(103, 9_000, status="Failed"), past(104, 50, date(2025, 3, 31), status="Reversed"),
        past(105, 400, collected_minor=150, cashier="Ann Ash", counter="C01", channel="Walk-in"),
        past(200, 14_550, counter="C07", cashier="Jane Smith", channel="Walk-in"),
    )  # fmt: skip
    doe = person(1, "John Doe")
    charges = tuple(bill(place, 10_000 + place * 35) for place in (1, 2))
    other = replace(bill(3, 7_500), kind="Service")
    fill(store, AccountFacts(doe, (*charges, other), payments=told))
    return store


@pytest.fixture
def visits(session: Session) -> Visits:
    return Visits(session, open_shift(session, 0).id)


def april(session: Session) -> Analytics:
    return analytics(session, APRIL, MARCH)


def named(found: Analytics, by: Breakdown) -> dict[str, int]:
    return {bar.name: bar.now.collected_minor for bar in found.bars[by]}


@pytest.mark.req("KPI-2", "MON-10")
def test_own_payments_and_others_count_once_each(session: Session, visits: Visits) -> None:
    visits.add(Given(15_000, 450), payment_id=ECHOED)
    visits.add(Given(2_000), on=date(2025, 3, 2))
    found = april(session)
    assert found.total == Figures(4, 14_550 + 700 + 300 + 150, 0)
    assert found.total_before == Figures(2, 2_050, 0)
    assert named(found, Breakdown.CHANNEL) == {"Walk-in": 14_700, "Online": 1_000}
    assert named(found, Breakdown.COUNTER) == {"C07": 14_550, "WEB": 1_000, "C01": 150}
    assert named(found, Breakdown.CASHIER) == {
        "Jane Smith": 14_550, "System": 1_000, "Ann Ash": 150
    }  # fmt: skip
    assert named(found, Breakdown.TYPE) == {"Bill": 15_400, "Service": 300}


@pytest.mark.req("MON-10")
def test_a_split_payment_counts_with_either_method(session: Session, visits: Visits) -> None:
    visits.add(Given(100, kind="card", name="Card"), Given(60, 10))
    assert named(april(session), Breakdown.METHOD) == {
        "Cash": 150 + 300, "Card": 150 + 300, "Mobile money": 850
    }  # fmt: skip


@pytest.mark.req("KPI-2")
def test_the_trend_has_every_day_or_month_and_sums_to_the_total(
    session: Session, visits: Visits
) -> None:
    visits.add(Given(1_000), on=YESTERDAY)
    days = april(session)
    assert [one.period.first.day for one in days.trend] == list(range(1, 31))
    assert days.trend[18].now == Figures(2, 1_300, 0)
    assert days.trend[0].now == Figures()
    months = analytics(session, Period(date(2025, 1, 15), TODAY), MARCH)
    assert [one.now.collected_minor for one in months.trend] == [0, 0, 50, 2_150]
    assert months.trend[0].period == Period(date(2025, 1, 15), date(2025, 1, 31))
    assert months.trend[3].period == Period(date(2025, 4, 1), TODAY)


@pytest.mark.req("KPI-2")
def test_a_bar_of_either_period_stands_beside_the_other_s(session: Session, visits: Visits) -> None:
    visits.add(Given(70, kind="cheque", name="Cheque"), on=date(2025, 3, 3))
    bars = {bar.name: bar for bar in april(session).bars[Breakdown.METHOD]}
    assert (bars["Cheque"].now, bars["Cheque"].before) == (Figures(), Figures(1, 70, 0))
    assert bars["Mobile money"].before == Figures(1, 50, 0)


@pytest.mark.req("MON-10", "CN-5")
def test_credit_that_was_spent_is_counted_but_not_collected_again(
    session: Session, visits: Visits
) -> None:
    visits.add(Given(6_000, kind="credit", name="Credit note"), Given(10_000, 1_450))
    visits.add(Given(500, kind="credit", name="Credit note"))
    found = april(session)
    assert found.total == Figures(2 + 3, 8_550 + 1_150, 0)


@pytest.mark.req("MON-10")
def test_what_is_undone_counts_against_the_day_it_is_undone(
    session: Session, visits: Visits
) -> None:
    payment = visits.add(Given(1_000, kind="cheque", name="Cheque"), on=date(2025, 3, 5))
    visits.add(Given(400))
    undo(session, payment, YESTERDAY)
    found = april(session)
    assert found.total == Figures(1 + 3, 400 + 1_150, -1_000)
    assert found.total_before.collected_minor == 1_050
    assert found.trend[18].now == Figures(1, 300, -1_000)
    assert named(found, Breakdown.METHOD)["Cheque"] == -1_000


@pytest.mark.req("MON-10")
def test_what_others_took_and_is_undone_here_is_taken_off_once(
    session: Session, visits: Visits
) -> None:
    del visits
    undo_elsewhere(session, UUID(int=102), 300, YESTERDAY)
    found = april(session)
    assert found.total == Figures(3, 1_150, -300)
    assert named(found, Breakdown.CHANNEL)["Online"] == 700
    assert found.trend[18].now == Figures(1, 300, -300)


def test_what_is_moved_to_another_account_changes_nothing(session: Session, visits: Visits) -> None:
    undo(session, visits.add(Given(1_000)), TODAY, kind="moved")
    assert april(session).total.back_minor == 0


@pytest.mark.req("MON-10", "CN-5")
def test_a_refund_counts_against_its_day_and_method(session: Session, visits: Visits) -> None:
    add(session, CreditNoteChange, kind="refunded", amount_minor=450, method="cash",
        method_name="Cash", method_kind="cash", business_date=TODAY,
        user_name="Jane Smith", shift_id=visits.shift_id)  # fmt: skip
    found = april(session)
    assert found.total.back_minor == -450
    assert named(found, Breakdown.TYPE)[REFUND] == -450
    assert named(found, Breakdown.METHOD)["Cash"] == 300 - 450
    assert named(found, Breakdown.CASHIER)["Jane Smith"] == -450


@pytest.mark.req("MON-10", "PAY-9")
def test_a_visit_taken_for_good_is_split_by_its_payments(session: Session, visits: Visits) -> None:
    del visits  # a shift runs
    hit = find_exactly(session, "WU-10001")
    assert hit is not None
    view = account_view(session, hit.consumer_id)
    shares = tuple(Share(one, one.outstanding_minor) for one in view.charges)
    due = sum(share.amount_minor for share in shares)
    line = AccountLine(view.account, shares, 0, view.charges)
    given = (TenderGiven("wallet", 5_000, "MM-1"), TenderGiven("cash", due))
    take_payment(session, PaymentRequest(uuid4(), "Field", (line,), given))
    found = april(session)
    assert named(found, Breakdown.TYPE) == {
        "Bill": 10_035 + 10_070 + 850, "Service": 7_500 + 300
    }  # fmt: skip
    assert named(found, Breakdown.CHANNEL)["Field"] == due
    assert named(found, Breakdown.METHOD)["Cash"] == due + 300
    assert found.total.payments == 3 + 2


@pytest.mark.req("KPI-2")
def test_what_lies_further_back_than_the_centre_tells_is_not_compared(
    session: Session, visits: Visits
) -> None:
    del visits
    old = Period(date(2024, 3, 19), date(2024, 3, 31))
    assert not analytics(session, APRIL, old).before_known
    assert analytics(session, APRIL, Period(date(2024, 3, 20), old.last)).before_known
    assert april(session).before_known


@pytest.mark.req("AUD-2")
def test_figures_are_for_people_who_are_signed_in(session: Session) -> None:
    session.actor = None
    with pytest.raises(PermissionRefused):
        april(session)


def test_no_whole_table_of_payments_is_read(
    session: Session, visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits.add(Given(100))
    asked = plans_asked(session, monkeypatch)
    april(session)
    scans = {step.split()[1] for step in asked if step.startswith("SCAN")}
    # What is undone or refunded is little; the rest are results that were just found.
    small = {"undo", "credit_note_change", "visit", "ref.refreshed", "refreshed"}
    assert {one for one in scans if not one.startswith("anon_")} <= small
    assert any("past_sum USING COVERING INDEX" in step for step in asked)
