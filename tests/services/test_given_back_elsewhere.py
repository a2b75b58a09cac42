"""What other counters gave back: on its own day, once, in whatever order the centre tells it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from counterdesk.core.periods import Period
from counterdesk.services.analytics import Analytics, Breakdown, Figures, analytics
from counterdesk.services.collected import REFUND
from counterdesk.services.collection import Received, collection, received
from counterdesk.services.given_back import BackLine, backs_page
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import payments_page
from counterdesk.services.posted import Posted, posted
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastBackFacts, PastPaymentFacts
from tests.services.towns import fill, person
from tests.services.undos import undo_elsewhere
from tests.services.visits import TODAY, Given, Visits

YESTERDAY = TODAY - timedelta(1)
APRIL = Period(date(2025, 4, 1), date(2025, 4, 30))
MARCH = Period(date(2025, 3, 1), date(2025, 3, 31))


def past(number: int, minor: int, on: date, status: str = "Posted", **more: Any) -> Any:
    facts = {"channel": "Online", "counter": "WEB", "cashier": "System", **more}
    return PastPaymentFacts(
        UUID(int=number), f"R-{number}", on, "Bill", "Mobile money", minor, status, **facts
    )


def back(number: int, minor: int, on: date, payment: int | None, **more: Any) -> PastBackFacts:
    facts = {
        "kind": "reversal", "type": "Bill", "method": "Mobile money", "channel": "Online",
        "counter": "WEB", "cashier": "System", "giving_counter": "C01", "given_by": "Ann Ash",
        "collected_minor": minor, "reopened_minor": minor, **more,
    }  # fmt: skip
    of = None if payment is None else UUID(int=payment)
    return PastBackFacts(
        UUID(int=number), number=f"R-{payment}", business_date=on, amount_minor=minor,
        payment_id=of, **facts,
    )  # fmt: skip


def told(store: Store, payments: tuple[Any, ...], *backs: PastBackFacts) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), payments=payments, backs=backs))


def look(session: Session) -> Analytics:
    """Return what charts show of April, which tiles and the list must show, too."""
    found = analytics(session, APRIL, MARCH)
    tile = collection(session, APRIL.first, APRIL.last).collected_minor
    days = sum(one.now.collected_minor for one in found.trend)
    assert tile == days == found.total.collected_minor
    for by, bars in found.bars.items():
        if by is not Breakdown.METHOD:
            assert sum(bar.now.collected_minor for bar in bars) == tile
    wanted = PaymentFilter(first=APRIL.first, last=APRIL.last, counted=True)
    lines = payments_page(session, wanted).payments
    assert sum(line.collected_minor for line in lines) == found.total.taken_minor
    assert len(lines) == found.total.payments
    return found


@pytest.mark.req("MON-10", "KPI-1", "KPI-2")
def test_what_others_took_stays_on_its_day_and_what_they_gave_back_has_its_own(
    store: Store, request: pytest.FixtureRequest
) -> None:
    told(
        store, (past(1, 700, date(2025, 3, 31), "Reversed"), past(2, 80, YESTERDAY, "Voided"),
                *(past(place, 9_000, YESTERDAY, status)
                  for place, status in enumerate(("Pending", "Failed", "Cancelled"), 3))),
        back(11, 500, date(2025, 4, 2), 1), back(12, 80, YESTERDAY, 2, kind="void"),
        back(13, 0, date(2025, 4, 3), 2, kind="moved"),
    )  # fmt: skip
    session = request.getfixturevalue("session")
    found = look(session)
    assert found.total == Figures(1, 80, -580)
    assert found.total_before == Figures(1, 700, 0)
    assert found.trend[1].now == Figures(0, 0, -500)
    assert found.trend[18].now == Figures(1, 80, -80)
    assert received(session, YESTERDAY, YESTERDAY) == Received(0, 0, -80)
    assert received(session, date(2025, 3, 31), date(2025, 3, 31)) == Received(700, 1)


@pytest.mark.req("MON-10", "CN-5")
def test_credit_paid_out_elsewhere_counts_against_its_day(
    store: Store, request: pytest.FixtureRequest
) -> None:
    paid_out = back(11, 450, TODAY, None, kind="refund", type=REFUND, method="Cash", channel="",
                    counter="C01", cashier="Ann Ash")  # fmt: skip
    told(store, (), paid_out)
    found = look(request.getfixturevalue("session"))
    assert found.total == Figures(0, 0, -450)
    for by, name in (
        (Breakdown.TYPE, REFUND), (Breakdown.METHOD, "Cash"), (Breakdown.CASHIER, "Ann Ash"),
        (Breakdown.COUNTER, "C01"),
    ):  # fmt: skip
        assert [(bar.name, bar.now.back_minor) for bar in found.bars[by]] == [(name, -450)]


@pytest.mark.req("MON-10")
def test_what_another_counter_undid_of_a_payment_of_this_one_counts_here(
    store: Store, request: pytest.FixtureRequest
) -> None:
    echo = past(1, 14_550, TODAY, "Reversed", counter="C07", cashier="Jane Smith")
    told(store, (echo,), back(11, 14_550, TODAY, 1, counter="C07", cashier="Jane Smith"))
    session = request.getfixturevalue("session")
    Visits(session, open_shift(session, 0).id).add(Given(15_000, 450), payment_id=UUID(int=1))
    found = look(session)
    assert found.total == Figures(1, 14_550, -14_550)
    assert {bar.name for bar in found.bars[Breakdown.CASHIER]} == {"Jane Smith"}
    (line,) = payments_page(session, PaymentFilter(status=("Reversed",))).payments
    assert line.transaction_id is not None
    assert posted(session, APRIL.first, APRIL.last) == Posted(0, 0, 0, 0)


@pytest.mark.req("MON-10")
@pytest.mark.parametrize(("taken", "status", "given"), [
    (taken, status, given) for taken, status, given in
    product((False, True), ("Posted", "Reversed"), (False, True))
])  # fmt: skip
def test_what_this_counter_undid_counts_once_whatever_the_centre_has_told(
    taken: bool, status: str, given: bool, store: Store, request: pytest.FixtureRequest
) -> None:
    payments = (past(1, 300, YESTERDAY, status),) if taken else ()
    backs = (back(11, 300, TODAY, 1, giving_counter="C07"),) if given else ()
    told(store, payments, *backs)
    session = request.getfixturevalue("session")
    undo_elsewhere(session, UUID(int=1), 300, TODAY)
    found = look(session)
    assert found.total == Figures(int(taken), 300 if taken else 0, -300)
    known = {"WEB"} if taken or given else {""}
    assert {bar.name for bar in found.bars[Breakdown.COUNTER]} == known


def test_what_was_given_back_is_read_page_by_page_from_either_end(
    store: Store, request: pytest.FixtureRequest
) -> None:
    days = [TODAY - timedelta(place // 3) for place in range(9)]
    told(store, (), *(back(20 + place, 1 + place, day, 1) for place, day in enumerate(days)))
    session = request.getfixturevalue("session")
    undo_elsewhere(session, UUID(int=1), 300, YESTERDAY)
    for descending in (True, False):
        wanted, found, more = PaymentFilter(last=TODAY), list[BackLine](), True
        while more:
            after = found[-1] if found else None
            page = backs_page(session, wanted, after, 4, descending=descending)
            found += page.lines
            more = page.more
        assert len(found) == len({one.back_id for one in found}) == 10
        places = [(one.business_date, one.back_id) for one in found]
        assert places == sorted(places, reverse=descending)
        assert sum(one.collected_minor for one in found) == 45 + 300
