"""A day that a real till wrote, and the same acts under new ids, as other tills write them."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.demo.desk import DemoDesk, demo_unlock, open_demo_desk
from counterdesk.demo.sample import sample_start_utc
from counterdesk.services.consumers import AccountView, account_view, find_exactly
from counterdesk.services.payments import take_payment
from counterdesk.store.session import JournalEntry, ReadSession
from tests.services.counting import close_shift

Event = dict[str, Any]

ROWS = ("payments", "allocations", "credit_notes", "overpayments", "tenders", "settlements")
"""The lists of rows in the data of a payment."""

_fresh_number = count(1)


@cache
def real_day() -> tuple[JournalEntry, ...]:
    """Return the events of a real till: set up, opened, two payments, closed.

    The first payment is a bill of 145.50 out of 150.00 in cash. The second has rows of every kind:
    a bill and a service by card and cash, with the change kept.
    """
    with tempfile.TemporaryDirectory() as folder:
        clock = ShiftedClock(sample_start_utc())
        desk = open_demo_desk(Path(folder) / "till", demo_unlock(), clock, consumers=0)
        _take(desk, ["INV-2025-001234"], TenderGiven("cash", 15_000))
        card = TenderGiven("card", 10_000, "slip 7", "4242")
        _take(desk, ["INV-2025-001567", "SVC-2025-000418"], card, TenderGiven("cash", 13_000))
        counted = 20_000 + 14_550 + 13_000
        desk.store.write(lambda session: close_shift(session, counted), desk.cashier).result()
        entries = desk.store.read_journal().entries
        desk.store.close()
    return tuple(entries)


def _take(desk: DemoDesk, numbers: list[str], *pay: TenderGiven) -> None:
    def view(read: ReadSession) -> AccountView:
        hit = find_exactly(read, "WU-10001")
        assert hit is not None
        return account_view(read, hit.consumer_id)

    john = desk.store.read(view, desk.cashier).result()
    chosen = [charge for charge in john.charges if charge.number in numbers]
    shares = tuple(Share(charge, charge.outstanding_minor) for charge in chosen)
    line = AccountLine(john.account, shares, 0, john.charges)
    request = PaymentRequest(uuid4(), "Walk-in", (line,), pay, keep_change=len(pay) > 1)
    desk.store.write(lambda session: take_payment(session, request), desk.cashier).result()


def real_event(kind: str, place: int = 0) -> Event:
    """Return one of the day's events by its kind, to be changed at will."""
    bodies = [json.loads(entry.body) for entry in real_day()]
    event: Event = [body for body in bodies if body["kind"] == kind][place]
    return event


def opened(**changes: Any) -> Event:
    """Return the opening of another shift."""
    event = real_event("shift.opened")
    event["data"] |= {"id": str(uuid4()), "number": f"S-T-{next(_fresh_number)}"} | changes
    return event


def payment(place: int = 0, amount_minor: int | None = None, shift_id: str | None = None) -> Event:
    """Return one of the day's payments as another visit: new ids, new numbers.

    Args:
        place: 0 for the plain one, 1 for the one with rows of every kind.
        amount_minor: What the plain one pays of its bill instead, exactly, in cash.
        shift_id: Of the shift it is taken in.
    """
    event = _renewed(real_event("payment.taken", place))
    if amount_minor is not None:
        pay_exactly(event, amount_minor)
    event["data"]["transaction"]["shift_id"] = shift_id or str(uuid4())
    return event


def pay_exactly(event: Event, amount_minor: int) -> None:
    """Make a plain payment one of this amount, handed over without change."""
    data = event["data"]
    data["transaction"] |= {
        "due_minor": amount_minor, "tendered_minor": amount_minor, "change_minor": 0,
    }  # fmt: skip
    data["tenders"][0] |= {"amount_minor": amount_minor, "change_minor": 0}
    for rows in ("payments", "allocations", "settlements"):
        data[rows][0]["amount_minor"] = amount_minor
    event["totals"] |= {"cash_delta_minor": amount_minor, "tenders": {"cash": amount_minor}}


def changed(event: Event, change: Callable[[Event], Any]) -> Event:
    """Return a copy of an event after a change to it."""
    other = copy.deepcopy(event)
    change(other)
    return other


def _renewed(event: Event) -> Event:
    data = event["data"]
    rows = [data["transaction"], *(row for name in ROWS for row in data[name])]
    text = json.dumps(event)
    for row in rows:
        text = text.replace(row["id"], str(uuid4()))
        for name in ("number", "receipt_number"):
            if name in row:
                text = text.replace(f'"{row[name]}"', f'"T-{next(_fresh_number):07}"')
    renewed: Event = json.loads(text)
    return renewed
