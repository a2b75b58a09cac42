"""Every fault of a printer that nobody here wrote, with the whole queue behind it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication

from counterdesk.app.printing import Printing
from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.core.printers import Way
from counterdesk.printing.direct import Timeouts
from counterdesk.services.print_jobs import print_state_of
from counterdesk.services.print_list import print_page
from counterdesk.services.print_moves import answer_for_print, move_print_job
from counterdesk.services.reprints import reprint
from counterdesk.store.store import Store
from tests.faults.payer import be_in_shift, pay_once
from tests.printing.counter_printers import add_printer
from tests.printing.emupos_judge import ORACLE
from tests.printing.emupos_on_a_wire import EmuposOnAWire
from tests.printing.printer_on_a_wire import wait_until

pytestmark = pytest.mark.skipif(
    not (ORACLE / "emupos").is_dir(),
    reason="the printer simulator emupos is not in .oracle: see tests/printing/emupos_judge.py",
)
BACK = UUID(int=0xB)
QUICK = Timeouts(connect=1.0, answer=0.3, write=2.0, confirm=1.5)
MIDDLE = 600
"""Bytes: in the middle of a receipt, after the questions before it."""

Wire = Callable[..., EmuposOnAWire]


@pytest.fixture
def wire(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Switches printers on; a program that waits for them is in a hurry."""
    monkeypatch.setattr("counterdesk.printing.direct.Timeouts", lambda: QUICK)
    on: list[EmuposOnAWire] = []

    def switch_on(**more: object) -> EmuposOnAWire:
        on.append(EmuposOnAWire(tmp_path, **more))  # type: ignore[arg-type]
        return on[-1]

    yield switch_on
    for printer in on:
        printer.close()
        assert printer.unknown == []


@pytest.fixture
def counter(store: Store, cashier: Actor) -> Iterator[Callable[[EmuposOnAWire], UUID]]:
    """Takes a payment at a counter with that printer; returns the visit."""
    printing = Printing(store)

    def pay(printer: EmuposOnAWire) -> UUID:
        be_in_shift(store, cashier)
        address = f"127.0.0.1:{printer.port}"
        store.write(
            lambda session: add_printer(session, way=Way.NETWORK, address=address, answers=True)
        ).result()
        visit = pay_once(store, cashier, random.Random(1))
        printing.start()
        return visit

    yield pay
    printing.stop()


def reach(store: Store, visit: UUID, state: PrintState) -> str:
    """Wait until the newest paper of a visit is in a state; return the words."""

    def progress() -> tuple[PrintState, str]:
        found = store.read(lambda read: print_state_of(read, visit)).result()
        assert found is not None
        return found.state, found.words

    wait_until(lambda: progress()[0] is state, 30)
    return progress()[1]


def originals(*printers: EmuposOnAWire) -> int:
    """Count the receipts that came out and say nothing of a copy."""
    papers = [paper for printer in printers for paper in printer.papers]
    return sum("R-500" in paper and "COPY" not in paper for paper in papers)


@pytest.mark.req("RCT-5")
def test_a_ready_printer_prints_one_original(
    store: Store, counter: Callable[[EmuposOnAWire], UUID], wire: Wire
) -> None:
    printer = wire()
    reach(store, counter(printer), PrintState.PRINTED)
    assert originals(printer) == 1


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize(
    ("name", "words"),
    [("paper-out", "out of paper"), ("cover-open", "cover is open"), ("offline", "offline")],
)
def test_a_fault_before_blocks_and_mended_it_prints_once(
    store: Store, counter: Callable[[EmuposOnAWire], UUID], wire: Wire, name: str, words: str
) -> None:
    printer = wire(faults=(name,))
    visit = counter(printer)
    assert words in reach(store, visit, PrintState.BLOCKED)
    assert originals(printer) == 0
    printer.set_fault(name, active=False)
    reach(store, visit, PrintState.PRINTED)
    assert originals(printer) == 1


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize("name", ["paper-out", "cover-open", "offline"])
def test_a_fault_in_a_receipt_holds_it_and_mended_it_comes_out_once(
    store: Store, cashier: Actor, counter: Callable[[EmuposOnAWire], UUID], wire: Wire, name: str
) -> None:
    printer = wire(breaks=name, after=MIDDLE)
    visit = counter(printer)
    reach(store, visit, PrintState.HELD)
    assert originals(printer) == 0
    printer.set_fault(name, active=False)
    wait_until(lambda: originals(printer) == 1, 30)
    answer_yes(store, cashier)
    assert originals(printer) == 1


def answer_yes(store: Store, cashier: Actor) -> None:
    """Say that the newest paper came out, unless the printer said so itself meanwhile."""
    newest = store.read(print_page, cashier).result().lines[0]
    if newest.doubtful:
        store.write(
            lambda session: answer_for_print(session, newest.job_id, printed=True), cashier
        ).result()


@pytest.mark.req("RCT-5", "RCT-3")
def test_a_line_that_breaks_in_a_receipt_is_a_question_and_then_a_copy(
    store: Store, cashier: Actor, counter: Callable[[EmuposOnAWire], UUID], wire: Wire
) -> None:
    printer = wire(breaks="reset", after=MIDDLE)
    visit = counter(printer)
    reach(store, visit, PrintState.UNKNOWN)
    job = store.read(print_page, cashier).result().lines[0].job_id
    store.write(lambda s: answer_for_print(s, job, printed=False), cashier).result()
    store.write(lambda s: reprint(s, visit, "torn off"), cashier).result()
    reach(store, visit, PrintState.PRINTED)
    whole = [paper for paper in printer.papers if "COPY 1" in paper]
    assert len(whole) == 1
    assert originals(printer) <= 1  # the torn one


@pytest.mark.req("RCT-5")
def test_a_receipt_moved_from_a_printer_without_paper_prints_at_the_other_alone(
    store: Store, cashier: Actor, counter: Callable[[EmuposOnAWire], UUID], wire: Wire
) -> None:
    empty, other = wire(faults=("paper-out",)), wire()
    visit = counter(empty)
    reach(store, visit, PrintState.BLOCKED)

    def move() -> None:
        job = store.read(print_page, cashier).result().lines[0].job_id
        store.write(lambda session: move_print_job(session, job, BACK), cashier).result()

    store.write(
        lambda session: add_printer(
            session, "Back", Way.NETWORK, f"127.0.0.1:{other.port}", BACK, answers=True
        )
    ).result()
    move()
    reach(store, visit, PrintState.PRINTED)
    empty.set_fault("paper-out", active=False)
    assert (originals(empty), originals(other)) == (0, 1)
