"""A printer at the end of a line: asked before, sent once, asked whether it printed.

Source: Epson, ESC/POS Command Reference: DLE EOT (real-time status) and GS r (status in the
order of the data, so that its answer means everything before it was processed).
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.printing.pipe import PartlySent, Pipe
from counterdesk.printing.printer import Outcome, Status

_ASK: Final = {number: bytes((0x10, 0x04, number)) for number in (1, 2, 4)}
_CONFIRM: Final = b"\x1dr\x01"
_STATUS_MASK: Final = 0x93
_STATUS: Final = 0x12
"""Answers to DLE EOT read 0xx1xx10."""

_STATUS_ONLY: Final = 0x90
"""Bits that are never set in an answer to GS r."""

_OUT_OF_PAPER: Final = 0x60
_NEAR_END: Final = 0x0C
_COVER_OPEN: Final = 0x04
_ERROR: Final = 0x40
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


class DirectPrinter:
    """A printer that takes bytes, and mostly answers.

    Args:
        open_pipe: Opens the line within so many seconds; an `OSError` says why it cannot.
        answers: Whether it tells its state: then one that is silent gets nothing, since it may
            be busy with another counter's job. One that never answers is sent to unasked.
        timeouts: How long to wait.
    """

    def __init__(
        self,
        open_pipe: Callable[[float], Pipe],
        *,
        answers: bool = True,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._open_pipe = open_pipe
        self._answers = answers
        self._timeouts = timeouts or Timeouts()
        self._closing = threading.Event()

    def send(self, job: bytes, _name: str, held: Callable[[str], None]) -> Outcome:
        """Send a job if the printer is ready, then wait until it says that it printed."""
        try:
            line = self._line()
        except OSError:
            return Outcome(PrintState.BLOCKED, _("The printer cannot be reached."))
        with line:
            status = self._asked(line)
            if status.trouble:
                return Outcome(PrintState.BLOCKED, status.trouble)
            return self._send_ready(line, job, held)

    def status(self) -> Status:
        """Ask how the printer does."""
        if not self._answers:
            return Status(answers=False)
        try:
            line = self._line()
        except OSError:
            return Status(False, _("The printer cannot be reached."))
        with line:
            return self._asked(line)

    def _line(self) -> _Line:
        return _Line(self._open_pipe(self._timeouts.connect), self._timeouts.answer)

    def _asked(self, line: _Line) -> Status:
        if not self._answers:
            return Status(answers=False)
        silent = Status(False, _("The printer does not answer; it may be busy."))
        try:
            status = line.status()
        except OSError:
            return silent
        return status if status.answers else silent

    def _send_ready(self, line: _Line, job: bytes, held: Callable[[str], None]) -> Outcome:
        sent, broken = line.write(job, self._timeouts.write)
        if broken:
            state = PrintState.UNKNOWN if sent else PrintState.BLOCKED
            return Outcome(state, _("The connection to the printer broke."))
        try:
            return self._confirmed(line, held)
        except OSError:
            return Outcome(PrintState.UNKNOWN, _("The connection to the printer broke."))

    def _confirmed(self, line: _Line, held: Callable[[str], None]) -> Outcome:
        line.ask_for_confirmation()
        patience = self._timeouts.confirm if self._answers else self._timeouts.answer
        end, trouble = time.monotonic() + patience, ""
        while time.monotonic() < end and not self._closing.is_set():
            if line.confirmed(_POLL_SECONDS):
                break
            now = line.status().trouble if self._answers else ""
            if now and now != trouble:
                held(now)
            trouble = now
        if line.confirmed(0):
            return Outcome(PrintState.PRINTED, self._said_afterwards(line))
        return Outcome(PrintState.HELD, trouble) if trouble else Outcome(PrintState.SENT)

    def _said_afterwards(self, line: _Line) -> str:
        """Return what is to be known about the paper; it has printed whatever becomes of this."""
        try:
            return line.status().words if self._answers else ""
        except OSError:
            return ""

    def open_drawer(self, kick: bytes) -> None:
        """Send the kick, whatever the paper; a printer out of reach keeps the drawer shut."""
        with contextlib.suppress(OSError), self._line() as line:
            line.write(kick, self._timeouts.answer)

    def close(self) -> None:
        """Give up waiting for a confirmation: the job counts as sent."""
        self._closing.set()


class _Line:
    """An open line, which tells answers to the two kinds of question apart."""

    def __init__(self, pipe: Pipe, answer_seconds: float) -> None:
        self._pipe = pipe
        self._answer_seconds = answer_seconds
        self._confirmed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._pipe.close()

    def status(self) -> Status:
        """Ask for the status now.

        Raises:
            OSError: The connection is gone.
        """
        general = self._ask(1)
        if general is None:
            return Status(answers=False)
        paper, cover = self._ask(4) or 0, self._ask(2) or 0
        near_end = bool(paper & _NEAR_END)
        return Status(True, _trouble(general, paper, cover), near_end)

    def _ask(self, number: int) -> int | None:
        self._send_all(_ASK[number])
        end = time.monotonic() + self._answer_seconds
        while (left := end - time.monotonic()) > 0:
            answer = self._listen(left)
            if answer is not None:
                return answer
        return None

    def _listen(self, seconds: float) -> int | None:
        """Wait for bytes; return a status among them, and remember a confirmation."""
        heard = self._pipe.receive(max(seconds, 0.001))
        statuses = [byte for byte in heard if byte & _STATUS_MASK == _STATUS]
        self._confirmed = self._confirmed or any(not byte & _STATUS_ONLY for byte in heard)
        return statuses[-1] if statuses else None

    def write(self, job: bytes, seconds: float) -> tuple[int, bool]:
        """Send a job; return how many bytes left at least, and whether the connection broke."""
        sent, view = 0, memoryview(job)
        try:
            while sent < len(job):
                sent += self._pipe.send(view[sent : sent + _CHUNK], seconds)
        except PartlySent:
            return sent + 1, True
        except OSError:
            return sent, True
        return sent, False

    def _send_all(self, question: bytes) -> None:
        if self.write(question, self._answer_seconds)[1]:
            raise ConnectionResetError("the line to the printer is gone")

    def ask_for_confirmation(self) -> None:
        """Ask the question that is answered when all before it is processed."""
        self._confirmed = False
        self._send_all(_CONFIRM)

    def confirmed(self, seconds: float) -> bool:
        """Tell whether the confirmation is there, waiting so long for it."""
        if not self._confirmed:
            self._listen(seconds)
        return self._confirmed


def _trouble(general: int, paper: int, cover: int) -> str:
    if paper & _OUT_OF_PAPER:
        return _("The printer is out of paper.")
    if cover & _COVER_OPEN:
        return _("The printer's cover is open.")
    if cover & _ERROR:
        return _("The printer reports an error: look at it.")
    return _("The printer is offline.") if general & _OFFLINE else ""
