"""The printer's worker: from the queue to paper."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

from counterdesk.core.clock import Clock
from counterdesk.core.documents import Document, document_from_json
from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.printing.escpos import drawer_bytes, escpos_bytes
from counterdesk.printing.printer import Outcome, Printer
from counterdesk.printing.profiles import PrinterProfile
from counterdesk.printing.queue_worker import QueuedJob, QueueWorker

_log = logging.getLogger(__name__)

_DRAWER_LIFE: Final = timedelta(seconds=5)


class TakenJob(QueuedJob, Protocol):
    """A job for paper."""

    @property
    def opens_drawer(self) -> bool:
        """Whether cash came, and this is the original."""


class PrintWorker(QueueWorker[TakenJob]):
    """Prints what waits in the queue.

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
        super().__init__(next_job, note_state, "printing")
        self._printer = printer
        self._profile = profile
        self._clock = clock

    def _close_door(self) -> None:
        self._printer.close()

    def _deliver(self, job: TakenJob) -> Outcome:
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
