"""The workers follow the printers as they are set up, without a restart."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication

from counterdesk.app.printing import Printing
from counterdesk.core.permissions import Actor
from counterdesk.core.printers import Paper, PrinterSetting, Way
from counterdesk.printing.escpos import drawer_bytes
from counterdesk.services.printer_trial import print_test_page
from counterdesk.services.printers import assign_paper, remove_printer, save_printer
from counterdesk.store.store import Store
from tests.faults.payer import be_in_shift, pay_once
from tests.printing.printer_on_a_wire import WirePrinter, wait_until

FRONT, BACK = UUID(int=1), UUID(int=2)


@pytest.fixture
def printing(qapp: QApplication, store: Store, cashier: Actor) -> Iterator[Printing]:
    """The workers of a counter that has no printer yet, and a receipt that waits."""
    be_in_shift(store, cashier)
    pay_once(store, cashier, random.Random(1))
    printing = Printing(store)
    printing.start()
    yield printing
    printing.stop()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.bin"))


@pytest.mark.req("RCT-5")
def test_what_waited_for_a_printer_prints_when_there_is_one(
    printing: Printing, store: Store, supervisor: Actor, cashier: Actor, tmp_path: Path
) -> None:
    front, back = tmp_path / "front", tmp_path / "back"
    set_up(store, supervisor, PrinterSetting(FRONT, "Front", Way.FILE, str(front)))
    wait_until(lambda: names(front) == ["R-5001.bin"], 30)
    set_up(store, supervisor, PrinterSetting(BACK, "Back", Way.FILE, str(back)))
    store.write(lambda session: assign_paper(session, Paper.RECEIPT, BACK), supervisor).result()
    pay_once(store, cashier, random.Random(2))
    wait_until(lambda: names(back) == ["R-5002.bin"], 30)
    store.write(lambda session: remove_printer(session, FRONT), supervisor).result()
    store.write(lambda session: print_test_page(session, BACK), supervisor).result()
    wait_until(lambda: len(names(back)) == 2, 30)
    assert names(front) == ["R-5001.bin"]


def set_up(store: Store, actor: Actor, setting: PrinterSetting) -> None:
    store.write(lambda session: save_printer(session, setting), actor).result()


@pytest.mark.req("RCT-7")
def test_cash_opens_the_drawer_before_the_receipt_and_a_second_paper_never_does(
    printing: Printing, store: Store, supervisor: Actor, cashier: Actor
) -> None:
    wire = WirePrinter()
    setting = PrinterSetting(
        FRONT, "Front", Way.NETWORK, f"127.0.0.1:{wire.port}", answers=True, drawer_pin=5
    )
    set_up(store, supervisor, setting)
    wait_until(lambda: any(b"R-5001" in job for job in wire.jobs), 30)
    before = len(wire.jobs)
    pay_once(store, cashier, random.Random(2))
    wait_until(lambda: any(b"R-5002" in job for job in wire.jobs), 30)
    printed = [job for job in wire.jobs[before:] if job]
    wire.close()
    assert printed[0] == drawer_bytes(5)
    assert [b"R-5002" in job for job in printed] == [False, True]
