"""What a person does with a job that does not print by itself.

Never two originals: a job goes to another printer, or is given up, only while not one byte of it
was sent; whatever may be on paper is answered for by somebody who looked, and then copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.print_states import DOUBTFUL, WAITING, PrintState
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PrintJob
from counterdesk.services.people import entitled
from counterdesk.services.print_jobs import note_print_state
from counterdesk.services.printers import counter_printers, known_printer
from counterdesk.store.session import Session

_jobs = table_of(PrintJob)


@dataclass(frozen=True, slots=True)
class JobMoved:
    """Where a job goes now."""

    number: str
    printer_name: str


def move_print_job(session: Session, job_id: UUID, printer_id: UUID) -> JobMoved:
    """Let a job of which nothing was sent go to another printer, and record it.

    Raises:
        PermissionRefused: The person may not print receipts.
        UserError: It may be on paper by now, or the printer is gone.
    """
    entitled(session, Permission.PRINT_RECEIPT)
    job = _untouched(session, job_id)
    printers = counter_printers(session)
    target = known_printer(printers, printer_id)
    before = printers.find(job.printer_id) or printers.printer_for(job.kind)
    told = {"from": before.name if before else "", "to": target.name}
    session.record("print.moved", _told(job) | told)
    session.execute(update(_jobs).where(_jobs.c.id == job_id).values(printer_id=printer_id))
    note_print_state(session, job_id, PrintState.QUEUED)
    return JobMoved(job.number, target.name)


def give_up_print_job(session: Session, job_id: UUID) -> None:
    """Let a job of which nothing was sent never print, and record it.

    Raises:
        PermissionRefused: The person may not print receipts.
        UserError: It may be on paper by now.
    """
    entitled(session, Permission.PRINT_RECEIPT)
    job = _untouched(session, job_id)
    session.record("print.given_up", _told(job))
    note_print_state(session, job_id, PrintState.CANCELLED)


def answer_for_print(session: Session, job_id: UUID, *, printed: bool) -> None:
    """Take a person's word for whether a paper came out, and record it.

    Raises:
        PermissionRefused: The person may not print receipts.
        UserError: Nobody needs to answer for it, or somebody did.
    """
    entitled(session, Permission.PRINT_RECEIPT)
    job = _job(session, job_id)
    if job.state not in {state.value for state in DOUBTFUL}:
        raise UserError(_("It is known by now whether this printed."))
    session.record("print.answered", _told(job) | {"printed": printed})
    note_print_state(session, job_id, PrintState.PRINTED if printed else PrintState.FAILED)


def _untouched(session: Session, job_id: UUID) -> Row[Any]:
    job = _job(session, job_id)
    if job.state not in {state.value for state in WAITING}:
        raise UserError(_("This may be on paper already: print a copy if one is needed."))
    return job


def _job(session: Session, job_id: UUID) -> Row[Any]:
    document = _jobs.c.document
    query = select(
        _jobs,
        func.json_extract(document, "$.number").label("number"),
        func.json_extract(document, "$.kind").label("kind"),
    ).where(_jobs.c.id == job_id, _jobs.c.mail_to == "")
    return session.execute(query).one()


def _told(job: Row[Any]) -> dict[str, Any]:
    return {"job_id": job.id, "receipt_number": job.number, "copy_number": job.copy_number}
