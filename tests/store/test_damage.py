from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from counterdesk.core.clock import Clock
from counterdesk.core.errors import UserError
from counterdesk.models.ledger import Event
from counterdesk.services.verification import verify
from counterdesk.store.keys import create_key_file
from counterdesk.store.opening import raw_of
from counterdesk.store.store import Store
from counterdesk.store.unlock import PassphraseUnlock
from tests.conftest import UNLOCK, find_person
from tests.faults.payer import be_in_shift, pay_once


def busy(folder: Path, clock: Clock, payments: int = 5) -> Store:
    store = Store.open(folder, UNLOCK, clock)
    cashier, chance = find_person(store, "jane"), random.Random(5)
    be_in_shift(store, cashier)
    for _ in range(payments):
        pay_once(store, cashier, chance)
    return store


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1 << (offset % 8)
    path.write_bytes(data)


def count(store: Store) -> int:
    return len(store.read(lambda read: read.execute(select(Event.seq)).all()).result())


def test_a_byte_that_flips_in_the_ledger_is_noticed(data_folder: Path, clock: Clock) -> None:
    busy(data_folder, clock).close()
    ledger = data_folder / "ledger.db"
    whole, chance = ledger.read_bytes(), random.Random(6)
    for _ in range(20):
        ledger.write_bytes(whole)
        flip(ledger, chance.randrange(len(whole)))
        with pytest.raises(UserError, match=r"damaged|could not read"):
            Store.open(data_folder, UNLOCK, clock)
    ledger.write_bytes(whole)
    Store.open(data_folder, UNLOCK, clock).close()


def test_a_ledger_cut_short_is_noticed(data_folder: Path, clock: Clock) -> None:
    busy(data_folder, clock).close()
    ledger = data_folder / "ledger.db"
    ledger.write_bytes(ledger.read_bytes()[: -3 * 4096])
    with pytest.raises(UserError, match=r"damaged|could not read"):
        Store.open(data_folder, UNLOCK, clock)


def copied_while_open(store: Store, where: Path) -> Path:
    """Return the folder as a crash leaves it: with its write-ahead log."""
    shutil.copytree(store.folder.path, where, ignore=shutil.ignore_patterns("*-shm"))
    assert (where / "ledger.db-wal").stat().st_size > 0
    return where


@pytest.mark.req("PAY-9")
def test_a_byte_that_flips_in_the_log_loses_nothing_in_silence(
    data_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    store = busy(data_folder, clock)
    events = count(store)
    crashed = copied_while_open(store, tmp_path / "crashed")
    store.close()
    size, chance = (crashed / "ledger.db-wal").stat().st_size, random.Random(7)
    noticed = 0
    for number in range(20):
        folder = tmp_path / f"flipped-{number}"
        shutil.copytree(crashed, folder)
        flip(folder / "ledger.db-wal", chance.randrange(size))
        try:
            opened = Store.open(folder, UNLOCK, clock)
        except UserError as error:
            if "has lost" not in error.message and "damaged" not in error.message:
                raise
            noticed += 1
            continue
        assert count(opened) == events
        opened.close()
    assert noticed > 10


def test_control_without_the_journal_the_same_flip_is_silent(
    data_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    store = busy(data_folder, clock)
    events = count(store)
    crashed = copied_while_open(store, tmp_path / "crashed")
    store.close()
    (crashed / "journal.cdj").unlink()
    wal = crashed / "ledger.db-wal"
    flip(wal, wal.stat().st_size // 2)
    opened = Store.open(crashed, UNLOCK, clock)
    assert count(opened) < events
    opened.close()


@pytest.mark.req("AUD-1")
def test_yesterdays_ledger_with_todays_journal_is_refused(
    data_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    yesterday = tmp_path / "yesterday.db"
    shutil.copy(data_folder / "ledger.db", yesterday)
    busy(data_folder, clock).close()
    shutil.copy(yesterday, data_folder / "ledger.db")
    with pytest.raises(UserError, match="has lost 6 of the acts"):
        Store.open(data_folder, UNLOCK, clock)


def test_a_ledger_that_went_another_way_than_the_journal_is_refused(
    data_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    other = tmp_path / "other"
    shutil.copytree(data_folder, other)
    busy(data_folder, clock).close()
    busy(other, clock, payments=7).close()
    shutil.copy(other / "ledger.db", data_folder / "ledger.db")
    with pytest.raises(UserError, match="do not belong together"):
        Store.open(data_folder, UNLOCK, clock)


def test_todays_ledger_with_yesterdays_journal_is_caught_up(
    data_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    yesterday = tmp_path / "yesterday.cdj"
    shutil.copy(data_folder / "journal.cdj", yesterday)
    busy(data_folder, clock).close()
    shutil.copy(yesterday, data_folder / "journal.cdj")
    store = Store.open(data_folder, UNLOCK, clock)
    assert store.write(lambda s: verify(s, store.read_journal())).result().findings == ()
    store.close()


def test_a_journal_that_is_gone_is_written_anew(data_folder: Path, clock: Clock) -> None:
    busy(data_folder, clock).close()
    (data_folder / "journal.cdj").unlink()
    store = Store.open(data_folder, UNLOCK, clock)
    assert store.write(lambda s: verify(s, store.read_journal())).result().findings == ()
    store.close()


def test_a_torn_journal_is_completed_from_the_ledger(data_folder: Path, clock: Clock) -> None:
    busy(data_folder, clock).close()
    journal = data_folder / "journal.cdj"
    journal.write_bytes(journal.read_bytes()[:-50])
    store = Store.open(data_folder, UNLOCK, clock)
    assert store.write(lambda s: verify(s, store.read_journal())).result().findings == ()
    store.close()


def test_a_journal_that_cannot_be_read_is_kept_aside(
    data_folder: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    journal = data_folder / "journal.cdj"
    journal.write_bytes(b"another counter's journal" * 100)
    store = Store.open(data_folder, UNLOCK, clock)
    assert store.write(lambda s: verify(s, store.read_journal())).result().findings == ()
    store.close()
    assert len(list(data_folder.glob("journal.*.unreadable"))) == 1
    assert "kept as" in caplog.text


def test_a_chain_broken_near_its_end_stops_the_start(data_folder: Path, clock: Clock) -> None:
    store = busy(data_folder, clock)
    store._writer.outside_transaction(
        lambda c: raw_of(c).execute("update event set body = x'7b7d' where seq = 4")
    )
    store.close()
    with pytest.raises(UserError, match="chain breaks at event 4"):
        Store.open(data_folder, UNLOCK, clock)


def test_files_of_another_counter_are_refused(data_folder: Path, clock: Clock) -> None:
    create_key_file(data_folder / "counter.key", UNLOCK)
    with pytest.raises(UserError, match="another key"):
        Store.open(data_folder, UNLOCK, clock)


@pytest.mark.req("AUD-3")
def test_a_wrong_passphrase_opens_nothing(data_folder: Path, clock: Clock) -> None:
    with pytest.raises(UserError, match="passphrase is wrong"):
        Store.open(data_folder, PassphraseUnlock("wrong"), clock)


def test_a_missing_ledger_is_named(data_folder: Path, clock: Clock) -> None:
    (data_folder / "ledger.db").unlink()
    with pytest.raises(UserError, match=r"ledger\.db is missing"):
        Store.open(data_folder, UNLOCK, clock)
