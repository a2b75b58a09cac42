"""A counter of a centre loses its data, and gets back what this machine and the centre have."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg.conninfo import conninfo_to_dict

from counterdesk import cli
from counterdesk.app.syncing import kept_link
from counterdesk.cli import asking
from counterdesk.core.clock import SystemClock
from counterdesk.core.errors import UserError
from counterdesk.core.people_told import PersonTold
from counterdesk.core.permissions import Role
from counterdesk.services.people import begin_attempt, sign_in
from counterdesk.services.secret_hash import HashCost, hash_secret
from counterdesk.store.store import Store
from counterdesk.sync.address import CentreAddress, keep_address, read_address
from counterdesk.sync.centre.counters import revoke_counter
from counterdesk.sync.centre.opening import open_centre
from counterdesk.sync.centre.people import add_person
from counterdesk.sync.postgres_link import PostgresLink
from counterdesk.sync.status import SyncState
from tests.conftest import UNLOCK
from tests.recovery import contents, facts, findings, given, recovered_in, seen_closed
from tests.sync.centres import CentreUnderTest
from tests.sync.offices import OfficeUnderTest, enroll_till
from tests.sync.tills import UTILITY_KEY, Till, account, import_accounts, till_at

CLOCK = SystemClock()


@pytest.fixture
def till(centre: CentreUnderTest, tmp_path: Path) -> Till:
    """A till with a shift and a payment that the centre has; a test closes it."""
    import_accounts(centre, [account(10_001, 14_550, 9_000, 4_000), account(10_002, 5_000)])
    till = till_at(centre, tmp_path, "C01")
    centre.execute("update cd.counter set certificate = %s", (till.store.counter.certificate,))
    enrol(till)
    till.settle()
    till.open_shift()
    till.pay("10001")
    till.settle()
    return till


def enrol(till: Till) -> None:
    """Let the data folder know how its centre is reached, as enrolling does."""
    assert isinstance(till.link, PostgresLink)
    assert isinstance(till.link._conninfo, str)
    to = conninfo_to_dict(till.link._conninfo)
    keep_address(
        till.store.folder, till.store.data_key,
        CentreAddress(
            str(to["host"]), int(to.get("port") or 5432), str(to["dbname"]), str(to["user"]),
            str(to["password"]),
            utility_public_key=UTILITY_KEY.public_key().public_bytes_raw().hex(),
        ),
    )  # fmt: skip


def cut_off(till: Till) -> None:
    """Let the centre be out of reach."""
    address = read_address(till.store.folder, till.store.data_key)
    assert address is not None
    keep_address(till.store.folder, till.store.data_key, replace(address, host="/nowhere"))


def again(till: Till, folder: Path) -> Till:
    """The same counter after the next start, from a folder."""
    assert isinstance(till.link, PostgresLink)
    return Till(Store.open(folder, UNLOCK, CLOCK), PostgresLink(till.link._conninfo))


def goes_on(till: Till, folder: Path, centre: CentreUnderTest) -> None:
    """The counter is online, takes one more payment, and the centre has it."""
    opened = again(till, folder)
    opened.settle()
    assert (opened.status.state, opened.status.stopped_by) == (SyncState.ONLINE, None)
    taken = opened.pay("10002", 1_000)
    opened.settle()
    assert opened.status.waiting == 0
    assert findings(opened.store) == ()
    opened.close()
    row = centre.execute("select 1 from cd.number_used where number = %s", (taken.receipt_number,))
    assert row


@pytest.mark.req("SYNC-2", "SYNC-3")
def test_a_machine_put_back_to_yesterday_gets_the_day_from_the_centre_and_goes_on(
    till: Till, centre: CentreUnderTest, tmp_path: Path
) -> None:
    folder, yesterday = till.store.folder.path, tmp_path / "yesterday"
    till.close()
    shutil.copytree(folder, yesterday)
    till = again(till, folder)
    till.pay("10001")
    till.settle()
    before = facts(till.store)
    till.close()
    behind = again(till, yesterday)
    behind.settle()
    assert "until its data is recovered" in behind.status.reason
    with pytest.raises(UserError, match="counterdesk recover"):
        behind.pay("10002")
    behind.close()
    recovered = recovered_in(yesterday, CLOCK)
    assert set(given(recovered)) == {"the ledger", "the centre"}
    assert seen_closed(yesterday, CLOCK, facts) == before
    goes_on(till, yesterday, centre)


@pytest.mark.req("SYNC-2", "SYNC-3")
def test_the_centre_alone_brings_back_a_counter_of_which_only_the_keys_are_left(
    till: Till, centre: CentreUnderTest
) -> None:
    folder, before = till.store.folder.path, facts(till.store)
    till.close()
    for name in ("ledger.db", "journal.cdj", "ref.db"):
        (folder / name).unlink()
    recovered = recovered_in(folder, CLOCK)
    assert given(recovered) == {"the centre": len(before["event"])}
    assert recovered.findings == ()
    found = seen_closed(folder, CLOCK, facts)
    addresses = "print_job"  # consumers come later, and their addresses with them
    assert {**found, addresses: 0} == {**before, addresses: 0}
    opened = again(till, folder)
    opened.settle()
    assert (opened.status.state, opened.status.waiting) == (SyncState.ONLINE, 0)
    assert findings(opened.store) == ()
    opened.close()


@pytest.mark.req("SYNC-3")
def test_acts_that_were_not_sent_come_from_the_journal_and_are_sent(
    till: Till, centre: CentreUnderTest
) -> None:
    folder = till.store.folder.path
    till.store.back_up("yesterday").result()
    till.pay("10001", 100)
    before = facts(till.store)
    till.close()
    (folder / "ledger.db").write_bytes(b"\0" * 8_192)
    recovered = recovered_in(folder, CLOCK)
    assert set(given(recovered)) == {"the backup ledger-yesterday.db", "the journal"}
    assert seen_closed(folder, CLOCK, facts) == before
    goes_on(till, folder, centre)


@pytest.mark.req("AUD-1", "SYNC-3")
def test_a_journal_and_a_centre_that_disagree_are_refused_and_nothing_is_touched(
    till: Till, tmp_path: Path
) -> None:
    folder, clone = till.store.folder.path, tmp_path / "clone"
    till.close()
    shutil.copytree(folder, clone)
    first, second = again(till, folder), again(till, clone)
    first.pay("10001", 100)
    second.pay("10001", 200)
    second.settle()
    first.close()
    second.close()
    (folder / "ledger.db").unlink()
    untouched = contents(folder)
    with pytest.raises(UserError, match=r"in the journal and in the centre.*nothing was changed"):
        recovered_in(folder, CLOCK)
    assert contents(folder) == untouched


@pytest.mark.req("SYNC-3")
def test_a_disk_that_damaged_every_database_costs_nothing_that_the_centre_has(
    till: Till, centre: CentreUnderTest
) -> None:
    folder, before = till.store.folder.path, facts(till.store)
    till.close()
    for name in ("ledger.db", "ref.db"):
        spoil_after_the_first_page(folder / name)
    recovered = recovered_in(folder, CLOCK)
    assert recovered.aside is not None
    assert (recovered.aside / "ref.db").exists()
    assert seen_closed(folder, CLOCK, facts)["payment"] == before["payment"]
    opened = again(till, folder)
    opened.settle()
    assert (opened.status.state, findings(opened.store)) == (SyncState.ONLINE, ())
    opened.close()


def spoil_after_the_first_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(4096 + 100, len(data), 4096):
        data[place] ^= 1
    path.write_bytes(data)


@pytest.mark.req("SYNC-1")
def test_without_the_centre_a_whole_journal_is_enough(till: Till, centre: CentreUnderTest) -> None:
    folder, before = till.store.folder.path, facts(till.store)
    till.store.back_up("yesterday").result()
    cut_off(till)
    till.close()
    (folder / "ledger.db").unlink()
    recovered = recovered_in(folder, CLOCK)
    assert "The centre is not reached" in recovered.remarks[0]
    assert seen_closed(folder, CLOCK, facts) == before
    goes_on(till, folder, centre)


@pytest.mark.req("SYNC-3")
@pytest.mark.parametrize("name", ["journal.cdj", "ref.db"])
def test_without_the_centre_and_a_file_only_it_could_replace_nothing_is_done(
    till: Till, name: str
) -> None:
    folder = till.store.folder.path
    till.store.back_up("yesterday").result()
    cut_off(till)
    till.close()
    (folder / "ledger.db").unlink()
    (folder / name).unlink()
    untouched = contents(folder)
    with pytest.raises(UserError, match=r"Nothing was changed.*not reached"):
        recovered_in(folder, CLOCK)
    assert contents(folder) == untouched


def test_a_counter_behind_its_centre_is_not_recovered_without_it(
    till: Till, tmp_path: Path
) -> None:
    folder, yesterday = till.store.folder.path, tmp_path / "yesterday"
    till.close()
    shutil.copytree(folder, yesterday)
    till = again(till, folder)
    till.pay("10001")
    till.settle()
    till.close()
    behind = again(till, yesterday)
    behind.settle()
    cut_off(behind)
    behind.close()
    with pytest.raises(UserError, match="not reached"):
        recovered_in(yesterday, CLOCK)


@pytest.fixture
def enrolled(office: OfficeUnderTest, tmp_path: Path) -> Path:
    """A closed till that enrolled, knows Jane from its centre, and had its shift opened."""
    folder = tmp_path / "till"
    add(office, "jane")
    with office.served():
        enroll_till(folder, office.invited())
        till = started(folder)
        till.settle()
        till.open_shift()
        till.settle()
        till.close()
    return folder


def add(office: OfficeUnderTest, login: str) -> None:
    """Let somebody sign in at the counters; the service tells it when it runs."""
    hashed = hash_secret("clear water", b"s" * 16, HashCost(memory_kib=8, passes=1, lanes=1))
    person = PersonTold(
        uuid4(), login, login.title(), Role.CASHIER, True, b"s" * 16, hashed, b"", b"", 8, 1, 1
    )
    with open_centre(office.conninfo) as connection:
        add_person(connection, person)


def started(folder: Path) -> Till:
    store = Store.open(folder, UNLOCK, CLOCK)
    link = kept_link(store)
    assert link is not None
    return Till(store, link)


def signs_in(folder: Path, login: str) -> bool:
    """After the till found its centre: does the password open it?"""
    till = started(folder)
    till.settle()
    try:
        attempt = till.store.write(lambda s: begin_attempt(s, login)).result()
        till.store.write(lambda s: sign_in(s, attempt, "clear water")).result()
        return findings(till.store) == ()
    except UserError:
        return False
    finally:
        till.close()


@pytest.mark.req("SYNC-6", "AUD-2")
def test_a_till_of_which_only_the_keys_are_left_learns_again_who_may_sign_in(
    enrolled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen_closed(enrolled, CLOCK, lambda store: (store.counter, facts(store)))
    for name in ("ledger.db", "journal.cdj", "ref.db"):
        (enrolled / name).unlink()
    monkeypatch.setenv(asking.PASSPHRASE_VARIABLE, "only for tests")
    assert cli.main(["--data", str(enrolled), "recover"]) == 0
    assert "Nobody can sign in yet" in capsys.readouterr().out
    after = seen_closed(enrolled, CLOCK, lambda store: (store.counter, facts(store)))
    assert after == before
    assert signs_in(enrolled, "jane")


@pytest.mark.req("AUD-2")
def test_people_told_after_the_backup_are_asked_for_again(
    enrolled: Path, office: OfficeUnderTest
) -> None:
    seen_closed(enrolled, CLOCK, lambda store: store.back_up("yesterday").result())
    add(office, "joe")
    with office.served():
        till = started(enrolled)
        till.hear()
        till.close()
    (enrolled / "ledger.db").unlink()
    assert recovered_in(enrolled, CLOCK).put_back > 0
    assert signs_in(enrolled, "joe")


def test_a_counter_that_the_centre_shut_out_is_told_so(
    enrolled: Path, office: OfficeUnderTest
) -> None:
    with open_centre(office.conninfo) as connection:
        revoke_counter(connection, "C01")
    (enrolled / "ledger.db").unlink()
    with pytest.raises(UserError, match="Nothing was changed"):
        recovered_in(enrolled, CLOCK)
