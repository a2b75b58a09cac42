from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from counterdesk.core.clock import Clock
from counterdesk.core.errors import UserError
from counterdesk.store.backup import KEPT
from counterdesk.store.store import Store
from tests.conftest import UNLOCK


def test_a_copy_opens_under_the_same_key(data_folder: Path, clock: Clock, tmp_path: Path) -> None:
    store = Store.open(data_folder, UNLOCK, clock)
    seq = store.write(lambda session: session.record("before", {}).seq).result()
    copy = store.back_up("2025-04-20").result()
    store.close()
    restored = tmp_path / "restored"
    restored.mkdir()
    shutil.copy(copy, restored / "ledger.db")
    shutil.copy(data_folder / "counter.key", restored)
    store = Store.open(restored, UNLOCK, clock)
    assert store.read_journal().entries[-1].seq == seq
    store.close()


def test_the_newest_fourteen_are_kept(store: Store) -> None:
    for number in range(KEPT + 3):
        path = store.back_up(f"{number:02}").result()
        os.utime(path, (number, number))
    kept = sorted(path.name for path in store.folder.backups.iterdir())
    assert kept == [f"ledger-{number:02}.db" for number in range(3, KEPT + 3)]


def test_a_copy_that_cannot_be_written_is_refused_and_costs_no_older_one(store: Store) -> None:
    store.back_up("whole").result()
    (store.folder.backups / "ledger-bad.new").mkdir()
    with pytest.raises(UserError, match="cannot be read or written"):
        store.back_up("bad").result()
    assert (store.folder.backups / "ledger-whole.db").exists()


def test_a_copy_holds_nothing_in_plain_text(store: Store) -> None:
    assert b"Jane Smith" not in store.back_up("sealed").result().read_bytes()
