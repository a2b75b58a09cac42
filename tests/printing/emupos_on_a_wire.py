"""The simulator as a printer on the network: it answers by itself, one connection at a time."""

from __future__ import annotations

import socket
import struct
import threading
import time
from pathlib import Path
from typing import Any

from tests.printing.emupos_judge import fault, simulated


class EmuposOnAWire:
    """Listens until closed; `papers` are the texts that came out."""

    def __init__(
        self,
        folder: Path,
        *,
        faults: tuple[str, ...] = (),
        breaks: str = "",
        after: int = 0,
        port: int = 0,
    ) -> None:
        """Switch it on.

        Args:
            folder: For its profile.
            faults: What is wrong from the start.
            breaks: What goes wrong once `after` bytes have come: a fault, or "reset" of the line.
            after: Bytes of all connections together.
            port: Where it listens; 0 for any port that is free.
        """
        self.papers: list[str] = []
        self.unknown: list[Any] = []
        self._printer = simulated(folder)
        self._breaks, self._left, self._lock = breaks, after, threading.Lock()
        for name in faults:
            self.set_fault(name)
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def set_fault(self, name: str, *, active: bool = True) -> None:
        """Let something be wrong, or mend it."""
        with self._lock:
            self._take(self._printer.set_fault(fault(name), active, time.monotonic()))

    def close(self) -> None:
        """Switch it off."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._server.accept()
            except OSError:
                return
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        name = f"c{time.monotonic_ns()}"
        with self._lock:
            self._take(self._printer.open_connection(name, time.monotonic()))
        try:
            while heard := connection.recv(512):
                if not self._feed(connection, name, heard):
                    break
        except OSError:
            pass
        with self._lock:
            self._take(self._printer.close_connection(name, time.monotonic()))

    def _feed(self, connection: socket.socket, name: str, heard: bytes) -> bool:
        """Give bytes to the printer, and its answers back; tell whether the line still stands."""
        before, after = heard, b""
        broken = self._breaks and len(heard) > self._left
        if broken:
            before, after = heard[: self._left], heard[self._left :]
        self._left -= len(before)
        self._print(connection, name, before)
        if not broken:
            return True
        breaks, self._breaks = self._breaks, ""
        if breaks == "reset":
            reset = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            return False
        self.set_fault(breaks)
        self._print(connection, name, after)
        return True

    def _print(self, connection: socket.socket, name: str, data: bytes) -> None:
        with self._lock:
            out = self._printer.receive(name, data, time.monotonic())
            self._take(out)
        for write in out.writes:
            connection.sendall(write.data)

    def _take(self, out: Any) -> None:
        self.papers += [receipt.text for receipt in out.receipts]
        self.unknown += [event for event in out.events if "bytes" in event.data]
