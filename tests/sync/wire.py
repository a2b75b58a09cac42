"""A wire between a counter and PostgreSQL that is cut, and that swallows, where a test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_AT_ONCE = 65_536


class Way(Enum):
    """In which direction bytes go."""

    UP = "to the centre"
    DOWN = "to the counter"


class Wire:
    """A relay on the loopback address before a server. It is whole until told otherwise."""

    def __init__(self, conninfo: str) -> None:
        """Listen.

        Args:
            conninfo: How the server itself is reached.
        """
        self._server = conninfo_to_dict(conninfo)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._turn = threading.Lock()
        self._left: dict[Way, int] = {}
        self.passed = dict.fromkeys(Way, 0)
        """How many bytes went through."""
        self.swallowed: set[Way] = set()
        """Ways on which bytes vanish while the line stays open."""
        self._start(self._accept)

    @property
    def conninfo(self) -> str:
        """How the server is reached through this wire."""
        port = self._listening.getsockname()[1]
        there: dict[str, str | int | None] = {"host": "127.0.0.1", "port": port}
        plain = {"sslmode": "disable", "gssencmode": "disable"}
        return make_conninfo("", **(self._server | there | plain))

    def cut_after(self, way: Way, count: int) -> None:
        """Cut whatever line there is once so many more bytes went one way."""
        with self._turn:
            self._left = {way: count}

    def mend(self) -> None:
        """Be whole again; lines that hung are cut."""
        with self._turn:
            self._left = {}
            self.swallowed.clear()
            self._cut()

    def close(self) -> None:
        """Let nobody in any more."""
        self._listening.close()
        with self._turn:
            self._cut()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                near, _address = self._listening.accept()
                far = self._connect()
                with self._turn:
                    self._ends += [near, far]
                self._start(self._pump, near, far, Way.UP)
                self._start(self._pump, far, near, Way.DOWN)

    def _connect(self) -> socket.socket:
        host, port = str(self._server["host"]), str(self._server.get("port") or "5432")
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        far = socket.socket(socket.AF_UNIX)
        far.connect(str(Path(host) / f".s.PGSQL.{port}"))
        return far

    def _pump(self, source: socket.socket, target: socket.socket, way: Way) -> None:
        with suppress(OSError):  # it is cut
            while data := source.recv(_AT_ONCE):
                self._pass_on(data, target, way)
        for end in (source, target):
            _end(end)

    def _pass_on(self, data: bytes, target: socket.socket, way: Way) -> None:
        with self._turn:
            if way in self.swallowed:
                return
            part = data[: self._left[way]] if way in self._left else data
            target.sendall(part)
            self.passed[way] += len(part)
            if way in self._left:
                self._left[way] -= len(part)
                if not self._left[way]:
                    self._cut()

    def _cut(self) -> None:
        for end in self._ends:
            _end(end)
        self._ends.clear()


def _end(end: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        end.shutdown(socket.SHUT_RDWR)
    end.close()
