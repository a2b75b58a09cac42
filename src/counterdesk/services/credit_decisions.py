"""What a second person says to a credit note: yes, no, not now, go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from counterdesk.core.credit import ChangeKind, NoteNow, NoteStatus
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission
from counterdesk.services.credit_changes import (
    ChangeAsked,
    NoteChanged,
    checked_reason,
    find_note,
    saved_before,
    write_change,
)
from counterdesk.services.credit_people import (
    refuse_own,
    second_person,
    signed_in_approver,
)
from counterdesk.services.people import Attempt, entitled
from counterdesk.store.session import Session

_FROM = {
    ChangeKind.APPROVED: NoteStatus.PENDING,
    ChangeKind.REJECTED: NoteStatus.PENDING,
    ChangeKind.HELD: NoteStatus.ACTIVE,
    ChangeKind.RELEASED: NoteStatus.HELD,
}
"""The status that a note must have for each decision."""

_GIVING = (ChangeKind.APPROVED, ChangeKind.RELEASED)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about a note; its id makes it happen once."""

    request_id: UUID
    note_id: UUID
    kind: ChangeKind
    """APPROVED, REJECTED, HELD or RELEASED."""
    reason: str = ""
    """Why; an approval has the note's own."""


def decide_credit_note(session: Session, decision: Decision) -> NoteChanged:
    """Approve or reject a note as the signed-in person, from the list of what waits.

    Raises:
        PermissionRefused: The role does not allow it, it is over its ceiling, or the person
            raised the note.
        UserError: The note is not known or does not wait, no reason is given for a refusal, or
            the centre's word on people ran out.
        RequestChanged: The id is known with other content.
    """
    entitled(session, Permission.APPROVE_CREDIT)
    if decision.kind not in (ChangeKind.APPROVED, ChangeKind.REJECTED):
        raise ValueError("a note is held and released by two people")
    note = find_note(session, decision.note_id)
    approver = signed_in_approver(session, _weight(decision, note))
    return _decide(session, decision, note, approver)


def decide_credit_note_allowed(
    session: Session, attempt: Attempt, secret: str, decision: Decision
) -> NoteChanged:
    """Do the same, or hold or release a note, with another person's own secret at this counter.

    Raises:
        PermissionRefused: The asker's role does not allow it, or the approver may not, raised the
            note, or is the asker.
        UserError: As `decide_credit_note`, or the secret is wrong.
        RequestChanged: The id is known with other content.
    """
    asker = entitled(session, Permission.RAISE_CREDIT)
    if decision.kind not in (ChangeKind.APPROVED, ChangeKind.REJECTED):
        entitled(session, Permission.CHANGE_CREDIT)
    note = find_note(session, decision.note_id)
    yes = partial(second_person, session, attempt, secret, asker, _weight(decision, note))
    return _decide(session, decision, note, asker, yes)


def _weight(decision: Decision, note: NoteNow) -> int:
    """Only what lets it be spent gives money away."""
    return note.amount_minor if decision.kind in _GIVING else 0


def _decide(
    session: Session,
    decision: Decision,
    note: NoteNow,
    actor: Actor,
    yes: Callable[[], Actor] | None = None,
) -> NoteChanged:
    known = saved_before(session, decision.request_id, note.id, decision.kind)
    if known is not None:
        return known
    _check(session, decision, note)
    approves = decision.kind is ChangeKind.APPROVED
    reason = note.reason if approves else checked_reason(decision.reason)
    approver = yes() if yes else None
    if decision.kind in _GIVING:
        refuse_own(note, approver or actor)
    amount_minor = note.amount_minor if approves else _worth(note)
    asked = ChangeAsked(decision.request_id, decision.kind, amount_minor, reason)
    write_change(session, note, asked, actor, approver)
    after = find_note(session, note.id)
    return NoteChanged(asked.request_id, asked.kind, asked.amount_minor, after)


def _worth(note: NoteNow) -> int:
    return note.remaining_minor or note.amount_minor


def _check(session: Session, decision: Decision, note: NoteNow) -> None:
    if note.status is not _FROM[decision.kind]:
        text = _("Credit note {number} is {status}.")
        raise UserError(text.format(number=note.number, status=note.status))
    if decision.kind is ChangeKind.RELEASED and _only_waits(session, note):
        text = _("Credit note {number} can be used from {date} on, by itself.")
        raise UserError(text.format(number=note.number, date=note.held_until))


def _only_waits(session: Session, note: NoteNow) -> bool:
    """A cheque's credit waits for its day; nobody's yes makes the cheque good."""
    return note.held_until is not None and session.today() < note.held_until
