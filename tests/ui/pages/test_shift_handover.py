"""The drawer changes hands in the window: counted, offered, taken with the other's own secret."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.core.permissions import Actor
from counterdesk.models.cash_office import ShiftHandover
from counterdesk.services.shifts import current_shift, open_shift
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from tests.conftest import PASSWORD
from tests.services.till import Till
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.pages.hand import Hand, Key

ALT = Qt.KeyboardModifier.AltModifier
FLOAT = ((5_000, 1), (1_000, 4), (100, 10))


@pytest.fixture
def window(qtbot: QtBot, jobs: Jobs, store: Store, cashier: Actor) -> Iterator[MainWindow]:
    """The whole window, the cashier in her shift."""
    Till(store, cashier).act(lambda s: open_shift(s, 10_000, pieces=FLOAT))
    window = MainWindow(jobs)
    qtbot.addWidget(window)
    window.resize(1360, 850)
    with qtbot.waitActive(window):
        window.show()
    window.begin(cashier)
    yield window
    jobs.finish()


def offer(qtbot: QtBot, window: MainWindow) -> Hand:
    """Count the drawer and offer it; the dialog asks for the receiver's secret then."""
    hand = Hand(qtbot, window)
    hand.press(Key.Key_F7)
    hand.waits_for("handOverDrawer")
    hand.alt(Key.Key_H)
    hand.waits_for("count_10000")
    hand.enter("", "1", "", "4", "", "10", *[""] * 5)
    hand.enter()
    hand.waits_for("handOver")
    hand.alt(Key.Key_H)
    hand.waits_for("approverLogin")
    return hand


def works_here(window: MainWindow) -> str:
    """Return who is signed in."""
    return window.jobs.actor.name if window.jobs.actor else ""


@pytest.mark.req("CASH-4", "CASH-7", "PAY-13")
def test_the_receiver_signs_and_works_on_in_a_shift_of_their_own(
    qtbot: QtBot, window: MainWindow, spoken: Spoken
) -> None:
    hand = offer(qtbot, window)
    assert "$100.00: 1 × $50.00, 4 × $10.00, 10 × $1.00" in text_of(
        window, "approverSentence"
    ).replace("\u00a0", " ")
    secret = find(window, QLineEdit, "approverSecret")
    QTest.keyClicks(find(window, QLineEdit, "approverLogin"), "supervisor")
    QTest.keyClicks(secret, PASSWORD)
    QTest.keyClick(secret, Key.Key_Return)
    qtbot.waitUntil(lambda: works_here(window) == "Demo Supervisor")
    running = window.jobs.store.read(current_shift).result()
    assert running is not None
    assert (running.number, running.user_name) == ("S-2025-00002", "Demo Supervisor")
    hand.waits_for("countShift")
    assert "has the drawer now" in spoken.toasts[-1]


@pytest.mark.req("CASH-4")
def test_a_refusal_needs_its_reason_and_leaves_the_shift_open(
    qtbot: QtBot, window: MainWindow
) -> None:
    offer(qtbot, window)
    login, secret, why = (
        find(window, QLineEdit, name)
        for name in ("approverLogin", "approverSecret", "refusalReason")
    )
    QTest.keyClicks(login, "supervisor")
    QTest.keyClicks(secret, PASSWORD)
    QTest.keyClick(secret, Key.Key_R, ALT)
    assert text_of(window, "refusalReasonError") != ""
    QTest.keyClicks(why, "I count 90")
    QTest.keyClick(why, Key.Key_R, ALT)
    qtbot.waitUntil(lambda: seen(window, "countShift"))
    running = window.jobs.store.read(current_shift).result()
    assert running is not None
    assert running.number == "S-2025-00001"
    taken = window.jobs.store.read(lambda r: r.execute(select(ShiftHandover)).first())
    assert taken.result() is None
