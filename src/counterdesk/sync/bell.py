"""A bell that can be waited for together with a network connection, on every system."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from contextlib import suppress


class Bell:
    """Rung from any thread, heard by the one that waits; a ring while nobody waits is kept."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._ends: tuple[socket.socket, socket.socket] | None = None

    def ring(self) -> None:
        """End the wait that goes on, or else the next one."""
        self._rung.set()
        ends = self._ends
        if ends is not None:
            with suppress(OSError):  # full, or just closed: it is heard all the same
                ends[1].send(b".")

    def wait_for(self, connection: int, until: float) -> bool:
        """Wait until a connection has something to read.

        Args:
            connection: Its socket's number.
            until: When to give up, as `time.monotonic` counts.

        Returns:
            Whether there is something to read; if not, the time is over or the bell was rung.
        """
        heard, _sends = self._ends or self._open()
        with selectors.DefaultSelector() as both:
            both.register(connection, selectors.EVENT_READ)
            both.register(heard, selectors.EVENT_READ)
            left = max(0.0, until - time.monotonic())
            ready = [] if self._rung.is_set() else both.select(left)
        if self._rung.is_set():
            self._forget(heard)
            return False
        return bool(ready)

    def close(self) -> None:
        """Give back what it holds of the system; it still can be rung, and waited for anew."""
        ends, self._ends = self._ends, None
        for end in ends or ():
            end.close()

    def _open(self) -> tuple[socket.socket, socket.socket]:
        ends = socket.socketpair()
        for end in ends:
            end.setblocking(False)
        self._ends = ends
        return ends

    def _forget(self, heard: socket.socket) -> None:
        self._rung.clear()
        with suppress(OSError):
            while heard.recv(64):
                pass
