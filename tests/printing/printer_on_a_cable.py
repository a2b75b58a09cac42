"""The printer of `printer_on_a_wire` at the end of a serial cable: a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import socket
import threading
import tty
from contextlib import suppress

from tests.printing.printer_on_a_wire import WirePrinter


class SerialPrinter:
    """A port that leads to a printer, until closed."""

    def __init__(self, printer: WirePrinter) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._line = socket.create_connection(("127.0.0.1", printer.port))
        for copy in (self._to_printer, self._from_printer):
            threading.Thread(target=copy, daemon=True).start()

    def close(self) -> None:
        """Pull the cable out."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
        os.close(self._slave)
        os.close(self._master)

    def _to_printer(self) -> None:
        with suppress(OSError):
            while True:
                self._line.sendall(os.read(self._master, 4_096))

    def _from_printer(self) -> None:
        with suppress(OSError):
            while heard := self._line.recv(64):
                os.write(self._master, heard)
