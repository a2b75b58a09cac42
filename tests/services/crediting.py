"""Credit notes at a till, the way people come by them: a payment, a note of it, somebody's yes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from counterdesk.core.credit import ChangeKind, NoteNow
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import TenderGiven
from counterdesk.models.ledger import Payment
from counterdesk.services import credit_decisions, credit_notes
from counterdesk.services.credit_changes import NoteChanged
from counterdesk.services.credit_decisions import Decision
from counterdesk.services.credit_notes import CreditRequest
from counterdesk.services.credit_standing import note_now
from counterdesk.services.people import Attempt, begin_attempt
from counterdesk.store.session import Session
from tests.conftest import PASSWORD
from tests.services.till import Till, ask, cash, line_of

BILL = 14_550
"""The first bill of the sample's consumer."""


def pay(jane: Till, *given: TenderGiven, account: str = "WU-10001") -> UUID:
    """Take a payment of the account's first bill; return the payment's id."""
    taken = jane.take(ask(line_of(jane.view(account), most=1), pay=given or (cash(BILL),)))
    found: UUID = jane.one(select(Payment.id).where(Payment.number == taken.payments[0].number))
    return found


def of(payment_id: UUID, amount: int = 5_000, reason: str = "Billing error") -> CreditRequest:
    """Ask for a note of a payment."""
    return CreditRequest(uuid4(), payment_id, amount, reason)


def raise_note(jane: Till, payment_id: UUID, amount: int = 5_000) -> NoteNow:
    """Raise a note that waits for approval."""
    note: NoteNow = jane.act(lambda s: credit_notes.raise_credit_note(s, of(payment_id, amount)))
    return note


def allowed(jane: Till, work: Callable[[Session, Attempt, str], Any], login: str) -> Any:
    """Do what needs a second person, who types their login and password at this counter."""
    attempt = jane.act(lambda s: begin_attempt(s, login))
    return jane.act(lambda s: work(s, attempt, PASSWORD))


def decide(
    jane: Till,
    note_id: UUID,
    kind: ChangeKind,
    reason: str = "looked at",
    login: str = "supervisor",
) -> NoteNow:
    """Let a second person decide about a note at this counter."""
    decision = Decision(uuid4(), note_id, kind, reason)
    changed: NoteChanged = allowed(
        jane, lambda s, a, p: credit_decisions.decide_credit_note_allowed(s, a, p, decision), login
    )
    return changed.note


def active(jane: Till, amount: int = 5_000, payment_id: UUID | None = None) -> NoteNow:
    """Raise a note of a new payment and let the supervisor approve it."""
    note = raise_note(jane, payment_id or pay(jane), amount)
    return decide(jane, note.id, ChangeKind.APPROVED)


def now(jane: Till, note_id: UUID) -> NoteNow:
    """Return a note as it stands."""
    note = jane.store.read(lambda read: note_now(read, note_id)).result()
    assert note is not None
    return note


def as_person(jane: Till, person: Actor) -> Till:
    """Return the same counter with another person signed in."""
    return Till(jane.store, person)
