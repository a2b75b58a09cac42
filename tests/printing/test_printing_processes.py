from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from counterdesk.app.printing import Printing
from counterdesk.core.clock import ShiftedClock
from counterdesk.core.print_states import PrintState
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.profiles import PrinterProfile
from counterdesk.services.print_jobs import recover_print_jobs
from counterdesk.services.print_list import PrintLine, print_page
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK, find_person
from tests.printing.printer_on_a_wire import WirePrinter, wait_until
from tests.printing.sample_receipt import sample_receipt

ROOT = Path(__file__).parents[2]


@pytest.fixture
def wire() -> Iterator[WirePrinter]:
    printer = WirePrinter()
    yield printer
    printer.close()


def start(module: str, *arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"tests.printing.{module}", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": "src"})


@pytest.mark.req("RCT-5")
def test_a_kill_while_sending_leaves_a_question_and_never_a_second_original(
    qapp: QApplication, data_folder: Path, wire: WirePrinter
) -> None:
    wire.confirms = False
    counter = start("doomed_counter", data_folder, wire.port)
    wait_until(lambda: any(wire.jobs), 60)
    counter.kill()
    counter.wait()
    wire.confirms = True
    store = Store.open(data_folder, UNLOCK, ShiftedClock(START_UTC))
    assert store.write(recover_print_jobs).result() == 1
    printing = Printing(store)
    printing.start()
    time.sleep(0.5)
    printing.stop()
    assert newest(store).state is PrintState.UNKNOWN
    store.close()
    assert sum(map(bool, wire.jobs)) == 1


def newest(store: Store) -> PrintLine:
    return store.read(print_page, find_person(store, "jane")).result().lines[0]


@pytest.mark.req("RCT-5")
def test_receipts_of_two_counters_on_one_printer_come_out_whole(wire: WirePrinter) -> None:
    counters = [start("second_counter", wire.port, word, 6) for word in ("Ada Brook", "John Doe")]
    assert [counter.wait(100) for counter in counters] == [0, 0]
    whole = {escpos_bytes(sample_receipt(word), PrinterProfile())
             for word in ("Ada Brook", "John Doe")}  # fmt: skip
    printed = [job for job in wire.jobs if job]
    assert len(printed) == 12
    assert set(printed) == whole
