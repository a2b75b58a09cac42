"""A whole day at one counter, as a story: every cent and every number is there in the evening."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from counterdesk.core.clock import Clock
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import AccountLine, OpenCharge, PaymentRequest, Share, TenderGiven
from counterdesk.models.ledger import CreditNote, PaymentTransaction, Settlement, Tender
from counterdesk.services.consumers import AccountView, account_view, find_exactly
from counterdesk.services.dashboard import month_figures
from counterdesk.services.payments import take_payment
from counterdesk.services.shifts import current_shift, expected_drawer, open_shift
from counterdesk.services.startup import last_payment
from counterdesk.services.taken import PaymentTaken
from counterdesk.services.verification import verify
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from tests.conftest import UNLOCK, find_person
from tests.services.counting import close_shift
from tests.ui.neighbours import account, fill

FLOAT = 10_000


class Desk:
    """A counter that can be closed and opened again, and its cashier."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self.clock = folder, clock
        self.store = Store.open(folder, UNLOCK, clock)
        self.jane: Actor = find_person(self.store, "jane")

    def restart(self) -> None:
        """Close the program and start it again."""
        self.store.close()
        self.store = Store.open(self.folder, UNLOCK, self.clock)

    def view(self, number: str) -> AccountView:
        """Look an account up."""

        def look_up(read: ReadSession) -> AccountView:
            hit = find_exactly(read, number)
            assert hit is not None
            return account_view(read, hit.consumer_id)

        return self.store.read(look_up, self.jane).result()

    def take(
        self, lines: list[AccountLine], *tenders: TenderGiven, keep: bool = False
    ) -> PaymentTaken:
        """Take one visit's payment."""
        request = PaymentRequest(uuid4(), "Walk-in", tuple(lines), tenders, keep_change=keep)
        return self.store.write(lambda s: take_payment(s, request), self.jane).result()


def pay(view: AccountView, amount: int | None = None, *, only: int = 0) -> AccountLine:
    charge: OpenCharge = view.charges[only]
    share = Share(charge, charge.outstanding_minor if amount is None else amount)
    return AccountLine(view.account, (share,), 0, view.charges)


def cash(amount: int) -> TenderGiven:
    return TenderGiven("cash", amount)


@pytest.mark.req("PAY-9", "PAY-15", "MON-1", "MON-11", "MON-12", "CN-2", "NUM-2", "AUD-1")
def test_a_cashiers_day(data_folder: Path, clock: Clock) -> None:
    desk = Desk(data_folder, clock)
    fill(desk.store, account("WU-20001", "Ann Ash", 8_000), account("WU-20002", "Bo Birch", 9_990))
    desk.store.write(lambda s: open_shift(s, FLOAT), desk.jane).result()

    sample = desk.take([pay(desk.view("10001"))], cash(15_000))
    assert (sample.receipt_number, sample.change_minor) == ("R-5001", 450)

    john, ann = desk.view("10001"), desk.view("20001")
    both = desk.take(
        [pay(john), pay(ann)], TenderGiven("card", 15_000, "slip 1", "4242"), cash(10_000)
    )
    assert (both.receipt_number, both.change_minor) == ("R-5002", 1_775)
    assert [p.account_number for p in both.payments] == ["WU-10001", "WU-20001"]

    part = desk.take([pay(desk.view("20002"), 4_000)], cash(4_000))
    assert part.left_minor == 5_990

    desk.restart()
    told = desk.store.read(last_payment).result()
    assert told is not None
    assert (told.saved, told.receipt_number) == (True, part.receipt_number)

    kept = desk.take([pay(desk.view("20002"))], cash(6_000), keep=True)
    assert [(note.number, note.amount_minor) for note in kept.credit_notes] == [("CN-46129", 10)]
    assert desk.view("20002").credit_minor == 10

    shift = desk.store.read(current_shift).result()
    assert shift is not None
    in_drawer = FLOAT + 14_550 + 8_225 + 4_000 + 6_000
    expected = desk.store.read(lambda r: expected_drawer(r, shift.id)).result()
    assert expected == in_drawer
    desk.store.write(lambda s: close_shift(s, in_drawer, ""), desk.jane).result()

    evening(desk)
    desk.store.close()


def evening(desk: Desk) -> None:
    """What an auditor asks when the counter is closed."""
    store = desk.store
    report = store.write(lambda s: verify(s, store.read_journal())).result()
    assert report.findings == ()
    assert report.transactions == 4
    assert store.read(current_shift).result() is None
    figures = store.read(lambda r: month_figures(r, 2025, 4), desk.jane).result()
    in_and_out = store.read(_in_and_out).result()
    assert in_and_out == (15_000 + 25_000 + 4_000 + 6_000, 450 + 1_775, 0)
    assert figures.received_today.count == 4
    assert store.read(_notes).result() == 1


def _in_and_out(read: ReadSession) -> tuple[int, int, int]:
    """Tendered, given back, and what no settlement accounts for."""
    tendered = read.execute(select(func.sum(Tender.amount_minor))).scalar_one()
    change = read.execute(select(func.sum(Tender.change_minor))).scalar_one()
    settled = read.execute(select(func.sum(Settlement.amount_minor))).scalar_one()
    assert read.execute(select(func.sum(PaymentTransaction.due_minor))).scalar_one() == settled
    return tendered, change, tendered - change - settled


def _notes(read: ReadSession) -> int:
    return int(read.execute(select(func.count()).select_from(CreditNote)).scalar_one())
