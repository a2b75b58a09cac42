"""Undoing at a till as the window does it: somebody asks, a supervisor says yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from counterdesk.core.undoing import UndoAsked, UndoEffects, UndoKind
from counterdesk.core.visit import TenderGiven
from counterdesk.models.ledger import Payment, Tender
from counterdesk.services.taken import PaymentTaken
from counterdesk.services.undo_plan import show_undo
from counterdesk.services.undoing import undo_payment
from counterdesk.services.undone import Undone
from tests.conftest import PASSWORD
from tests.services.guessing import try_of
from tests.services.till import Till

WHY = "Wrong amount"


def cheque(amount: int, on: date = date(2025, 4, 18)) -> TenderGiven:
    """A cheque of the sample's days."""
    return TenderGiven("cheque", amount, "4711", cheque_bank="First Bank", cheque_dated_on=on)


def void(taken: PaymentTaken) -> UndoAsked:
    """Ask for a void."""
    return UndoAsked(uuid4(), UndoKind.VOID, taken.transaction_id, WHY)


def reversal(till: Till, taken: PaymentTaken, place: int = 0, **more: Any) -> UndoAsked:
    """Ask to reverse one payment of a visit."""
    payment = payments_of(till, taken)[place]
    kind = UndoKind.REVERSAL
    return UndoAsked(uuid4(), kind, taken.transaction_id, WHY, payment_id=payment, **more)


def bounced(till: Till, taken: PaymentTaken) -> UndoAsked:
    """Say that the cheque of a visit came back."""
    query = select(Tender.id).where(
        Tender.transaction_id == taken.transaction_id, Tender.kind == "cheque"
    )
    kind = UndoKind.BOUNCED
    return UndoAsked(uuid4(), kind, taken.transaction_id, WHY, tender_id=till.one(query))


def moving(till: Till, taken: PaymentTaken, account: str, place: int = 0) -> UndoAsked:
    """Ask to move one payment of a visit to another account."""
    to = till.view(account).account.consumer_id
    asked = reversal(till, taken, place)
    return replace(asked, kind=UndoKind.MOVED, to_consumer_id=to)


def payments_of(till: Till, taken: PaymentTaken) -> list[UUID]:
    """The ids of a visit's payments, in order."""
    query = select(Payment.id).where(Payment.transaction_id == taken.transaction_id)
    rows = till.store.read(lambda read: read.execute(query.order_by(Payment.number)).all())
    return [row.id for row in rows.result()]


def undo(till: Till, asked: UndoAsked, by: str = "supervisor", secret: str = PASSWORD) -> Undone:
    """Undo with somebody's yes."""
    attempt = try_of(till.store, by)
    done: Undone = till.act(lambda s: undo_payment(s, attempt, secret, asked))
    return done


def shown(till: Till, asked: UndoAsked) -> UndoEffects:
    """What it would do, as it is told before."""
    return till.store.read(lambda read: show_undo(read, asked), till.actor).result()
