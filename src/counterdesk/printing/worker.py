"""The printer's worker: from the queue to paper."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from counterdesk.core.documents import Document, document_from_json
from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.printing.escpos import drawer_bytes, escpos_bytes
from counterdesk.printing.printer import Outcome, Printer
from counterdesk.printing.profiles import PrinterProfile
from counterdesk.printing.queue_worker import QueuedJob, QueueWorker

_log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 30.0
"""How often a printer that waits for work is asked how it does."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where a worker stands: its queue on one side, its printer on the other."""

    next_job: Callable[[], QueuedJob | None]
    """Takes the oldest waiting job, commits it as `sending`; None if none waits."""
    note_state: Callable[[UUID, PrintState, str], None]
    """Commits a job's new state and the reason for it."""
    take_drawer: Callable[[], bool | None]
    """Takes what was asked of the drawer; true where it is to be opened now."""
    tell: Callable[[str], None]
    """Hears what is to be known of the printer, in words; "" while there is nothing."""


class PrintWorker(QueueWorker[QueuedJob]):
    """Prints what waits in the queue.

    Args:
        post: The queue's side.
        printer: The only way to this printer.
        profile: What the printer can do.
        drawer_pin: The pin that opens the drawer; 0 where there is none.
    """

    idle_seconds = _LOOK_SECONDS

    def __init__(
        self, post: Post, printer: Printer, profile: PrinterProfile, drawer_pin: int = 0
    ) -> None:
        super().__init__(post.next_job, post.note_state, "printing")
        self._post = post
        self._printer = printer
        self._profile = profile
        self._drawer_pin = drawer_pin

    def _close_door(self) -> None:
        self._printer.close()

    def _between_jobs(self) -> None:
        if self._drawer_pin and self._post.take_drawer():
            self._printer.open_drawer(drawer_bytes(self._drawer_pin))

    def _while_idle(self) -> None:
        self._post.tell(self._printer.status().words)

    def _deliver(self, job: QueuedJob) -> Outcome:
        try:
            document = document_from_json(job.document)
            raw = escpos_bytes(document, self._profile)
        except Exception:  # noqa: BLE001 - a document that cannot be set must not stop the others
            _log.exception("print job %s has no bytes", job.job_id)
            return Outcome(PrintState.FAILED, _("This document cannot be printed."))
        outcome = self._send(job, document, raw)
        self._post.tell(outcome.detail)
        return outcome

    def _send(self, job: QueuedJob, document: Document, raw: bytes) -> Outcome:
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
