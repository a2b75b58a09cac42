"""A counter's login is a public API: somebody who stole one tries everything, and gets nowhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql

from counterdesk.demo.sample import sample_account
from counterdesk.sync.centre.embedded import EmbeddedServer
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk, push, put_account
from tests.sync.written import payment

pytestmark = pytest.mark.req("AUD-3")

COUNTER_MAY_CALL = {
    "push", "feed_page", "feed_head", "my_events", "lease_numbers", "reserve_credit",
    "release_credit", "payment_to_undo", "caller_is_active", "caller_id",
}  # fmt: skip
ENROLLING_MAY_CALL = {"enroll", "confirm_enrolled", "caller_is_active", "caller_id"}
COUNTER_MAY_READ = {
    "back_now", "charge", "charge_now", "consumer", "consumer_now", "credit_note", "credit_now",
    "dispute", "dispute_now", "exception_now", "given_back", "my_counter", "payment", "payment_now",
    "permission_snapshot", "plan", "plan_now", "reach_now", "setting", "setting_now", "site_now",
    "snapshot_now", "suspense",
}  # fmt: skip
ENROLLING_MAY_READ = {"my_counter", "site_now"}


@dataclass(frozen=True, slots=True)
class Town:
    """A busy centre: C01 is whose login was stolen, C02 an honest one, one more is enrolling."""

    centre: CentreUnderTest
    stolen: Desk
    honest: Desk
    enrolling: str

    def state(self) -> list[Any]:
        """Return everything that nobody here may change."""
        tables = self.centre.execute(
            "select relname from pg_class where relnamespace = 'cd'::regnamespace"
            " and relkind in ('r', 'p') and not relispartition order by 1"
        )
        rows = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from cd.{} as t"
        return [(table, self.centre.value(rows.format(table))) for (table,) in tables]


@pytest.fixture(scope="module")
def attacked(centre_server: EmbeddedServer) -> Iterator[Town]:
    centre = CentreUnderTest(centre_server)
    put_account(centre, sample_account())
    stolen, honest = Desk(centre, "C01"), Desk(centre, "C02")
    for desk in (stolen, honest):
        desk.send(payment(1), b"no event")
        desk.ask("select cd.lease_numbers(%s, 'receipt', 0, 10)::text", uuid4())
    yield Town(centre, stolen, honest, _enrolling(centre, centre_server))
    stolen.close()
    honest.close()
    centre.drop()


def _enrolling(centre: CentreUnderTest, server: EmbeddedServer) -> str:
    login = centre.add_counter("C03")
    role = centre.value("select role_name from cd.counter where code = 'C03'")
    for statement in ("revoke cd_counter from {}", "grant cd_enrolling to {}"):
        centre.execute(sql.SQL(statement).format(sql.Identifier(role)))  # type: ignore[arg-type]
    centre.execute("update cd.counter set status = 'invited', public_key = null where code = 'C03'")
    return login.conninfo


def tried(conninfo: str, *statements: str) -> psycopg.Error | None:
    """Try statements one after the other; return what the last of them ran into."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        try:
            connection.execute(statements[-1])
        except psycopg.Error as error:
            return error
    return None


REFUSED = [
    line
    for line in (Path(__file__).parent / "refused.sql").read_text("utf-8").splitlines()
    if not line.startswith("--")
]
CONFIRM = "select cd.confirm_enrolled()"
NOT_THERE = (
    errors.InsufficientPrivilege, errors.WrongObjectType, errors.UndefinedObject,
    errors.ObjectNotInPrerequisiteState, errors.FeatureNotSupported, errors.InvalidGrantOperation,
    errors.InvalidCursorDefinition, errors.UndefinedFile, errors.InvalidSchemaName,
)  # fmt: skip


def test_nothing_that_is_tried_does_anything(attacked: Town) -> None:
    before, went_through = attacked.state(), []
    for statement in REFUSED:
        error = tried(attacked.stolen.login.conninfo, statement)
        if not isinstance(error, NOT_THERE):
            went_through.append((statement, error))
    assert went_through == []
    assert attacked.state() == before


def test_nor_for_one_who_is_not_let_in_yet(attacked: Town) -> None:
    before, went_through = attacked.state(), []
    own = {"set role cd_enrolling", "select cd.enroll('x', 'x', 'x')", CONFIRM}
    assert isinstance(tried(attacked.enrolling, CONFIRM), errors.InvalidAuthorizationSpecification)
    for statement in set(REFUSED) - own:
        error = tried(attacked.enrolling, statement)
        if not isinstance(error, NOT_THERE):
            went_through.append((statement, error))
    assert went_through == []
    assert isinstance(
        tried(attacked.enrolling, "set role cd_counter"), errors.InsufficientPrivilege
    )
    assert attacked.state() == before


@pytest.mark.parametrize(
    ("role", "calls", "reads"),
    [
        ("cd_counter", COUNTER_MAY_CALL, COUNTER_MAY_READ),
        ("cd_enrolling", ENROLLING_MAY_CALL, ENROLLING_MAY_READ),
    ],
)
def test_a_login_may_what_is_listed_here_and_nothing_else(
    attacked: Town, role: str, calls: set[str], reads: set[str]
) -> None:
    centre = attacked.centre
    callable_ = centre.execute(
        "select proname from pg_proc where pronamespace = 'cd'::regnamespace"
        " and has_function_privilege(%s, oid, 'execute')", (role,),
    )  # fmt: skip
    assert {name for (name,) in callable_} == calls
    rights = ("insert", "update", "delete", "truncate", "references", "trigger", "select")
    for right in rights:
        having = centre.execute(
            "select relname from pg_class where relnamespace = 'cd'::regnamespace"
            " and relkind in ('r', 'p', 'v', 'm') and has_table_privilege(%s, oid, %s)",
            (role, right),
        )
        assert {name for (name,) in having} == (reads if right == "select" else set())
    assert not centre.value("select has_schema_privilege(%s, 'cd', 'create')", (role,))
    for right in ("create", "temp"):
        assert not centre.value(
            "select has_database_privilege(%s, current_database(), %s)", (role, right)
        )


def test_everything_in_the_schema_is_the_owner_s_and_guarded(attacked: Town) -> None:
    centre = attacked.centre
    loose = (
        "select proname from pg_proc where pronamespace = 'cd'::regnamespace and ("
        " proowner <> 'cd_owner'::regrole or has_function_privilege('public', oid, 'execute') or"
        " not coalesce(proconfig @> array['search_path=pg_catalog, pg_temp'], false))"
    )
    assert centre.execute(loose) == []
    unguarded = (
        "select relname from pg_class where relnamespace = 'cd'::regnamespace"
        " and relkind in ('r', 'p') and not relispartition and relname <> 'schema_version'"
        " and relname !~ '^import_' and not (relrowsecurity and relforcerowsecurity)"
    )
    assert centre.execute(unguarded) == []
    lent = (
        "select relname from pg_class where relnamespace = 'cd'::regnamespace and relkind = 'v'"
        " and not coalesce(reloptions @> array['security_invoker=true'], false)"
    )
    assert centre.execute(lent) == []


def test_each_sees_its_own_rows_alone(attacked: Town) -> None:
    stolen, honest = attacked.stolen, attacked.honest
    waits = "select array_agg(distinct counter_id) from cd.suspense"
    assert stolen.ask(waits) == [stolen.counter_id]
    assert stolen.ask("select array_agg(code) from cd.counter") == ["C01"]
    assert stolen.ask("select array_agg(code) from cd.my_counter") == ["C01"]
    assert stolen.ask("select count(*) from cd.my_events(0)") == 2
    # A condition that fails on another's row would tell of it.
    fails = "1 / (case code when 'C02' then 0 else 1 end) = 1"
    assert stolen.ask(f"select count(*) from cd.counter where {fails}") == 1
    with psycopg.connect(attacked.enrolling) as enrolling:
        assert enrolling.execute("select code from cd.my_counter").fetchall() == [("C03",)]
        assert enrolling.execute("select count(*) from cd.site_now").fetchone() == (1,)
    assert honest.ask("select count(*) from cd.exception_now") == 1


def test_a_role_that_is_put_on_changes_nobody_s_identity(attacked: Town) -> None:
    with psycopg.connect(attacked.stolen.login.conninfo, autocommit=True) as connection:
        connection.execute("set role cd_counter")
        connection.execute("set search_path = public, cd, pg_catalog")
        assert push(connection)["code"] == "C01"
        assert connection.execute("select code from cd.my_counter").fetchall() == [("C01",)]
        assert connection.execute("select cd.caller_id()").fetchone() == (
            attacked.stolen.counter_id,
        )


SETTINGS = [
    "set row_security = off", "set standard_conforming_strings = off", "set datestyle = 'SQL, DMY'",
    "set timezone = 'Pacific/Kiritimati'", "set intervalstyle = 'sql_standard'",
    "set transform_null_equals = on", "set bytea_output = 'escape'", "set array_nulls = off",
    "set synchronous_commit = off", "set default_transaction_isolation = 'serializable'",
    "set default_transaction_isolation = 'repeatable read'", "set extra_float_digits = -15",
    "set enable_indexscan = off", "set enable_seqscan = off",
    "set plan_cache_mode = force_custom_plan",
    "set lock_timeout = '1ms'", "set work_mem = '64kB'", "set check_function_bodies = off",
    "set xmloption = document", "set quote_all_identifiers = on", "set client_encoding = 'LATIN1'",
    "set search_path = ''", "set default_transaction_read_only = on", "set lc_numeric = 'C'",
]  # fmt: skip


def test_settings_of_the_session_change_no_cent(town: CentreUnderTest, desk: Desk) -> None:
    """Either the push is refused whole, or it does what it always does."""
    town.execute("update cd.charge set amount_minor = 100, paid_minor = 0")
    for place, setting in enumerate(SETTINGS):
        entries = [desk.chain.add(payment(amount_minor=60)) for _ in range(2)]
        with psycopg.connect(desk.login.conninfo, autocommit=True) as connection:
            connection.execute(setting)
            try:
                assert push(connection, entries)["status"] == "OK"
            except psycopg.Error:
                assert town.value("select last_seq from cd.counter") == 2 * place
                push(desk.connection, entries)
    taken = 60 * 2 * len(SETTINGS)
    assert town.value("select count(*) from cd.suspense") == 0
    assert town.value("select sum(amount_minor) from cd.credit_note") == taken - 100
    numbers = town.execute(
        "select number::text from cd.credit_note order by length(number), number"
    )
    assert numbers[:2] == [("CN-1",), ("CN-2",)]
    assert town.value("select count(distinct (business_date, expires_on)) from cd.credit_note"
                      " join cd.payment on cd.payment.id = payment_id") == 1  # fmt: skip


def test_what_is_much_too_large_is_refused_at_once(attacked: Town) -> None:
    bytes_ = "array_fill(''::bytea, array[2000000])"
    query = f"select cd.push(array_fill(1::bigint, array[2000000]), {bytes_}, {bytes_}, {bytes_})"
    error = tried(attacked.stolen.login.conninfo, "set statement_timeout = '20s'", query)
    assert isinstance(error, errors.ProgramLimitExceeded)


def test_prepared_transactions_are_off_in_the_embedded_centre(desk: Desk) -> None:
    assert desk.ask("show max_prepared_transactions") == "0"
    with psycopg.connect(desk.login.conninfo) as connection:
        connection.execute("select cd.lease_numbers(%s, 'receipt', 0, 1)", (uuid4(),))
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            connection.execute("prepare transaction 'mine'")


@pytest.mark.req("SYNC-6")
def test_one_key_is_enrolled_once_and_in_time(attacked: Town) -> None:
    key, other = secrets.token_bytes(32), secrets.token_bytes(32)
    ask = "select cd.enroll(%s, 'request', '0.3')"
    centre = attacked.centre
    with psycopg.connect(attacked.enrolling, autocommit=True) as connection:
        for wrong in (b"", bytes(31), None):
            with pytest.raises(errors.InvalidParameterValue):
                connection.execute(ask, (wrong,))
        centre.execute(
            "update cd.counter set invited_until = now() - interval '1 s' where code = 'C03'"
        )
        with pytest.raises(errors.InvalidAuthorizationSpecification):
            connection.execute(ask, (key,))
        centre.execute(
            "update cd.counter set invited_until = now() + interval '1 h' where code = 'C03'"
        )
        for _ in range(2):
            connection.execute(ask, (key,))
        with pytest.raises(errors.InvalidAuthorizationSpecification):
            connection.execute(ask, (other,))
    query = "select public_key, status from cd.counter where code = 'C03'"
    assert centre.execute(query) == [(key, "enrolling")]
