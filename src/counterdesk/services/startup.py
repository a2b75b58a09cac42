"""What happened to the last payment: told after a crash or a power cut, before anything else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import NoResultFound

from counterdesk.core.i18n import _
from counterdesk.core.print_states import WAITING
from counterdesk.core.visit import PaymentRequest, VisitResult
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Draft, Payment, PaymentTransaction, PrintJob, State
from counterdesk.models.undoing import Undo
from counterdesk.services.acts import Way, way_of
from counterdesk.services.printers import counter_printers
from counterdesk.services.undone import find_undone, payers_of
from counterdesk.store.session import ReadSession, Session

_transactions, _payments = table_of(PaymentTransaction), table_of(Payment)
_jobs, _drafts, _state = table_of(PrintJob), table_of(Draft), table_of(State)
_undos = table_of(Undo)
_SEEN = "receipt_seen_seq"
_PRINTED = ("printed", "sent")
_LOST = ("unknown", "failed", "cancelled")
NO_PRINTER = "no printer"


@dataclass(frozen=True, slots=True)
class LastPayment:
    """The payment that was under way when the program stopped. Amounts in minor units."""

    saved: bool
    printed: str
    """State of its original on paper, as in `models.ledger.PrintJob`, or `NO_PRINTER` where it
    waits for none; "" when not saved."""
    transaction_id: UUID
    receipt_number: str
    """"" when not saved."""
    consumer_name: str
    account_number: str
    amount_minor: int
    change_minor: int
    at_utc: datetime
    user_name: str
    event_seq: int = 0
    """Its place among the acts of this counter; 0 when not saved."""
    way: Way = Way.SAVED
    """How far it came on its way to the centre, when saved."""
    undone: str = ""
    """How it was undone, where that was the last act: a kind of `core.undoing`; the amount is the
    cash that goes back then."""

    @property
    def safe_next_step(self) -> str:
        """The one thing to do now, as a sentence."""
        if not self.saved:
            return _("Nothing was booked. If the payer is still here, take this payment anew.")
        if self.undone:
            return _("Do not undo it again. Hand the cash back, if the payer has not got it yet.")
        if self.printed in (*_PRINTED, NO_PRINTER):
            return _("Nothing to do: do not take this payment again.")
        if self.printed == "unknown":
            return _(
                "Do not take it again. Look whether the receipt came out; if not, print a copy."
            )
        if self.wants_copy:
            return _("Do not take it again. Print a copy.")
        return _("Do not take it again. The receipt waits for the printer.")

    @property
    def wants_copy(self) -> bool:
        """Whether the original will not come out by itself any more."""
        return self.printed in _LOST and not self.undone


def last_payment(read: ReadSession, sent_through: int = 0) -> LastPayment | None:
    """Return the payment whose end nobody at this counter has seen, or None.

    A visit that reached Review and is not in the ledger was not saved; one that is there and
    whose receipt was never shown was saved, whatever the screen said last.

    Args:
        read: A snapshot.
        sent_through: Up to this act everything was in a push to the centre.
    """
    return _unsaved(read) or _unseen(read, sent_through)


def _unsaved(read: ReadSession) -> LastPayment | None:
    known = select(_transactions.c.id)
    draft = read.execute(select(_drafts).where(_drafts.c.request_id.not_in(known))).first()
    if draft is None:
        return None
    body = json.loads(draft.body)
    return LastPayment(
        saved=False,
        printed="",
        transaction_id=draft.request_id,
        receipt_number="",
        consumer_name=body["consumer_name"],
        account_number=body["account_number"],
        amount_minor=body["amount_minor"],
        change_minor=body["change_minor"],
        at_utc=draft.saved_at_utc,
        user_name=body["user_name"],
    )


def _unseen(read: ReadSession, sent_through: int) -> LastPayment | None:
    visit = read.execute(
        select(_transactions).order_by(_transactions.c.event_seq.desc()).limit(1)
    ).first()
    undo = read.execute(select(_undos).order_by(_undos.c.event_seq.desc()).limit(1)).first()
    newest = max((one.event_seq for one in (visit, undo) if one is not None), default=0)
    if newest <= _seen(read):
        return None
    if undo is not None and undo.event_seq == newest:
        return _unseen_undo(read, undo.id, sent_through)
    if visit is None:
        return None
    first = read.execute(
        select(_payments).where(_payments.c.transaction_id == visit.id).order_by(_payments.c.id)
    ).all()[0]
    return LastPayment(
        saved=True,
        printed=_on_paper(read, visit.id),
        transaction_id=visit.id,
        receipt_number=visit.receipt_number,
        consumer_name=first.consumer_name,
        account_number=first.account_number,
        amount_minor=visit.due_minor,
        change_minor=visit.change_minor,
        at_utc=visit.taken_at_utc,
        user_name=visit.user_name,
        event_seq=visit.event_seq,
        way=way_of(read, visit.event_seq, sent_through),
    )


def _unseen_undo(read: ReadSession, undo_id: UUID, sent_through: int) -> LastPayment:
    undone = find_undone(read, undo_id)
    undo = read.execute(select(_undos).where(_undos.c.id == undo_id)).one()
    payers = payers_of(read, undo_id).items()
    account_number, consumer_name = next(iter(payers), ("", ""))
    return LastPayment(
        saved=True,
        printed=_slip_state(read, undone.act if undone else ""),
        transaction_id=undo.transaction_id,
        receipt_number=undo.receipt_number,
        consumer_name=consumer_name,
        account_number=account_number,
        amount_minor=undone.cash_minor if undone else 0,
        change_minor=0,
        at_utc=undo.undone_at_utc,
        user_name=undo.user_name,
        event_seq=undo.event_seq,
        way=way_of(read, undo.event_seq, sent_through),
        undone=undo.kind,
    )


def _slip_state(read: ReadSession, act: str) -> str:
    slip = select(_jobs.c.state).where(
        _jobs.c.transaction_id.is_(None), func.json_extract(_jobs.c.document, "$.number") == act
    )
    state = str(read.execute(slip.order_by(_jobs.c.id.desc()).limit(1)).scalar() or "")
    return NO_PRINTER if state in WAITING and not counter_printers(read).all else state


def _on_paper(read: ReadSession, transaction_id: UUID) -> str:
    original = (_jobs.c.transaction_id == transaction_id, _jobs.c.copy_number == 0)
    state = str(read.execute(select(_jobs.c.state).where(*original)).scalar_one())
    return NO_PRINTER if state in WAITING and not counter_printers(read).all else state


def _seen(read: ReadSession) -> int:
    value = read.execute(select(_state.c.value).where(_state.c.name == _SEEN)).scalar()
    return int(value or 0)


def mark_receipt_seen(session: Session, transaction_id: UUID) -> None:
    """Remember that the cashier saw how this visit ended, and how it was undone since.

    Raises:
        sqlalchemy.exc.NoResultFound: The ledger knows no such transaction.
    """
    taken = session.execute(
        select(_transactions.c.event_seq).where(_transactions.c.id == transaction_id)
    ).scalar()
    undone = select(func.max(_undos.c.event_seq)).where(_undos.c.transaction_id == transaction_id)
    last = session.execute(undone).scalar()
    if taken is None and last is None:
        raise NoResultFound(f"no visit {transaction_id}")
    seq = max(taken or 0, last or 0)
    if seq > _seen(session):
        session.keep_state(_SEEN, str(seq))


def keep_draft(session: Session, request: PaymentRequest, result: VisitResult) -> None:
    """Remember a visit that is on Review, so that a crash around Confirm can be explained.

    One draft is kept: a till serves one visit at a time. A visit that is saved by now needs none.
    """
    saved = select(_transactions.c.id).where(_transactions.c.id == request.request_id)
    if session.execute(saved).first() is not None:
        return
    session.execute(delete(_drafts))
    account = request.lines[0].account
    body = {
        "consumer_name": account.consumer_name,
        "account_number": account.account_number,
        "amount_minor": result.tendered_minor - result.change_minor,
        "change_minor": result.change_minor,
        "user_name": session.actor.name if session.actor else "",
    }
    session.execute(
        insert(_drafts),
        {
            "request_id": request.request_id,
            "user_id": session.actor.user_id if session.actor else UUID(int=0),
            "body": json.dumps(body),
            "saved_at_utc": session.clock.now_utc(),
        },
    )


def drop_draft(session: Session, request_id: UUID) -> None:
    """Forget a visit that was on Review: it was abandoned, or its story was read."""
    session.execute(delete(_drafts).where(_drafts.c.request_id == request_id))
