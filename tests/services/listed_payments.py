"""Payments of all kinds in both files, and lists of them page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from counterdesk.services import own_lines, own_lines_kept, told_lines
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_lines import PaymentLine
from counterdesk.services.payment_orders import PaymentOrder
from counterdesk.services.payment_pages import NEWEST_FIRST, payments_page
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.services.towns import fill, person
from tests.services.undos import undo, undo_elsewhere
from tests.services.visits import TODAY, Given, Visits

HERE = "C07"
_NAMES = ("ann ash", "Ann Ash", "José Roe", "Zoë Ant", "Ann B", "江一苇")
_PLACES = (("Walk-in", "C01", "Ann Ash"), ("Walk-in", "C02", "Bo Oak"), ("Online", "WEB", "System"))
_ECHOED, _VOIDED_THERE = UUID(int=900), UUID(int=901)
UNDONE_HERE = tuple(UUID(int=1_000 + number * 7) for number in (3, 30, 31))
"""Payments of other counters, as the centre still tells them to be."""


def told() -> Iterator[tuple[int, PastPaymentFacts]]:
    """Return payments of some consumers: each column has what is alike, and what is not."""
    chance = Random(7)
    for number in range(120):
        place = chance.randrange(len(_NAMES))
        channel, counter, cashier = chance.choice(_PLACES)
        yield place, PastPaymentFacts(
            UUID(int=1_000 + number * 7), f"R-{chance.randrange(940, 1_060)}",
            TODAY - timedelta(chance.randrange(5)), chance.choice(("Bill", "Service")),
            chance.choice(("Cash", "Card", "Card + Cash")), chance.choice((500, 700, 70_000)),
            "Posted" if 1_000 + number * 7 in {one.int for one in UNDONE_HERE}
            else chance.choice(("Posted", "Posted", "Voided", "Pending")),
            f"PAY-{number}", f"TXN-{number}", channel, counter, cashier, _NAMES[place],
            f"WU-{chance.choice((9, 10_000)) + place}", None, 500,
        )  # fmt: skip


def tell_payments(store: Store) -> None:
    """Let the centre have told of them, and of two that this counter took."""
    payments = list(told())
    echoes = (
        PastPaymentFacts(_ECHOED, "R-5001", TODAY, "Bill", "Cash", 14_550, counter=HERE),
        PastPaymentFacts(
            _VOIDED_THERE, "R-5002", TODAY, "Bill", "Cash", 100, "Voided", counter=HERE
        ),
    )
    fill(store, *(
        AccountFacts(
            person(place + 1, name),
            payments=tuple(one for owner, one in payments if owner == place)
            + (echoes if place == 0 else ()),
        )
        for place, name in enumerate(_NAMES)
    ))  # fmt: skip


def take_payments(session: Session) -> Visits:
    """Take some here, and undo some of them and of the others'."""
    visits = Visits(session, open_shift(session, 0).id)
    visits.add(Given(15_000, 450), payment_id=_ECHOED)
    visits.add(Given(100), payment_id=_VOIDED_THERE)
    for number in range(8):
        visits.add(
            Given(500 + number % 3 * 100), on=TODAY - timedelta(number % 4),
            name=_NAMES[number % 6],
        )  # fmt: skip
    visits.add(Given(200, kind="card", name="Card"), Given(60, 10), on=TODAY - timedelta(1))
    undo(session, visits.add(Given(700)), TODAY, "void")
    amounts = {one.payment_id: one.amount_minor for _place, one in told()}
    for payment in UNDONE_HERE:
        undo_elsewhere(session, payment, amounts[payment], TODAY)
    return visits


def listed(
    session: Session, most: int = 7, order: PaymentOrder = NEWEST_FIRST, **wanted: Any
) -> list[PaymentLine]:
    """Return all pages that a filter lets through."""
    chosen, lines = PaymentFilter(**wanted), list[PaymentLine]()
    after: PaymentLine | None = None
    while True:
        page = payments_page(session, chosen, after, most, order)
        assert len(page.payments) <= most
        lines.extend(page.payments)
        if not page.more:
            return lines
        after = page.payments[-1]


def as_if_many(patch: pytest.MonkeyPatch, few: int, walked: int) -> None:
    """Let a few payments be found in the ways that a million are."""
    patch.setattr(told_lines, "FEW", few)
    patch.setattr(own_lines, "_FEW", few)
    patch.setattr(told_lines, "_WALKED", walked)
    patch.setattr(own_lines_kept, "_AT_ONCE", 5)
