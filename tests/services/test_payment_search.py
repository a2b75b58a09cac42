"""Typed text finds the newest payments that it may mean, in both files, with any filter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from counterdesk.services import payment_search
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_orders import PaymentOrder, SortBy
from counterdesk.services.payment_pages import MOST_HITS, payments_page, payments_sum
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.services.listed_payments import as_if_many, listed
from tests.services.towns import fill, person
from tests.services.undos import undo_elsewhere
from tests.services.visits import TODAY, Given, Visits


def past(number: int, receipt: str, name: str, account: str, **more: Any) -> PastPaymentFacts:
    facts = PastPaymentFacts(
        UUID(int=number), receipt, TODAY, "Bill", "Cash", 700, counter="C01",
        consumer_name=name, account_number=account,
    )  # fmt: skip
    return replace(facts, **more)


TOLD = (
    past(101, "R-107001", "John Doe", "WU-10001"),
    past(102, "R-107002", "José Roe", "WU-20417", business_date=TODAY - timedelta(3)),
    past(103, "R-205", "Sean O'Brien", "WU-20003", status="Voided"),
    past(104, "R-2025-000417", "江一苇", "WU-20004", method="Card"),
    past(105, "R-41", "نور الهدى", "WU-20005"),
    past(106, "R-107003", "John Doe", "WU-10001", counter="C07"),
)

MANY = tuple(
    past(
        1_000 + number, f"Q-{number:03}", "Ada Many", "XY",
        business_date=TODAY - timedelta(number % 7),
    )
    for number in range(300)
)  # fmt: skip


LOT = tuple(
    past(
        5_000 + number * 37 % 90, f"L-{number}", "Bea Lot", "LOT",
        business_date=TODAY - timedelta(number % 2),
    )
    for number in range(90)
)  # fmt: skip
"""Within a day they are not told in the order that they are listed in."""


@pytest.fixture
def store(store: Store) -> Store:
    fill(store, AccountFacts(person(1, "Somebody"), payments=TOLD + MANY + LOT))
    return store


@pytest.fixture
def visits(session: Session) -> Visits:
    visits = Visits(session, open_shift(session, 0).id)
    for name in ("John Doe", "Jane Roe", "100 % Water"):
        visits.add(Given(100), name=name)
    return visits


_FOUND = [
    ("doe", ["R-5001", "R-107001"]),
    ("  JOHN ", ["R-5001", "R-107001"]),
    ("doe john", ["R-5001", "R-107001"]),
    ("jose", ["R-107002"]),
    ("OHN", ["R-5001", "R-107001"]),
    ("o'brien", ["R-205"]),
    ("roe", ["R-5002", "R-107002"]),
    ("roe jane", ["R-5002"]),
    ("r-107002", ["R-107002"]),
    ("0700", ["R-107001", "R-107002"]),
    ("417", ["R-107002", "R-2025-000417"]),
    ("2025-000417", ["R-2025-000417"]),
    ("wu-2041", ["R-107002"]),
    ("江", ["R-2025-000417"]),
    ("一苇", ["R-2025-000417"]),
    ("نور", ["R-41"]),
    ("41", ["R-41"]),
    ("jo", ["R-5001", "R-107001", "R-107002"]),
    ("oe", []),
    ("j", []),
    ("water 100", ["R-5003"]),
    ("nobody", []),
    ("%", []),
    ("'", []),
    ('"*', []),
    ("\ud800", []),
    ("9" * 400, []),
    ("doe " * 40, ["R-5001", "R-107001"]),
]


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize("few", [0, 2_000])
@pytest.mark.parametrize(("search", "found"), _FOUND)
def test_any_part_of_name_account_or_receipt_finds_a_payment(
    session: Session, visits: Visits, monkeypatch: pytest.MonkeyPatch,
    search: str, found: list[str], few: int,
) -> None:  # fmt: skip
    del visits
    as_if_many(monkeypatch, few, walked=1)
    assert sorted(one.receipt_number for one in listed(session, search=search)) == sorted(found)


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize("few", [0, 2_000])
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"status": ("Voided",)}, ["R-205"]),
        ({"method": ("Card",)}, ["R-2025-000417"]),
        ({"last": TODAY - timedelta(1)}, ["R-107002"]),
        ({"first": TODAY, "status": ("Posted",)}, ["R-2025-000417"]),
        ({"consumer_id": UUID(int=1), "method": ("Card",)}, ["R-2025-000417"]),
        ({"least_minor": 701}, []),
        ({"counter": ("C07",)}, []),
    ],
)
def test_a_search_stays_within_the_filters(
    session: Session, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any], found: list[str],
    few: int,
) -> None:  # fmt: skip
    as_if_many(monkeypatch, few, walked=1)
    assert [one.receipt_number for one in listed(session, search="wu-20", **wanted)
            if one.account_number != "WU-20005"] == found  # fmt: skip


@pytest.mark.req("VIEW-4")
def test_what_was_found_is_sorted_and_paged_like_any_list(session: Session) -> None:
    order = PaymentOrder(SortBy.RECEIPT, descending=False)
    found = listed(session, most=2, order=order, search="wu-")
    assert [one.receipt_number for one in found] == [
        "R-41", "R-205", "R-107001", "R-107002", "R-2025-000417"
    ]  # fmt: skip


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize("few", [0, 2_000])
def test_the_pages_of_a_search_miss_nothing_and_double_nothing(
    session: Session, visits: Visits, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    as_if_many(monkeypatch, few, walked=1)
    for day in range(14):
        visits.add(Given(100), name="Bea Lot", on=TODAY - timedelta(day % 3))
    found = listed(session, search="lot")
    assert len(found) == 90 + 14
    assert {one.payment_id for one in LOT} < {one.payment_id for one in found}
    places = [(one.business_date, one.payment_id) for one in found]
    assert places == sorted(set(places), reverse=True)


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize("few", [0, 2_000])
def test_a_name_that_many_have_finds_their_newest_and_says_that_there_are_more(
    session: Session, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    as_if_many(monkeypatch, few, walked=1)
    hits = payments_page(session, PaymentFilter(search="ada m"), most=MOST_HITS)
    found = payments_sum(session, PaymentFilter(search="ada m"))
    newest = sorted(MANY, key=lambda one: (one.business_date, one.payment_id), reverse=True)
    assert [one.payment_id for one in hits.payments] == [one.payment_id for one in newest[:200]]
    assert not hits.more
    assert (found.payments, found.amount_minor, found.estimated) == (200, 140_000, True)


@pytest.mark.req("VIEW-4")
def test_what_a_search_finds_is_counted_where_it_is_not_too_much(session: Session) -> None:
    found = payments_sum(session, PaymentFilter(search="doe"))
    assert (found.payments, found.amount_minor, found.estimated) == (1, 700, False)


@pytest.mark.req("VIEW-2", "VIEW-4")
def test_what_was_undone_here_is_found_as_what_it_is_now(session: Session, visits: Visits) -> None:
    del visits
    undo_elsewhere(session, UUID(int=101), 700, TODAY)
    for status, receipt in (("Reversed", "R-107001"), ("Posted", "R-107002")):
        found = listed(session, search="r-107", status=(status,))
        assert [one.receipt_number for one in found] == [receipt]


@pytest.mark.req("VIEW-2", "VIEW-4")
@pytest.mark.parametrize("few", [0, 2_000])
def test_what_was_undone_here_is_found_once_by_its_short_number(
    session: Session, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    as_if_many(monkeypatch, few, walked=1)
    undo_elsewhere(session, UUID(int=105), 700, TODAY)
    found = listed(session, search="41")
    assert [(one.receipt_number, one.status) for one in found] == [("R-41", "Reversed")]
    assert listed(session, search="41", status=("Posted",)) == []
    assert payments_sum(session, PaymentFilter(search="41")).payments == 1


@pytest.mark.req("VIEW-4")
def test_a_short_number_is_found_beside_more_than_are_shown(
    session: Session, visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payment_search, "MOST_HITS", 3)
    for _more in range(6):
        visits.add(Given(100), name="42 Lane")
    visits.count = -4_959
    visits.add(Given(100), name="Neil New", on=TODAY + timedelta(1))
    found = [one.consumer_name for one in listed(session, search="42")]
    assert found == ["Neil New", *["42 Lane"] * 3]


@pytest.mark.req("VIEW-4")
def test_what_was_taken_here_is_found_by_its_short_number_within_the_filters(
    session: Session, visits: Visits
) -> None:
    visits.count = -4_959
    visits.add(Given(100), name="Neil New")
    assert [one.consumer_name for one in listed(session, search="42")] == ["Neil New"]
    assert len(listed(session, search="42", method=("Cash",), last=TODAY, most_minor=100)) == 1
    for other in ({"method": ("Card",)}, {"last": TODAY - timedelta(1)}, {"least_minor": 101}):
        assert listed(session, search="42", **other) == []
        assert listed(session, search="neil", **other) == []
