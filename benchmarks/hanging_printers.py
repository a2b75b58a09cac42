"""Printers on sockets of a process of their own: one that prints well, and three that hang.

Run with a printer's kind; says its port, and stands there until its input ends.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from tests.printing.printer_on_a_wire import WirePrinter

WELL = "that prints well"
_LINES_IN_A_FULL_QUEUE = 4


def _that_lets_nobody_in() -> int:
    """Listen and take no line: once the queue of lines is full, connecting hangs."""
    server = socket.create_server(("127.0.0.1", 0), backlog=0)
    port: int = server.getsockname()[1]
    _kept.append(server)
    for _at in range(_LINES_IN_A_FULL_QUEUE):
        line = socket.socket()
        line.setblocking(False)
        with suppress(BlockingIOError):
            line.connect(("127.0.0.1", port))
        _kept.append(line)
    return port


_kept: list[socket.socket] = []
PRINTERS: dict[str, Callable[[], int]] = {
    WELL: lambda: WirePrinter().port,
    "that takes a line and never answers": lambda: WirePrinter(mute=True).port,
    "that takes a job and never says it printed": lambda: WirePrinter(confirms=False).port,
    "that lets nobody in": _that_lets_nobody_in,
}

if __name__ == "__main__":
    print(PRINTERS[sys.argv[1]](), flush=True)
    sys.stdin.read()
