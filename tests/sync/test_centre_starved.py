"""A stolen login takes connections and time as long as it can; the other counters still work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from psycopg import errors

from counterdesk.sync.enrolment_code import EnrolmentCode
from tests.sync.centres import CentreUnderTest
from tests.sync.offices import OfficeUnderTest
from tests.sync.pushing import Desk

pytestmark = pytest.mark.req("AUD-3")


def opened(office: OfficeUnderTest, code: EnrolmentCode) -> psycopg.Connection:
    conninfo = office.server.conninfo(office.database, user=code.role, password=code.password)
    return psycopg.connect(conninfo, autocommit=True)


@pytest.fixture
def lines() -> Iterator[ExitStack]:
    """Holds connections until the test ends."""
    with ExitStack() as stack:
        yield stack


def test_a_login_has_four_connections_and_leaves_the_rest_to_the_others(
    office: OfficeUnderTest, lines: ExitStack
) -> None:
    stolen, honest = office.invited(), office.invited()
    for _ in range(4):
        lines.enter_context(opened(office, stolen))
    with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
        opened(office, stolen)
    line = lines.enter_context(opened(office, honest))
    assert line.execute("select code from cd.my_counter").fetchone() == ("C02",)


def test_it_cannot_give_itself_more_of_them(office: OfficeUnderTest, lines: ExitStack) -> None:
    code = office.invited()
    line = lines.enter_context(opened(office, code))
    with pytest.raises(errors.InsufficientPrivilege):
        line.execute(f"alter role {code.role} connection limit -1")


def test_a_connection_begins_with_waits_that_end(office: OfficeUnderTest, lines: ExitStack) -> None:
    line = lines.enter_context(opened(office, office.invited()))
    for name, value in {
        "statement_timeout": "1min", "lock_timeout": "10s", "idle_session_timeout": "10min",
        "idle_in_transaction_session_timeout": "30s",
    }.items():  # fmt: skip
        row = line.execute("select current_setting(%s)", (name,)).fetchone()
        assert row == (value,)


def test_a_statement_that_goes_on_and_on_is_ended_though_it_lifts_the_timeout(
    town: CentreUnderTest, desk: Desk
) -> None:
    patient = town.value("select pg_get_functiondef('cd.end_stalls'::regproc)")
    assert "'1 minute'" in patient
    town.execute(patient.replace("'1 minute'", "'300 milliseconds'"))
    desk.connection.execute("set statement_timeout = 0")
    desk.connection.pgconn.send_query(b"select pg_sleep(600)")
    town.execute("select pg_sleep(0.5)")
    assert town.value("select cd.end_stalls()") == 1
    with pytest.raises(psycopg.OperationalError):
        desk.connection.execute("select 1")
    assert town.execute("select kind, counter_id from cd.work_item") == [
        ("stalled", desk.counter_id)
    ]
