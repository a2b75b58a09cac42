"""A till that works alone loses its ledger, or a part of it, and gets it back."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from counterdesk import cli
from counterdesk.cli import asking
from counterdesk.cli.recovering import Step, recover
from counterdesk.core.clock import Clock, ShiftedClock
from counterdesk.core.errors import UserError
from counterdesk.core.print_states import PrintState
from counterdesk.demo.sample import sample_numbers
from counterdesk.models.ledger import PrintJob
from counterdesk.services.print_jobs import something_waits
from counterdesk.services.startup import last_payment
from counterdesk.store.opening import raw_of
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from counterdesk.store.unlock import PassphraseUnlock
from tests.conftest import START_UTC, UNLOCK, make_folder
from tests.printing.counter_printers import FRONT
from tests.recovery import a_day, contents, facts, findings, given, recovered_in, seen_closed
from tests.sync.offices import PlugPulled

Lost = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="module")
def two_days(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Lost:
    """A closed till after two days, a backup between them, and all that must be there again."""
    folder = tmp_path_factory.mktemp("two days") / "data"
    shutil.copytree(template, folder)
    store = Store.open(folder, UNLOCK, ShiftedClock(START_UTC))
    a_day(store)
    store.back_up("yesterday").result()
    a_day(store, seed=6)
    before = facts(store)
    store.close()
    return folder, before


@pytest.fixture
def lost(two_days: Lost, tmp_path: Path) -> Lost:
    """The same, to be lost."""
    shutil.copytree(two_days[0], tmp_path / "data")
    return tmp_path / "data", two_days[1]


def is_whole(folder: Path, clock: Clock, before: dict[str, Any]) -> bool:
    def look(store: Store) -> bool:
        return findings(store) == () and facts(store) == before

    return bool(seen_closed(folder, clock, look))


def put_backup_back(folder: Path) -> None:
    shutil.copy(folder / "backups" / "ledger-yesterday.db", folder / "ledger.db")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def spoil_every_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for start in range(0, len(data), 4096):
        data[start + 100] ^= 1
    path.write_bytes(data)


@pytest.mark.req("SYNC-3", "AUD-1")
def test_yesterdays_ledger_with_todays_journal_is_made_whole(lost: Lost, clock: Clock) -> None:
    folder, before = lost
    put_backup_back(folder)
    with pytest.raises(UserError, match="counterdesk recover"):
        Store.open(folder, UNLOCK, clock)
    recovered = recovered_in(folder, clock)
    assert set(given(recovered)) == {"the ledger", "the journal"}
    assert sum(given(recovered).values()) == recovered.last_seq == len(before["event"])
    assert is_whole(folder, clock, before)


@pytest.mark.req("SYNC-3", "AUD-1")
def test_a_damaged_ledger_is_made_whole_from_the_backup_and_the_journal(
    lost: Lost, clock: Clock
) -> None:
    folder, before = lost
    flip(folder / "ledger.db")
    with pytest.raises(UserError, match="counterdesk recover"):
        Store.open(folder, UNLOCK, clock)
    recovered = recovered_in(folder, clock)
    assert set(given(recovered)) == {"the backup ledger-yesterday.db", "the journal"}
    assert "is no good and was not used" in recovered.remarks[0]
    assert is_whole(folder, clock, before)


@pytest.mark.req("SYNC-3")
def test_the_journal_alone_brings_back_every_fact(lost: Lost, clock: Clock) -> None:
    folder, before = lost
    (folder / "ledger.db").unlink()
    shutil.rmtree(folder / "backups")
    recovered = recovered_in(folder, clock)
    assert given(recovered) == {"the journal": len(before["event"])}
    assert not recovered.may_sign_in
    assert is_whole(folder, clock, before)


@pytest.mark.req("RCT-3", "RCT-5")
def test_no_receipt_that_was_put_back_is_printed_by_itself(lost: Lost, clock: Clock) -> None:
    folder, _before = lost
    put_backup_back(folder)
    recovered = recovered_in(folder, clock)

    def look(read: ReadSession) -> tuple[bool, set[str]]:
        newest = select(PrintJob.state).order_by(PrintJob.created_at_utc.desc()).limit(8)
        return something_waits(read, FRONT), set(read.execute(newest).scalars())

    waits, states = seen_closed(folder, clock, lambda store: store.read(look).result())
    assert recovered.put_back > 0
    assert (waits, states) == (False, {PrintState.UNKNOWN.value})


@pytest.mark.req("PAY-18")
def test_the_last_payment_is_told_and_must_not_be_taken_again(lost: Lost, clock: Clock) -> None:
    folder, _before = lost
    put_backup_back(folder)
    recovered_in(folder, clock)
    last = seen_closed(folder, clock, lambda store: store.read(last_payment).result())
    assert last.saved
    assert "Do not take it again" in last.safe_next_step


@pytest.mark.req("NUM-2")
def test_the_next_day_goes_on_with_the_next_number(lost: Lost, clock: Clock) -> None:
    folder, before = lost
    (folder / "ledger.db").unlink()
    recovered_in(folder, clock)

    def next_day(store: Store) -> tuple[dict[str, Any], tuple[str, ...]]:
        a_day(store, payments=2, seed=7)
        return facts(store), findings(store)

    after, found = seen_closed(folder, clock, next_day)
    assert found == ()
    assert len(after["payment_transaction"]) == len(before["payment_transaction"]) + 2


@pytest.mark.req("NUM-2")
def test_numbers_after_the_blocks_ran_out_go_on_too(tmp_path: Path, clock: Clock) -> None:
    few = [replace(leased, last=leased.first + 3) for leased in sample_numbers()]
    make_folder(tmp_path / "few", few)
    store = Store.open(tmp_path / "few", UNLOCK, clock)
    a_day(store)
    before = facts(store)
    store.close()
    (tmp_path / "few" / "ledger.db").unlink()
    recovered_in(tmp_path / "few", clock)
    assert is_whole(tmp_path / "few", clock, before)


@pytest.mark.req("AUD-1")
def test_a_row_changed_by_hand_is_not_trusted(lost: Lost, clock: Clock) -> None:
    folder, before = lost
    change(folder, clock, "update tender set amount_minor = amount_minor + 100")
    recovered = recovered_in(folder, clock)
    assert set(given(recovered)) == {"the backup ledger-yesterday.db", "the journal"}
    assert is_whole(folder, clock, before)


@pytest.mark.req("AUD-1", "SYNC-3")
def test_a_journal_and_a_ledger_that_differ_are_refused_and_nothing_is_touched(
    lost: Lost, clock: Clock, tmp_path: Path
) -> None:
    folder, _before = lost
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    put_backup_back(other)
    (other / "journal.cdj").unlink()
    seen_closed(other, clock, lambda store: a_day(store, payments=3, seed=9))
    shutil.copy(other / "ledger.db", folder / "ledger.db")
    untouched = contents(folder)
    with pytest.raises(UserError, match=r"differently in the ledger and in the journal.*changed"):
        recovered_in(folder, clock)
    assert contents(folder) == untouched


def test_a_journal_with_a_hole_is_filled_from_the_ledger(lost: Lost, clock: Clock) -> None:
    folder, before = lost
    flip(folder / "journal.cdj")
    assert any("damaged" in found for found in seen_closed(folder, clock, findings))
    recovered = recovered_in(folder, clock)
    assert given(recovered) == {"the ledger": len(before["event"])}
    assert is_whole(folder, clock, before)


@pytest.mark.req("AUD-1")
def test_acts_that_are_nowhere_are_named_and_nothing_is_touched(lost: Lost, clock: Clock) -> None:
    folder, _before = lost
    flip(folder / "journal.cdj")
    (folder / "ledger.db").unlink()
    shutil.rmtree(folder / "backups")
    untouched = contents(folder)
    with pytest.raises(UserError, match="nowhere to be found"):
        recovered_in(folder, clock)
    assert contents(folder) == untouched


def test_what_only_a_damaged_ledger_has_is_read_from_it(lost: Lost, clock: Clock) -> None:
    folder, before = lost
    change(folder, clock, "update tender set amount_minor = amount_minor + 100")
    (folder / "journal.cdj").unlink()
    recovered = recovered_in(folder, clock)
    assert "what could be read of the damaged ledger.db" in given(recovered)
    assert is_whole(folder, clock, before)


def test_where_nothing_is_missing_nothing_is_changed(lost: Lost, clock: Clock) -> None:
    folder, before = lost
    untouched = contents(folder)
    recovered = recovered_in(folder, clock)
    assert (recovered.aside, recovered.last_seq) == (None, len(before["event"]))
    assert contents(folder) == untouched


@pytest.fixture
def crashed(two_days: Lost, tmp_path: Path, clock: Clock) -> Lost:
    """A third day, and a crash: its acts are in the ledger's log and in the journal."""
    shutil.copytree(two_days[0], tmp_path / "running")
    store = Store.open(tmp_path / "running", UNLOCK, clock)
    a_day(store, seed=8)
    before = facts(store)
    no_memory = shutil.ignore_patterns("*-shm")
    shutil.copytree(tmp_path / "running", tmp_path / "data", ignore=no_memory)
    store.close()
    assert (tmp_path / "data" / "ledger.db-wal").stat().st_size > 0
    return tmp_path / "data", before


@pytest.mark.req("SYNC-3")
def test_the_log_of_a_damaged_ledger_does_not_get_into_the_new_one(
    crashed: Lost, clock: Clock
) -> None:
    folder, before = crashed
    spoil_every_page(folder / "ledger.db")  # those that are in the log too would be mended by it
    recovered = recovered_in(folder, clock)
    assert "the backup ledger-yesterday.db" in given(recovered)
    assert recovered.aside is not None
    assert (recovered.aside / "ledger.db-wal").stat().st_size > 0
    assert is_whole(folder, clock, before)


@pytest.mark.req("SYNC-3")
def test_what_a_crash_left_in_the_log_counts_and_stays_there(crashed: Lost, clock: Clock) -> None:
    folder, before = crashed
    untouched = contents(folder)
    assert given(recovered_in(folder, clock)) == {"the ledger": len(before["event"])}
    assert contents(folder) == untouched
    (folder / "journal.cdj").unlink()
    recovered_in(folder, clock)
    assert is_whole(folder, clock, before)


@pytest.mark.req("SYNC-3")
def test_the_files_as_they_were_are_kept(lost: Lost, clock: Clock) -> None:
    folder, _before = lost
    flip(folder / "ledger.db")
    damaged = contents(folder)
    recovered = recovered_in(folder, clock)
    assert recovered.aside is not None
    kept = contents(recovered.aside)
    assert kept == {name: damaged[name] for name in ("ledger.db", "journal.cdj")}
    assert (folder / "backups" / "ledger-yesterday.db").exists()


@pytest.mark.req("SYNC-3")
def test_a_newer_backup_goes_on_where_an_old_ledger_ends(
    lost: Lost, clock: Clock, template: Path
) -> None:
    folder, _before = lost
    put_backup_back(folder)
    (folder / "journal.cdj").unlink()
    yesterday = len(seen_closed(folder, clock, facts)["event"])
    shutil.copy(template / "ledger.db", folder / "ledger.db")
    (folder / "journal.cdj").unlink()
    recovered = recovered_in(folder, clock)
    assert set(given(recovered)) == {"the ledger", "the backup ledger-yesterday.db"}
    assert recovered.last_seq == yesterday
    assert seen_closed(folder, clock, findings) == ()


@pytest.mark.req("SYNC-3")
@pytest.mark.parametrize("pulled_at", list(Step))
def test_a_plug_pulled_at_any_step_leaves_the_old_state_or_the_new(
    lost: Lost, clock: Clock, pulled_at: Step
) -> None:
    folder, before = lost
    put_backup_back(folder)
    pull = pulled_by(lambda step: step is pulled_at)
    with pytest.raises(PlugPulled):
        recover(folder, UNLOCK, clock, pull)
    if pulled_at in {Step.LEDGER, Step.JOURNAL}:
        assert is_whole(folder, clock, before)
    else:
        with pytest.raises(UserError, match="counterdesk recover"):
            Store.open(folder, UNLOCK, clock)
    recovered_in(folder, clock)
    assert is_whole(folder, clock, before)
    assert not (folder / "recovering").exists()


@pytest.mark.req("SYNC-3")
@pytest.mark.parametrize("journal_is_lost", [False, True])
def test_a_plug_pulled_between_any_two_acts_on_the_disk_loses_nothing(
    lost: Lost, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    journal_is_lost: bool,
) -> None:  # fmt: skip
    folder, before = lost
    spoil = spoil_journal if journal_is_lost else put_backup_back
    for turn in range(60):
        copy = tmp_path / f"turn-{turn}"
        shutil.copytree(folder, copy)
        spoil(copy)
        with monkeypatch.context() as patched:
            left = pull_after(patched, turn)
            with suppress(PlugPulled):
                recovered_in(copy, clock)
        if left():
            break
        recovered_in(copy, clock)
        assert is_whole(copy, clock, before), turn
        shutil.rmtree(copy)
    else:
        raise AssertionError("it never came to its end")
    assert turn > 8


@pytest.mark.req("AUD-3")
def test_a_wrong_passphrase_recovers_nothing(lost: Lost, clock: Clock) -> None:
    folder, _before = lost
    put_backup_back(folder)
    untouched = contents(folder)
    with pytest.raises(UserError, match="passphrase is wrong"):
        recover(folder, PassphraseUnlock("wrong"), clock)
    assert contents(folder) == untouched


def test_while_the_program_runs_nothing_is_recovered(lost: Lost, clock: Clock) -> None:
    folder, _before = lost
    store = Store.open(folder, UNLOCK, clock)
    with pytest.raises(UserError, match="already running"):
        recovered_in(folder, clock)
    store.close()


def test_a_folder_without_a_counter_has_nothing_to_recover(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(UserError, match="holds no counter"):
        recovered_in(tmp_path, clock)
    assert contents(tmp_path) == {}


@pytest.mark.req("SYNC-3")
def test_the_command_says_what_came_from_where_and_up_to_when(
    lost: Lost, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, before = lost
    put_backup_back(folder)
    monkeypatch.setenv(asking.PASSPHRASE_VARIABLE, "only for tests")
    assert cli.main(["--data", str(folder), "recover"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"\d+ acts from the ledger\.\n\d+ acts from the journal\.", out)
    assert f"whole again up to act {len(before['event'])} of 2025-04-20" in out
    assert "The files as they were lie in" in out
    assert "not printed by themselves" in out
    assert cli.main(["--data", str(folder), "verify"]) == 0
    assert cli.main(["--data", str(folder), "recover"]) == 0
    assert "Nothing is missing" in capsys.readouterr().out


def change(folder: Path, clock: Clock, statement: str) -> None:
    """Do what somebody with the key could do."""

    def act(store: Store) -> None:
        store._writer.outside_transaction(lambda c: raw_of(c).execute(statement))

    seen_closed(folder, clock, act)


def spoil_journal(folder: Path) -> None:
    flip(folder / "journal.cdj")


def pulled_by(when: Callable[[Step], bool]) -> Callable[[Step], None]:
    def told(step: Step) -> None:
        if when(step):
            raise PlugPulled(step)

    return told


def pull_after(patched: pytest.MonkeyPatch, acts: int) -> Callable[[], bool]:
    """Pull the plug after so many acts on the disk; tell whether it came to its end before."""
    done = 0

    def counted(act: Callable[..., Any]) -> Callable[..., Any]:
        def maybe(*given: Any, **more: Any) -> Any:
            nonlocal done
            if done == acts:
                raise PlugPulled
            done += 1
            return act(*given, **more)

        return maybe

    for owner, name in ((Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (os, "fsync")):
        patched.setattr(owner, name, counted(getattr(owner, name)))
    patched.setattr(shutil, "copyfile", counted(shutil.copyfile))
    return lambda: done < acts
