"""Undoing in the window: told before, a reason, a supervisor's yes in place, few keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.models.undoing import Undo
from counterdesk.services.taken import PaymentTaken
from counterdesk.ui.dialogs.undo_dialog import UndoDialog
from tests.conftest import PASSWORD, PIN
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.till import Till

Key = Qt.Key


class Hand:
    """Presses keys in the dialog, and counts them."""

    def __init__(self, qtbot: QtBot, till: Till) -> None:
        self.till, self.pressed = till, 0
        qtbot.waitUntil(lambda: bool(till.page.findChildren(UndoDialog)))
        self.dialog = till.page.findChildren(UndoDialog)[-1]
        qtbot.waitUntil(lambda: bool(text_of(self.dialog, "undoEffects")) or self.refused)

    @property
    def refused(self) -> bool:
        return seen(self.dialog, "undoRefused")

    def keys(self, text: str) -> None:
        for letter in text:
            self.pressed += 1
            QTest.keyClicks(self.focus(), letter)

    def enter(self) -> None:
        self.pressed += 1
        QTest.keyClick(self.focus(), Key.Key_Return)

    def focus(self) -> QWidget:
        return self.dialog.focusWidget() or self.dialog


def pay(till: Till) -> PaymentTaken:
    till.open_tender()
    till.keys("150")
    till.enter()
    till.wait_for_step("Review")
    till.enter()
    return till.wait_for_receipt()


def undone(till: Till) -> list[tuple[str, str]]:
    till.jobs.drain()
    rows = till.jobs.store.read(lambda read: read.execute(select(Undo.kind, Undo.reason)).all())
    return [tuple(row) for row in rows.result()]


@pytest.mark.req("PAY-20", "AUD-2")
def test_void_with_approval_takes_few_keys(qtbot: QtBot, till: Till, spoken: Spoken) -> None:
    pay(till)
    before = till.pressed
    till.ctrl(Key.Key_B)
    hand = Hand(qtbot, till)
    told = text_of(hand.dialog, "undoEffects").split("\n")
    assert told == [
        "INV-2025-001234 (WU-10001) is owed again: $145.50.", "Hand back $145.50 in cash.",
    ]  # fmt: skip
    hand.keys("P")  # "Paid twice"
    hand.enter()
    hand.keys("supervisor")
    hand.enter()
    hand.keys(PIN)
    with qtbot.waitSignal(hand.dialog.done_by_supervisor):
        hand.enter()
    assert undone(till) == [("void", "Paid twice")]
    assert spoken.toasts[-1] == "Receipt R-5001 is void. Hand back $145.50."
    pressed = till.pressed - before + hand.pressed - len("supervisor") - len(PIN)
    assert pressed <= 5  # the key, the reason, and Enter three times
    qtbot.waitUntil(lambda: not till.sees("undoButton"))
    assert not till.sees("creditButton")


@pytest.mark.req("PAY-20")
def test_without_a_reason_nothing_is_undone(qtbot: QtBot, till: Till) -> None:
    pay(till)
    till.ctrl(Key.Key_B)
    hand = Hand(qtbot, till)
    hand.enter()
    hand.keys("supervisor")
    hand.enter()
    hand.keys(PASSWORD)
    hand.enter()
    assert text_of(hand.dialog, "undoReasonError") == "Choose the reason."
    assert hand.focus() is find(hand.dialog, QWidget, "undoReason")
    assert undone(till) == []
    QTest.keyClick(hand.dialog, Key.Key_Escape)
    assert till.step == "Receipt"


@pytest.mark.req("PAY-20", "AUD-2")
def test_the_cashier_cannot_say_yes(qtbot: QtBot, till: Till) -> None:
    pay(till)
    till.ctrl(Key.Key_B)
    hand = Hand(qtbot, till)
    hand.keys("O")
    hand.enter()
    hand.keys("jane")
    hand.enter()
    hand.keys(PASSWORD)
    hand.enter()
    qtbot.waitUntil(lambda: "Somebody other" in text_of(hand.dialog, "approverLoginError"))
    assert undone(till) == []


@pytest.mark.req("PAY-17")
def test_money_moves_to_the_account_that_is_keyed(qtbot: QtBot, till: Till, spoken: Spoken) -> None:
    pay(till)
    till.ctrl(Key.Key_B)
    hand = Hand(qtbot, till)
    way = find(hand.dialog, QWidget, "undoWay")
    way.setFocus()
    QTest.keyClick(way, Key.Key_End)
    qtbot.waitUntil(lambda: hand.refused)
    assert "Key the account" in text_of(hand.dialog, "undoRefused")
    QTest.keyClick(way, Key.Key_Return)
    to = find(hand.dialog, QWidget, "moveTo")
    assert hand.focus() is to
    QTest.keyClicks(to, "10001")
    QTest.keyClick(to, Key.Key_Return)
    qtbot.waitUntil(lambda: "on this account already" in text_of(hand.dialog, "undoRefused"))
    assert not find(hand.dialog, QWidget, "approverAllow").isEnabled()
    assert spoken.told == []
    QApplication.processEvents()
