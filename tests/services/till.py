"""A cashier at an open till, and visits put together the way the window does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from counterdesk.core.permissions import Actor
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.models.base import LedgerBase
from counterdesk.services.consumers import AccountView, account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.services.verification import verify
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store

COIN = 5
"""The smallest coin of the till's office, in cents."""


def line_of(view: AccountView, extra: int = 0, most: int = 99) -> AccountLine:
    shares = tuple(Share(one, one.outstanding_minor) for one in view.charges[:most])
    return AccountLine(view.account, shares, extra, view.charges)


def ask(*lines: AccountLine, pay: tuple[TenderGiven, ...], keep: bool = False) -> PaymentRequest:
    return PaymentRequest(uuid4(), "Walk-in", lines, pay, keep_change=keep)


def cash(amount: int) -> TenderGiven:
    return TenderGiven("cash", amount)


def card(amount: int, slip: str = "slip 1") -> TenderGiven:
    return TenderGiven("card", amount, slip, "4242")


class Till:
    """A cashier at an open till, each act in a transaction of its own."""

    def __init__(self, store: Store, actor: Actor) -> None:
        self.store, self.actor = store, actor

    def view(self, account: str = "WU-10001") -> AccountView:
        def look(read: ReadSession) -> AccountView:
            hit = find_exactly(read, account)
            assert hit is not None
            return account_view(read, hit.consumer_id)

        return self.store.read(look, self.actor).result()

    def take(self, request: PaymentRequest) -> Any:
        return self.store.write(lambda s: take_payment(s, request), self.actor).result()

    def act(self, work: Callable[[Session], Any]) -> Any:
        return self.store.write(work, self.actor).result()

    def count(self, model: type[LedgerBase]) -> Any:
        return self.one(select(func.count()).select_from(model))

    def one(self, query: Any) -> Any:
        return self.store.read(lambda read: read.execute(query).scalar_one()).result()

    def findings(self) -> tuple[str, ...]:
        store = self.store
        return store.write(lambda s: verify(s, store.read_journal())).result().findings
