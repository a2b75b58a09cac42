"""A printer behind a real socket, with the faults that printers have."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class WirePrinter:
    """Listens on a port of 127.0.0.1 until closed; its fields are what a test sets and reads."""

    mute: bool = False
    confirms: bool = True
    paper_out: bool = False
    paper_out_after: int | None = None
    """Bytes of a job after which the paper runs out."""
    near_end: bool = False
    cover_open: bool = False
    offline: bool = False
    drops_after: int | None = None
    """Bytes of a job after which the line is dropped."""
    jobs: list[bytes] = field(default_factory=list)
    port: int = 0
    """Where it listens; 0 for any port that is free."""

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._server.accept()
            except OSError:
                return
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        self.jobs.append(b"")
        waiting, asked = b"", False
        connection.settimeout(0.02)
        while True:
            try:
                heard = connection.recv(4_096)
                if not heard:
                    return
                waiting += heard
            except TimeoutError:
                pass
            except OSError:
                return
            waiting, asked = self._hear(connection, waiting, asked)
            if self.drops_after is not None and len(self.jobs[-1]) > self.drops_after:
                reset = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                return
            stopped = self.paper_out or self.cover_open
            if asked and self.confirms and not stopped and not self.mute:
                connection.sendall(b"\x00")
                asked = False

    def _hear(self, connection: socket.socket, waiting: bytes, asked: bool) -> tuple[bytes, bool]:
        while waiting:
            if waiting[:2] == b"\x10\x04" and len(waiting) > 2:
                if not self.mute:
                    connection.sendall(bytes([self._status(waiting[2])]))
                waiting = waiting[3:]
            elif waiting[:3] == b"\x1dr\x01":
                asked, waiting = True, waiting[3:]
            elif waiting in (b"\x10", b"\x10\x04", b"\x1d", b"\x1dr"):
                break
            else:
                self.jobs[-1] += waiting[:1]
                waiting = waiting[1:]
                if len(self.jobs[-1]) == self.paper_out_after:
                    self.paper_out = True
        return waiting, asked

    def _status(self, number: int) -> int:
        stopped = self.offline or self.paper_out or self.cover_open
        return {
            1: 0x12 | 0x08 * stopped,
            2: 0x12 | 0x04 * self.cover_open,
            4: 0x12 | 0x60 * self.paper_out | 0x0C * self.near_end,
        }[number]


def wait_until(what: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until a callable says yes."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)
