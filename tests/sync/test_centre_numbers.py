"""Numbers leased, and credit notes held: one for each who asks, however many ask at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk
from tests.sync.written import payment

MakeDesk = Callable[[str], Desk]
LEASE = "select first, last from cd.lease_numbers(%s, %s, %s, %s)"


def lease(
    desk: Desk,
    count: int = 100,
    request: UUID | None = None,
    series: str = "receipt",
    year: int = 0,
) -> tuple[int, int]:
    row = desk.connection.execute(LEASE, (request or uuid4(), series, year, count)).fetchone()
    assert row is not None
    return row[0], row[1]


@pytest.mark.req("NUM-2")
def test_the_same_request_is_the_same_lease(town: CentreUnderTest, desk: Desk) -> None:
    request = uuid4()
    assert lease(desk, 100, request) == (1, 100)
    assert lease(desk, 100, request) == (1, 100)
    assert lease(desk, 50, request) == (1, 100)
    assert lease(desk, 100) == (101, 200)
    assert town.value("select count(*) from cd.number_lease") == 2


@pytest.mark.req("NUM-2")
def test_the_same_request_for_something_else_is_refused(desk_of: MakeDesk) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    request = uuid4()
    lease(one, 100, request)
    for desk, asked in (
        (one, {"series": "payment", "year": 2025}), (other, {}),
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="something else"):
            lease(desk, 100, request, **asked)  # type: ignore[arg-type]


@pytest.mark.req("NUM-2")
def test_leases_of_many_counters_at_once_share_no_number(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    desks = [desk_of(f"C0{place}") for place in range(6)]
    requests = [uuid4() for _ in range(10)]

    def ask(desk: Desk) -> list[tuple[int, int]]:
        asked = [uuid4() for _ in requests]
        # A lost answer: every request is made twice.
        blocks = [lease(desk, 7, request) for request in asked for _ in range(2)]
        assert blocks[::2] == blocks[1::2]
        return blocks[::2]

    with ThreadPoolExecutor(len(desks)) as pool:
        blocks = sorted(block for made in pool.map(ask, desks) for block in made)
    assert blocks == [(first, first + 6) for first in range(1, 7 * 60, 7)]


@pytest.mark.req("NUM-2")
def test_one_request_on_two_lines_at_once_is_one_lease(town: CentreUnderTest, desk: Desk) -> None:
    request = uuid4()

    def ask(_line: int) -> Any:
        with psycopg.connect(desk.login.conninfo, autocommit=True) as connection:
            return connection.execute(LEASE, (request, "receipt", 0, 10)).fetchone()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, range(4))) == {(1, 10)}
    assert town.value("select next from cd.number_series") == 11


@pytest.mark.req("NUM-1", "NUM-2")
def test_each_year_begins_anew(desk: Desk) -> None:
    assert lease(desk, 10, series="payment", year=2025) == (1, 10)
    assert lease(desk, 10, series="payment", year=2026) == (1, 10)


@pytest.mark.req("NUM-2", "AUD-3")
@pytest.mark.parametrize(
    ("series", "year", "count"),
    [
        ("receipt", 0, 0), ("receipt", 0, -1), ("receipt", 0, 5_001), ("receipt", 0, None),
        ("receipt", 2025, 1), ("payment", 0, 1), ("payment", 9_999, 1), ("payment", None, 1),
        ("magic", 0, 1), (None, 0, 1), ("", 0, 1),
    ],
)  # fmt: skip
def test_what_is_no_lease_is_refused(desk: Desk, series: str, year: int, count: int) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        lease(desk, count, series=series, year=year)


@pytest.mark.req("NUM-2", "AUD-3")
def test_a_greedy_counter_does_not_use_up_the_numbers(desk_of: MakeDesk) -> None:
    greedy, other = desk_of("C01"), desk_of("C02")
    for _ in range(4):
        lease(greedy, 5_000)
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        lease(greedy, 1)
    assert lease(other, 10) == (20_001, 20_010)
    assert lease(greedy, 10, series="shift", year=2025) == (1, 10)


# Credit notes


@pytest.fixture
def note(town: CentreUnderTest, desk: Desk) -> UUID:
    """A note of 2.75, born of an overpayment."""
    desk.send(payment(1))
    found: UUID = town.value("select id from cd.credit_note")
    return found


def hold(desk: Desk, note: UUID, amount: int, request: UUID | None = None) -> tuple[bool, int]:
    asked = (request or uuid4(), note, amount)
    answer = desk.ask("select cd.reserve_credit(%s, %s, %s)", *asked)
    return answer["held"], answer["free_minor"]


@pytest.mark.req("MON-6")
def test_one_note_wanted_at_two_counters_is_held_for_one(
    note: UUID, desk: Desk, desk_of: MakeDesk
) -> None:
    desks = [desk, desk_of("C02"), desk_of("C03")]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda one: hold(one, note, 275), desks))
    assert sorted(answers) == [(False, 0), (False, 0), (True, 275)]


@pytest.mark.req("MON-6")
def test_parts_of_a_note_are_held_up_to_the_whole(
    note: UUID, desk: Desk, desk_of: MakeDesk
) -> None:
    other = desk_of("C02")
    assert hold(desk, note, 200) == (True, 275)
    assert hold(other, note, 76) == (False, 75)
    assert hold(other, note, 75) == (True, 75)


@pytest.mark.req("MON-6")
def test_the_same_visit_holds_it_once(town: CentreUnderTest, note: UUID, desk: Desk) -> None:
    request = uuid4()
    assert hold(desk, note, 275, request) == (True, 275)
    assert hold(desk, note, 100, request) == (True, 275)
    assert town.execute("select amount_minor from cd.reservation") == [(100,)]


@pytest.mark.req("MON-6")
def test_what_is_given_back_or_ran_out_is_free_again(
    town: CentreUnderTest, note: UUID, desk: Desk, desk_of: MakeDesk
) -> None:
    other, request = desk_of("C02"), uuid4()
    hold(desk, note, 275, request)
    other.ask("select cd.release_credit(%s)", request)
    assert hold(other, note, 275) == (False, 0), "nobody gives back what another holds"
    desk.ask("select cd.release_credit(%s)", request)
    assert hold(other, note, 275, request) == (True, 275)
    assert hold(desk, note, 275, request) == (False, 0), "the request is another counter's now"
    town.execute("update cd.reservation set held_until = now() - interval '1 second'")
    assert hold(desk, note, 275) == (True, 275)


@pytest.mark.req("MON-6")
@pytest.mark.parametrize("amount", [0, -1, 276, 2**62, None])
def test_no_more_is_held_than_there_is(note: UUID, desk: Desk, amount: int) -> None:
    assert hold(desk, note, amount) == (False, 275 if amount and amount > 0 else 0)


@pytest.mark.req("MON-6")
def test_only_an_active_note_is_held(town: CentreUnderTest, note: UUID, desk: Desk) -> None:
    town.execute("update cd.credit_note set spent_minor = 200")
    assert hold(desk, note, 76) == (False, 75)
    town.execute("update cd.credit_note set status = 'Held'")
    assert hold(desk, note, 1) == (False, 0)
    assert hold(desk, uuid4(), 1) == (False, 0)


@pytest.mark.req("MON-6", "AUD-3")
def test_a_greedy_counter_does_not_hold_every_note(
    town: CentreUnderTest, note: UUID, desk: Desk, desk_of: MakeDesk
) -> None:
    town.execute("update cd.credit_note set amount_minor = 1000")
    for _ in range(20):
        assert hold(desk, note, 1)[0]
    assert hold(desk, note, 1) == (False, 980)
    assert hold(desk_of("C02"), note, 980) == (True, 980)


@pytest.mark.parametrize("seconds", [None, -5, 10**8])
def test_it_is_held_a_quarter_of_an_hour_at_most(
    town: CentreUnderTest, note: UUID, desk: Desk, seconds: int | None
) -> None:
    desk.ask("select cd.reserve_credit(%s, %s, 1, %s)", uuid4(), note, seconds)
    assert town.value("select held_until - now() <= interval '15 minutes' from cd.reservation")
