"""What waits for somebody's yes or no: one list, whatever it is about.

A further kind of thing that can wait is a row of `_KINDS`: how it is found, and how it is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from counterdesk.core.credit import ChangeKind, NoteNow
from counterdesk.core.credit_words import reason_words
from counterdesk.core.dates import write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission, require
from counterdesk.models.base import table_of
from counterdesk.models.ledger import CreditNote
from counterdesk.models.ref import PastPayment
from counterdesk.services import credit_decisions
from counterdesk.services.credit_changes import holder_of
from counterdesk.services.credit_standing import notes_of, pending_notes
from counterdesk.services.creditable_payments import creditable_payment
from counterdesk.services.people import Attempt, entitled
from counterdesk.store.session import ReadSession, Session

_notes, _past = table_of(CreditNote), table_of(PastPayment)
CREDIT_NOTE: Final = "credit_note"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits, with what whoever decides needs to see."""

    kind: str
    id: UUID
    number: str
    consumer_name: str
    account_number: str
    amount_minor: int
    reason: str
    asked_by: str
    asked_by_id: UUID | None
    since_utc: datetime
    facts: tuple[tuple[str, str], ...]
    """Captions and values."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes, or a no with its reason; its id makes it happen once."""

    request_id: UUID
    yes: bool
    reason: str = ""


def what_waits(read: ReadSession) -> tuple[Waiting, ...]:
    """Return everything that waits, what has waited longest first.

    Raises:
        PermissionRefused: The role does not allow seeing payments.
    """
    require(read.actor, Permission.SEE_PAYMENTS)
    found = [one for kind in _KINDS.values() for one in kind.find(read)]
    return tuple(sorted(found, key=lambda one: (one.since_utc, one.number)))


def answer(session: Session, one: Waiting, given: Answer) -> object:
    """Decide as the signed-in person; each kind says who may.

    Raises:
        PermissionRefused: They may not, or it is their own.
        UserError: It does not wait any more, or a no has no reason.
    """
    entitled(session, Permission.SEE_PAYMENTS)
    return _KINDS[one.kind].decide(session, one, given)


def answer_allowed(
    session: Session, attempt: Attempt, secret: str, one: Waiting, given: Answer
) -> object:
    """Decide as another person who types their own secret at this counter.

    Raises:
        PermissionRefused: They may not, it is their own, or they are who is signed in.
        UserError: As `answer`, or the secret is wrong.
    """
    entitled(session, Permission.SEE_PAYMENTS)
    return _KINDS[one.kind].decide_allowed(session, attempt, secret, one, given)


@dataclass(frozen=True, slots=True)
class _Kind:
    find: Callable[[ReadSession], Iterator[Waiting]]
    decide: Callable[[Session, Waiting, Answer], object]
    decide_allowed: Callable[[Session, Attempt, str, Waiting, Answer], object]


def _find_notes(read: ReadSession) -> Iterator[Waiting]:
    for note in pending_notes(read):
        holder = holder_of(read, note)
        yield Waiting(
            CREDIT_NOTE, note.id, note.number, holder.consumer_name, holder.account_number,
            note.amount_minor, reason_words(note.reason), note.created_by, note.created_by_id,
            _since(read, note), tuple(_note_facts(read, note)),
        )  # fmt: skip


def _since(read: ReadSession, note: NoteNow) -> datetime:
    """Of another counter's note the day is known, and not the hour."""
    own = select(_notes.c.created_at_utc).where(_notes.c.id == note.id)
    at_utc: datetime | None = read.execute(own).scalar()
    return at_utc or datetime.combine(note.created_on or date.min, time(), UTC)


def _note_facts(read: ReadSession, note: NoteNow) -> Iterator[tuple[str, str]]:
    settings = read.settings
    if note.receipt_number:
        yield _("Receipt"), note.receipt_number
    payment_id = _payment_of(read, note)
    try:
        payment = creditable_payment(read, payment_id) if payment_id else None
    except UserError as error:
        yield _("Payment"), error.message
        payment = None
    if payment is not None:
        paid = format_amount(payment.amount_minor, settings.currency, settings.locale)
        yield _("Payment"), f"{paid} · {payment.method}"
        yield _("Paid on"), write_date(payment.business_date, settings.locale)
        credited = format_amount(payment.credited_minor, settings.currency, settings.locale)
        yield _("Credited of it, with this"), credited
    usable = sum(one.usable_minor for one in notes_of(read, note.consumer_id))
    free = format_amount(usable, settings.currency, settings.locale)
    yield _("Credit the account has"), free
    if note.remarks:
        yield _("Remarks"), note.remarks


def _payment_of(read: ReadSession, note: NoteNow) -> UUID | None:
    own: UUID | None = read.execute(
        select(_notes.c.payment_id).where(_notes.c.id == note.id)
    ).scalar()
    told = select(_past.c.payment_id).where(
        _past.c.receipt_number == note.receipt_number, _past.c.consumer_id == note.consumer_id
    )
    return own or read.execute(told.limit(1)).scalar()


def _decision(one: Waiting, given: Answer) -> credit_decisions.Decision:
    kind = ChangeKind.APPROVED if given.yes else ChangeKind.REJECTED
    return credit_decisions.Decision(given.request_id, one.id, kind, given.reason)


def _decide_note(session: Session, one: Waiting, given: Answer) -> object:
    return credit_decisions.decide_credit_note(session, _decision(one, given))


def _decide_note_allowed(
    session: Session, attempt: Attempt, secret: str, one: Waiting, given: Answer
) -> object:
    asked: Any = _decision(one, given)
    return credit_decisions.decide_credit_note_allowed(session, attempt, secret, asked)


_KINDS: Final[Mapping[str, _Kind]] = {
    CREDIT_NOTE: _Kind(_find_notes, _decide_note, _decide_note_allowed),
}
