"""A supervisor closes a shift whose cashier is gone: counted, with a reason, then turned in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select, update

from counterdesk.core.permissions import Actor, Role
from counterdesk.models.ledger import PrintJob, ShiftClosed
from counterdesk.services.shifts import current_shift, open_shift
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.shift_page import ShiftPage
from tests.conftest import hire
from tests.services.closed_shifts import offer
from tests.services.till import Till, ask, cash, line_of
from tests.ui.find import find, seen, text_of
from tests.ui.pages.hand import Hand, Key

FLOAT = ((5_000, 1), (1_000, 4), (100, 10))
WITH_THE_BILL = ("2", "", "2", "", "1", "", "1", "", "", "", "")


@pytest.fixture
def jane(store: Store, cashier: Actor) -> Till:
    """The cashier, whose receipt never came out, and who went home."""
    jane = Till(store, cashier)
    jane.act(lambda s: open_shift(s, 10_000, pieces=FLOAT))
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    jane.act(lambda s: s.execute(update(PrintJob).values(state="failed")))
    return jane


@pytest.fixture
def hand(qtbot: QtBot, jobs: Jobs, jane: Till, supervisor: Actor) -> Iterator[Hand]:
    """The supervisor at her counter."""
    jobs.actor = supervisor
    page = ShiftPage(jobs)
    qtbot.addWidget(page)
    page.resize(1152, 794)
    with qtbot.waitActive(page):
        page.show()
    hand = Hand(qtbot, page)
    hand.waits_for("countShift")
    jobs.drain()
    yield hand
    jobs.finish()


@pytest.mark.req("CASH-7", "AUD-2")
def test_a_supervisor_counts_says_why_and_closes_in_spite_of_what_is_open(
    qtbot: QtBot, hand: Hand, jane: Till, supervisor: Actor
) -> None:
    page = hand.page
    assert seen(page, "blocker_0")
    assert not find(page, QWidget, "handOverDrawer").isEnabled()
    hand.click("countShift")
    hand.waits_for("count_10000")
    hand.enter(*WITH_THE_BILL)
    hand.enter()
    hand.waits_for("closeWhy")
    assert not seen(page, "handOver")
    hand.click("closeShift")
    qtbot.waitUntil(lambda: text_of(page, "closeWhyError") != "")
    assert jane.store.read(current_shift).result() is not None
    find(page, QLineEdit, "closeWhy").setText("Jane was taken ill")
    hand.click("closeShift")
    hand.waits_for("shiftPaperTitle")
    closed = jane.act(lambda s: s.execute(select(ShiftClosed.__table__)).one())
    assert (closed.user_name, closed.reason) == (supervisor.name, "Jane was taken ill")
    offer(Till(jane.store, supervisor), closed.shift_id)
    assert jane.findings() == ()


@pytest.mark.req("CASH-7", "AUD-2")
def test_another_cashier_cannot_close_it(qtbot: QtBot, hand: Hand, jane: Till) -> None:
    page = hand.page
    assert isinstance(page, ShiftPage)
    page._jobs.actor = jane.act(lambda s: hire(s, Role.CASHIER, "Bob"))
    page.refresh()
    qtbot.waitUntil(lambda: not find(page, QWidget, "countShift").isEnabled())
    hand.press(Key.Key_Return)
    assert not seen(page, "count_10000")
