"""A counter with two printers and a receipt that waits, for the tests of what is shown of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.services.print_jobs import next_print_job, note_print_state
from counterdesk.services.print_list import PrintLine, print_page
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.faults.payer import be_in_shift, pay_once
from tests.printing.counter_printers import FRONT, add_printer

BACK = UUID(int=0xB)


class PrintingAsked:
    """What the window asks of the printers' workers; `finds` is what they find."""

    def __init__(self) -> None:
        self.retries = 0
        self.finds: tuple[Any, ...] = ()

    def retry(self) -> None:
        self.retries += 1

    def discover(self, found: Callable[[tuple[Any, ...]], None]) -> None:
        found(self.finds)


def pay_and_print(store: Store, cashier: Actor, state: PrintState, detail: str = "") -> UUID:
    """Take a payment whose receipt comes to a state at the first of two printers."""

    def printers(session: Session) -> None:
        add_printer(session)
        add_printer(session, "Back", printer_id=BACK)

    def come_to(session: Session) -> None:
        job = next_print_job(session, FRONT)
        assert job is not None
        note_print_state(session, job.job_id, state, detail)

    store.write(printers).result()
    be_in_shift(store, cashier)
    visit = pay_once(store, cashier, random.Random(1))
    store.write(come_to).result()
    return visit


def newest_job(store: Store, cashier: Actor) -> PrintLine:
    """Return the newest job of the counter."""
    return store.read(print_page, cashier).result().lines[0]
