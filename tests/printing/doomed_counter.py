"""A counter in a process of its own, to be killed: takes one payment and prints its receipt.

Run with the data folder and the port of its printer.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from counterdesk.app.printing import Printing
from counterdesk.core.clock import ShiftedClock
from counterdesk.core.printers import Way
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK, find_person
from tests.faults.payer import be_in_shift, pay_once
from tests.printing.counter_printers import add_printer


def main(folder: str, port: str) -> None:
    """Pay, print, and wait for the end."""
    application = QGuiApplication([])
    store = Store.open(Path(folder), UNLOCK, ShiftedClock(START_UTC))
    cashier = find_person(store, "jane")
    be_in_shift(store, cashier)
    store.write(
        lambda session: add_printer(
            session, way=Way.NETWORK, address=f"127.0.0.1:{port}", answers=True
        )
    ).result()
    pay_once(store, cashier, random.Random(1))
    Printing(store).start()
    time.sleep(600)
    application.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
