"""A cash day with mistakes in it: in the evening every cent has its explanation."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from counterdesk.core.differences import Cause
from counterdesk.core.documents import KeyValue
from counterdesk.core.drawer import MoveKind, Pieces
from counterdesk.core.permissions import Actor
from counterdesk.core.visit import TenderGiven
from counterdesk.models.drawer import ShiftMethod
from counterdesk.models.ledger import Tender
from counterdesk.services.drawer_moves import DrawerMoved, MoveRequest, move_cash, undo_move
from counterdesk.services.people import begin_attempt
from counterdesk.services.shift_closing import ShiftClose, ShiftClosed, close_shift_allowed
from counterdesk.services.shift_counting import CountGiven, ShiftCounted, count_drawer
from counterdesk.services.shift_figures import DrawerNow, drawer_now
from counterdesk.services.shift_reports import make_x_report
from counterdesk.services.shifts import expected_drawer, open_shift
from counterdesk.store.store import Store
from tests.conftest import PASSWORD
from tests.services.counting import running
from tests.services.till import Till, ask, card, cash, line_of
from tests.ui.neighbours import account, fill

FLOAT: Pieces = ((2_000, 3), (1_000, 3), (100, 8), (25, 8))
"""100.00: three twenties, three tens, eight ones, eight quarters."""


@pytest.mark.req("CASH-1", "CASH-2", "CASH-3", "CASH-4", "MON-11", "AUD-1")
def test_a_cash_day(store: Store, cashier: Actor, supervisor: Actor) -> None:
    fill(store, account("WU-20001", "Ann Ash", 8_000), account("WU-20002", "Bo Birch", 9_990))
    jane, boss = Till(store, cashier), Till(store, supervisor)
    shift = jane.act(lambda s: open_shift(s, 10_000, pieces=FLOAT)).id

    # The morning: a bill in cash, another by card; the postage is paid from the drawer.
    twice = pay(jane, "10001", 1, cash(15_000))  # the change of 4.50 goes over the counter twice
    pay(jane, "20002", 1, card(9_990))
    move(jane, MoveKind.PAID_OUT, 780, "Postage")
    move(jane, MoveKind.CHANGE_IN, 2_000)

    # Noon: 150.00 go to the safe, but 105.00 are written down, and put right before the close.
    wrong = move(jane, MoveKind.DROP, 10_500, envelope="E-17")
    jane.act(lambda s: undo_move(s, uuid4(), wrong.id, "digits swapped: 150.00"))
    move(jane, MoveKind.DROP, 15_000, envelope="E-17")
    assert seen_by(jane, shift).expected_minor is None
    assert seen_by(boss, shift).expected_minor == 10_000 + 14_550 - 780 + 2_000 - 15_000

    # The afternoon: a cheque is keyed as cash. The X report gives nothing away.
    as_cash = pay(jane, "20001", 1, cash(8_000))
    x_report = jane.act(make_x_report)
    assert x_report.number == "S-2025-00001/X1"
    assert "Expected in the drawer" not in keys_of(x_report.document.blocks)

    # The evening: counted blind, by denomination; the cheque lies there with its 80.00.
    expected = store.read(lambda r: expected_drawer(r, shift)).result()
    there: Pieces = ((2_000, 3), (1_000, 3), (100, 10), (25, 8), (10, 12))
    assert expected - 8_000 - 450 == 10_320
    counted = count(jane, there, ((8_000, 1),))
    cash_off, cheque_off = (one.difference_minor for one in counted.methods)
    assert (cash_off, cheque_off) == (-8_450, 8_000)
    # Two mistakes hide each other, and both are found: nothing stays unexplained.
    assert [(one.cause, one.name, one.amount_minor) for one in counted.methods[0].explanations] == [
        (Cause.OTHER_METHOD, as_cash, 8_000),
        (Cause.CHANGE_TWICE, twice, 450),
    ]
    [cheque] = counted.methods[1].explanations
    assert (cheque.cause, cheque.name) == (Cause.OTHER_METHOD, as_cash)
    assert cash_off + 8_000 + 450 == cheque_off - 8_000 == 0

    closed = close(jane, counted, {
        "cash": f"{as_cash} was a cheque; change of {twice} given twice",
        "cheque": f"{as_cash} was keyed as cash",
    })  # fmt: skip
    assert closed.z_number == "Z-C07-00001"
    evening(jane, closed)


def evening(jane: Till, closed: ShiftClosed) -> None:
    """What an auditor asks: does it add up, and is every difference booked with its reason?"""
    booked = select(func.sum(ShiftMethod.counted_minor - ShiftMethod.expected_minor))
    assert jane.one(booked) == -450
    assert jane.one(booked.where(ShiftMethod.reason == "")) in (0, None)
    kept = select(func.sum(Tender.amount_minor - Tender.change_minor))
    assert jane.one(kept) == 14_550 + 9_990 + 8_000
    told = keys_of(closed.document.blocks)
    assert told["Collected"] == "$325.40"
    assert told["Expected in the drawer"] == "$187.70"
    assert jane.findings() == ()


def pay(jane: Till, number: str, bills: int, *tenders: TenderGiven) -> str:
    """Pay the first bills of an account; return the receipt's number."""
    taken = jane.take(ask(line_of(jane.view(number), most=bills), pay=tenders))
    return str(taken.receipt_number)


def move(
    jane: Till, kind: MoveKind, amount: int, reason: str = "", envelope: str = ""
) -> DrawerMoved:
    request = MoveRequest(uuid4(), kind, amount, reason, envelope)
    moved: DrawerMoved = jane.act(lambda s: move_cash(s, request))
    return moved


def seen_by(who: Till, shift: UUID) -> DrawerNow:
    """What somebody may know of the drawer while the shift runs."""
    now: DrawerNow = who.act(lambda s: drawer_now(s, running(s)))
    return now


def count(jane: Till, notes: Pieces, cheques: Pieces) -> ShiftCounted:
    given = CountGiven(uuid4(), {"cash": notes, "cheque": cheques})
    counted: ShiftCounted = jane.act(lambda s: count_drawer(s, given))
    return counted


def close(jane: Till, counted: ShiftCounted, reasons: dict[str, str]) -> ShiftClosed:
    """Close beyond the limit, with the supervisor's own secret at Jane's counter."""
    attempt = jane.act(lambda s: begin_attempt(s, "supervisor"))
    asked = ShiftClose(counted.count_id, reasons)
    closed: ShiftClosed = jane.act(lambda s: close_shift_allowed(s, attempt, PASSWORD, asked))
    return closed


def keys_of(blocks: object) -> dict[str, str]:
    """The lines of a paper that have a label and a value."""
    assert isinstance(blocks, tuple)
    return {one.key: one.value for one in blocks if isinstance(one, KeyValue)}
