from __future__ import annotations

import os
import random
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.errors import UserError
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK, find_person
from tests.faults.payer import be_in_shift
from tests.faults.power import Step, after_power_cut, record
from tests.faults.test_kill import ROOT, saved_and_sound

PAYMENTS = 40
IMAGES = 150

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not shutil.which("strace"), reason="needs strace to record writes"),
]


@dataclass
class Outcome:
    """What became of the images."""

    kept: int = 0
    noticed: int = 0
    """Refused at start: the journal knows of payments that the ledger lost."""
    silent: list[int] = field(default_factory=list)
    """Opened as if nothing were, without payments that were acknowledged."""


def recorded(folder: Path, synchronous: str) -> tuple[dict[str, bytes], list[Step]]:
    """Return a folder's files, and what a process taking payments then does to them."""
    store = Store.open(folder, UNLOCK, ShiftedClock(START_UTC))
    be_in_shift(store, find_person(store, "jane"))
    store.close()
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    command = [sys.executable, "-m", "tests.faults.payer", str(folder), str(PAYMENTS), synchronous]
    steps = record(
        command, folder, folder.parent / "trace", cwd=ROOT, env=os.environ | {"PYTHONPATH": "src"}
    )
    said = [step for step in steps if step.kind == "say" and step.data.startswith(b"ack")]
    assert len(said) == PAYMENTS, "strace did not see every payment"
    return before, [step for step in steps if not step.file.endswith(("-shm", ".lock"))]


def cut_often(
    before: dict[str, bytes], steps: list[Step], where: Path, *, with_journal: bool = True
) -> Outcome:
    chance = random.Random(42)
    last = max(place for place, step in enumerate(steps) if step.kind == "say")
    outcome = Outcome()
    for number in range(IMAGES):
        image, said = after_power_cut(before, steps, chance.randint(1, last + 1), chance)
        folder = where / f"image-{number}"
        folder.mkdir()
        for name, data in image.items():
            if with_journal or name != "journal.cdj":
                (folder / name).write_bytes(data)
        look_at(folder, {UUID(line.split()[1]) for line in said if line[:3] == "ack"}, outcome)
        shutil.rmtree(folder)
    return outcome


def look_at(folder: Path, acknowledged: set[UUID], outcome: Outcome) -> None:
    try:
        lost = acknowledged - saved_and_sound(folder)
    except UserError as error:
        if "The ledger has lost" not in error.message:
            raise
        outcome.noticed += 1
        return
    if lost:
        outcome.silent.append(len(lost))
    else:
        outcome.kept += 1


@pytest.mark.req("PAY-9")
def test_no_acknowledged_payment_is_lost_when_the_power_goes(
    data_folder: Path, tmp_path: Path
) -> None:
    outcome = cut_often(*recorded(data_folder, "FULL"), tmp_path)
    assert outcome == Outcome(kept=IMAGES)


def test_control_a_ledger_synced_less_loses_payments_and_the_journal_notices(
    data_folder: Path, tmp_path: Path
) -> None:
    before, steps = recorded(data_folder, "NORMAL")
    outcome = cut_often(before, steps, tmp_path)
    assert outcome.noticed > 0
    assert outcome.silent == []


def test_control_without_the_journal_the_loss_is_silent(data_folder: Path, tmp_path: Path) -> None:
    before, steps = recorded(data_folder, "NORMAL")
    outcome = cut_often(before, steps, tmp_path, with_journal=False)
    assert len(outcome.silent) > 0
    assert outcome.noticed == 0
