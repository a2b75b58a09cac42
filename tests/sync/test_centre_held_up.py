"""A counter that keeps its transaction open, on purpose or on a dead line, stops nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, push
from tests.sync.written import payment

MakeDesk = Callable[[str], Desk]
pytestmark = pytest.mark.req("AUD-3", "SYNC-3")


@pytest.fixture
def impatient(town: CentreUnderTest) -> CentreUnderTest:
    """A centre that waits for nobody as long as a real one does."""
    for function in ("push", "lease_numbers", "reserve_credit"):
        town.execute(f"alter function cd.{function} set lock_timeout = '200ms'")
    patient = town.value("select pg_get_functiondef('cd.end_stalls'::regproc)")
    assert "'10 seconds'" in patient
    town.execute(patient.replace("'10 seconds'", "'300 milliseconds'"))
    return town


def insists(act: Callable[[], Any]) -> Any:
    """Try again, as a counter does, until it goes through."""
    for _ in range(20):
        try:
            return act()
        except errors.LockNotAvailable:
            continue
    raise AssertionError("nobody ended the transaction that is in the way")


def test_a_transaction_held_open_on_purpose_is_ended(
    impatient: CentreUnderTest, desk_of: MakeDesk
) -> None:
    stolen, honest = desk_of("C01"), desk_of("C02")
    with psycopg.connect(stolen.login.conninfo) as lingering:
        push(lingering, [stolen.chain.add(payment(amount_minor=1))])
        lingering.execute("set idle_in_transaction_session_timeout = 0")
        entry = honest.chain.add(payment(amount_minor=1))
        assert insists(lambda: push(honest.connection, [entry]))["taken"] == 1
        with pytest.raises(psycopg.OperationalError):
            lingering.execute("select 1")
    assert impatient.value("select array_agg(counter_id) from cd.event") == [honest.counter_id]


def test_nor_does_one_that_sleeps_in_it_stop_the_leases(
    impatient: CentreUnderTest, desk_of: MakeDesk
) -> None:
    stolen, honest = desk_of("C01"), desk_of("C02")
    ask = "select first from cd.lease_numbers(%s, 'receipt', 0, 10)"
    with psycopg.connect(stolen.login.conninfo) as lingering:
        lingering.execute(ask, (uuid4(),))
        assert insists(lambda: honest.ask(ask, uuid4())) == 1
        with pytest.raises(psycopg.OperationalError):
            lingering.execute("select 1")


def test_the_service_leaves_word_of_it(impatient: CentreUnderTest, desk: Desk) -> None:
    with psycopg.connect(desk.login.conninfo) as lingering:
        push(lingering, [desk.chain.add(payment())])
        impatient.execute("select pg_sleep(0.5)")
        impatient.execute("set role cd_service")
        assert impatient.value("select cd.end_stalls()") == 1
        impatient.execute("reset role")
        with pytest.raises(psycopg.OperationalError):
            lingering.execute("select 1")
    assert impatient.execute("select kind, counter_id from cd.work_item") == [
        ("stalled", desk.counter_id)
    ]


def test_whoever_only_reads_for_long_is_left_alone(impatient: CentreUnderTest, desk: Desk) -> None:
    with psycopg.connect(desk.login.conninfo) as filling:
        filling.execute("set transaction isolation level repeatable read")
        filling.execute("select count(*) from cd.charge_now")
        impatient.execute("select pg_sleep(0.5)")
        assert impatient.value("select cd.end_stalls()") == 0
        assert filling.execute("select count(*) from cd.charge_now").fetchone() is not None


def test_a_dead_line_gives_its_locks_back_after_seconds(desk: Desk) -> None:
    with desk.connection.transaction():
        push(desk.connection, [desk.chain.add(payment())])
        assert desk.ask("show idle_in_transaction_session_timeout") == "10s"
    assert desk.ask("show idle_in_transaction_session_timeout") != "10s"


def test_events_out_of_place_lock_nothing_that_they_name(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    stolen, honest = desk_of("C01"), desk_of("C02")
    charges = [str(row[0]) for row in town.execute("select charge_id from cd.charge")]
    body = json.dumps({"data": {"allocations": [{"charge_id": one} for one in charges]}}).encode()
    with psycopg.connect(stolen.login.conninfo) as lingering:
        answer = lingering.execute(
            "select cd.push('{99}', array[%s::bytea], array[''::bytea], array[''::bytea])", (body,)
        ).fetchone()
        assert answer is not None
        assert answer[0]["status"] == "GAP"
        assert honest.send(payment(amount_minor=1))["status"] == "OK"
