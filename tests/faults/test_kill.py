from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from counterdesk.core.clock import ShiftedClock
from counterdesk.models.ledger import PaymentTransaction
from counterdesk.services.verification import verify
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK

ROOT = Path(__file__).parents[2]


def start_payer(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.payer", folder, "1000000", "FULL"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "src"},
    )  # fmt: skip


def killed_after(folder: Path, seconds: float, *, paid: bool) -> list[UUID]:
    """Let a process take payments, kill it, and return the payments it said were safe.

    The time counts from its first payment if `paid`, else from its start.
    """
    payer = start_payer(folder)
    assert payer.stdout is not None
    assert payer.stdout.readline() == "ready\n"
    first = [payer.stdout.readline()] if paid else []
    killer = threading.Timer(seconds, payer.kill)
    killer.start()
    said = [*first, *payer.stdout]
    acknowledged = [line for line in said if line.startswith("ack ") and line[-1] == "\n"]
    killer.join()
    payer.wait()
    payer.stdout.close()
    return [UUID(line.split()[1]) for line in acknowledged]


def saved_and_sound(folder: Path) -> set[UUID]:
    """Open what a kill left, prove that it is whole, and return the payments in it."""
    store = Store.open(folder, UNLOCK, ShiftedClock(START_UTC))
    report = store.write(lambda session: verify(session, store.read_journal())).result()
    saved = store.read(lambda read: set(read.execute(select(PaymentTransaction.id)).scalars()))
    store.close()
    assert report.findings == ()
    return saved.result()


def kill_often(folder: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    safe: set[UUID] = set()
    for turn in range(times):
        acknowledged = killed_after(folder, chance.uniform(0.005, 0.3), paid=turn % 2 == 0)
        saved = saved_and_sound(folder)
        safe.update(acknowledged)
        assert safe <= saved, "a payment that was acknowledged is lost"
        # One may have been committed whose answer was on its way: the window tells of it.
        assert len(saved - safe) <= 1
        safe = saved
    assert len(safe) >= times // 2


@pytest.mark.req("PAY-9", "PAY-18")
def test_every_acknowledged_payment_outlives_a_kill(data_folder: Path) -> None:
    kill_often(data_folder, times=8, seed=1)


@pytest.mark.faults
@pytest.mark.req("PAY-9", "PAY-18")
def test_every_acknowledged_payment_outlives_a_hundred_kills(data_folder: Path) -> None:
    kill_often(data_folder, times=100, seed=2)
