"""What is kept of due and of visits is that of the rows, after a fill and after any feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from counterdesk.core.events import plain_value
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.services.verified_kept import due_findings, visit_findings
from counterdesk.store.reference import open_reference
from counterdesk.store.store import Store
from counterdesk.sync.feed import apply_page
from counterdesk.sync.link import Cursor, FeedPage, FeedRow
from counterdesk.sync.records import AccountFacts, ChargeFacts, PastPaymentFacts
from tests.services.towns import bill, fill, person

DAY = date(2025, 4, 19)
OWNER = UUID(int=1)
_due, _visits = table_of(ref.DueSum), table_of(ref.VisitSum)


def past(number: int, receipt: str = "R-1", **more: Any) -> PastPaymentFacts:
    given = {"counter": "C01", "business_date": DAY, **more}
    day = given.pop("business_date")
    return PastPaymentFacts(UUID(int=number), receipt, day, "Bill", "Cash", 700, **given)


def tell(store: Store, kind: str, key: UUID, facts: ChargeFacts | PastPaymentFacts | None) -> None:
    row = None
    if facts is not None:
        row = {name: plain_value(getattr(facts, name)) for name in facts.__slots__}
        row["consumer_id"] = str(OWNER)
    page = FeedPage(False, (FeedRow(kind, str(key), row),), Cursor(1), 1)
    assert not apply_page(store.folder.reference, store.data_key, page, store.clock.now_utc())


def due_kept(store: Store) -> dict[date, tuple[int, int]]:
    query = select(_due).where(_due.c.charges != 0)
    rows = store.read(lambda read: read.execute(query).all()).result()
    return {row.due_on: (row.charges, row.amount_minor) for row in rows}


def due_of(charges: Iterable[ChargeFacts]) -> dict[date, tuple[int, int]]:
    found: dict[date, tuple[int, int]] = {}
    for charge in charges:
        if not charge.replaced_by_plan:
            count, minor = found.get(charge.due_on, (0, 0))
            found[charge.due_on] = count + 1, minor + charge.amount_minor
    return found


def visits_kept(store: Store) -> dict[tuple[date, str], int]:
    query = select(_visits).where(_visits.c.visits != 0)
    rows = store.read(lambda read: read.execute(query).all()).result()
    return {(row.business_date, row.counter): row.visits for row in rows}


def visits_of(payments: Iterable[PastPaymentFacts]) -> Counter[tuple[date, str]]:
    visits = {
        (one.business_date, one.counter, one.receipt_number or one.payment_id)
        for one in payments if one.status not in ("Voided", "Failed")
    }  # fmt: skip
    return Counter((day, counter) for day, counter, _receipt in visits)


def wrong(store: Store, statement: str) -> None:
    raw = open_reference(store.folder.reference, store.data_key)
    raw.execute(statement)
    raw.close()


@pytest.mark.req("KPI-1")
def test_a_fill_leaves_what_falls_due_each_day(store: Store) -> None:
    plan = bill(2, 77_777, replaced_by_plan=True), bill(3, 25_000, kind="Installment")
    later = bill(4, 300, DAY + timedelta(30)), bill(5, 50, DAY + timedelta(30), kind="Service")
    charges = bill(1, 1_000), *plan, *later
    fill(store, AccountFacts(person(1, "John Doe"), charges=charges))
    assert due_kept(store) == due_of(charges)
    assert due_kept(store)[DAY + timedelta(30)] == (2, 350)


@pytest.mark.req("KPI-1")
def test_a_charge_that_a_plan_replaces_falls_due_no_more(store: Store) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), charges=(bill(1, 900), bill(2, 40))))
    tell(store, "charge", bill(1).charge_id, bill(1, 900, replaced_by_plan=True))
    assert list(due_kept(store).values()) == [(1, 40)]


@pytest.mark.req("KPI-1")
def test_payments_of_one_receipt_are_one_visit(store: Store) -> None:
    elsewhere = past(4, counter="C02"), past(5, business_date=DAY - timedelta(1))
    gone = past(6, "R-9", status="Voided"), past(7, ""), past(8, "")
    payments = past(1), past(2), past(3, "R-2"), *elsewhere, *gone
    fill(store, AccountFacts(person(1, "John Doe"), payments=payments))
    assert visits_kept(store) == visits_of(payments)
    assert visits_kept(store)[DAY, "C01"] == 4


_CHARGES = st.lists(
    st.tuples(
        st.integers(1, 3), st.integers(1, 10**9), st.integers(0, 2), st.booleans(), st.booleans()
    ),
    max_size=8,
)  # fmt: skip
_PAYMENTS = st.lists(
    st.tuples(
        st.integers(1, 5), st.sampled_from(["", "R-1", "R-2"]), st.integers(0, 1),
        st.sampled_from(["C01", "C02"]),
        st.sampled_from(["Posted", "Voided", "Reversed", "Failed"]), st.booleans(),
    ),
    max_size=8,
)  # fmt: skip
_RANDOM = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.req("KPI-1")
@given(_CHARGES)
@_RANDOM
def test_whatever_charges_the_feed_tells_due_is_theirs(
    store: Store, changes: list[tuple[int, int, int, bool, bool]]
) -> None:
    known = {1: bill(1), 2: bill(2, replaced_by_plan=True)}
    fill(store, AccountFacts(person(1, "John Doe"), charges=tuple(known.values())))
    for place, minor, later, replaced, gone in changes:
        charge = bill(place, minor, DAY + timedelta(later), replaced_by_plan=replaced)
        tell(store, "charge", charge.charge_id, None if gone else charge)
        known.pop(place, None) if gone else known.update({place: charge})
    assert due_kept(store) == due_of(known.values())
    assert store.read(due_findings).result().findings == ()


@pytest.mark.req("KPI-3")
@given(_PAYMENTS)
@_RANDOM
def test_whatever_payments_the_feed_tells_visits_are_theirs(
    store: Store, changes: list[tuple[int, str, int, str, str, bool]]
) -> None:
    known = {1: past(1), 2: past(2), 3: past(3, "R-2")}
    fill(store, AccountFacts(person(1, "John Doe"), payments=tuple(known.values())))
    for number, receipt, earlier, counter, status, gone in changes:
        day = DAY - timedelta(earlier)
        payment = past(number, receipt, business_date=day, counter=counter, status=status)
        tell(store, "payment", payment.payment_id, None if gone else payment)
        known.pop(number, None) if gone else known.update({number: payment})
    assert visits_kept(store) == visits_of(known.values())
    assert store.read(visit_findings).result().findings == ()


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize("column", ["amount_minor", "charges"])
def test_due_that_is_not_its_charges_is_found(store: Store, column: str) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), charges=(bill(1, due=DAY), bill(2))))
    wrong(store, f"update ref.due_sum set {column} = {column} + 1 where due_on = '{DAY}'")
    (finding,) = store.read(due_findings).result().findings
    assert "2025-04-19" in finding


@pytest.mark.req("AUD-1")
def test_money_due_on_a_day_without_charges_is_found(store: Store) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), charges=(bill(1, due=DAY),)))
    tell(store, "charge", bill(1).charge_id, None)
    assert store.read(due_findings).result().findings == ()
    wrong(store, "update ref.due_sum set amount_minor = 1")
    (finding,) = store.read(due_findings).result().findings
    assert "2025-04-19" in finding


@pytest.mark.req("AUD-1")
def test_visits_that_are_not_those_of_the_payments_are_found(store: Store) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), payments=(past(1), past(2))))
    wrong(store, "update ref.visit_sum set visits = 2")
    (finding,) = store.read(visit_findings).result().findings
    assert "2025-04-19" in finding
