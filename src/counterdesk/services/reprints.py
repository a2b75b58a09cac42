"""Copies: every paper after the original, with its count, its reason and, after some, a yes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from counterdesk.core.documents import Document, as_copy
from counterdesk.core.errors import ApprovalNeeded, UserError
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.print_states import WAITING, PrintState
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PrintJob
from counterdesk.services.approvals import another_person
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.print_jobs import original_of, queue_copy
from counterdesk.services.printers import counter_printers, known_printer
from counterdesk.store.session import ReadSession, Session

REASON_FIELD = "reprintReason"
_LONGEST_REASON = 100
_jobs = table_of(PrintJob)


@dataclass(frozen=True, slots=True)
class CopyMade:
    """A copy that was queued."""

    job_id: UUID
    document: Document


def reprint(
    session: Session, transaction_id: UUID, reason: str, printer_id: UUID | None = None
) -> CopyMade:
    """Queue a copy of a receipt: what was printed, marked with its count and the reason.

    Args:
        session: The write transaction.
        transaction_id: The visit.
        reason: Why another paper is needed.
        printer_id: Where it comes out; None where receipts come out.

    Raises:
        PermissionRefused: The person may not print receipts.
        ApprovalNeeded: There are so many copies that a supervisor must allow the next.
        UserError: No reason is given or one with a card number, there is no receipt, or its
            original still waits.
    """
    actor = entitled(session, Permission.PRINT_RECEIPT)
    why = _checked(reason)
    if not actor.may(Permission.ALLOW_REPRINT):
        _refuse_too_many(session, transaction_id)
    return _copy(session, transaction_id, why, actor, printer_id=printer_id)


def allow_reprint(
    session: Session, attempt: Attempt, secret: str, transaction_id: UUID, reason: str
) -> CopyMade:
    """Let a supervisor allow one copy more than a cashier may print alone, and queue it.

    Args:
        session: Its actor is the cashier who asks.
        attempt: Counted for the supervisor's login.
        secret: The supervisor's password or PIN.
        transaction_id: The visit.
        reason: Why another paper is needed.

    Raises:
        PermissionRefused: The approver is the cashier, or their role may not allow it.
        UserError: Unknown login or wrong secret, the centre's word on people ran out, or as for
            `reprint`.
    """
    cashier = entitled(session, Permission.PRINT_RECEIPT)
    why = _checked(reason)
    approver = another_person(session, attempt, secret, cashier, Permission.ALLOW_REPRINT)
    return _copy(session, transaction_id, why, cashier, approver)


def _checked(reason: str) -> str:
    why = clean(reason).strip()[:_LONGEST_REASON]
    if not why:
        raise UserError(_("Say why another receipt is needed."), REASON_FIELD)
    refuse_card_number(why, REASON_FIELD)
    return why


def _refuse_too_many(session: Session, transaction_id: UUID) -> None:
    made, limit = _copies(session, transaction_id), session.settings.copies_unasked
    if made >= limit:
        raise ApprovalNeeded(
            ngettext(
                "There is {count} copy of this receipt. A supervisor can allow another one.",
                "There are {count} copies of this receipt. A supervisor can allow another one.",
                made,
            ).format(count=made),
            REASON_FIELD,
        )


def _copy(
    session: Session,
    transaction_id: UUID,
    why: str,
    actor: Actor,
    approver: Actor | None = None,
    *,
    printer_id: UUID | None = None,
) -> CopyMade:
    original, state = original_of(session, transaction_id)
    if state in (*WAITING, PrintState.SENDING):
        raise UserError(_why_not_yet(session), REASON_FIELD)
    if printer_id is not None:
        known_printer(counter_printers(session), printer_id)
    copy = as_copy(original, _copies(session, transaction_id) + 1, why)
    allowed = {"approver_id": approver.user_id, "approver": approver.name} if approver else {}
    session.record(
        "receipt.reprinted",
        {
            "transaction_id": str(transaction_id),
            "receipt_number": original.number,
            "copy_number": copy.copy,
            "reason": why,
            "user_id": str(actor.user_id),
            "user_name": actor.name,
            **allowed,
        },
    )
    job_id = queue_copy(session, transaction_id, copy, copy.copy, printer_id=printer_id)
    return CopyMade(job_id, copy)


def _why_not_yet(read: ReadSession) -> str:
    if not counter_printers(read).all:
        return _("No printer is set up: nothing can be printed.")
    return _("The original is still waiting for the printer.")


def _copies(read: ReadSession, transaction_id: UUID) -> int:
    newest = select(func.max(_jobs.c.copy_number)).where(
        _jobs.c.transaction_id == transaction_id, _jobs.c.mail_to == ""
    )
    return int(read.execute(newest).scalar() or 0)
