"""Certificates that run out are made anew for the same keys, and counters take them up."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterdesk.core.clock import SystemClock
from counterdesk.core.receipt_code import read_certificate
from counterdesk.store.folder import Folder
from counterdesk.store.keys import open_key_file
from counterdesk.store.store import Store
from counterdesk.sync.address import read_address
from counterdesk.sync.centre.authority import certificate_ends, make_authority, sign_request
from counterdesk.sync.centre.opening import open_centre
from counterdesk.sync.centre.service_keys import open_utility_keys
from counterdesk.sync.centre.standing import centre_standing
from counterdesk.sync.reach import Reach, reach_bytes, reach_to_sign, read_reach
from tests.sync.offices import UNLOCK, OfficeUnderTest, enroll_till
from tests.sync.renewed import TEN_YEARS, made_anew, told_by_the_centre

pytestmark = pytest.mark.req("AUD-3")


def days_left(path: Path) -> tuple[int, int]:
    """Return for how many days the receipts' and the TLS certificate of a till are still good."""
    store = Store.open(path, UNLOCK, SystemClock())
    own, _signature = read_certificate(store.counter.certificate)
    store.close()
    tls = certificate_ends((Folder(path).tls / "counter.pem").read_text("ascii"))
    now = datetime.now(UTC)
    return (own.valid_until - now.date()).days, round((tls - now) / timedelta(days=1))


def key_of(path: Path) -> object:
    pem = (Folder(path).tls / "counter.pem").read_bytes()
    return x509.load_pem_x509_certificate(pem).public_key()


@pytest.fixture
def old_till(office: OfficeUnderTest, tmp_path: Path) -> Path:
    """A till that enrolled nearly ten years ago."""
    with office.served(timedelta(days=100) - TEN_YEARS):
        enroll_till(tmp_path / "till", office.invited())
    return tmp_path / "till"


def test_a_till_takes_up_new_certificates_for_its_keys_by_itself(
    office: OfficeUnderTest, old_till: Path
) -> None:
    assert days_left(old_till) == (100, 100)
    key = key_of(old_till)
    made_anew(office, "C01")
    told_by_the_centre(old_till)
    assert days_left(old_till) == (3_650, 3_650)
    assert key_of(old_till) == key
    store = Store.open(old_till, UNLOCK, SystemClock())
    own, _signature = read_certificate(store.counter.certificate)
    store.close()
    assert own.public_key == office.counter("C01")["public_key"]
    assert own.valid_from < datetime.now(UTC).date() - timedelta(days=3_000)
    told_by_the_centre(old_till)
    assert days_left(old_till) == (3_650, 3_650)


def test_one_that_is_good_for_long_stays(office: OfficeUnderTest, tmp_path: Path) -> None:
    with office.served():
        enroll_till(tmp_path, office.invited())
    before = office.counter("C01")
    with office.served(), open_centre(office.conninfo) as connection:
        while not centre_standing(connection).service_runs:
            pass
    assert office.counter("C01") == before


@pytest.mark.parametrize("whose", ["stranger", "other key"])
def test_a_certificate_that_is_not_the_till_s_own_is_not_taken(
    office: OfficeUnderTest, old_till: Path, whose: str, caplog: pytest.LogCaptureFixture
) -> None:
    with office.served():
        enroll_till(old_till.parent / "other", office.invited())
    other = office.counter("C02")
    certificate = other["certificate"]
    if whose == "stranger":
        certificate = office.counter("C01")["certificate"][:-1] + b"\0"
    office.execute(
        "update cd.counter set certificate = %s, tls_certificate = %s where code = 'C01'",
        (certificate, other["tls_certificate"]),
    )
    told_by_the_centre(old_till)
    assert days_left(old_till) == (100, 100)
    assert "does not open the centre is not taken" in caplog.text
    assert ("not the utility's word" in caplog.text) == (whose == "stranger")
    caplog.clear()


def test_status_names_what_runs_out_within_a_month(
    office: OfficeUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    from counterdesk import cli  # noqa: PLC0415 - only this test types

    login = open_utility_keys(office.keys, UNLOCK).login
    with office.served(timedelta(days=29) - TEN_YEARS):
        enroll_till(office.keys.parent / "till", office.invited())
    assert cli.main(("centre", "--centre", office.conninfo, "status")) == 0
    ends = (datetime.now(UTC) + timedelta(days=29)).date()
    assert f"its certificate runs out on {ends}" in capsys.readouterr().out
    request = office.value("select tls_request from cd.counter")
    gone = sign_request(
        login.authority_key, login.authority, request, "x", datetime.now(UTC) - TEN_YEARS
    )
    office.execute("update cd.counter set tls_certificate = %s", (gone,))
    assert cli.main(("centre", "--centre", office.conninfo, "status")) == 0
    assert "its certificate ran out on" in capsys.readouterr().out
    _key, authority = make_authority("Somebody")
    office.execute("update cd.reach set server_ca = %s", (authority,))
    assert cli.main(("centre", "--centre", office.conninfo, "status")) == 0
    assert "vouches" not in capsys.readouterr().out


@pytest.mark.req("SYNC-6")
@pytest.mark.parametrize("how", ["unsigned", "older"])
def test_a_place_that_is_not_the_utility_s_newest_word_is_not_gone_to(
    office: OfficeUnderTest, tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    with office.served():
        enroll_till(tmp_path, office.invited())
        ends = time.monotonic() + 30
        while office.value("select body from cd.reach") is None:
            assert time.monotonic() < ends
            time.sleep(0.05)
    told_by_the_centre(tmp_path)
    issued = read_reach(office.value("select body from cd.reach")).issued_at_utc
    signing = open_utility_keys(office.keys, UNLOCK).signing
    body = reach_bytes(Reach("evil.example.org", 5432, "", issued - timedelta(seconds=1)))
    if how == "unsigned":
        body = body.replace(b"20", b"21", 1)
        signing = Ed25519PrivateKey.generate()
    signature = signing.sign(reach_to_sign(body))
    office.execute("select cd.tell_reach(%s, %s)", (body, signature))
    told_by_the_centre(tmp_path)
    folder = Folder(tmp_path)
    address = read_address(folder, open_key_file(folder.keys, UNLOCK).data_key)
    assert address is not None
    assert address.host == office.value("select host from cd.reach")
    assert ("a place of the centre that is not" in caplog.text) == (how == "unsigned")
    caplog.clear()
