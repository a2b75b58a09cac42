"""The centre's service: what it signs, what it finds, and that it survives."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterdesk.core.errors import UserError
from counterdesk.core.events import GENESIS, chain_hash
from counterdesk.core.ids import new_uuid7
from counterdesk.core.people_told import VALID_FOR, PersonTold, people_to_sign, read_people
from counterdesk.core.permissions import Role
from counterdesk.sync.centre import serving
from counterdesk.sync.centre.certifying import check_signatures, tell_people
from counterdesk.sync.centre.opening import connect, open_centre
from counterdesk.sync.centre.people import add_person, change_person
from counterdesk.sync.centre.service_keys import UtilityKeys, make_utility_keys, open_utility_keys
from tests.sync.offices import UNLOCK, OfficeUnderTest

NOW = datetime(2025, 4, 20, 10, tzinfo=UTC)


def person(login: str = "jane", role: Role = Role.CASHIER) -> PersonTold:
    return PersonTold(
        new_uuid7(NOW), login, "Jane Smith", role, active=True, password_salt=b"s" * 16,
        password_hash=b"h" * 32, pin_salt=b"", pin_hash=b"", memory_kib=8, passes=1, lanes=1,
    )  # fmt: skip


@pytest.fixture
def keys(office: OfficeUnderTest) -> UtilityKeys:
    return open_utility_keys(office.keys, UNLOCK)


def as_service(office: OfficeUnderTest, keys: UtilityKeys) -> psycopg.Connection:
    return connect(serving._as_service(office.conninfo, keys), autocommit=True)


def eventually(found: Callable[[], object]) -> None:
    ends = time.monotonic() + 30
    while not found():
        assert time.monotonic() < ends
        time.sleep(0.05)


def add_people(office: OfficeUnderTest, *people: PersonTold, at: str = "") -> None:
    with open_centre(office.conninfo) as connection:
        for one in people:
            add_person(connection, one, at)


def send_events(office: OfficeUnderTest, code: str, signing: Ed25519PrivateKey, count: int) -> None:
    """Put events where `push` puts them."""
    counter_id, previous = office.counter(code)["counter_id"], GENESIS
    for seq in range(1, count + 1):
        body = f'{{"seq":{seq}}}'.encode()
        own = chain_hash(previous, body)
        office.execute(
            "insert into cd.event (counter_id, seq, kind, body, hash, signature)"
            " values (%s, %s, 'tested', %s, %s, %s)",
            (counter_id, seq, body, own, signing.sign(own)),
        )
        previous = own
    office.execute("update cd.counter set last_seq = %s where code = %s", (count, code))


def active_counter(office: OfficeUnderTest, at: str = "") -> Ed25519PrivateKey:
    office.invite(office=at)
    signing = Ed25519PrivateKey.generate()
    office.execute(
        "update cd.counter set status = 'active', public_key = %s where office = %s",
        (signing.public_key().public_bytes_raw(), at),
    )
    return signing


@pytest.mark.req("AUD-3")
def test_a_person_added_is_told_at_once_under_the_utility_s_signature(
    office: OfficeUnderTest, keys: UtilityKeys
) -> None:
    def told() -> list[str]:
        rows = office.execute("select body from cd.permission_snapshot where office = ''")
        return [one.login for (body,) in rows for one in read_people(body).people]

    with office.served():
        eventually(lambda: office.execute("select 1 from cd.permission_snapshot"))
        add_people(office, person())
        eventually(lambda: told() == ["jane"])
        with open_centre(office.conninfo) as connection:
            change_person(connection, "Jane", {"active": False})
        eventually(lambda: not read_people(snapshot(office, "")[0]).people[0].active)
    body, signature = snapshot(office, "")
    keys.signing.public_key().verify(signature, people_to_sign(body))
    told_of = "select count(*) from cd.change where kind = 'snapshot'"
    assert office.value(told_of) == 4  # the people three times, and once where the server is


def test_a_certificate_for_another_key_than_the_one_shown_is_not_kept(
    office: OfficeUnderTest, keys: UtilityKeys
) -> None:
    office.invite()
    shown = "update cd.counter set status = 'enrolling', public_key = %s"
    office.execute(shown, (bytes(32),))
    certify = "select cd.certify(counter_id, %s, '', '') from cd.counter"
    with as_service(office, keys) as connection:
        assert connection.execute(certify, (b"another".ljust(32),)).fetchone() == (False,)
        assert connection.execute(certify, (bytes(32),)).fetchone() == (True,)


def snapshot(office: OfficeUnderTest, at: str) -> tuple[bytes, bytes]:
    query = "select body, signature from cd.permission_snapshot where office = %s"
    [(body, signature)] = office.execute(query, (at,))
    return body, signature


def test_an_office_is_told_of_its_own_people_and_those_of_every_office(
    office: OfficeUnderTest, keys: UtilityKeys
) -> None:
    office.invite(office="North")
    add_people(office, person("everywhere"))
    add_people(office, person("north"), at="North")
    add_people(office, person("south"), at="South")
    with as_service(office, keys) as connection:
        assert tell_people(connection, keys, NOW) == ["", "North"]
    assert [one.login for one in read_people(snapshot(office, "North")[0]).people] == [
        "everywhere",
        "north",
    ]
    assert [one.login for one in read_people(snapshot(office, "")[0]).people] == ["everywhere"]


def test_people_are_told_again_long_before_it_runs_out_and_not_before_that(
    office: OfficeUnderTest, keys: UtilityKeys
) -> None:
    with as_service(office, keys) as connection:
        assert tell_people(connection, keys, NOW) == [""]
        assert tell_people(connection, keys, NOW + timedelta(hours=5)) == []
        assert tell_people(connection, keys, NOW + timedelta(hours=7)) == [""]
    assert read_people(snapshot(office, "")[0]).valid_until_utc == NOW + timedelta(hours=79)


def test_a_clock_that_was_wrong_makes_nothing_older_than_counters_know(
    office: OfficeUnderTest, keys: UtilityKeys
) -> None:
    with as_service(office, keys) as connection:
        tell_people(connection, keys, NOW + timedelta(days=30))
        ahead = read_people(snapshot(office, "")[0])
        assert tell_people(connection, keys, NOW) == [""]
        right = read_people(snapshot(office, "")[0])
        assert right.issued_at_utc > ahead.issued_at_utc
        assert right.valid_until_utc == NOW + VALID_FOR
        assert tell_people(connection, keys, NOW, anew=True) == [""]
    assert read_people(snapshot(office, "")[0]).issued_at_utc > right.issued_at_utc


def test_a_snapshot_changed_by_hand_is_replaced(office: OfficeUnderTest, keys: UtilityKeys) -> None:
    with as_service(office, keys) as connection:
        tell_people(connection, keys, NOW)
        office.execute("update cd.permission_snapshot set body = body || ' '::bytea")
        assert tell_people(connection, keys, NOW) == [""]


@pytest.mark.req("AUD-3")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("update cd.event set signature = decode(repeat('00', 64), 'hex') where seq = 3", [3]),
        ("update cd.event set body = '{}' where seq = 2", [2]),
        ("select 1", []),
    ],
)
def test_an_event_that_its_counter_did_not_sign_is_an_alarm_and_no_refusal(
    office: OfficeUnderTest, keys: UtilityKeys, change: str, found: list[int]
) -> None:
    send_events(office, "C01", active_counter(office), 5)
    office.execute(change)
    with as_service(office, keys) as connection:
        assert check_signatures(connection) == 5
        assert check_signatures(connection) == 0
    assert office.execute("select seq from cd.work_item where kind = 'bad_signature'") == [
        (seq,) for seq in found
    ]
    assert office.value("select verified_seq from cd.counter") == 5


def test_signatures_are_checked_in_batches_that_follow_each_other(
    office: OfficeUnderTest, keys: UtilityKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterdesk.sync.centre.certifying._BATCH", 2)
    send_events(office, "C01", active_counter(office), 5)
    with as_service(office, keys) as connection:
        assert [check_signatures(connection) for _turn in range(4)] == [3, 2, 0, 0]
    assert office.value("select count(*) from cd.work_item") == 0


@pytest.mark.req("AUD-3")
def test_another_s_key_signs_nothing_for_a_counter(
    office: OfficeUnderTest, keys: UtilityKeys
) -> None:
    active_counter(office)
    send_events(office, "C01", Ed25519PrivateKey.generate(), 2)
    with as_service(office, keys) as connection:
        check_signatures(connection)
    assert office.value("select count(*) from cd.work_item where kind = 'bad_signature'") == 2


def test_one_service_runs_at_a_time(office: OfficeUnderTest) -> None:
    with office.served():
        eventually(lambda: office.execute("select 1 from cd.permission_snapshot"))
        with pytest.raises(UserError, match="runs already"):
            office.service().run()


def test_the_service_works_again_after_the_database_was_away(
    office: OfficeUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with office.served():
        eventually(lambda: office.execute("select 1 from cd.permission_snapshot"))
        office.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'counterdesk serve' and datname = current_database()"
        )
        add_people(office, person())
        eventually(lambda: read_people(snapshot(office, "")[0]).people)
    assert any("went away" in record.message for record in caplog.records)


def test_keys_of_another_centre_sign_nothing(office: OfficeUnderTest) -> None:
    other = office.keys.parent / "other"
    make_utility_keys(other, UNLOCK, "Another")
    own, wrong = open_utility_keys(office.keys, UNLOCK), open_utility_keys(other, UNLOCK)
    mixed = UtilityKeys(wrong.signing, own.login)
    service = serving.CentreService(office.conninfo, mixed, lambda _certificate: b"")
    with pytest.raises(UserError, match="another centre"):
        service.run()
    assert office.execute("select 1 from cd.permission_snapshot") == []


def test_reservations_expire_and_old_changes_leave_the_feed_but_its_head(
    office: OfficeUnderTest, keys: UtilityKeys
) -> None:
    office.execute("update cd.change set at = now() - interval '40 days'")
    head = office.value("select max(sync_seq) from cd.change")
    with as_service(office, keys) as connection:
        connection.execute("select cd.prune_feed(35)")
        connection.execute("select cd.prepare_ahead()")
        assert connection.execute("select cd.expire_reservations()").fetchone() == (0,)
    assert office.execute("select sync_seq from cd.change") == [(head,)]


SERVICE_MAY_NOT = (
    "update cd.counter set status = 'active'",
    "insert into cd.person (login) values ('x')",
    "update cd.person set role = 'Administrator'",
    "delete from cd.event",
    "select * from cd.consumer",
    "select * from cd.suspense",
    "insert into cd.change (sync_seq, kind, key) values (1, 'a', 'b')",
    "select cd.publish(array['setting'], array['x'])",
    "select cd.apply_again(gen_random_uuid(), 1)",
    "select cd.confirm_enrolled()",
    "select cd.push('{}', '{}', '{}', '{}')",
    "grant cd_counter to current_user",
    "create table cd.mine (a int)",
    "create temp table mine (a int)",
)

COUNTER_MAY_NOT = (
    "select cd.certify(gen_random_uuid(), '', '', '')",
    "select cd.tell_people('', '', '', now())",
    "select cd.note_verified(gen_random_uuid(), 1, '{}')",
    "select cd.expire_reservations()",
    "select cd.prune_feed(1)",
    "select cd.prepare_ahead()",
    "select cd.service_seen('')",
    "select cd.confirm_enrolled()",
    "select * from cd.reach",
    "select * from cd.service",
    "select * from cd.person",
)


@pytest.mark.req("AUD-3")
def test_the_service_s_login_can_do_its_work_and_nothing_else(
    office: OfficeUnderTest, keys: UtilityKeys
) -> None:
    with as_service(office, keys) as connection:
        for statement in SERVICE_MAY_NOT:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


@pytest.mark.req("AUD-3")
def test_a_counter_may_not_do_what_the_service_may(office: OfficeUnderTest) -> None:
    code = office.invited()
    office.execute(f'grant cd_counter to "{code.role}"')
    office.execute(f'revoke cd_enrolling from "{code.role}" granted by cd_owner')
    conninfo = office.server.conninfo(office.database, code.role, code.password)
    with psycopg.connect(conninfo, autocommit=True) as counter:
        for statement in COUNTER_MAY_NOT:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                counter.execute(statement)


@pytest.mark.req("AUD-3")
def test_a_till_confirms_nothing_before_it_is_certified(office: OfficeUnderTest) -> None:
    code = office.invited()
    conninfo = office.server.conninfo(office.database, code.role, code.password)
    with psycopg.connect(conninfo, autocommit=True) as till:
        with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
            till.execute("select cd.confirm_enrolled()")
        till.execute("select cd.enroll(%s, '', '')", (bytes(32),))
        with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
            till.execute("select cd.confirm_enrolled()")


def test_the_log_of_the_service_holds_no_secret(
    office: OfficeUnderTest, keys: UtilityKeys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with office.served():
        add_people(office, person())
        eventually(lambda: office.execute("select 1 from cd.permission_snapshot"))
    assert keys.login.password not in caplog.text
    assert "hhhhhhhh" not in caplog.text
