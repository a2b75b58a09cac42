"""The line to a printer on the network: bytes on a TCP port, usually 9100."""

from __future__ import annotations

import socket
from collections.abc import Callable

from counterdesk.printing.pipe import Pipe


def network_line(host: str, port: int) -> Callable[[float], Pipe]:
    """Return what connects to a printer."""

    def connect(seconds: float) -> Pipe:
        return _SocketPipe(socket.create_connection((host, port), seconds))

    return connect


class _SocketPipe:
    """A connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: memoryview, seconds: float) -> int:
        self._connection.settimeout(seconds)
        return self._connection.send(data)

    def receive(self, seconds: float) -> bytes:
        self._connection.settimeout(seconds)
        try:
            heard = self._connection.recv(64)
        except TimeoutError:
            return b""
        if not heard:
            raise ConnectionResetError("the printer hung up")
        return heard

    def close(self) -> None:
        self._connection.close()
