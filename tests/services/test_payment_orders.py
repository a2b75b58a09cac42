"""Any order of the list, with any filter: all of it, nothing twice, as plain sorting has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterdesk.models.own_lines import OWN_ORDERS
from counterdesk.services.own_lines_kept import keep_ready
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.payment_orders import PaymentOrder, SortBy
from counterdesk.services.payment_pages import payments_sum
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.services.listed_payments import (
    HERE,
    UNDONE_HERE,
    as_if_many,
    listed,
    take_payments,
    tell_payments,
    told,
)
from tests.services.undos import undo
from tests.services.visits import TODAY, Given, Visits


@pytest.fixture
def store(store: Store) -> Store:
    tell_payments(store)
    return store


@pytest.fixture
def visits(session: Session) -> Visits:
    return take_payments(session)


@pytest.fixture
def taken(session: Session, visits: Visits) -> Session:
    del visits
    return session


_KEYS: dict[SortBy, Callable[[PaymentLine], Any]] = {
    SortBy.DATE: lambda _line: 0,
    SortBy.RECEIPT: lambda line: int(line.receipt_number.removeprefix("R-")),
    SortBy.CONSUMER: lambda line: line.consumer_name.replace("A", "a").replace("B", "b")
    .replace("J", "j").replace("R", "r").replace("Z", "z"),
    SortBy.ACCOUNT: lambda line: int(line.account_number.removeprefix("WU-")),
    SortBy.AMOUNT: lambda line: line.amount_minor,
}  # fmt: skip


def plainly_sorted(lines: list[PaymentLine], order: PaymentOrder) -> list[PaymentLine]:
    """Sort by the column, then by date and id."""
    value = _KEYS.get(order.by) or (lambda line: getattr(line, order.by.value))
    return sorted(
        lines, key=lambda line: (value(line), line.business_date, line.payment_id),
        reverse=order.descending,
    )  # fmt: skip


_SOME = {
    "method": st.sampled_from([(), (), ("Cash",), ("Card", "Mobile")]),
    "type": st.sampled_from([(), (), ("Bill",), ("Service", "Bill"), ("Other",)]),
    "status": st.sampled_from([(), (), ("Posted",), ("Voided",), ("Reversed", "Pending")]),
    "channel": st.sampled_from([(), (), ("Walk-in",), ("Online",)]),
    "counter": st.sampled_from([(), (), ("C07",), ("C01", "C07"), ("WEB",)]),
    "cashier": st.sampled_from([(), (), ("Jane Smith",), ("Bo Oak", "System")]),
    "first": st.sampled_from([None, None, TODAY, TODAY - timedelta(2)]),
    "last": st.sampled_from([None, None, TODAY, TODAY - timedelta(3)]),
    "least_minor": st.sampled_from([None, None, 0, 501]),
    "most_minor": st.sampled_from([None, None, 700, 10_000]),
    "consumer_id": st.sampled_from([None, None, None, UUID(int=1), UUID(int=3), UUID(int=77)]),
}
_ORDERS = st.builds(PaymentOrder, st.sampled_from(SortBy), st.booleans())
_WAYS = st.sampled_from([(0, 1), (0, 2_000), (2_000, 1), (5, 10)])


@pytest.mark.req("VIEW-4")
@given(st.fixed_dictionaries(_SOME), _ORDERS, _WAYS, st.integers(1, 9))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_filters_and_orders_combine_and_nothing_is_missed_or_doubled(
    taken: Session, wanted: dict[str, Any], order: PaymentOrder, ways: tuple[int, int], most: int
) -> None:
    expected = [line for line in listed(taken, most=500) if fits(line, wanted)]
    with pytest.MonkeyPatch.context() as patch:
        as_if_many(patch, *ways)
        assert listed(taken, most, order, **wanted) == plainly_sorted(expected, order)
        found = payments_sum(taken, PaymentFilter(**wanted))
    assert found.payments == len(expected)
    assert found.amount_minor == sum(line.amount_minor for line in expected)
    assert not found.estimated


def fits(line: PaymentLine, wanted: dict[str, Any]) -> bool:
    """Tell whether a filter lets a payment through, the plain way."""
    for name in ("type", "status", "channel", "counter", "cashier"):
        if wanted[name] and getattr(line, name) not in wanted[name]:
            return False
    if wanted["method"] and not set(wanted["method"]) & set(line.method.split(" + ")):
        return False
    if wanted["consumer_id"] not in (None, line.consumer_id):
        return False
    least, most = wanted["least_minor"], wanted["most_minor"]
    if not (least is None or line.amount_minor >= least):
        return False
    if not (most is None or line.amount_minor <= most):
        return False
    return (wanted["first"] or date.min) <= line.business_date <= (wanted["last"] or date.max)


@pytest.mark.req("VIEW-3", "VIEW-4")
def test_the_list_is_what_was_taken_here_and_what_was_told_of_the_others(taken: Session) -> None:
    lines = listed(taken)
    assert {one.payment_id for one in lines if one.counter != HERE} == {
        one.payment_id for _place, one in told()
    }
    assert sum(one.counter == HERE for one in lines) == 12
    assert len(lines) == len({one.payment_id for one in lines})


@pytest.mark.req("VIEW-2", "VIEW-4")
def test_what_was_undone_here_of_the_others_is_so_in_column_filter_and_order(
    taken: Session,
) -> None:
    by_status = listed(taken, order=PaymentOrder(SortBy.STATUS, descending=False))
    statuses = [one.status for one in by_status]
    assert statuses == sorted(statuses)
    undone = {one.payment_id for one in listed(taken, status=("Reversed",))}
    assert undone == set(UNDONE_HERE)
    assert not undone & {one.payment_id for one in listed(taken, status=("Posted",))}
    assert payments_sum(taken, PaymentFilter(status=("Reversed",))).payments == len(undone)


@pytest.mark.req("VIEW-2", "SYNC-5")
def test_what_others_undid_of_this_counter_s_is_told_by_the_centre(taken: Session) -> None:
    voided = listed(taken, status=("Voided",), counter=(HERE,))
    assert [one.receipt_number for one in voided] == ["R-5012", "R-5002"]


@pytest.mark.req("VIEW-4", "KPI-3")
def test_what_is_taken_and_undone_meanwhile_is_listed_at_once(
    session: Session, visits: Visits
) -> None:
    before = listed(session)
    payment = visits.add(Given(1_000), name="Nia New")
    assert [one.consumer_name for one in listed(session)][:1] == ["Nia New"]
    undo(session, payment, TODAY, "void")
    (now,) = [one for one in listed(session, status=("Voided",)) if one not in before]
    assert now.payment_id == payment


@pytest.mark.req("VIEW-4")
def test_lists_are_the_same_however_far_this_counter_s_payments_were_read_before(
    taken: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_if_many(monkeypatch, few=2_000, walked=1)
    parts = 0
    while keep_ready(taken):
        parts += 1
        if parts == 2:
            assert len(listed(taken)) == 132
    assert parts > len(OWN_ORDERS)
    assert not keep_ready(taken)
    assert len(listed(taken, order=PaymentOrder(SortBy.AMOUNT))) == 132
