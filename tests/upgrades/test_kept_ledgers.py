from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from counterdesk import __version__
from counterdesk.core.clock import SystemClock
from counterdesk.services.verification import verify
from counterdesk.store.store import Store
from tests.conftest import UNLOCK

HERE = Path(__file__).parent
VERSIONS = sorted(path.parent.name for path in HERE.glob("*/ledger.db"))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_ledger_of_every_version_opens_and_is_whole(version: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(HERE / version, folder)
    store = Store.open(folder, UNLOCK, SystemClock())
    report = store.write(lambda session: verify(session, store.read_journal())).result()
    store.close()
    assert report.findings == ()
    assert report.transactions == 1


def test_a_ledger_of_this_version_is_kept() -> None:
    assert __version__ in VERSIONS
