"""The sums of past payments are those of the rows, after a fill and after any page of the feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from counterdesk.core.events import plain_value
from counterdesk.models import ref
from counterdesk.models.base import table_of
from counterdesk.services.verified_past import past_findings
from counterdesk.store.reference import open_reference
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from counterdesk.sync.feed import apply_page
from counterdesk.sync.link import Cursor, FeedPage, FeedRow
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.services.towns import fill, person

DAY = date(2025, 4, 19)
OWNER = UUID(int=1)
_past, _sums = table_of(ref.PastPayment), table_of(ref.PastSum)
_ALIKE = ("business_date", "status", "type", "channel", "method", "counter", "cashier")


def past(number: int, minor: int = 700, **more: Any) -> PastPaymentFacts:
    facts = PastPaymentFacts(
        UUID(int=number), f"R-{number}", DAY, "Bill", "Cash", minor, channel="Walk-in",
        counter="C01", cashier="Ann Ash", collected_minor=minor,
        taken_at_utc=datetime(2025, 4, 19, 9, tzinfo=UTC),
    )  # fmt: skip
    return replace(facts, **more)


def tell(store: Store, number: int, payment: PastPaymentFacts | None) -> None:
    row = None
    if payment is not None:
        named = {name: getattr(payment, name) for name in payment.__slots__}
        row = {name: plain_value(value) for name, value in named.items()}
        row["consumer_id"] = str(OWNER)
    page = FeedPage(False, (FeedRow("payment", str(UUID(int=number)), row),), Cursor(1), 1)
    assert not apply_page(store.folder.reference, store.data_key, page, store.clock.now_utc())


def kept(store: Store) -> set[tuple[Any, ...]]:
    """Return the sums that are kept, of which there is something."""
    columns = (_sums.c.payments, _sums.c.amount_minor, _sums.c.collected_minor)
    query = select(*(_sums.c[name] for name in _ALIKE), *columns).where(_sums.c.payments > 0)
    return {tuple(row) for row in store.read(lambda read: read.execute(query).all()).result()}


def counted(store: Store) -> set[tuple[Any, ...]]:
    """Return what the rows come to."""
    alike = [_past.c[name] for name in _ALIKE]
    collected = func.coalesce(_past.c.collected_minor, _past.c.amount_minor)
    sums = (func.count(), func.sum(_past.c.amount_minor), func.sum(collected))
    query = select(*alike, *sums).group_by(*alike)
    return {tuple(row) for row in store.read(lambda read: read.execute(query).all()).result()}


def test_a_fill_leaves_the_sums_of_its_payments(store: Store) -> None:
    alike = past(1), past(2, 50, collected_minor=20), past(3, 5, collected_minor=None)
    other = past(4, method="Card"), past(5, business_date=DAY - timedelta(1)), past(6, cashier="B")
    fill(store, AccountFacts(person(1, "John Doe"), payments=(*alike, *other)))
    assert (DAY, "Posted", "Bill", "Walk-in", "Cash", "C01", "Ann Ash", 3, 755, 725) in kept(store)
    assert kept(store) == counted(store)
    assert len(kept(store)) == 4


def test_a_payment_that_is_voided_elsewhere_moves_to_another_sum(store: Store) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), payments=(past(1), past(2))))
    tell(store, 2, past(2, status="Voided"))
    assert {(row[1], row[7], row[8]) for row in kept(store)} == {
        ("Posted", 1, 700), ("Voided", 1, 700)
    }  # fmt: skip
    assert kept(store) == counted(store)


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize("wrong", ["payments = 5", "collected_minor = 1", "method = 'Card'"])
def test_a_sum_that_is_not_its_payments_is_found(store: Store, wrong: str) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), payments=(past(1), past(2))))
    assert store.read(past_findings).result().findings == ()
    raw = open_reference(store.folder.reference, store.data_key)
    raw.execute(f"update ref.past_sum set {wrong}")
    raw.close()
    (finding,) = store.read(past_findings).result().findings
    assert "2025-04-19" in finding


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize("wrong", ["payments = 5", "amount_minor = 1", "step = 7"])
def test_a_sum_of_about_an_amount_that_is_not_its_payments_is_found(
    store: Store, wrong: str
) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), payments=(past(1), past(2))))
    raw = open_reference(store.folder.reference, store.data_key)
    raw.execute(f"update ref.amount_sum set {wrong}")
    raw.close()
    (finding,) = store.read(past_findings).result().findings
    assert "amounts" in finding


@pytest.mark.req("AUD-1")
def test_money_in_a_sum_without_payments_is_found(store: Store) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), payments=(past(1),)))
    tell(store, 1, None)
    assert store.read(past_findings).result().findings == ()
    raw = open_reference(store.folder.reference, store.data_key)
    raw.execute("update ref.past_sum set collected_minor = 1")
    raw.close()
    (finding,) = store.read(past_findings).result().findings
    assert "2025-04-19" in finding


_CHANGES = st.lists(
    st.tuples(
        st.integers(1, 4), st.integers(1, 10**9), st.sampled_from(["Posted", "Voided"]),
        st.sampled_from(["Cash", "Cash + Card"]), st.booleans(),
    ),
    max_size=8,
)  # fmt: skip


@pytest.mark.req("KPI-3")
@given(_CHANGES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_feed_tells_the_sums_are_those_of_the_rows(
    store: Store, changes: list[tuple[int, int, str, str, bool]]
) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), payments=(past(1), past(2))))
    for number, minor, status, method, gone in changes:
        day = DAY - timedelta(minor % 3)
        told = past(number, minor, status=status, method=method, business_date=day)
        tell(store, number, None if gone else told)
    assert kept(store) == counted(store)
    rows = store.read(lambda read: read.execute(select(_past)).all()).result()
    for row in rows:
        day = row.business_date
        assert ref.first_row_id(day) <= row.row_id <= ref.last_row_id(day)
    assert store.read(past_findings).result().findings == ()
    assert indexed(store) == {(row.row_id, row.receipt_number) for row in rows}


def indexed(store: Store) -> set[tuple[int, str]]:
    """Return the rows that the index of parts finds by the receipts there can be."""
    query = text("select rowid from ref.payment_parts where payment_parts match :part")

    def found(read: ReadSession) -> set[tuple[int, str]]:
        return {
            (row.rowid, f"R-{number}")
            for number in range(1, 5)
            for row in read.execute(query, {"part": f'" r{number}"'})
        }

    return store.read(found).result()
