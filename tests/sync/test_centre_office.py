"""Looking after a centre: founding, counters, people, settings, how it stands."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from counterdesk.core.errors import UserError
from counterdesk.core.settings import settings_from
from counterdesk.store.unlock import RecoveryUnlock
from counterdesk.sync.centre import migrating, opening
from counterdesk.sync.centre.counters import add_counter, renew_invitation, revoke_counter
from counterdesk.sync.centre.embedded import EmbeddedServer
from counterdesk.sync.centre.founding import change_reach, read_reach
from counterdesk.sync.centre.office_settings import change_setting, read_office
from counterdesk.sync.centre.opening import open_centre
from counterdesk.sync.centre.service_keys import key_hash, open_utility_keys
from counterdesk.sync.centre.standing import centre_standing
from counterdesk.sync.enrolment_code import read_code
from tests.folders import place_in_memory
from tests.sync.offices import SETTINGS, UNLOCK, OfficeUnderTest, enroll_till


@pytest.fixture
def empty(office_template: OfficeUnderTest, tmp_path: Path) -> OfficeUnderTest:
    """A database that is no centre yet."""
    return OfficeUnderTest(office_template.server, tmp_path)


def test_a_new_centre_has_its_settings_its_series_and_the_utility_s_key(
    empty: OfficeUnderTest,
) -> None:
    recovery_code = empty.found(starts={"receipt": 5001})
    keys = open_utility_keys(empty.keys, RecoveryUnlock(recovery_code))
    with open_centre(empty.conninfo) as connection:
        settings = settings_from(read_office(connection))
    assert settings.utility_public_key == keys.public_key.hex()
    assert (settings.utility_name, settings.currency) == ("Test Water", SETTINGS.currency)
    assert empty.value("select utility_public_key from cd.site") == keys.public_key
    assert empty.value("select next from cd.number_series where series = 'receipt'") == 5001
    assert empty.value("select count(*) from cd.number_series where year = 0") == 2
    empty.drop()


def test_interrupted_founding_leaves_nothing_and_is_run_again(
    empty: OfficeUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(migrating, "_migrate", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            empty.found()
    assert empty.value("select to_regnamespace('cd') is null")
    first = open_utility_keys(empty.keys, UNLOCK).public_key
    empty.found()
    assert empty.value("select utility_public_key from cd.site") == first
    empty.drop()


def test_a_centre_is_founded_once_and_its_keys_serve_no_other(
    office: OfficeUnderTest, empty: OfficeUnderTest
) -> None:
    before = (office.keys / "service.sealed").read_bytes()
    empty.keys = office.keys
    for again in (office, empty):
        with pytest.raises(UserError, match="keys of Test Water"):
            again.found()
    assert (office.keys / "service.sealed").read_bytes() == before


@pytest.mark.req("AUD-3")
def test_the_keys_folder_shows_nothing_without_its_key(office: OfficeUnderTest) -> None:
    login = open_utility_keys(office.keys, UNLOCK).login
    kept = b"".join(file.read_bytes() for file in office.keys.iterdir())
    assert login.password.encode() not in kept
    assert b"PRIVATE KEY" not in kept
    assert login.password not in repr(login)


def test_an_invitation_says_where_the_centre_is_and_how_to_know_it(office: OfficeUnderTest) -> None:
    code = office.invited()
    assert (code.database, code.ca_hash) == (office.database, b"")
    assert code.utility_key_hash == key_hash(open_utility_keys(office.keys, UNLOCK).public_key)
    assert code.password not in repr(code)
    with psycopg.connect(office.server.conninfo(office.database, code.role, code.password)):
        pass


def test_counters_get_the_next_free_code(office: OfficeUnderTest) -> None:
    assert [office.invite(code=code).code for code in ("", "c07", "", "desk2", "")] == [
        "C01",
        "C07",
        "C08",
        "DESK2",
        "C09",
    ]


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [(" ", "", "needs a name"), ("Till", "C01", "already"), ("Till", "C 1", "letters and digits"),
     ("Till", 'X"; drop', "letters and digits")],
)  # fmt: skip
def test_a_counter_that_cannot_be_is_refused_whole(
    office: OfficeUnderTest, name: str, code: str, said: str
) -> None:
    office.invite()
    with pytest.raises(UserError, match=said), open_centre(office.conninfo) as connection:
        add_counter(connection, name, "", code)
    assert office.value("select count(*) from cd.counter") == 1


def test_a_renewed_code_makes_the_one_before_worthless(office: OfficeUnderTest) -> None:
    before = office.invited()
    with open_centre(office.conninfo) as connection:
        after = read_code(renew_invitation(connection, "C01").enrolment_code)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(office.server.conninfo(office.database, before.role, before.password))
    psycopg.connect(office.server.conninfo(office.database, after.role, after.password)).close()


def test_a_counter_that_worked_gets_no_new_code(office: OfficeUnderTest) -> None:
    office.invite()
    office.execute("update cd.counter set last_seq = 1")
    with pytest.raises(UserError, match="is revoked"), open_centre(office.conninfo) as connection:
        renew_invitation(connection, "C01")


def test_what_is_not_there_is_not_revoked(office: OfficeUnderTest) -> None:
    office.invite()
    for expected in (None, "revoked before"):
        with open_centre(office.conninfo) as connection:
            if expected is None:
                assert revoke_counter(connection, "c01") == "Till"
            else:
                with pytest.raises(UserError, match=expected):
                    revoke_counter(connection, "c01")


def test_a_changed_setting_is_published_with_its_next_version(office: OfficeUnderTest) -> None:
    with open_centre(office.conninfo) as connection:
        assert change_setting(connection, "notes_limit", "200") == "200"
        assert change_setting(connection, "utility_address", "5 Street") == '"5 Street"'
        assert change_setting(connection, "utility_contact", "555") == '"555"'
    assert office.execute("select value, version from cd.setting where name = 'notes_limit'") == [
        (200, 2)
    ]
    assert office.value("select changed_by from cd.setting where name = 'notes_limit'")
    told = office.execute("select key from cd.change order by sync_seq desc limit 3")
    assert {key for (key,) in told} == {"notes_limit", "utility_address", "utility_contact"}


NONSENSE = (
    ("notes_limit", "many", "no sense"),
    ("notes_limit", "-1", "no sense"),
    ("notes_limit", "2.5", "no sense"),
    ("channels", '"Walk-in"', "no sense"),
    ("channels", "[]", "no sense"),
    ("channels", "[[]]", "no sense"),
    ("largest_payment_minor", str(10**15), "no sense"),
    ("credit_note_months", "99999", "no sense"),
    ("payment_modes", '[{"code": "x"}]', "no sense"),
    ("number_formats", '{"receipt": {"pattern": "R", "yearly": false}}', "no sense"),
    ("number_formats", '{"receipt": {"pattern": "R-{seq}", "yearly": true}}', "no sense"),
    ("time_zone", "Mars/Olympus", "no sense"),
    ("mail", "none", "no sense"),
    ("currency", '{"code": "USD", "digits": 2, "symbol": "$"}', "fixed"),
    ("utility_public_key", "00", "fixed"),
    ("colour", "blue", "no setting colour"),
)


def test_a_setting_without_sense_changes_nothing(office: OfficeUnderTest) -> None:
    with open_centre(office.conninfo) as connection:
        before = read_office(connection)
        for name, text, said in NONSENSE:
            with pytest.raises(UserError, match=said):
                change_setting(connection, name, text)
        assert read_office(connection) == before


def test_a_server_on_the_network_needs_somebody_who_vouches_for_it(office: OfficeUnderTest) -> None:
    authority = (office.keys / "counters-ca.pem").read_text("ascii")
    with open_centre(office.conninfo) as connection:
        with pytest.raises(UserError, match="unencrypted"):
            change_reach(connection, "db.example.org", 0, "")
        with pytest.raises(UserError, match="one name"):
            change_reach(connection, "db.example.org,other.example.org", 0, authority)
        change_reach(connection, "db.example.org", 5433, authority)
        assert read_reach(connection) == ("db.example.org", 5433, True)
    code = office.invited()
    assert (code.host, code.port, len(code.ca_hash)) == ("db.example.org", 5433, 32)
    assert code.ca


def test_the_standing_counts_what_waits(office: OfficeUnderTest) -> None:
    office.invite(office="North")
    counter_id = office.counter("C01")["counter_id"]
    office.execute(
        "insert into cd.event (counter_id, seq, kind, body, hash, signature)"
        " values (%s, 1, 'payment.taken', '', '', ''), (%s, 2, 'x', '', '', '')",
        (counter_id, counter_id),
    )
    for seq, tenders in ((1, {"cash": 1500, "card": -200}), (2, {"cash": "much"})):
        office.execute(
            "insert into cd.suspense (counter_id, seq, kind, reason, sqlstate, currency, tenders)"
            " values (%s, %s, 'payment.taken', '', '', 'EUR', %s::jsonb)",
            (counter_id, seq, json.dumps(tenders)),
        )
    office.execute("insert into cd.work_item (kind, subject, detail) values ('fork', '', '')")
    office.execute(
        "insert into cd.number_lease (request_id, counter_id, series, year, first, last, next)"
        " values (gen_random_uuid(), %s, 'receipt', 0, 1, 250, 1)",
        (counter_id,),
    )
    with open_centre(office.conninfo) as connection:
        found = centre_standing(connection)
    assert (found.suspended, found.suspense_minor, found.work_items) == (
        2,
        {"EUR": 1300},
        {"fork": 1},
    )
    [counter] = found.counters
    assert (counter.numbers_leased, counter.office, counter.status) == (250, "North", "invited")
    assert not found.service_runs
    assert found.people_valid_until is None
    with office.served(), open_centre(office.conninfo) as connection:
        while not centre_standing(connection).service_runs:
            pass


@pytest.mark.req("AUD-3")
def test_an_administrator_needs_to_make_roles_and_nothing_more(tmp_path: Path) -> None:
    with TemporaryDirectory(
        prefix="counterdesk-", dir=place_in_memory(), ignore_cleanup_errors=True
    ) as folder:
        server = EmbeddedServer(Path(folder) / "pg")  # where no superuser made the groups
        with psycopg.connect(server.conninfo(), autocommit=True) as connection:
            connection.execute("create role admin login createrole password 'admin'")
            connection.execute("create database counterdesk owner admin")
        made = OfficeUnderTest(server, tmp_path)
        made.conninfo = server.conninfo("counterdesk", "admin", "admin")
        made.found()
        with made.served():
            enroll_till(tmp_path / "till", made.invited())
        with open_centre(made.conninfo) as connection:
            renew_invitation(connection, "C01")
            revoke_counter(connection, "C01")
        groups = "select 1 from pg_auth_members where member = 'cd_owner'::regrole"
        assert len(made.execute(groups)) == 3
        assert (
            made.value(
                "select count(*) from pg_auth_members where pg_get_userbyid(member) like 'cd_c01%'"
            )
            == 0
        )
        server.stop()


@pytest.mark.parametrize(
    ("conninfo", "said"),
    [
        ("host=127.0.0.1 port=1", "does not let us in"),
        ("nonsense here", "does not say where"),
        ("service=nowhere", "does not say where|does not let us in"),
    ],
)
def test_a_wrong_server_is_named_in_words(conninfo: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        opening.connect(conninfo)


def test_no_centre_a_newer_and_an_older_one_each_have_their_sentence(
    office: OfficeUnderTest, empty: OfficeUnderTest
) -> None:
    with pytest.raises(UserError, match="no centre in the database"), open_centre(empty.conninfo):
        pass
    for revision, said in (("c9999", "newer"), ("c0000", "centre upgrade")):
        office.execute("update cd.schema_version set version_num = %s", (revision,))
        with pytest.raises(UserError, match=said), open_centre(office.conninfo):
            pass


def test_a_login_without_rights_is_told_so(office: OfficeUnderTest) -> None:
    code = office.invited()
    conninfo = office.server.conninfo(office.database, code.role, code.password)
    with pytest.raises(UserError, match="may not do that"), open_centre(conninfo) as connection:
        add_counter(connection, "Mine", "", "")
    with pytest.raises(UserError, match=r"does not let us in.*password"):
        opening.connect(office.server.conninfo(office.database, code.role, "wrong"))
