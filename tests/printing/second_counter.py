"""A counter in a process of its own: prints receipts on one port until each is confirmed.

Run with the port, the word that all its receipts bear, and how many there are.
"""

from __future__ import annotations

import sys
import time

from counterdesk.core.print_states import PrintState
from counterdesk.printing.direct import DirectPrinter, Timeouts
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.network import network_line
from counterdesk.printing.profiles import PrinterProfile
from tests.printing.sample_receipt import sample_receipt


def main(port: str, word: str, count: str) -> None:
    """Print, and try again whatever was not begun."""
    line = network_line("127.0.0.1", int(port))
    printer = DirectPrinter(line, timeouts=Timeouts(answer=0.3))
    job = escpos_bytes(sample_receipt(word), PrinterProfile(native_qr=True))
    for _receipt in range(int(count)):
        state = PrintState.BLOCKED
        while state is PrintState.BLOCKED:
            state = printer.send(job, word, print).state
            time.sleep(0.01)
        assert state is PrintState.PRINTED, state


if __name__ == "__main__":
    main(*sys.argv[1:])
