"""A mail server behind a real socket, with the faults that mail servers have."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class WireMailServer:
    """Listens on a port of 127.0.0.1 until closed; its fields are what a test sets and reads."""

    answers: dict[str, str] = field(default_factory=dict)
    """Other answers than yes, by the command's first word; "." is the end of a mail."""
    hangs_up_at: str = ""
    """The command after which the line is cut; "." is the end of a mail."""
    mute_at: str = ""
    """The command that is never answered."""
    offers: tuple[str, ...] = ()
    """What EHLO tells of, such as STARTTLS."""
    identity: ssl.SSLContext | None = None
    tls_at_once: bool = False
    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    """What arrived whole, dots taken away again."""
    said: list[str] = field(default_factory=list)
    """Every command that was heard."""

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        self._lines: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Go down, with every line."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for line in self._lines:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)
        self._thread.join(5)
        for line in self._lines:
            line.close()

    def mail(self, number: int = 0) -> EmailMessage:
        """Return a mail that arrived."""
        return message_from_bytes(self.mails[number], policy=policy.default)

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._server.accept()
            except OSError:
                return
            connection.settimeout(60)
            with contextlib.suppress(OSError):
                self._talk(self._kept(connection))
            self._lines[-1].close()

    def _kept(self, connection: socket.socket) -> socket.socket:
        self._lines.append(connection)
        return connection

    def _encrypted(self, connection: socket.socket) -> socket.socket:
        assert self.identity is not None
        return self._kept(self.identity.wrap_socket(connection, server_side=True))

    def _talk(self, connection: Any) -> None:
        if self.tls_at_once:
            connection = self._encrypted(connection)
        connection.sendall(b"220 here\r\n")
        file = connection.makefile("rb")
        while line := file.readline():
            word, space, rest = line.decode("ascii").strip().partition(" ")
            word = word.upper()
            self.said.append(f"{word}{space}{rest}")
            if word == self.mute_at:
                file.readline()  # until the other side gives up
                return
            if word == "STARTTLS" and self.identity:
                connection.sendall(b"220 go ahead\r\n")
                connection = self._encrypted(connection)
                file = connection.makefile("rb")
                continue
            self._answer(connection, word)
            if word in (self.hangs_up_at, "QUIT"):
                return
            if word == "DATA" and "DATA" not in self.answers and not self._take(connection, file):
                return

    def _answer(self, connection: Any, word: str) -> None:
        usual = {"EHLO": self._greeting(), "DATA": "354 go on", "AUTH": "235 welcome"}
        answer = self.answers.get(word, usual.get(word, "250 yes"))
        connection.sendall(answer.encode() + b"\r\n")

    def _greeting(self) -> str:
        told = ["here", *self.offers]
        return "\r\n".join([*(f"250-{one}" for one in told[:-1]), f"250 {told[-1]}"])

    def _take(self, connection: Any, file: Any) -> bool:
        """Take a mail up to its lone dot; tell whether the line lives on."""
        lines: list[bytes] = []
        while (line := file.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        self.mails.append(b"".join(lines))
        if self.hangs_up_at == ".":
            return False
        if self.mute_at == ".":
            file.readline()
            return False
        connection.sendall(self.answers.get(".", "250 taken").encode() + b"\r\n")
        return True
