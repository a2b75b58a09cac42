"""A queue of CUPS: receipts go there as they are, and the server tells what became of them.

Source: RFC 8011, sections 5.3.7 (job-state) and 5.4.12 (printer-state).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.core.printer_address import QueueAddress
from counterdesk.printing import ipp
from counterdesk.printing.ipp import Group, PrintServer, Refused
from counterdesk.printing.printer import Outcome, Status

_RAW: Final = "application/vnd.cups-raw"
_COMPLETED: Final = 9
_CANCELLED: Final = 7
_ABORTED: Final = 8
_QUEUE_STOPPED: Final = 5
_QUEUE_IDLE: Final = 3
_GONE: Final = 0x0406
"""client-error-not-found."""

_WHO: Final = {"requesting-user-name": "counterdesk"}
_DRAWER_SECONDS: Final = 5.0
_OF_QUEUE: Final = "printer-state"


class CupsPrinter:
    """One raw queue.

    Args:
        address: Which queue, of which server.
        answer_seconds: How long the server may take for an answer.
        confirm_seconds: How long a job may take until it has left the queue.
        poll_seconds: How often it is asked meanwhile.
    """

    def __init__(
        self,
        address: QueueAddress,
        *,
        answer_seconds: float = 5.0,
        confirm_seconds: float = 20.0,
        poll_seconds: float = 0.25,
    ) -> None:
        self._queue = address.queue
        self._server = PrintServer(address.host or "localhost", address.port, answer_seconds)
        self._confirm_seconds, self._poll_seconds = confirm_seconds, poll_seconds
        self._closing = threading.Event()

    def send(self, job: bytes, name: str, held: Callable[[str], None]) -> Outcome:
        """Hand a job to a queue that takes it, and wait until it is through."""
        status = self.status()
        if status.trouble:
            return Outcome(PrintState.BLOCKED, status.trouble)
        try:
            number = self._create(name)
        except (OSError, Refused):  # a job without a document prints nothing
            return Outcome(PrintState.BLOCKED, _("The print queue does not take the job."))
        try:
            self._send_document(number, job)
        except (OSError, Refused):
            return Outcome(PrintState.UNKNOWN, _("The print queue broke off."))
        return self._followed(number, held)

    def status(self) -> Status:
        """Ask how the queue does; it says nothing of the paper."""
        try:
            queue = self._attributes()
        except Refused as refusal:
            gone = refusal.status == _GONE
            return Status(
                False,
                _("There is no such print queue.") if gone else _("The print queue refuses."),
            )
        except OSError:
            return Status(False, _("The print server cannot be reached."))
        return Status(True, _trouble(queue))

    def open_drawer(self, kick: bytes) -> None:
        """Send the kick through an idle queue, and take it back if it does not go at once."""
        with suppress(OSError, Refused):
            queue = self._attributes()
            if _trouble(queue) or queue.get(_OF_QUEUE) != (_QUEUE_IDLE,):
                return
            number = self._create("drawer")
            self._send_document(number, kick)
            if self._wait(number, _DRAWER_SECONDS) is None:
                given: dict[str, ipp.Value] = {"job-id": number, **_WHO}
                self._server.ask(ipp.CANCEL_JOB, self._queue, given)

    def close(self) -> None:
        """Give up waiting for what is in the queue: it counts as sent."""
        self._closing.set()

    def _attributes(self) -> Group:
        groups = self._server.ask(ipp.GET_PRINTER, self._queue, {})
        return {name: values for group in groups for name, values in group.items()}

    def _create(self, name: str) -> int:
        given: dict[str, ipp.Value] = {**_WHO, "job-name": name}
        groups = self._server.ask(ipp.CREATE_JOB, self._queue, given)
        return next(int(group["job-id"][0]) for group in groups if "job-id" in group)

    def _send_document(self, number: int, job: bytes) -> None:
        given: dict[str, ipp.Value] = {
            "job-id": number,
            **_WHO,
            "document-format": _RAW,
            "last-document": True,
        }
        self._server.ask(ipp.SEND_DOCUMENT, self._queue, given, job)

    def _followed(self, number: int, held: Callable[[str], None]) -> Outcome:
        end, trouble = time.monotonic() + self._confirm_seconds, ""
        while time.monotonic() < end and not self._closing.is_set():
            state = self._wait(number, self._poll_seconds)
            if state is not None:
                return _ended(state)
            now = self._hitch()
            if now and now != trouble:
                held(now)
            trouble = now
        waiting = trouble or _("It is still in the print queue.")
        return Outcome(PrintState.SENT if self._closing.is_set() else PrintState.HELD, waiting)

    def _wait(self, number: int, seconds: float) -> int | None:
        """Return how a job ended, None while it has not; a server that is silent says nothing."""
        end = time.monotonic() + seconds
        while True:
            with suppress(OSError):
                state = self._job_state(number)
                if state in (_COMPLETED, _CANCELLED, _ABORTED):
                    return state
            if time.monotonic() >= end or self._closing.wait(min(seconds, 0.05)):
                return None

    def _job_state(self, number: int) -> int:
        try:
            groups = self._server.ask(ipp.GET_JOB, self._queue, {"job-id": number})
        except Refused as refusal:
            return _CANCELLED if refusal.status == _GONE else 0
        return next(int(group["job-state"][0]) for group in groups if "job-state" in group)

    def _hitch(self) -> str:
        """Return why the queue does not go on, as far as it says."""
        try:
            queue = self._attributes()
        except (OSError, Refused):
            return _("The print server cannot be reached.")
        return _trouble(queue) or _said(queue)


def _trouble(queue: Group) -> str:
    if queue.get("printer-is-accepting-jobs") == (False,):
        return _("The print queue takes no jobs.")
    if queue.get(_OF_QUEUE) == (_QUEUE_STOPPED,):
        return _("The print queue is stopped.")
    return ""


def _said(queue: Group) -> str:
    reasons = queue.get("printer-state-reasons", ())
    if any(str(reason).startswith(("connecting-to-device", "offline")) for reason in reasons):
        return _("The print queue cannot reach the printer.")
    return ""


def _ended(state: int) -> Outcome:
    if state == _COMPLETED:
        return Outcome(PrintState.SENT)
    words = {
        _CANCELLED: _("Somebody took it out of the print queue."),
        _ABORTED: _("The print queue gave up."),
    }
    return Outcome(PrintState.UNKNOWN, words[state])


def queues(server: PrintServer) -> tuple[tuple[str, str], ...]:
    """Return name and description of every queue of a server; none where it is silent."""
    try:
        groups = server.ask(ipp.GET_PRINTERS, "", {})
    except (OSError, Refused):
        return ()
    return tuple(
        (str(group["printer-name"][0]), str(group.get("printer-info", ("",))[0]))
        for group in groups
        if "printer-name" in group
    )
