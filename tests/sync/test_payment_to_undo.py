"""A desk asks the centre for a payment that another counter of its office took, to undo it here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors

from counterdesk.sync.postgres_link import PostgresLink
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk
from tests.sync.undoing import reversal
from tests.sync.written import Event, payment

pytestmark = pytest.mark.req("PAY-20")

MakeDesk = Callable[[str], Desk]


@pytest.fixture
def here(desk_of: MakeDesk) -> Desk:
    return desk_of("C02")


@pytest.fixture
def link(here: Desk) -> Iterator[PostgresLink]:
    made = PostgresLink(here.login.conninfo)
    yield made
    made.close()


def receipt_of(event: Event) -> str:
    return str(event["data"]["transaction"]["receipt_number"])


def plain(told: Any) -> Any:
    """An event's data without the order of keys."""
    return {name: told[name] for name in sorted(told)}


def test_a_payment_of_another_counter_is_told_with_what_was_undone_of_it(
    desk: Desk, here: Desk, link: PostgresLink
) -> None:
    taken = payment(1)
    desk.send(taken)
    told = link.payment_to_undo(receipt_of(taken))
    assert told is not None
    assert (told.counter, told.undone) == ("C01", ())
    assert plain(told.taken) == plain(taken["data"])
    first, second = (one["id"] for one in taken["data"]["payments"])
    here.send(reversal(taken, second))
    desk.send(reversal(taken, first))
    again = link.payment_to_undo(receipt_of(taken))
    assert again is not None
    assert [one["undo"]["payment_id"] for one in again.undone] == [second, first]


def test_what_is_told_can_be_undone_here(
    town: CentreUnderTest, desk: Desk, here: Desk, link: PostgresLink
) -> None:
    taken = payment(amount_minor=700)
    desk.send(taken)
    told = link.payment_to_undo(receipt_of(taken))
    assert told is not None
    here.send(reversal({**taken, "data": dict(told.taken)}))
    assert town.value("select status::text from cd.payment") == "Reversed"
    assert town.value("select count(*) from cd.suspense") == 0


@pytest.mark.req("AUD-3")
@pytest.mark.parametrize(
    "asked", ["", "R-9", "%", "' or 1=1 --", "\x00", "CN-1", "x" * 10_000, "S-T-1"]
)
def test_nothing_is_told_of_what_is_no_receipt(desk: Desk, link: PostgresLink, asked: str) -> None:
    desk.send(payment(1))
    assert link.payment_to_undo(asked) is None


@pytest.mark.req("AUD-3")
def test_nor_of_other_numbers_of_it_or_of_another_office(
    town: CentreUnderTest, desk: Desk, link: PostgresLink
) -> None:
    taken = payment(1)
    desk.send(taken)
    data = taken["data"]
    assert link.payment_to_undo(data["transaction"]["number"]) is None
    assert link.payment_to_undo(data["payments"][0]["number"]) is None
    town.execute("update cd.counter set office = 'Elsewhere' where code = 'C02'")
    assert link.payment_to_undo(receipt_of(taken)) is None


@pytest.mark.req("SYNC-2")
def test_what_waits_in_suspense_is_not_told_yet(
    town: CentreUnderTest, desk: Desk, link: PostgresLink
) -> None:
    taken = payment(amount_minor=700)
    town.execute("update cd.charge set number = number || '-', charge_id = gen_random_uuid()")
    desk.send(taken)
    assert town.value("select count(*) from cd.suspense") == 1
    assert link.payment_to_undo(receipt_of(taken)) is None


@pytest.mark.req("AUD-3", "SYNC-6")
@pytest.mark.parametrize("status", ["revoked", "enrolling", "invited"])
def test_only_an_active_counter_is_told_anything(
    town: CentreUnderTest, desk: Desk, here: Desk, status: str
) -> None:
    taken = payment(1)
    desk.send(taken)
    town.execute("update cd.counter set status = %s where code = 'C02'", (status,))
    with (
        psycopg.connect(here.login.conninfo) as connection,
        pytest.raises(errors.InvalidAuthorizationSpecification),
    ):
        connection.execute("select cd.payment_to_undo(%s)", (receipt_of(taken),))
