"""Keep a small ledger of this version, for every later version to open: run once at a release.

python -m tests.upgrades.keep
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

from counterdesk import __version__
from counterdesk.core.clock import ShiftedClock
from counterdesk.demo.desk import open_demo_desk
from counterdesk.demo.sample import sample_start_utc
from tests.conftest import UNLOCK
from tests.faults.payer import pay_once

HERE = Path(__file__).parent
KEPT = ("counter.key", "journal.cdj", "ledger.db")
"""`ref.db` is not kept: it is disposable."""


def keep(version: str) -> None:
    """Write the files of a counter that took one payment into a folder of the version's name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        clock = ShiftedClock(sample_start_utc())
        desk = open_demo_desk(folder, UNLOCK, clock, consumers=1)
        pay_once(desk.store, desk.cashier, random.Random(1))
        desk.store.close()
        kept = HERE / version
        kept.mkdir(exist_ok=True)
        for file in KEPT:
            shutil.copyfile(folder / file, kept / file)


if __name__ == "__main__":
    keep(__version__)
