"""A centre on the network: TLS, SCRAM and client certificates on a PostgreSQL that has them.

The rules of `pg_hba.conf` are the ones of docs/centre.md; the administrator is no superuser.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from counterdesk.core.errors import UserError
from counterdesk.store.folder import Folder
from counterdesk.store.keys import open_key_file
from counterdesk.sync.address import CentreAddress, read_address
from counterdesk.sync.centre.authority import make_authority, make_server_certificate
from counterdesk.sync.centre.counters import revoke_counter
from counterdesk.sync.centre.founding import change_reach
from counterdesk.sync.centre.opening import open_centre
from counterdesk.sync.centre.server_line import server_certificate_ends
from counterdesk.sync.centre.service_keys import authority_file, open_utility_keys
from counterdesk.sync.centre.standing import centre_standing
from counterdesk.sync.enrolling import Step, enroll
from counterdesk.sync.enrolment_code import read_code
from tests.folders import place_in_memory
from tests.sync.offices import UNLOCK, OfficeUnderTest, PlugPulled, Watched, enroll_till
from tests.sync.renewed import TEN_YEARS, made_anew, told_by_the_centre

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
RULES = Path(__file__).parents[2] / "docs" / "centre.md"

pytestmark = pytest.mark.skipif(not DEBIAN, reason="no PostgreSQL with TLS on this machine")


class TlsServer:
    """Debian's PostgreSQL on the loopback, reached like one on the network."""

    def __init__(self, folder: Path) -> None:
        self._bin, self._folder, self._data = DEBIAN[-1].parent, folder, folder / "data"
        self._user = "postgres" if os.geteuid() == 0 else None
        folder.chmod(0o755)
        self._data.mkdir()
        self._own(self._data)
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust")
        self.port = free_port()
        self._rule(f"local all postgres trust\n{documented_rules()}")
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(
                f"port = {self.port}\nlisten_addresses = 'localhost'\nfsync = off\n"
                f"unix_socket_directories = '{folder}'\n"
            )
        self._own(folder)
        self._control("start")

    def superuser(self, database: str = "postgres") -> str:
        return make_conninfo("", host=str(self._folder), port=self.port, dbname=database,
                             user="postgres")  # fmt: skip

    def conninfo(self, database: str = "postgres", user: str = "", password: str = "") -> str:
        return make_conninfo("", host="localhost", port=self.port, dbname=database, user=user,
                             password=password or None)  # fmt: skip

    def use(self, key: str, certificate: str, authority: str) -> None:
        """Take up TLS files, as the operator does."""
        for name, text in (("key", key), ("crt", certificate), ("ca", authority)):
            file = self._data / f"server.{name}"
            file.write_text(text, "ascii")
            file.chmod(0o600)
            self._own(file)
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("ssl = on\nssl_ca_file = 'server.ca'\n")
        self._control("restart")

    def stop(self) -> None:
        self._control("stop")

    def _control(self, what: str) -> None:
        log, mode = str(self._data / "log"), () if what == "start" else ("-m", "fast")
        self._run("pg_ctl", what, "-D", str(self._data), "-w", "-l", log, *mode)

    def _rule(self, text: str) -> None:
        (self._data / "pg_hba.conf").write_text(text, "utf-8")

    def _own(self, path: Path) -> None:
        if self._user:
            shutil.chown(path, self._user)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [self._bin / program, *words], check=True, user=self._user, cwd=self._folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def documented_rules() -> str:
    lines = RULES.read_text("utf-8").splitlines()
    rules = [line for line in lines if line.startswith("hostssl")]
    assert len(rules) == 4
    return "\n".join(rules) + "\n"


class NetworkOffice(OfficeUnderTest):
    """A centre whose administrator comes over the network and is no superuser."""

    def __init__(self, tls: TlsServer, folder: Path) -> None:
        self.tls, self.keys, self.database = tls, folder / "keys", "counterdesk"
        with psycopg.connect(tls.superuser(), autocommit=True) as connection:
            connection.execute("create role counterdesk_admin login createrole password 'admin'")
            connection.execute("create database counterdesk owner counterdesk_admin")
        self.conninfo = tls.conninfo("counterdesk", "counterdesk_admin", "admin")


@pytest.fixture(scope="module")
def network() -> Iterator[NetworkOffice]:
    with TemporaryDirectory(
        prefix="counterdesk-", dir=place_in_memory(), ignore_cleanup_errors=True
    ) as folder:
        server = TlsServer(Path(folder))
        try:
            key, authority = make_authority("before init")  # so that the first login has TLS
            server.use(*make_server_certificate(key, authority, "localhost"), authority)
            made = NetworkOffice(server, Path(folder))
            made.found(host="localhost", server_ca=authority)
            login = open_utility_keys(made.keys, UNLOCK).login
            own = make_server_certificate(login.authority_key, login.authority, "localhost")
            server.use(*own, login.authority)
            made.execute("update cd.reach set server_ca = %s", (login.authority,))
            yield made
        finally:
            server.stop()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take long to shake hands: what is refused is shown, not what is slow."""
    monkeypatch.setattr("counterdesk.sync.address._CONNECT_SECONDS", 60)


def address_of(till: Path) -> CentreAddress:
    folder = Folder(till)
    address = read_address(folder, open_key_file(folder.keys, UNLOCK).data_key)
    assert address is not None
    return address


@pytest.mark.req("AUD-3")
def test_a_counter_comes_with_tls_its_password_and_its_certificate(
    network: NetworkOffice, tmp_path: Path
) -> None:
    code = network.invited()
    assert code.ca_hash
    with network.served():
        for step in (Step.CERTIFIED, Step.STORED, Step.ACTIVE, None):
            if step is None:
                enroll_till(tmp_path, code)
            else:
                with pytest.raises(PlugPulled):
                    enroll_till(tmp_path, code, Watched(step))
    folder, address = Folder(tmp_path), address_of(tmp_path)
    with psycopg.connect(address.conninfo(folder)) as connection:
        used = "select ssl, client_dn from pg_stat_ssl where pid = pg_backend_pid()"
        assert connection.execute(used).fetchone() == (True, f"/CN={address.role}")
    (folder.tls / "counter.pem").unlink()
    with pytest.raises(psycopg.OperationalError, match="certificate"):
        psycopg.connect(address.conninfo(folder))


@pytest.mark.req("AUD-3")
def test_another_counter_s_certificate_opens_nothing(
    network: NetworkOffice, tmp_path: Path
) -> None:
    tills = (tmp_path / "one", tmp_path / "two")
    with network.served():
        for till in tills:
            enroll_till(till, network.invited())
    one, two = map(address_of, tills)
    psycopg.connect(two.conninfo(Folder(tills[1]))).close()
    stolen = replace(two, tls_key_password=one.tls_key_password)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(stolen.conninfo(Folder(tills[0])))


@pytest.mark.req("AUD-3")
def test_a_server_that_nobody_vouches_for_learns_nothing(
    network: NetworkOffice, tmp_path: Path
) -> None:
    _key, stranger = make_authority("Stranger")
    with open_centre(network.conninfo) as connection:
        connection.execute("update cd.reach set server_ca = %s", (stranger,))
    code = network.invited()
    with open_centre(network.conninfo) as connection:
        own = authority_file(network.keys).read_text("ascii")
        connection.execute("update cd.reach set server_ca = %s", (own,))
    with pytest.raises(UserError, match="does not prove to be the centre's"):
        enroll_till(tmp_path, code)
    other_name = replace(network.invited(), host="127.0.0.1")  # not in the certificate
    with pytest.raises(UserError, match="does not prove to be the centre's"):
        enroll_till(tmp_path, other_name)
    assert not Folder(tmp_path).ledger.exists()


def test_a_large_certificate_is_named_by_its_fingerprint_and_brought_as_a_file(
    network: NetworkOffice, tmp_path: Path
) -> None:
    code = replace(network.invited(), ca=b"")
    with pytest.raises(UserError, match="--ca"):
        enroll_till(tmp_path, code)
    own = authority_file(network.keys).read_text("ascii")
    with network.served():
        enroll(tmp_path, UNLOCK, code, Watched().progress, own)
    assert Folder(tmp_path).ledger.exists()


@pytest.mark.req("AUD-3")
def test_a_revoked_counter_is_out_though_its_administrator_is_no_superuser(
    network: NetworkOffice, tmp_path: Path
) -> None:
    invited = network.invite()
    with network.served():
        enroll_till(tmp_path, read_code(invited.enrolment_code))
    with open_centre(network.conninfo) as connection:
        revoke_counter(connection, invited.code)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address_of(tmp_path).conninfo(Folder(tmp_path)))


def test_nobody_comes_without_tls(network: NetworkOffice) -> None:
    code = network.invited()
    plain = network.tls.conninfo("counterdesk", code.role, code.password)
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(make_conninfo(plain, sslmode="disable"))


@pytest.mark.req("AUD-3")
def test_a_renewed_certificate_is_taken_up_once_the_server_accepts_it(
    network: NetworkOffice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    invited = network.invite()
    with network.served(timedelta(days=100) - TEN_YEARS):
        enroll_till(tmp_path, read_code(invited.enrolment_code))
    old = serial_used(tmp_path)
    made_anew(network, invited.code, timedelta(days=3_600))  # not good yet: its clock is ahead
    told_by_the_centre(tmp_path)
    assert serial_used(tmp_path) == old
    assert "does not take the new TLS certificate" in caplog.text
    caplog.clear()
    network.execute("update cd.counter set tls_certificate = '' where code = %s", (invited.code,))
    made_anew(network, invited.code)
    told_by_the_centre(tmp_path)
    assert serial_used(tmp_path) != old
    assert not list(Folder(tmp_path).tls.glob("*.new"))


def serial_used(till: Path) -> int:
    used = "select client_serial from pg_stat_ssl where pid = pg_backend_pid()"
    with psycopg.connect(address_of(till).conninfo(Folder(till))) as connection:
        row = connection.execute(used).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.req("AUD-3")
def test_the_server_s_certificate_is_looked_at_as_a_till_meets_it(network: NetworkOffice) -> None:
    ends = server_certificate_ends("localhost", network.tls.port)
    assert ends is not None
    assert timedelta(days=3_640) < ends - datetime.now(UTC) < timedelta(days=3_651)
    assert server_certificate_ends("localhost", free_port()) is None
    with open_centre(network.conninfo) as connection:
        found = centre_standing(connection)
    assert found.server_until == ends
    assert found.authority_until is not None


def move(network: NetworkOffice, host: str, authority: str) -> None:
    """Change where tills find the server, and let the service sign it."""
    with open_centre(network.conninfo) as connection:
        change_reach(connection, host, network.tls.port, authority)
    with network.served():
        ends = time.monotonic() + 30
        while host.encode() not in network.value("select body from cd.reach"):
            assert time.monotonic() < ends
            time.sleep(0.05)
        while json.loads(network.value("select body from cd.reach"))["ca_pem"] != authority:
            assert time.monotonic() < ends
            time.sleep(0.05)


def people_are_told_anew(network: NetworkOffice) -> None:
    """Let the service do what it does every three days, and whenever it begins."""
    head = "select max(sync_seq) from cd.change"
    before = network.value(head)
    with network.served():
        ends = time.monotonic() + 30
        while network.value(head) == before:
            assert time.monotonic() < ends
            time.sleep(0.05)


def serves(till: Path) -> None:
    psycopg.connect(address_of(till).conninfo(Folder(till))).close()


@pytest.mark.req("AUD-3", "SYNC-6")
def test_a_till_tries_the_new_place_first_and_finds_the_old_one(
    network: NetworkOffice, tmp_path: Path
) -> None:
    with network.served():
        enroll_till(tmp_path, network.invited())
    own = authority_file(network.keys).read_text("ascii")
    try:
        move(network, "127.0.0.1", own)  # nothing there yet that its certificate names
        told_by_the_centre(tmp_path)
        found = address_of(tmp_path)
        assert (found.host, found.other_host) == ("127.0.0.1", "localhost")
        serves(tmp_path)
    finally:
        move(network, "localhost", own)
    told_by_the_centre(tmp_path)
    assert (address_of(tmp_path).host, address_of(tmp_path).other_host) == (
        "localhost", "127.0.0.1",
    )  # fmt: skip


@pytest.mark.req("AUD-3", "SYNC-6")
def test_a_new_authority_is_trusted_on_the_utility_s_word_and_the_old_one_no_longer(
    network: NetworkOffice, tmp_path: Path
) -> None:
    with network.served():
        enroll_till(tmp_path, network.invited())
    login = open_utility_keys(network.keys, UNLOCK).login
    key, another = make_authority("Another")
    try:
        move(network, "localhost", another)
        told_by_the_centre(tmp_path)
        assert address_of(tmp_path).ca_pem == another
        serves(tmp_path)  # the server still shows the old one
        network.tls.use(*make_server_certificate(key, another, "localhost"), login.authority)
        people_are_told_anew(network)
        told_by_the_centre(tmp_path)
        assert (Folder(tmp_path).tls / "centre-ca.pem").read_text("ascii") == another
        serves(tmp_path)
    finally:
        own = make_server_certificate(login.authority_key, login.authority, "localhost")
        network.tls.use(*own, login.authority)
        move(network, "localhost", login.authority)
    with pytest.raises(psycopg.OperationalError, match="certificate"):
        serves(tmp_path)
