"""What connects a queue's worker to the store; and the one of the mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from uuid import UUID

    from counterdesk.core.print_states import PrintState
    from counterdesk.printing.mail_worker import MailWorker
    from counterdesk.store.session import ReadSession, Session
    from counterdesk.store.store import Store

T = TypeVar("T")


def start_mailing(store: Store) -> MailWorker | None:
    """Start the worker of the office's mail server; None where none is set up."""
    from counterdesk.printing.mail import MailServer  # noqa: PLC0415 - start-up
    from counterdesk.printing.mail_worker import MailWorker  # noqa: PLC0415
    from counterdesk.services import mail_jobs  # noqa: PLC0415
    from counterdesk.store.mail_secret import mail_password  # noqa: PLC0415

    setting = store.settings.mail
    if not setting.configured:
        return None
    next_job = taker(store, mail_jobs.mail_waits, mail_jobs.next_mail_job)
    server = MailServer(setting, lambda: mail_password(setting.host, setting.login))
    page = store.settings.document_page
    worker = MailWorker(next_job, state_noter(store), server, setting, store.clock, page)
    store.on_commit.append(worker.wake)
    worker.start()
    return worker


def taker(
    store: Store, waits: Callable[[ReadSession], bool], take: Callable[[Session], T | None]
) -> Callable[[], T | None]:
    """Return what takes the next job of a queue, and commits nothing where none waits."""

    def next_job() -> T | None:
        # Read first: a write is a commit, which would wake the worker again, for ever.
        return store.write(take).result() if store.read(waits).result() else None

    return next_job


def state_noter(store: Store) -> Callable[[UUID, PrintState, str], None]:
    """Return what commits a job's new state and the reason for it."""
    from counterdesk.services import print_jobs  # noqa: PLC0415 - start-up

    def note_state(job_id: UUID, state: PrintState, detail: str) -> None:
        store.write(lambda s: print_jobs.note_print_state(s, job_id, state, detail)).result()

    return note_state
