"""What belongs to one counter is not another's: ids, shifts, and the numbers leased to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk
from tests.sync.written import Event, changed, opened, payment, real_event

MakeDesk = Callable[[str], Desk]


def reasons(centre: CentreUnderTest) -> list[str]:
    return [why for (why,) in centre.execute("select reason from cd.suspense order by seq")]


def tomorrow(event: Event) -> Event:
    """The same visit with new numbers, on another day."""
    other = payment()
    text = json.dumps(event).replace("2025-04-20", "2025-04-21")
    for kind in ("transaction", "payments"):
        old, new = (one["data"][kind] for one in (event, other))
        for name in ("number", "receipt_number"):
            if name in (old if isinstance(old, dict) else old[0]):
                first, second = (x if isinstance(x, dict) else x[0] for x in (old, new))
                text = text.replace(f'"{first[name]}"', f'"{second[name]}"')
    renumbered: Event = json.loads(text)
    return renumbered


@pytest.mark.req("SYNC-3")
def test_an_id_is_used_once_whatever_its_day_and_counter(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    event = payment(amount_minor=100)
    one.send(event)
    other.send(tomorrow(event))
    one.send(tomorrow(event))
    assert reasons(town) == ["an id was used before"] * 2
    assert town.value("select sum(amount_minor) from cd.payment") == 100


def closed(shift_id: str, **changes: Any) -> Event:
    event = real_event("shift.closed")
    event["data"] |= {"shift_id": shift_id} | changes
    return event


@pytest.mark.req("CASH-7", "AUD-3")
def test_a_shift_is_its_own_counter_s(town: CentreUnderTest, desk_of: MakeDesk) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    shift = opened()
    shift_id = shift["data"]["id"]
    one.send(shift)
    other.send(payment(amount_minor=100, shift_id=shift_id), closed(shift_id))
    assert reasons(town) == [
        "the shift is of another counter or day", "this counter never opened the shift",
    ]  # fmt: skip
    one.send(closed(shift_id), payment(amount_minor=100, shift_id=shift_id))
    assert "the shift was closed before" in reasons(town)
    assert town.value("select count(*) from cd.payment") == 0


@pytest.mark.req("CASH-1", "SYNC-3")
def test_no_forged_shift_is_applied(town: CentreUnderTest, desk: Desk) -> None:
    shift = opened()
    desk.send(shift)
    shift_id = shift["data"]["id"]
    money = {"cash_delta_minor": 500, "currency": "USD", "tenders": {}}
    wrong = [
        opened(float_minor=20_001), opened(currency="EUR"), opened(business_date="2025-04-21"),
        opened(number=shift["data"]["number"]), opened(id=shift_id), opened(user_name=None),
        opened(opened_at_utc="infinity"), opened(float_minor=-1),
        changed(opened(), lambda event: event["totals"].update(tenders={"card": 5})),
        changed(closed(shift_id), lambda event: event.update(totals=money)),
        closed(str(uuid4())), closed(shift_id, counted_minor=None),
    ]  # fmt: skip
    desk.send(*wrong)
    assert len(reasons(town)) == len(wrong)
    desk.send(closed(shift_id), closed(shift_id))
    assert len(reasons(town)) == len(wrong) + 1
    assert town.value("select count(*) from cd.shift") == 1


def leased(**changes: Any) -> Event:
    data = {"id": str(uuid4()), "series": "receipt", "year": 0, "first": 1, "last": 200}
    return {"v": 1, "kind": "numbers.leased", "data": data | changes}


@pytest.mark.req("NUM-2", "SYNC-3")
def test_a_restored_centre_learns_which_numbers_it_had_leased(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    one.send(leased(first=1, last=200), leased(first=401, last=600))
    lease = "select first from cd.lease_numbers(%s, 'receipt', 0, 100)"
    assert other.ask(lease, uuid4()) == 601
    own = "select first, last from cd.number_lease where counter_id = %s order by first"
    assert town.execute(own, (one.counter_id,)) == [(1, 200), (401, 600)]


@pytest.mark.req("NUM-2")
def test_a_lease_the_centre_knows_is_no_news(town: CentreUnderTest, desk: Desk) -> None:
    request = uuid4()
    first, last = desk.connection.execute(
        "select first, last from cd.lease_numbers(%s, 'payment', 2025, 50)", (request,)
    ).fetchone() or (0, 0)
    told = leased(id=str(request), series="payment", year=2025, first=first, last=last)
    desk.send(told, told)
    assert reasons(town) == []
    assert town.value("select count(*) from cd.number_lease") == 1


@pytest.mark.req("NUM-2", "SYNC-3")
def test_a_request_that_a_restored_centre_answers_anew_gave_both_blocks(
    town: CentreUnderTest, desk: Desk
) -> None:
    request = str(uuid4())
    town.execute("select cd.skip_numbers(1000, current_date)")
    assert desk.ask("select first from cd.lease_numbers(%s, 'receipt', 0, 100)", request) == 1001
    before = leased(id=request, first=201, last=300)
    desk.send(before, before)
    assert reasons(town) == []
    own = "select first, last from cd.number_lease where counter_id is not null order by first"
    assert town.execute(own) == [(201, 300), (1001, 1100)]


@pytest.mark.req("NUM-2", "SYNC-3")
def test_numbers_that_two_counters_say_they_have_are_looked_at(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    one.send(leased(first=1, last=200))
    other.send(leased(first=150, last=349))
    assert reasons(town) == ["these numbers were given to another counter"]
    other.send(leased(last=10**9), leased(first=10**9, last=10**9), leased(series="magic"),
               leased(first=300, last=299), leased(first=None))  # fmt: skip
    assert len(reasons(town)) == 6
    assert town.value("select next from cd.number_series where series = 'receipt'") == 201
