"""The mail's worker: from the queue to the mail server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

from counterdesk.core.clock import Clock
from counterdesk.core.documents import document_from_json
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.core.settings import MailSetting
from counterdesk.printing.mail import MailServer
from counterdesk.printing.mail_message import receipt_mail
from counterdesk.printing.printer import Outcome
from counterdesk.printing.queue_worker import QueuedJob, QueueWorker

_log = logging.getLogger(__name__)

_PATIENCE: Final = timedelta(days=4)
"""Source: RFC 5321, section 4.5.4.1: give up after at least four or five days."""


class TakenMail(QueuedJob, Protocol):
    """A job for a mailbox."""

    @property
    def mail_to(self) -> str:
        """The address."""


class MailWorker(QueueWorker[TakenMail]):
    """Emails what waits in the queue.

    Args:
        next_job: Takes a waiting job, commits it as `sending`; None if none waits.
        note_state: Commits a job's new state and the reason for it.
        server: The only way to the mail server.
        setting: Who sends.
        clock: Tells how long a mail has waited.
        page: Which paper the PDF beside a mail is for.
    """

    longest_pause_seconds = 60.0

    def __init__(
        self,
        next_job: Callable[[], TakenMail | None],
        note_state: Callable[[UUID, PrintState, str], None],
        server: MailServer,
        setting: MailSetting,
        clock: Clock,
        page: str = "A4",
    ) -> None:
        super().__init__(next_job, note_state, "mailing")
        self._server = server
        self._setting = setting
        self._clock = clock
        self._page = page

    def _close_door(self) -> None:
        self._server.close()

    def _deliver(self, job: TakenMail) -> Outcome:
        try:
            document = document_from_json(job.document)
            mail = receipt_mail(
                document, self._setting, job.mail_to, job.job_id, job.created_at_utc, self._page
            )
        except UserError as refusal:  # of a setting: waits until that is mended
            return Outcome(PrintState.BLOCKED, refusal.message)
        except Exception:  # noqa: BLE001 - a mail that cannot be written must not stop the others
            _log.exception("mail job %s has no mail", job.job_id)
            return Outcome(PrintState.FAILED, _("This email cannot be written."))
        try:
            return self._in_time(job, self._server.send(mail))
        except Exception:  # noqa: BLE001 - bytes may have gone out: never sent again by itself
            _log.exception("mail job %s: speaking to the server failed", job.job_id)
            return Outcome(PrintState.UNKNOWN)

    def _in_time(self, job: TakenMail, outcome: Outcome) -> Outcome:
        waited = self._clock.now_utc() - job.created_at_utc
        if outcome.state is PrintState.BLOCKED and waited > _PATIENCE:
            return Outcome(PrintState.FAILED, outcome.detail)
        return outcome
