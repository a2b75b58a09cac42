"""The queue of documents on their way to paper, and copies of what was printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, insert, or_, select, update

from counterdesk.core.documents import Document, document_from_json, document_to_json
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.core.print_states import WAITING, PrintState, may_become, words_for
from counterdesk.core.printers import Printers
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PrintJob
from counterdesk.services.printers import counter_printers
from counterdesk.services.undone import marked
from counterdesk.store.session import ReadSession, Session

_jobs = table_of(PrintJob)
_ON_PAPER = _jobs.c.mail_to == ""
KIND_OF_JOB = func.json_extract(_jobs.c.document, "$.kind")
_WAITING = (
    select(_jobs)
    .where(_jobs.c.state.in_([state.value for state in WAITING]), _ON_PAPER)
    .order_by(_jobs.c.created_at_utc, _jobs.c.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class TakenPrintJob:
    """A job that is committed as `sending` when its transaction is."""

    job_id: UUID
    document: str
    attempts: int
    created_at_utc: datetime


@dataclass(frozen=True, slots=True)
class PrintProgress:
    """Where the newest paper of a transaction stands, in words for the cashier."""

    job_id: UUID
    copy_number: int
    state: PrintState
    words: str


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """A receipt as it was frozen when the visit was taken, and where its paper stands."""

    document: Document
    print_words: str
    """Where its newest paper stands, in words."""


def something_waits(read: ReadSession, printer_id: UUID) -> bool:
    """Tell whether a job waits for a printer, without a commit that would wake everybody."""
    waiting = _waiting_for(counter_printers(read), printer_id)
    return bool(read.execute(select(waiting.exists())).scalar_one())


def next_print_job(session: Session, printer_id: UUID) -> TakenPrintJob | None:
    """Take the oldest job for a printer of which nothing was sent yet, and mark it as `sending`.

    The caller commits before it sends the first byte.
    """
    waiting = _waiting_for(counter_printers(session), printer_id)
    row = session.execute(waiting).one_or_none()
    if row is None:
        return None
    session.execute(update(_jobs).where(_jobs.c.id == row.id).values(printer_id=printer_id))
    return TakenPrintJob(row.id, row.document, mark_sending(session, row), row.created_at_utc)


def _waiting_for(printers: Printers, printer_id: UUID) -> Select[Any]:
    """What was begun on a printer or moved there stays; all else goes where its kind goes now."""
    kinds = [kind for kind, one in printers.assigned.items() if one == printer_id]
    its_kind: ColumnElement[bool] = KIND_OF_JOB.in_(kinds)
    if printers.default is not None and printers.default.printer_id == printer_id:
        its_kind = or_(its_kind, KIND_OF_JOB.not_in(list(printers.assigned)))
    nobodys = _jobs.c.printer_id.is_(None)
    return _WAITING.where(or_(_jobs.c.printer_id == printer_id, nobodys & its_kind))


def mark_sending(session: Session, row: Row[Any]) -> int:
    """Mark a waiting job, on paper or by email, as `sending`; return which attempt this is."""
    attempts = int(row.attempts) + 1
    _move(session, row.id, PrintState.SENDING, row.detail, attempts=attempts)
    return attempts


def note_print_state(session: Session, job_id: UUID, state: PrintState, detail: str = "") -> None:
    """Note what became of a job.

    Raises:
        ValueError: The job could not have come to this state: it would be printed twice.
    """
    query = select(_jobs.c.state).where(_jobs.c.id == job_id)
    before = PrintState(session.execute(query).scalar_one())
    if not may_become(before, state):
        raise ValueError(f"a print job that is {before} cannot become {state}")
    _move(session, job_id, state, detail)


def cancel_waiting(session: Session, transaction_id: UUID, detail: str) -> None:
    """Let papers and emails of a visit that nobody began to send stay where they are, for good."""
    waiting = select(_jobs.c.id).where(
        _jobs.c.transaction_id == transaction_id,
        _jobs.c.state.in_([state.value for state in WAITING]),
    )
    for job_id in session.execute(waiting).scalars().all():
        note_print_state(session, job_id, PrintState.CANCELLED, detail)


def _move(session: Session, job_id: UUID, state: PrintState, detail: str, **more: int) -> None:
    values = {"state": state.value, "detail": detail, "changed_at_utc": session.clock.now_utc()}
    session.execute(update(_jobs).where(_jobs.c.id == job_id).values(**values, **more))


def recover_print_jobs(session: Session) -> int:
    """After a start: what was being sent may have arrived. Return how many such jobs there are.

    They are not sent again; the cashier is asked whether they printed, or reached the mailbox.
    """
    left = select(_jobs.c.id, _jobs.c.mail_to).where(_jobs.c.state == PrintState.SENDING.value)
    jobs = session.execute(left).all()
    printing = _("The program ended while this was printing.")
    mailing = _("The program ended while this was being sent.")
    for job in jobs:
        reason = mailing if job.mail_to else printing
        note_print_state(session, job.id, PrintState.UNKNOWN, reason)
    return len(jobs)


def print_state_of(read: ReadSession, transaction_id: UUID) -> PrintProgress | None:
    """Return where the newest paper of a transaction stands; None if it never had one."""
    query = (
        select(_jobs.c.id, _jobs.c.copy_number, _jobs.c.state, _jobs.c.detail)
        .where(_jobs.c.transaction_id == transaction_id, _ON_PAPER)
        .order_by(_jobs.c.copy_number.desc())
        .limit(1)
    )
    row = read.execute(query).one_or_none()
    if row is None:
        return None
    state = PrintState(row.state)
    words = f"{words_for(state)} {row.detail}".strip()
    if state in WAITING and not counter_printers(read).all:
        words = _("Not printed: no printer is set up.")
    return PrintProgress(row.id, row.copy_number, state, words)


def kept_receipt(read: ReadSession, transaction_id: UUID) -> KeptReceipt:
    """Return the receipt of a transaction of this counter, to be looked at.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
        UserError: There is none.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    document, _state = original_of(read, transaction_id)
    progress = print_state_of(read, transaction_id)
    return KeptReceipt(document, progress.words if progress is not None else "")


def queue_copy(
    session: Session,
    transaction_id: UUID | None,
    copy: Document,
    number: int,
    *,
    mail_to: str = "",
    printer_id: UUID | None = None,
) -> UUID:
    """Queue a document that is no original, for paper or for an address; return the job's id.

    Args:
        session: The write transaction.
        transaction_id: The visit it is about; None for a page that is about none.
        copy: What is printed.
        number: Its count among the copies of its kind.
        mail_to: The address; "" for paper.
        printer_id: The printer; None for the one of its kind.
    """
    now, job_id = session.clock.now_utc(), session.new_id()
    row = {
        "id": job_id,
        "transaction_id": transaction_id,
        "document": document_to_json(copy),
        "mail_to": mail_to,
        "copy_number": number,
        "printer_id": printer_id,
        "state": PrintState.QUEUED.value,
        "detail": "",
        "attempts": 0,
        "created_at_utc": now,
        "changed_at_utc": now,
    }
    session.execute(insert(_jobs), row)
    return job_id


def original_of(read: ReadSession, transaction_id: UUID) -> tuple[Document, str]:
    """Return the receipt of a transaction as it was first queued, and the state of that job.

    What was undone since stands on top of it.

    Raises:
        UserError: There is none.
    """
    query = select(_jobs.c.document, _jobs.c.state).where(
        _jobs.c.transaction_id == transaction_id, _jobs.c.copy_number == 0
    )
    row = read.execute(query).one_or_none()
    if row is None:
        raise UserError(_("There is no receipt to copy."))
    return marked(read, transaction_id, document_from_json(row.document)), row.state
