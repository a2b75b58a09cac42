"""All payments page by page: every one once, whatever is filtered, and found by an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterdesk.core.errors import PermissionRefused
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_orders import PaymentOrder, SortBy
from counterdesk.services.payment_pages import (
    NEWEST_FIRST,
    PaymentLine,
    payments_page,
    payments_sum,
)
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.services.plans import plans_asked
from tests.services.towns import fill, person
from tests.services.undos import undo
from tests.services.visits import TODAY, Given, Visits

ECHOED = UUID(int=900)
_METHODS, _TYPES, _STATES = (
    ("Cash", "Card + Cash", "Card"),
    ("Bill", "Service"),
    ("Posted", "Voided"),
)
_PLACES = (("Walk-in", "C01", "Ann Ash"), ("Online", "WEB", "System"))


def told() -> Iterator[PastPaymentFacts]:
    """One payment of each kind there can be, on three days."""
    kinds = product(_METHODS, _TYPES, _STATES, _PLACES, range(3))
    for number, (method, kind, status, (channel, counter, cashier), ago) in enumerate(kinds, 101):
        yield PastPaymentFacts(
            UUID(int=number), f"R-{7_000 + number}", TODAY - timedelta(ago), kind, method, number,
            status, f"PAY-{number}", f"TXN-{number}", channel, counter, cashier, "José Roe",
            "WU-10002", None, number,
        )  # fmt: skip


@pytest.fixture
def store(store: Store) -> Store:
    echo = PastPaymentFacts(ECHOED, "R-5001", TODAY, "Bill", "Cash", 14_550, counter="C07")
    fill(
        store,
        AccountFacts(person(1, "John Doe"), payments=(echo,)),
        AccountFacts(person(2, "José Roe"), payments=tuple(told())),
    )
    return store


@pytest.fixture
def visits(session: Session) -> Visits:
    visits = Visits(session, open_shift(session, 0).id)
    visits.add(Given(15_000, 450), payment_id=ECHOED)
    visits.add(Given(200, kind="card", name="Card"), Given(60, 10), on=TODAY - timedelta(1))
    visits.add(Given(30, kind="credit", name="Credit note"), Given(70))
    return visits


def listed(
    session: Session, most: int = 7, order: PaymentOrder = NEWEST_FIRST, **wanted: Any
) -> list[PaymentLine]:
    """Return all pages that a filter lets through."""
    chosen, lines = PaymentFilter(**wanted), list[PaymentLine]()
    after: PaymentLine | None = None
    while True:
        page = payments_page(session, chosen, after, most, order)
        assert len(page.payments) <= most
        lines.extend(page.payments)
        if not page.more:
            return lines
        after = page.payments[-1]


@pytest.mark.req("VIEW-3", "VIEW-4")
def test_every_payment_comes_once_the_newest_first(session: Session, visits: Visits) -> None:
    del visits
    lines = listed(session)
    assert len(lines) == len({line.payment_id for line in lines}) == 72 + 3
    order = [(line.business_date, line.payment_id) for line in lines]
    assert order == sorted(order, reverse=True)
    assert payments_sum(session, PaymentFilter()).payments == 75


def test_a_line_of_this_counter_says_all_of_it(session: Session, visits: Visits) -> None:
    del visits
    (line,) = [one for one in listed(session) if one.payment_id == ECHOED]
    assert (line.receipt_number, line.payment_number) == ("R-5001", "PAY-1")
    assert (line.counter, line.channel, line.cashier) == ("C07", "Walk-in", "Jane Smith")
    assert (line.method, line.amount_minor, line.collected_minor) == ("Cash", 14_550, 14_550)
    assert line.transaction_id is not None
    with_credit = [one for one in listed(session) if one.method == "Credit note + Cash"]
    assert [(one.amount_minor, one.collected_minor) for one in with_credit] == [(100, 70)]


@pytest.mark.req("VIEW-2", "VIEW-4")
def test_what_was_undone_of_it_here_is_a_payment_s_status(session: Session, visits: Visits) -> None:
    for kind in ("void", "reversal", "moved"):
        undo(session, visits.add(Given(500)), TODAY, kind)
    here: dict[str, Any] = {"counter": ("C07",)}
    assert [one.receipt_number for one in listed(session, status=("Voided",), **here)] == ["R-5004"]
    assert len(listed(session, status=("Reversed",), **here)) == 2
    assert len(listed(session, status=("Posted",), **here)) == 3
    assert {one.status for one in listed(session, **here)} == {"Posted", "Voided", "Reversed"}


@pytest.mark.req("KPI-2")
def test_what_figures_count_is_all_of_which_money_came(session: Session, visits: Visits) -> None:
    undo(session, visits.add(Given(500)), TODAY, "void")
    lines = listed(session, counted=True)
    assert len(lines) == 72 + 4
    assert {one.status for one in lines} == {"Posted", "Voided"}


@pytest.mark.req("VIEW-4", "MON-10")
def test_a_split_payment_is_found_by_either_method(session: Session, visits: Visits) -> None:
    del visits
    assert {one.method for one in listed(session, method=("Card",))} == {
        "Card", "Card + Cash"
    }  # fmt: skip
    assert len(listed(session, method=("Cash",))) == 48 + 3
    assert len(listed(session, method=("Car",))) == 0


@pytest.mark.req("VIEW-4")
def test_a_consumer_or_a_receipt_is_found_under_any_filter(
    session: Session, visits: Visits
) -> None:
    del visits
    assert len(listed(session, search="roe", status=("Voided",), channel=("Online",))) == 18
    assert [one.receipt_number for one in listed(session, search="r-7110")] == ["R-7110"]
    assert [one.receipt_number for one in listed(session, search="7110")] == ["R-7110"]
    assert len(listed(session, search="john")) == 3
    assert listed(session, search="john", counter=("C01",)) == []


_SOME = {
    "method": st.sampled_from([(), ("Cash",), ("Card", "Mobile"), ("Card",)]),
    "type": st.sampled_from([(), ("Bill",), ("Service", "Bill"), ("Other",)]),
    "status": st.sampled_from([(), ("Posted",), ("Voided",)]),
    "channel": st.sampled_from([(), ("Walk-in",), ("Online",)]),
    "counter": st.sampled_from([(), ("C07",), ("C01", "C07"), ("WEB",)]),
    "cashier": st.sampled_from([(), ("Jane Smith",), ("System",)]),
    "first": st.sampled_from([None, TODAY, TODAY - timedelta(1)]),
    "last": st.sampled_from([None, TODAY, TODAY - timedelta(1)]),
}


@pytest.mark.req("VIEW-4")
@given(st.fixed_dictionaries(_SOME), st.integers(1, 9))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_filters_combine_and_nothing_is_missed_or_doubled(
    session: Session, visits: Visits, wanted: dict[str, Any], most: int
) -> None:
    del visits
    everything = listed(session, most=500)
    expected = [line for line in everything if fits(line, wanted)]
    assert listed(session, most, **wanted) == expected
    told_sum = payments_sum(session, PaymentFilter(**wanted))
    assert told_sum.payments == len(expected)
    assert told_sum.amount_minor == sum(line.amount_minor for line in expected)


def fits(line: PaymentLine, wanted: dict[str, Any]) -> bool:
    """Tell whether a filter lets a payment through, the plain way."""
    for name in ("type", "status", "channel", "counter", "cashier"):
        if wanted[name] and getattr(line, name) not in wanted[name]:
            return False
    if wanted["method"] and not set(wanted["method"]) & set(line.method.split(" + ")):
        return False
    return (wanted["first"] or date.min) <= line.business_date <= (wanted["last"] or date.max)


@pytest.mark.req("AUD-2")
def test_lists_are_for_people_who_are_signed_in(session: Session) -> None:
    session.actor = None
    for look in (payments_page, payments_sum):
        with pytest.raises(PermissionRefused):
            look(session, PaymentFilter())


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (PaymentFilter(), "ix_past_payment_business_date"),
        (PaymentFilter(method=("Cash",), type=("Bill",)), "ix_past_payment_sum_id"),
        (PaymentFilter(search="roe"), "ix_past_payment_consumer_id"),
        (PaymentFilter(search="7110", status=("Posted",)), "ix_past_payment_receipt_number"),
    ],
)
def test_no_page_reads_all_payments(
    session: Session, visits: Visits, monkeypatch: pytest.MonkeyPatch,
    wanted: PaymentFilter, index: str,
) -> None:  # fmt: skip
    del visits
    after = payments_page(session, replace(wanted, search=""), None, 3).payments[-1]
    asked = plans_asked(session, monkeypatch)
    payments_page(session, wanted, after, 3)
    assert any(index in step for step in asked)
    read = {step for step in asked if step.startswith("SCAN") and "INDEX" not in step}
    # What was just found in memory, and what a search index has chosen.
    found = ("SCAN anon_", "SCAN (subquery", "SCAN found", "SCAN chosen", "SCAN CONSTANT")
    assert {step for step in read if not step.startswith(found)} == set()


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("by", SortBy)
def test_every_column_sorts_the_whole_list_page_by_page(
    session: Session, visits: Visits, by: SortBy, descending: bool
) -> None:
    del visits
    order = PaymentOrder(by, descending)
    lines = listed(session, order=order)
    assert lines == sorted(listed(session), key=order.place, reverse=descending)
