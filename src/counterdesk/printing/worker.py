"""The queue's worker: one thread for one printer, one job at a time, none of them twice.

Its rows come through callables: taking a job commits it as `sending` before the first byte goes
out, so that a crash leaves a question, never a second original.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from counterdesk.core.clock import Clock
from counterdesk.core.documents import Document, document_from_json
from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.printing.escpos import drawer_bytes, escpos_bytes
from counterdesk.printing.printer import Outcome, Printer
from counterdesk.printing.profiles import PrinterProfile

_log = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 10.0
_DRAWER_LIFE: Final = timedelta(seconds=5)


class TakenJob(Protocol):
    """A job that was taken from the queue and is committed as `sending`."""

    @property
    def job_id(self) -> UUID:
        """The job's own id."""

    @property
    def document(self) -> str:
        """The frozen document as JSON."""

    @property
    def opens_drawer(self) -> bool:
        """Whether cash came, and this is the original."""

    @property
    def attempts(self) -> int:
        """How often it was taken, this time included."""

    @property
    def created_at_utc(self) -> datetime:
        """When it was queued."""


class PrintWorker:
    """Prints what waits in the queue, on a thread of its own.

    Args:
        next_job: Takes the oldest waiting job, commits it as `sending`; None if none waits.
        note_state: Commits a job's new state and the reason for it.
        printer: The only way to this printer.
        profile: What the printer can do.
        clock: Tells how old a drawer kick is.
    """

    def __init__(
        self,
        next_job: Callable[[], TakenJob | None],
        note_state: Callable[[UUID, PrintState, str], None],
        printer: Printer,
        profile: PrinterProfile,
        clock: Clock,
    ) -> None:
        self._next_job = next_job
        self._note_state = note_state
        self._printer = printer
        self._profile = profile
        self._clock = clock
        self._unnoted: tuple[UUID, Outcome] | None = None
        self._woken = threading.Event()
        self._hurried = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="printing", daemon=True)

    def start(self) -> None:
        """Start printing what waits."""
        self._thread.start()

    def wake(self) -> None:
        """Look into the queue now: something was committed. A blocked printer is left its pause."""
        self._woken.set()

    def hurry(self) -> None:
        """Try a blocked printer again at once: a person says that it is mended."""
        self._hurried.set()
        self._woken.set()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Finish the job in hand and end; what waits stays queued."""
        self._stopping.set()
        self.hurry()
        self._printer.close()
        self._thread.join(timeout_seconds)

    def _work(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            self._woken.clear()
            self._hurried.clear()
            # Asked after clearing: `stop` says so first, then wakes, and is never missed.
            if self._stopping.is_set():
                return
            if self._print_all():
                # Noting the blocked job is a commit that wakes: only a person cuts this short.
                self._hurried.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            else:
                pause = _FIRST_PAUSE_SECONDS
                self._woken.wait()

    def _print_all(self) -> bool:
        try:
            return self._print_waiting()
        except Exception:  # noqa: BLE001 - the thread outlives what it cannot mend
            _log.exception("printing: the queue cannot be read or written")
            return True

    def _print_waiting(self) -> bool:
        """Print until nothing waits or the printer is blocked; tell whether it is."""
        self._note_outcome()
        while not self._stopping.is_set():
            job = self._next_job()
            if job is None:
                return False
            outcome = self._print(job)
            self._unnoted = (job.job_id, outcome)
            self._note_outcome()
            if outcome.state is PrintState.BLOCKED:
                return True
        return False

    def _note_outcome(self) -> None:
        """Note what became of the last job; until that is saved, no other one is begun."""
        if self._unnoted is not None:
            job_id, outcome = self._unnoted
            with suppress(ValueError):  # somebody has settled it meanwhile
                self._note_state(job_id, outcome.state, outcome.detail)
            self._unnoted = None

    def _print(self, job: TakenJob) -> Outcome:
        try:
            document = document_from_json(job.document)
            raw = escpos_bytes(document, self._profile)
        except Exception:  # noqa: BLE001 - a document that cannot be set must not stop the others
            _log.exception("print job %s has no bytes", job.job_id)
            return Outcome(PrintState.FAILED, _("This document cannot be printed."))
        self._kick(job, document)
        return self._send(job, document, raw)

    def _kick(self, job: TakenJob, document: Document) -> None:
        fresh = self._clock.now_utc() - job.created_at_utc <= _DRAWER_LIFE
        if job.opens_drawer and document.copy == 0 and job.attempts == 1 and fresh:
            self._printer.open_drawer(drawer_bytes())

    def _send(self, job: TakenJob, document: Document, raw: bytes) -> Outcome:
        def held(reason: str) -> None:
            try:
                self._note_state(job.job_id, PrintState.HELD, reason)
            except Exception:  # noqa: BLE001 - its end is noted yet; the driver has done no wrong
                _log.exception("print job %s: it could not be noted that it is held", job.job_id)

        name = f"{document.number}-copy-{document.copy}" if document.copy else document.number
        try:
            return self._printer.send(raw, name, held)
        except Exception:  # noqa: BLE001 - bytes may have gone out: never sent again
            _log.exception("print job %s: the printer's driver failed", job.job_id)
            return Outcome(PrintState.UNKNOWN, _("It is not known whether this was printed."))
