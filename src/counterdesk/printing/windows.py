"""A printer of Windows: the job goes to its spooler as raw bytes.

Written from the documentation and tested against a stand-in only: no machine with Windows was at
hand.

Source: Microsoft, Win32 API, "Print Spooler API": OpenPrinter, StartDocPrinter, GetJob,
JOB_INFO_1 (Status).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.printing.printer import Outcome, Status

_PAUSED: Final = 0x0000_0001
_ERROR: Final = 0x0000_0002
_OFFLINE: Final = 0x0000_0020
_PAPER_OUT: Final = 0x0000_0040
_PRINTED: Final = 0x0000_0080
_DELETED: Final = 0x0000_0100
_BLOCKED: Final = 0x0000_0200
_COMPLETE: Final = 0x0000_1000
_QUEUE_PAUSED: Final = 0x0000_0001
_QUEUE_ERROR: Final = 0x0000_0002
_QUEUE_PAPER_OUT: Final = 0x0000_0010
_QUEUE_OFFLINE: Final = 0x0000_0080
_QUEUE_DOOR_OPEN: Final = 0x0040_0000
_POLL_SECONDS: Final = 0.25


def spooler() -> Any:
    """Return Windows's print functions.

    Raises:
        OSError: This is no Windows, or pywin32 is missing.
    """
    try:
        return import_module("win32print")
    except ImportError as error:
        raise OSError("no Windows, or no pywin32") from error


class WindowsPrinter:
    """One printer as Windows knows it.

    Args:
        name: What it is called there.
        confirm_seconds: How long a job may take until it has left the spooler.
        find: Returns the print functions.
    """

    def __init__(
        self, name: str, confirm_seconds: float = 20.0, find: Callable[[], Any] = spooler
    ) -> None:
        self._name, self._confirm_seconds, self._find = name, confirm_seconds, find
        self._closing = threading.Event()

    def send(self, job: bytes, name: str, held: Callable[[str], None]) -> Outcome:
        """Hand a job to the spooler if the printer is ready, and wait until it is through."""
        try:
            api = self._find()
            handle = api.OpenPrinter(self._name)
        except Exception:  # noqa: BLE001 - pywintypes.error is no OSError, and exists there only
            return Outcome(PrintState.BLOCKED, _("Windows knows no such printer."))
        try:
            trouble = _trouble(api.GetPrinter(handle, 2)["Status"])
            if trouble:
                return Outcome(PrintState.BLOCKED, trouble)
            return self._spooled(api, handle, job, name, held)
        finally:
            api.ClosePrinter(handle)

    def status(self) -> Status:
        """Ask what Windows knows of the printer."""
        try:
            api = self._find()
            handle = api.OpenPrinter(self._name)
        except Exception:  # noqa: BLE001 - as above
            return Status(False, _("Windows knows no such printer."))
        try:
            return Status(True, _trouble(api.GetPrinter(handle, 2)["Status"]))
        finally:
            api.ClosePrinter(handle)

    def open_drawer(self, kick: bytes) -> None:
        """Send the kick if the printer is ready; the spooler is not asked what became of it."""
        if self.status().trouble:
            return
        with suppress(Exception):  # pywintypes.error, as above: the drawer stays shut
            api = self._find()
            handle = api.OpenPrinter(self._name)
            try:
                _spool(api, handle, kick, "drawer")
            finally:
                api.ClosePrinter(handle)

    def close(self) -> None:
        """Give up waiting for what is in the spooler: it counts as sent."""
        self._closing.set()

    def _spooled(
        self, api: Any, handle: Any, job: bytes, name: str, held: Callable[[str], None]
    ) -> Outcome:
        number = _spool(api, handle, job, name)
        end, trouble = time.monotonic() + self._confirm_seconds, ""
        while time.monotonic() < end and not self._closing.wait(_POLL_SECONDS):
            status = _job_status(api, handle, number)
            if status & (_PRINTED | _COMPLETE):
                return Outcome(PrintState.SENT)
            if status & _DELETED:
                return Outcome(PrintState.UNKNOWN, _("Somebody took it out of the print queue."))
            now = _job_trouble(status)
            if now and now != trouble:
                held(now)
            trouble = now
        return Outcome(PrintState.HELD, trouble) if trouble else Outcome(PrintState.SENT)


def _spool(api: Any, handle: Any, job: bytes, name: str) -> int:
    number = int(api.StartDocPrinter(handle, 1, (name, None, "RAW")))
    api.StartPagePrinter(handle)
    api.WritePrinter(handle, job)
    api.EndPagePrinter(handle)
    api.EndDocPrinter(handle)
    return number


def _job_status(api: Any, handle: Any, number: int) -> int:
    try:
        return int(api.GetJob(handle, number, 1)["Status"])
    except Exception:  # noqa: BLE001 - a job that is through is not listed any more
        return _COMPLETE


def _job_trouble(status: int) -> str:
    if status & _PAPER_OUT:
        return _("The printer is out of paper.")
    if status & _OFFLINE:
        return _("The printer is offline.")
    if status & (_PAUSED | _ERROR | _BLOCKED):
        return _("The print queue is stopped.")
    return ""


def _trouble(status: int) -> str:
    for bit, words in (
        (_QUEUE_PAPER_OUT, _("The printer is out of paper.")),
        (_QUEUE_DOOR_OPEN, _("The printer's cover is open.")),
        (_QUEUE_OFFLINE, _("The printer is offline.")),
        (_QUEUE_ERROR, _("The printer reports an error: look at it.")),
        (_QUEUE_PAUSED, _("The print queue is stopped.")),
    ):
        if status & bit:
            return words
    return ""
