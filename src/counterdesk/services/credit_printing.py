"""A credit note on paper or as a PDF: the original once, then copies with count and reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from counterdesk.core.credit import NoteNow, NoteStatus
from counterdesk.core.documents import Document, as_copy, as_electronic
from counterdesk.core.errors import ApprovalNeeded, UserError
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.permissions import Actor, Permission, require
from counterdesk.core.printers import Paper
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PrintJob
from counterdesk.services.approvals import another_person
from counterdesk.services.credit_changes import checked_reason, find_note, holder_of
from counterdesk.services.credit_papers import credit_note_document
from counterdesk.services.credit_standing import note_now
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.print_jobs import KIND_OF_JOB, queue_copy
from counterdesk.store.session import ReadSession, RecordedEvent, Session

REASON_FIELD = "reprintReason"
_jobs = table_of(PrintJob)
_NO_PAPER = (NoteStatus.PENDING, NoteStatus.REJECTED)


def print_credit_note(session: Session, note_id: UUID, reason: str = "") -> Document:
    """Print a note: its original, or a copy of it with the reason why another is needed.

    Raises:
        PermissionRefused: The person may not print.
        ApprovalNeeded: There are so many copies that a supervisor must allow the next.
        UserError: The note is not known or not approved, or a copy has no reason.
    """
    actor, note = entitled(session, Permission.PRINT_RECEIPT), find_note(session, note_id)
    made = papers_made(session, note.number)
    limit = session.settings.copies_unasked
    if made > limit and not actor.may(Permission.ALLOW_REPRINT):
        raise ApprovalNeeded(
            ngettext(
                "There is {count} copy of this paper. A supervisor can allow another one.",
                "There are {count} copies of this paper. A supervisor can allow another one.",
                made - 1,
            ).format(count=made - 1),
            REASON_FIELD,
        )
    return _print(session, note, reason, actor, None)


def allow_credit_note_copy(
    session: Session, attempt: Attempt, secret: str, note_id: UUID, reason: str
) -> Document:
    """Let a supervisor allow one copy more than a cashier may print alone, and print it.

    Raises:
        PermissionRefused: The approver is the cashier, or their role may not allow it.
        UserError: Unknown login or wrong secret, or as for `print_credit_note`.
    """
    cashier, note = entitled(session, Permission.PRINT_RECEIPT), find_note(session, note_id)
    approver = another_person(session, attempt, secret, cashier, Permission.ALLOW_REPRINT)
    return _print(session, note, reason, cashier, approver)


def electronic_credit_note(session: Session, note_id: UUID) -> Document:
    """Return a note for a file, marked as an electronic copy; that it was made is recorded.

    Raises:
        PermissionRefused: The person may not print.
        UserError: The note is not known or not approved.
    """
    actor, note = entitled(session, Permission.PRINT_RECEIPT), find_note(session, note_id)
    event = _record(session, note, 0, "", (actor, None), "file")
    return as_electronic(credit_note_document(session, note, event))


def shown_credit_note(read: ReadSession, note_id: UUID) -> Document:
    """Return a note to be looked at: as it would print now, without the stamp.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
        UserError: The note is not known or not approved.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    note = find_note(read, note_id)
    _refuse_without_paper(note)
    return credit_note_document(read, note, None)


def papers_made(read: ReadSession, number: str) -> int:
    """Return how many papers of a note there are, its original among them."""
    job_kind: ColumnElement[str] = KIND_OF_JOB
    job_number: ColumnElement[str] = func.json_extract(_jobs.c.document, "$.number")
    query = select(func.count()).where(
        _jobs.c.transaction_id.is_(None),  # few are: the index finds them
        job_kind == Paper.CREDIT_NOTE.value,
        job_number == number,
    )
    return int(read.execute(query).scalar_one())


def credit_paper_again(
    session: Session, data: Mapping[str, Any], event: RecordedEvent
) -> Document | None:
    """Return a paper that was lost, as far as its note is known here; a file is nobody's job."""
    note = note_now(session, UUID(data["credit_note_id"]))
    if note is None or data["on"] == "file":
        return None
    document = credit_note_document(session, note, event)
    number = data["copy_number"]
    return as_copy(document, number, data["reason"]) if number else document


def _print(
    session: Session, note: NoteNow, reason: str, actor: Actor, approver: Actor | None
) -> Document:
    number = papers_made(session, note.number)
    why = checked_reason(reason, REASON_FIELD) if number else ""
    event = _record(session, note, number, why, (actor, approver), "paper")
    document = credit_note_document(session, note, event)
    if number:
        document = as_copy(document, number, why)
    queue_copy(session, None, document, number)
    return document


def _record(
    session: Session,
    note: NoteNow,
    number: int,
    reason: str,
    people: tuple[Actor, Actor | None],
    on: str,
) -> RecordedEvent:
    _refuse_without_paper(note)
    actor, approver = people
    told = {
        "credit_note_id": note.id, "number": note.number, "copy_number": number,
        "consumer_name": holder_of(session, note).consumer_name, "reason": reason, "on": on,
        "user_id": actor.user_id, "user_name": actor.name,
    }  # fmt: skip
    allowed = {"approver_id": approver.user_id, "approver": approver.name} if approver else {}
    return session.record("credit_note.printed", told | allowed)


def _refuse_without_paper(note: NoteNow) -> None:
    if note.status in _NO_PAPER:
        text = _("Credit note {number} is {status}: there is no paper of it.")
        raise UserError(text.format(number=note.number, status=note.status))
