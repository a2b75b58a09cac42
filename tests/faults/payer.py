"""A process that takes payments until it is killed, and says so after each one that is safe.

Run with the data folder, how many payments to take, and how the ledger is synced.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from uuid import UUID, uuid4

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.services.consumers import account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.services.shifts import current_shift, open_shift
from counterdesk.store import opening
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK, find_person

_ACCOUNT = "WU-10001"


def small_visit(read: ReadSession, chance: random.Random) -> PaymentRequest:
    """Return a visit that pays some cents of one or two charges, sometimes keeping the change."""
    hit = find_exactly(read, _ACCOUNT)
    assert hit is not None
    view = account_view(read, hit.consumer_id)
    charges = chance.sample(view.charges, chance.randint(1, 2))
    shares = tuple(Share(charge, chance.randint(1, 9)) for charge in charges)
    due = sum(share.amount_minor for share in shares)
    keep = chance.random() < 0.2
    line = AccountLine(view.account, shares, 0, view.charges)
    given = TenderGiven("cash", due + chance.randint(0, 5))
    return PaymentRequest(uuid4(), "Walk-in", (line,), (given,), keep_change=keep)


def pay_once(store: Store, cashier: Actor, chance: random.Random) -> UUID:
    """Take one small payment; return its id once it is safe."""
    request = store.read(lambda read: small_visit(read, chance), cashier).result()
    taken = store.write(lambda session: take_payment(session, request), cashier).result()
    return taken.transaction_id


def be_in_shift(store: Store, cashier: Actor) -> None:
    """Open a shift if none is."""

    def ensure(session: Session) -> None:
        if current_shift(session) is None:
            open_shift(session, 0)

    store.write(ensure, cashier).result()


def main(folder: str, count: str, synchronous: str) -> None:
    """Take payments and print the id of each."""
    opening.SYNCHRONOUS = synchronous
    store = Store.open(Path(folder), UNLOCK, ShiftedClock(START_UTC))
    cashier = find_person(store, "jane")
    be_in_shift(store, cashier)
    chance = random.Random()
    _say("ready")
    for _ in range(int(count)):
        _say(f"ack {pay_once(store, cashier, chance)}")
    store.close()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
