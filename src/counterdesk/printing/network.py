"""A receipt printer on the network: asked before, sent once, asked whether it printed.

Source: Epson, ESC/POS Command Reference: DLE EOT (real-time status) and GS r (status in the
order of the data, so that its answer means everything before it was processed).
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.printing.printer import Outcome

_ASK: Final = {number: bytes((0x10, 0x04, number)) for number in (1, 2, 4)}
_CONFIRM: Final = b"\x1dr\x01"
_STATUS_MASK: Final = 0x93
_STATUS: Final = 0x12
"""Answers to DLE EOT read 0xx1xx10."""

_STATUS_ONLY: Final = 0x90
"""Bits that are never set in an answer to GS r."""

_OUT_OF_PAPER: Final = 0x60
_COVER_OPEN: Final = 0x04
_OFFLINE: Final = 0x08
_CHUNK: Final = 4_096
_POLL_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds, for each thing a printer does."""

    connect: float = 3.0
    answer: float = 1.0
    write: float = 10.0
    confirm: float = 20.0


@dataclass(frozen=True, slots=True)
class Status:
    """What a printer says about itself; `trouble` is "" while it can print."""

    answers: bool
    trouble: str = ""


class NetworkPrinter:
    """A printer that takes bytes on a TCP port, usually 9100."""

    def __init__(self, host: str, port: int, timeouts: Timeouts | None = None) -> None:
        self._address = (host, port)
        self._timeouts = timeouts or Timeouts()
        self._closing = threading.Event()

    def send(self, job: bytes, _name: str, held: Callable[[str], None]) -> Outcome:
        """Send a job if the printer is ready, then wait until it says that it printed."""
        try:
            line = _Line(self._connect(), self._timeouts.answer)
        except OSError:
            return Outcome(PrintState.BLOCKED, _("The printer cannot be reached."))
        with line:
            try:
                status = line.status()
            except OSError:
                return Outcome(PrintState.BLOCKED, _("The printer does not answer."))
            if status.trouble:
                return Outcome(PrintState.BLOCKED, status.trouble)
            return self._send_ready(line, job, status, held)

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(self._address, self._timeouts.connect)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _send_ready(
        self, line: _Line, job: bytes, status: Status, held: Callable[[str], None]
    ) -> Outcome:
        sent, broken = line.write(job, self._timeouts.write)
        if broken:
            state = PrintState.UNKNOWN if sent else PrintState.BLOCKED
            return Outcome(state, _("The connection to the printer broke."))
        try:
            return self._confirmed(line, status, held)
        except OSError:
            return Outcome(PrintState.UNKNOWN, _("The connection to the printer broke."))

    def _confirmed(self, line: _Line, status: Status, held: Callable[[str], None]) -> Outcome:
        line.ask_for_confirmation()
        patience = self._timeouts.confirm if status.answers else self._timeouts.answer
        end, trouble = time.monotonic() + patience, ""
        while time.monotonic() < end and not self._closing.is_set():
            if line.confirmed(_POLL_SECONDS):
                return Outcome(PrintState.PRINTED)
            now = line.status().trouble if status.answers else ""
            if now and now != trouble:
                held(now)
            trouble = now
        if line.confirmed(0):
            return Outcome(PrintState.PRINTED)
        return Outcome(PrintState.HELD, trouble) if trouble else Outcome(PrintState.SENT)

    def open_drawer(self, kick: bytes) -> None:
        """Send the kick, whatever the paper; a printer out of reach keeps the drawer shut."""
        with contextlib.suppress(OSError), self._connect() as connection:
            connection.sendall(kick)

    def close(self) -> None:
        """Give up waiting for a confirmation: the job counts as sent."""
        self._closing.set()


class _Line:
    """An open connection, which tells answers to the two kinds of question apart."""

    def __init__(self, connection: socket.socket, answer_seconds: float) -> None:
        self._connection = connection
        self._answer_seconds = answer_seconds
        self._confirmed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._connection.close()

    def status(self) -> Status:
        """Ask for the status now.

        Raises:
            OSError: The connection is gone.
        """
        general = self._ask(1)
        if general is None:
            return Status(answers=False)
        paper, cover = self._ask(4) or 0, self._ask(2) or 0
        if paper & _OUT_OF_PAPER:
            return Status(True, _("The printer is out of paper."))
        if cover & _COVER_OPEN:
            return Status(True, _("The printer's cover is open."))
        if general & _OFFLINE:
            return Status(True, _("The printer is offline."))
        return Status(True)

    def _ask(self, number: int) -> int | None:
        self._connection.settimeout(self._answer_seconds)
        self._connection.sendall(_ASK[number])
        end = time.monotonic() + self._answer_seconds
        while (left := end - time.monotonic()) > 0:
            answer = self._listen(left)
            if answer is not None:
                return answer
        return None

    def _listen(self, seconds: float) -> int | None:
        """Wait for bytes; return a status among them, and remember a confirmation."""
        self._connection.settimeout(max(seconds, 0.001))
        try:
            heard = self._connection.recv(64)
        except TimeoutError:
            return None
        if not heard:
            raise ConnectionResetError("the printer hung up")
        statuses = [byte for byte in heard if byte & _STATUS_MASK == _STATUS]
        self._confirmed = self._confirmed or any(not byte & _STATUS_ONLY for byte in heard)
        return statuses[-1] if statuses else None

    def write(self, job: bytes, seconds: float) -> tuple[int, bool]:
        """Send a job; return how many bytes left, and whether the connection broke."""
        sent, view = 0, memoryview(job)
        self._connection.settimeout(seconds)
        try:
            while sent < len(job):
                sent += self._connection.send(view[sent : sent + _CHUNK])
        except OSError:
            return sent, True
        return sent, False

    def ask_for_confirmation(self) -> None:
        """Ask the question that is answered when all before it is processed."""
        self._confirmed = False
        self._connection.sendall(_CONFIRM)

    def confirmed(self, seconds: float) -> bool:
        """Tell whether the confirmation is there, waiting so long for it."""
        if not self._confirmed:
            self._listen(seconds)
        return self._confirmed
