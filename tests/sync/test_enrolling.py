"""A till becomes a counter: over any number of tries, and of no other centre."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterdesk.core.clock import SystemClock
from counterdesk.core.errors import UserError
from counterdesk.core.people_told import PersonTold
from counterdesk.core.permissions import Role
from counterdesk.core.receipt_code import Certificate, read_certificate
from counterdesk.services.people import begin_attempt, sign_in
from counterdesk.services.receipt_check import make_certificate
from counterdesk.services.secret_hash import HashCost, hash_secret
from counterdesk.store.folder import Folder
from counterdesk.store.keys import open_key_file
from counterdesk.store.store import Store
from counterdesk.store.unlock import RecoveryUnlock
from counterdesk.sync.address import CentreAddress, read_address
from counterdesk.sync.centre.counters import renew_invitation, revoke_counter
from counterdesk.sync.centre.opening import open_centre
from counterdesk.sync.centre.people import add_person
from counterdesk.sync.centre.service_keys import key_hash, open_utility_keys
from counterdesk.sync.enrolling import Step
from counterdesk.sync.enrolment_code import code_text, read_code
from counterdesk.sync.people import take_people
from counterdesk.sync.postgres_link import PostgresLink
from tests.sync.offices import UNLOCK, OfficeUnderTest, PlugPulled, Watched, enroll_till


@pytest.fixture
def till(tmp_path: Path) -> Path:
    return tmp_path / "till"


def address_of(till: Path) -> CentreAddress:
    folder = Folder(till)
    address = read_address(folder, open_key_file(folder.keys, UNLOCK).data_key)
    assert address is not None
    return address


def test_a_till_becomes_the_counter_it_was_invited_as(office: OfficeUnderTest, till: Path) -> None:
    code = office.invited()
    with office.served():
        watched = enroll_till(till, code)
    assert watched.steps == list(Step)
    store = Store.open(till, UNLOCK, SystemClock())
    counter, kept = store.counter, office.counter("C01")
    store.close()
    assert (kept["status"], kept["counter_id"]) == ("active", counter.counter_id)
    assert kept["certificate"] == counter.certificate
    certificate, _signature = read_certificate(counter.certificate)
    assert (certificate.code, certificate.public_key) == ("C01", kept["public_key"])
    with psycopg.connect(address_of(till).conninfo(Folder(till))) as connection:
        assert connection.execute("select code from cd.my_counter").fetchone() == ("C01",)
        connection.execute("select name from cd.consumer_now")


def test_the_code_is_worth_nothing_afterwards(
    office: OfficeUnderTest, till: Path, tmp_path: Path
) -> None:
    code = office.invited()
    with office.served():
        enroll_till(till, code)
    with pytest.raises(UserError, match=r"it was used.*add-counter --renew"):
        enroll_till(tmp_path / "another", code)
    assert not Folder(tmp_path / "another").ledger.exists()


@pytest.mark.req("SYNC-6")
@pytest.mark.parametrize("pulled_at", list(Step))
def test_interrupted_anywhere_it_is_simply_run_again(
    office: OfficeUnderTest, till: Path, pulled_at: Step
) -> None:
    code = office.invited()
    with office.served():
        first = Watched(pulled_at)
        with pytest.raises(PlugPulled):
            enroll_till(till, code, first)
        again = enroll_till(till, code)
    assert not Folder(till).ledger.with_suffix(".db.new").exists()
    assert office.counter("C01")["status"] == "active"
    store = Store.open(till, RecoveryUnlock(again.recovery_codes[-1]), SystemClock())
    assert store.counter.public_key == office.counter("C01")["public_key"]
    store.close()


def test_without_the_service_the_till_waits_and_can_go_on_later(
    office: OfficeUnderTest, till: Path
) -> None:
    code = office.invited()
    with pytest.raises(UserError, match=r"centre serve.*same command again"):
        enroll_till(till, code, Watched(wait_seconds=0))
    assert office.counter("C01")["status"] == "enrolling"
    with office.served():
        enroll_till(till, code)
    assert office.counter("C01")["status"] == "active"


@pytest.mark.req("AUD-3")
def test_a_centre_with_another_key_is_told_nothing(office: OfficeUnderTest, till: Path) -> None:
    code = replace(office.invited(), utility_key_hash=key_hash(bytes(32)))
    with pytest.raises(UserError, match="not the one that the code was made for"):
        enroll_till(till, code)
    assert office.counter("C01")["status"] == "invited"
    good = replace(
        code, utility_key_hash=key_hash(open_utility_keys(office.keys, UNLOCK).public_key)
    )
    with office.served():
        enroll_till(till, good)  # its password was not changed by the wrong one


@pytest.mark.req("AUD-3")
def test_a_certificate_that_the_utility_did_not_sign_sets_nothing_up(
    office: OfficeUnderTest, till: Path
) -> None:
    code = office.invited()
    with pytest.raises(PlugPulled):
        enroll_till(till, code, Watched(Step.SHOWN))
    kept, day = office.counter("C01"), date(2025, 4, 20)
    about = Certificate(kept["counter_id"], "C01", kept["public_key"], day, day)
    forged = make_certificate(Ed25519PrivateKey.generate(), about)
    office.execute("update cd.counter set certificate = %s, tls_certificate = ''", (forged,))
    with pytest.raises(UserError, match="not signed by the utility"):
        enroll_till(till, code)
    assert not Folder(till).ledger.exists()


@pytest.mark.req("AUD-3")
def test_a_certificate_of_another_till_s_key_sets_nothing_up(
    office: OfficeUnderTest, till: Path, tmp_path: Path
) -> None:
    code = office.invited()
    with office.served():
        enroll_till(tmp_path / "first", code)
    lost = address_of(tmp_path / "first")
    with pytest.raises(UserError, match="works on another till already"):
        enroll_till(till, replace(code, password=lost.password))
    assert not Folder(till).ledger.exists()


@pytest.mark.req("SYNC-6")
def test_whom_the_centre_told_signs_in_at_the_new_counter(
    office: OfficeUnderTest, till: Path
) -> None:
    cost = HashCost(memory_kib=8, passes=1, lanes=1)
    jane = PersonTold(
        UUID(int=7), "jane", "Jane Smith", Role.CASHIER, True, b"s" * 16,
        hash_secret("clear water", b"s" * 16, cost), b"", b"", 8, 1, 1,
    )  # fmt: skip
    with open_centre(office.conninfo) as connection:
        add_person(connection, jane)
    with office.served():
        enroll_till(till, office.invited())
    store = Store.open(till, UNLOCK, SystemClock())
    address = read_address(store.folder, store.data_key)
    assert address is not None
    link = PostgresLink(address.conninfo(store.folder))
    facts = link.office_facts()
    link.close()
    assert store.write(lambda session: take_people(session, facts)).result()
    attempt = store.write(lambda session: begin_attempt(session, "Jane")).result()
    actor = store.write(lambda session: sign_in(session, attempt, "clear water")).result()
    store.close()
    assert (actor.name, actor.role) == ("Jane Smith", Role.CASHIER)


def test_a_folder_that_holds_a_counter_is_left_alone(office: OfficeUnderTest, till: Path) -> None:
    with office.served():
        enroll_till(till, office.invited())
        before = Folder(till).keys.read_bytes()
        with pytest.raises(UserError, match="already holds a counter"):
            enroll_till(till, office.invited())
    assert Folder(till).keys.read_bytes() == before


def test_an_expired_code_is_refused_in_words_and_renewed(
    office: OfficeUnderTest, till: Path
) -> None:
    code = office.invited()
    office.execute("update cd.counter set invited_until = now() - interval '1 minute'")
    with pytest.raises(UserError, match="older than 48 hours"):
        enroll_till(till, code)
    with open_centre(office.conninfo) as connection:
        renewed = renew_invitation(connection, "c01")
    with pytest.raises(UserError, match="it was used"):
        enroll_till(till, code)
    with office.served():
        enroll_till(till, read_code(renewed.enrolment_code))


def test_a_code_that_leads_over_the_network_in_the_open_is_refused(
    office: OfficeUnderTest,
) -> None:
    code = code_text(replace(office.invited(), host="192.0.2.1"))
    with pytest.raises(UserError, match="without encryption"):
        read_code(code)


def test_another_code_makes_the_same_folder_another_counter(
    office: OfficeUnderTest, till: Path
) -> None:
    first, second = office.invited(), office.invited()
    with pytest.raises(PlugPulled):
        enroll_till(till, first, Watched(Step.SHOWN))
    with office.served():
        enroll_till(till, second)
    assert (office.counter("C01")["status"], office.counter("C02")["status"]) == (
        "enrolling",
        "active",
    )


@pytest.mark.req("SYNC-6")
def test_a_revoked_counter_is_let_in_no_more(office: OfficeUnderTest, till: Path) -> None:
    with office.served():
        enroll_till(till, office.invited())
    conninfo = address_of(till).conninfo(Folder(till))
    with psycopg.connect(conninfo, autocommit=True) as open_one:
        with open_centre(office.conninfo) as connection:
            revoke_counter(connection, "C01")
        with pytest.raises(psycopg.Error):
            open_one.execute("select * from cd.consumer_now")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo)


def test_a_centre_that_is_not_reached_leaves_the_till_as_it_was(
    office: OfficeUnderTest, till: Path
) -> None:
    code = replace(office.invited(), host="127.0.0.1", port=1)
    with pytest.raises(UserError, match=r"not reached.*same command again"):
        enroll_till(till, code)
    assert not Folder(till).ledger.exists()


def test_the_sealed_address_shows_nothing(office: OfficeUnderTest, till: Path) -> None:
    code = office.invited()
    with office.served():
        enroll_till(till, code)
    address = address_of(till)
    assert (address.one_time, address.role) == ("", code.role)
    for file in (path for path in till.rglob("*") if path.is_file()):
        for secret in (address.password, code.password, address.tls_key_password):
            assert secret.encode() not in file.read_bytes()
    assert address.password not in repr(address)
