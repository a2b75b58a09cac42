"""A centre and a till as they are set up at a terminal, from nothing to a counter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from counterdesk import cli
from counterdesk.cli import asking
from counterdesk.core.clock import SystemClock
from counterdesk.core.people_told import read_people
from counterdesk.store.store import Store
from counterdesk.store.unlock import PassphraseUnlock
from tests.folders import place_in_memory
from tests.sync.offices import OfficeUnderTest

PASSPHRASE = "only for tests"
PASSWORD, PIN = "clear water 2025", "204206"


class Terminal:
    """Types commands, and answers what is asked."""

    def __init__(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, conninfo: str
    ) -> None:
        self._capsys = capsys
        self.answers: list[str] = []
        monkeypatch.setenv(asking.PASSPHRASE_VARIABLE, PASSPHRASE)
        monkeypatch.setenv("COUNTERDESK_CENTRE", conninfo)
        monkeypatch.setattr(asking, "getpass", self._answer)

    def _answer(self, _prompt: str) -> str:
        if not self.answers:
            raise EOFError
        return self.answers.pop(0)

    def type(self, *words: str, answers: tuple[str, ...] = (), code: int = 0) -> str:
        self.answers = list(answers)
        assert cli.main(words) == code
        assert not self.answers
        told = self._capsys.readouterr()
        return told.err if code else told.out


@pytest.fixture
def terminal(
    office: OfficeUnderTest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    return Terminal(capsys, monkeypatch, office.conninfo)


@pytest.fixture
def passing() -> Iterator[Path]:
    """A folder that PostgreSQL's own user may pass through, also when root runs the tests."""
    with TemporaryDirectory(
        prefix="counterdesk-", dir=place_in_memory(), ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def typed(*words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, asking.PASSPHRASE_VARIABLE: PASSPHRASE}
    return subprocess.Popen(
        [sys.executable, "-m", "counterdesk", *words], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def done(*words: str) -> str:
    process = typed(*words)
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err
    return out


@pytest.mark.req("SYNC-6")
def test_from_nothing_to_a_counter_with_the_embedded_postgresql(passing: Path) -> None:
    centre = ("centre", "--embedded", str(passing / "centre"))
    code, till = passing / "code.txt", passing / "till"
    assert "stands" in done(*centre, "init", "--name", "Test Water", "--currency", "EUR")
    service = typed(*centre, "serve")
    try:
        assert "counter C01" in done(*centre, "add-counter", "Till 1", "--out", str(code))
        assert "counter C01, Till 1" in done("enroll", str(code), "--data", str(till))
        standing = done(*centre, "status")
    finally:
        service.send_signal(signal.SIGTERM)
        out, err = service.communicate(timeout=60)
    assert "The service runs." in standing
    assert "C01  Till 1: works" in standing
    assert "has ended" in out, err
    assert service.returncode == 0
    store = Store.open(till, PassphraseUnlock(PASSPHRASE), SystemClock())
    assert store.counter.code == "C01"
    assert store.counter.certificate
    store.close()


def test_a_person_types_their_password_twice_and_it_is_kept_as_a_hash(
    terminal: Terminal, office: OfficeUnderTest
) -> None:
    add = ("centre", "add-user", "Jane", "--name", "Jane Smith", "--role", "cashier", "--pin")
    said = terminal.type(*add, answers=(PASSWORD, PASSWORD, PIN, PIN))
    assert "Jane Smith may sign in as jane" in said
    [row] = office.execute("select login, role, password_hash, pin_salt, passes from cd.person")
    assert row[:2] == ("jane", "Customer Executive")
    assert len(row[2]) == 32
    assert PASSWORD.encode() not in row[2]
    assert row[4] == 3


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (("short",), "at least 8 characters"),
        ((PASSWORD, "clear water 2026"), "not the same"),
        (("12345678",), "more than digits"),
        ((), "at a terminal"),
    ],
)
def test_a_password_that_will_not_do_adds_nobody(
    terminal: Terminal, office: OfficeUnderTest, answers: tuple[str, ...], said: str
) -> None:
    add = ("centre", "add-user", "jane", "--name", "Jane", "--role", "Supervisor")
    assert said in terminal.type(*add, answers=answers, code=2)
    assert office.value("select count(*) from cd.person") == 0


def test_a_person_is_changed_and_shut_out(terminal: Terminal, office: OfficeUnderTest) -> None:
    add = ("centre", "add-user", "jane", "--name", "Jane", "--role", "cashier")
    terminal.type(*add, answers=(PASSWORD, PASSWORD))
    assert "already" in terminal.type(*add, answers=(PASSWORD, PASSWORD), code=2)
    before = office.value("select password_hash from cd.person")
    change = ("centre", "change-user", "JANE")
    terminal.type(*change, "--role", "supervisor", "--deactivate", "--office", "North")
    terminal.type(*change, "--password", answers=("clear water 2026", "clear water 2026"))
    [row] = office.execute("select role, active, office, version, password_hash from cd.person")
    assert row[:4] == ("Supervisor", False, "North", 3)
    assert row[4] != before
    assert "nothing was changed" in terminal.type(*change, code=2)
    assert "Nobody" in terminal.type("centre", "change-user", "x", "--activate", code=2)


def test_the_password_typed_at_the_centre_is_the_one_that_counters_hash(
    terminal: Terminal, office: OfficeUnderTest
) -> None:
    from counterdesk.services.secret_hash import HashCost, hash_secret  # noqa: PLC0415

    add = ("centre", "add-user", "jane", "--name", "Jane", "--role", "cashier")
    terminal.type(*add, answers=(PASSWORD, PASSWORD))
    with office.served():
        ends = time.monotonic() + 30
        while not (rows := office.execute("select body from cd.permission_snapshot")):
            assert time.monotonic() < ends
    [jane] = read_people(rows[0][0]).people
    cost = HashCost(jane.memory_kib, jane.passes, jane.lanes)
    assert hash_secret(PASSWORD, jane.password_salt, cost) == jane.password_hash


def test_settings_are_shown_and_changed(terminal: Terminal) -> None:
    assert 'utility_name = "Test Water"' in terminal.type("centre", "settings")
    assert terminal.type("centre", "settings", "notes_limit") == "notes_limit = 500\n"
    assert "is now 90" in terminal.type("centre", "settings", "notes_limit", "90")
    assert terminal.type("centre", "settings", "notes_limit") == "notes_limit = 90\n"
    assert "no setting" in terminal.type("centre", "settings", "colour", code=2)


def test_a_lost_till_is_revoked_and_its_code_renewed_no_more(
    terminal: Terminal, office: OfficeUnderTest
) -> None:
    assert "counterdesk enroll " in terminal.type("centre", "add-counter", "Till 1")
    office.execute(
        "insert into cd.number_lease (request_id, counter_id, series, year, first, last, next)"
        " select gen_random_uuid(), counter_id, 'receipt', 0, 1, 9, 1 from cd.counter"
    )
    assert "counterdesk enroll " in terminal.type("centre", "add-counter", "--renew", "C01")
    assert "answers it no more" in terminal.type("centre", "revoke", "c01")
    assert "No counter C01" in terminal.type("centre", "add-counter", "--renew", "C01", code=2)
    assert "C01  Till 1: revoked" in terminal.type("centre", "status")
    assert office.counter("C01")["status"] == "revoked"
    closed = "select reason, first, last from cd.number_cancelled order by cancelled_at"
    assert office.execute(closed) == [("renewed", 1, 9), ("revoked", 1, 9)]


def test_the_server_s_certificate_and_address_are_made_for_the_network(
    terminal: Terminal, office: OfficeUnderTest, tmp_path: Path
) -> None:
    keys = ("centre", "--keys", str(office.keys))
    out = tmp_path / "tls"
    terminal.type(*keys, "server-certificate", "db.example.org", "--out", str(out))
    assert {file.name for file in out.iterdir()} == {"server.key", "server.crt", "counters-ca.pem"}
    said = terminal.type(*keys, "address", "--host", "db.example.org", "--port", "5433")
    assert "db.example.org, port 5433, with TLS" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("centre", "--centre", "", "status"), "Which centre?"),
        (("centre", "--embedded", "nowhere", "status"), "no centre in nowhere"),
        (("centre", "--keys", "nowhere", "serve"), "keys of the utility are not in"),
        (("enroll", "MFRGG"), "not a complete enrolment code"),
        (("centre", "init", "--name", "X", "--currency", "ZZZ"), "no currency"),
        (("centre", "init", "--name", "X", "--currency", "EUR", "--start", "x=1"), "no start"),
        (("centre", "init", "--name", "X", "--currency", "EUR", "--time-zone", "Moon"), "no such"),
        (("centre", "init", "--name", "X", "--currency", "EUR", "--ca", "gone"), "no certificate"),
        (("centre", "init", "--name", "X", "--currency", "EUR"), "already"),
        (("centre", "add-counter"), "needs a name"),
        (("centre", "server-certificate", "x", "--keys", "nowhere"), "are not in"),
    ],
)
def test_every_refusal_is_a_sentence(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    words: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    if words[1] == "--centre":
        monkeypatch.delenv("COUNTERDESK_CENTRE")
    where = ("--keys", str(tmp_path / "new")) if "init" in words else ()
    told = terminal.type(*words, *where, code=2)
    assert said in told
    assert "Traceback" not in told


def test_upgrading_says_what_happened(terminal: Terminal) -> None:
    assert "of this version already" in terminal.type("centre", "upgrade")


@pytest.mark.req("NUM-2")
def test_a_centre_put_back_to_a_copy_goes_on_beyond_its_numbers(
    terminal: Terminal, office: OfficeUnderTest
) -> None:
    following = "select next from cd.number_series where series = 'receipt'"
    before = office.value(following)
    office.execute(f"grant connect on database {office.database} to public")
    assert "At least one" in terminal.type("centre", "restored", "--skip", "0", code=2)
    assert office.value(following) == before
    assert "500 numbers" in terminal.type("centre", "restored", "--skip", "500")
    assert office.value(following) == before + 500
    assert office.execute("select kind, key from cd.change") == [("setting", "utility_name")]
    assert not office.value(
        "select has_database_privilege('public', current_database(), 'connect')"
    )


@pytest.mark.req("SYNC-2")
def test_what_waits_is_listed_and_settled_with_a_word_why(
    terminal: Terminal, office: OfficeUnderTest
) -> None:
    assert terminal.type("centre", "matters") == "Nothing waits for anybody.\n"
    office.execute(
        "insert into cd.work_item (kind, seq, subject, detail)"
        " values ('cancelled_paid', null, 'INV-7', 'was paid, then cancelled')"
    )
    listed = terminal.type("centre", "matters")
    number = listed.split()[0]
    assert "cancelled_paid  INV-7: was paid, then cancelled" in listed
    settle = ("centre", "matters", "--settle", number)
    assert "Say what was found" in terminal.type(*settle, code=2)
    told = terminal.type(*settle, "--because", "refunded by hand")
    assert told == f"Matter {number} is settled.\nNothing waits for anybody.\n"
    assert "no open matter" in terminal.type(*settle, "--because", "again", code=2)
    placed = terminal.type("centre", "matters", "--place")
    assert placed.startswith("0 events could be placed, 0 still wait.")
