from __future__ import annotations

import time
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication

from counterdesk.app.printing import Printing
from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.services.consumers import account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.services.print_jobs import print_state_of
from counterdesk.services.shifts import open_shift
from counterdesk.services.taken import PaymentTaken
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.printing.counter_printers import add_printer
from tests.printing.escpos_reader import read_job
from tests.printing.printer_on_a_wire import wait_until


def take_one(session: Session) -> PaymentTaken:
    open_shift(session, 10_000)
    hit = find_exactly(session, "10001")
    assert hit is not None
    view = account_view(session, hit.consumer_id)
    bill = view.charges[0]
    line = AccountLine(view.account, (Share(bill, bill.outstanding_minor),), 0, view.charges)
    tenders = (TenderGiven("cash", 15_000),)
    return take_payment(session, PaymentRequest(uuid4(), "Walk-in", (line,), tenders))


@pytest.mark.req("RCT-5", "RCT-6")
def test_a_payment_prints_its_original_once_and_then_the_queue_is_quiet(
    qapp: QApplication, store: Store, cashier: Actor, tmp_path: Path
) -> None:
    paper = tmp_path / "paper"
    store.write(lambda session: add_printer(session, address=str(paper))).result()
    printing = Printing(store)
    printing.start()
    try:
        taken = store.write(take_one, cashier).result()

        def is_printed() -> bool:
            progress = store.read(lambda read: print_state_of(read, taken.transaction_id)).result()
            return progress is not None and progress.state is PrintState.PRINTED

        wait_until(is_printed)
        commits: list[float] = []
        store.on_commit.append(lambda: commits.append(time.monotonic()))
        time.sleep(0.2)
        assert commits == []
    finally:
        printing.stop()
    (file,) = paper.iterdir()
    assert file.name == "R-5001.bin"
    assert any("R-5001" in line for line in read_job(file.read_bytes()).lines)
