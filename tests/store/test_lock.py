from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from counterdesk.core.clock import Clock
from counterdesk.core.errors import UserError
from counterdesk.store.store import NewCounter, Store
from tests.conftest import UNLOCK

HOLD = """
import sys
from pathlib import Path
from counterdesk.store.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]) / "counter.lock")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_instance_is_refused_in_words(store: Store, clock: Clock) -> None:
    with pytest.raises(UserError, match="already running"):
        Store.open(store.folder.path, UNLOCK, clock)


def test_another_process_is_refused_until_the_first_has_died(
    data_folder: Path, clock: Clock
) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, data_folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert first.stdout
    assert first.stdout.readline() == b"held\n"
    with pytest.raises(UserError, match="already running"):
        Store.open(data_folder, UNLOCK, clock)
    first.kill()
    first.communicate()
    Store.open(data_folder, UNLOCK, clock).close()


def test_a_failed_start_lets_the_next_one_in(data_folder: Path, clock: Clock) -> None:
    hidden = (data_folder / "counter.key").rename(data_folder / "hidden")
    with pytest.raises(UserError, match="missing"):
        Store.open(data_folder, UNLOCK, clock)
    hidden.rename(data_folder / "counter.key")
    Store.open(data_folder, UNLOCK, clock).close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be made"):
        Store.create(tmp_path / "file" / "below", UNLOCK, NewCounter("C", "C", "M"), clock)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_named(data_folder: Path, clock: Clock) -> None:
    data_folder.chmod(0o500)
    (data_folder / "counter.lock").chmod(0o400)
    with pytest.raises(UserError, match="cannot be written"):
        Store.open(data_folder, UNLOCK, clock)
    data_folder.chmod(0o700)
