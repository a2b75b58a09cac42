"""All payments page by page: every one once, whatever is filtered, and found by an index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from counterdesk.core.clock import Clock
from counterdesk.core.errors import PermissionRefused
from counterdesk.core.permissions import Actor, Role
from counterdesk.services.dashboard import month_figures
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import (
    payments_page,
    payments_sum,
)
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import NewCounter, Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.conftest import UNLOCK
from tests.services.listed_payments import listed
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


@pytest.mark.req("VIEW-4")
def test_a_counter_at_which_nothing_was_paid_yet_lists_nothing_however_often(
    tmp_path: Path, clock: Clock
) -> None:
    store, _code = Store.create(tmp_path, UNLOCK, NewCounter("C08", "Counter 8", "Main"), clock)
    mary = Actor(UUID(int=1), "Mary Major", Role.CASHIER)
    for _once in range(2):
        page = store.read(lambda read: payments_page(read, PaymentFilter()), mary).result()
        assert (page.payments, page.more) == ((), False)
    store.close()


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


@pytest.mark.req("AUD-2")
def test_lists_are_for_people_who_are_signed_in(session: Session) -> None:
    session.actor = None
    for look in (payments_page, payments_sum):
        with pytest.raises(PermissionRefused):
            look(session, PaymentFilter())


@pytest.mark.req("KPI-1")
def test_the_list_adds_up_to_what_the_tile_says_came_in_today(
    session: Session, visits: Visits
) -> None:
    del visits
    today: dict[str, Any] = {"first": TODAY, "last": TODAY}
    tile = month_figures(session, 2025, 4).received_today
    # What came in today counts today, also where it was given back on a later day.
    came = listed(session, counted=True, **today)
    assert tile.amount_minor == sum(one.collected_minor for one in came)
    assert tile.count == len(listed(session, status=("Posted",), **today))
