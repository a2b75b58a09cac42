"""A hurried hand: clicks twice, turns the wheel, types in two places. No wrong money is taken."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from counterdesk.services import consumers
from counterdesk.store.store import Store
from tests.ui.neighbours import account, fill
from tests.ui.till import Key, Till

LEFT = Qt.MouseButton.LeftButton


def click_twice(till: Till, name: str) -> None:
    """Click twice at the place of a button, as fast as a finger does, whatever is there then."""
    window: Any = till.page.window().windowHandle()
    button = till.find(name)
    place = button.mapTo(till.page.window(), button.rect().center())
    QTest.mouseDClick(window, LEFT, Qt.KeyboardModifier.NoModifier, place)


def turn_wheel(till: Till, name: str) -> None:
    place = QPointF(5, 5)
    none = Qt.KeyboardModifier.NoModifier
    wheel = QWheelEvent(
        place, till.find(name).mapToGlobal(place), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(till.find(name), wheel)


def words(till: Till, name: str) -> str:
    return "\n".join(label.text() for label in till.find(name).findChildren(QLabel))


@pytest.fixture
def both(till: Till, store: Store) -> Till:
    """The till at John's bill of 145.50 and Ada's of 80.00, working on Ada's."""
    fill(store, account("WU-20001", "Ada Brook", 8000))
    till.open_account()
    till.ctrl(Key.Key_N)
    till.open_account("20001")
    return till


@pytest.mark.req("PAY-8")
def test_a_double_click_on_continue_does_not_confirm_what_was_not_read(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    click_twice(till, "goOn")
    assert (till.step, till.saved()) == ("Review", 0)
    till.click("confirmButton")
    till.wait_for_receipt()


@pytest.mark.req("PAY-8")
def test_confirm_saves_what_was_read_or_nothing(
    till: Till, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.open_account()
    till.press(Key.Key_Down)
    till.press(Key.Key_Space)
    till.enter()
    till.alt(Key.Key_1)
    till.enter()
    other = Till(till.qtbot, till.jobs)
    other.open_tender()
    other.alt(Key.Key_1)
    other.enter()
    other.enter()
    other.wait_for_receipt()
    gate, view = threading.Event(), consumers.account_view
    monkeypatch.setattr(
        consumers, "account_view", lambda read, who: gate.wait(5) and view(read, who)
    )
    till.enter()
    till.wait_for_step("Charges")
    till.qtbot.wait(520)
    for _step in ("Tender", "Review"):
        till.enter()
    assert "$297.75" in words(till, "reviewPanel")
    gate.set()
    till.jobs.drain()
    till.enter()
    till.wait_for_step("Charges")
    assert "INV-2025-001234 changed" in till.error("chargesTable")
    assert till.saved() == 1


@pytest.mark.req("PAY-1")
@pytest.mark.req("MON-3")
def test_the_wheel_chooses_no_channel_and_no_account_for_the_change(both: Till) -> None:
    turn_wheel(both, "channelBox")
    both.enter()
    both.keys("230")
    both.alt(Key.Key_K)
    turn_wheel(both, "changeAccount")
    both.enter()
    shown = words(both, "reviewPanel")
    assert "Walk-in" in shown
    assert "New credit\n$4.50 · WU-10001" in shown


@pytest.mark.req("PAY-3")
def test_a_part_still_being_typed_counts_when_the_mouse_goes_on(till: Till) -> None:
    till.open_account()
    till.alt(Key.Key_E)
    till.keys("50")
    till.click("goOn")
    assert (till.step, till.text("sumToPay")) == ("Tender", "$50.00")


@pytest.mark.req("PAY-3")
@pytest.mark.parametrize("typed", ["5o", "999", "-5"])
def test_a_part_that_cannot_be_is_refused_when_the_mouse_goes_on(till: Till, typed: str) -> None:
    till.open_account()
    till.alt(Key.Key_E)
    till.keys(typed)
    till.click("goOn")
    assert till.step == "Charges"
    assert till.error("chargesTable")


@pytest.mark.req("PAY-15")
def test_a_part_still_being_typed_is_not_lost_with_its_tab(both: Till) -> None:
    both.alt(Key.Key_E)
    both.keys("60")
    both.ctrl(Key.Key_Tab)
    assert both.text("consumerName") == "John Doe"
    assert both.text("sumToPay") == "$205.50"


@pytest.mark.req("PAY-3")
@pytest.mark.req("MON-4")
def test_paying_more_moves_no_part_to_another_charge(till: Till) -> None:
    till.open_account()
    till.press(Key.Key_Down)
    till.press(Key.Key_Space)
    till.press(Key.Key_Up)
    till.alt(Key.Key_E)
    till.keys("50")
    till.enter()
    till.qtbot.waitUntil(lambda: till.text("amountToPay") == "202.25")
    till.alt(Key.Key_O)
    paying = [till.find("chargesTable").model().index(row, 5).data() for row in (0, 1)]
    assert paying == ["$50.00", "$152.25"]


@pytest.mark.req("PAY-12")
@pytest.mark.parametrize("typed", ["5o", "abc", "20,5"])
def test_cash_that_cannot_be_read_is_refused_though_the_rest_is_paid(
    till: Till, typed: str
) -> None:
    till.open_tender()
    till.keys("145.50")
    till.alt(Key.Key_S)
    till.keys(typed)
    till.enter()
    assert (till.step, bool(till.error("cashReceived"))) == ("Tender", True)


@pytest.mark.req("AUD-4")
def test_undo_does_not_bring_back_another_payers_reference(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_B)
    till.enter()
    till.keys("WIRE-OF-ANOTHER")
    till.enter()
    till.enter()
    till.wait_for_receipt()
    till.open_tender()
    till.alt(Key.Key_B)
    till.enter()
    till.ctrl(Key.Key_Z)
    assert till.text("tenderReference") == ""


@pytest.mark.req("PAY-6")
@pytest.mark.parametrize("pasted", ["WU-10001", "INV-2025-001234", "145,50", "-150", "1e9", "٣"])
def test_what_is_pasted_into_cash_is_an_amount_or_refused(till: Till, pasted: str) -> None:
    till.open_tender()
    QApplication.clipboard().setText(f"{pasted}\n")
    till.ctrl(Key.Key_V)
    till.enter()
    assert (till.step, bool(till.error("cashReceived"))) == ("Tender", True)
    assert till.saved() == 0


@pytest.mark.req("PAY-8")
def test_what_is_pasted_on_review_confirms_nothing(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_1)
    till.enter()
    QApplication.clipboard().setText("\n\n\n")
    till.ctrl(Key.Key_V)
    till.ctrl(Key.Key_Return)
    till.alt(Key.Key_Return)
    assert (till.step, till.saved()) == ("Review", 0)


@pytest.mark.req("PAY-15")
@pytest.mark.req("PAY-13")
def test_tab_order_of_the_second_account_reaches_its_amount_and_not_the_firsts(both: Till) -> None:
    both.press(Key.Key_Tab)
    assert both.focus().objectName() == "amountToPay"
    both.keys("60")
    both.press(Key.Key_Tab)
    both.ctrl(Key.Key_Tab)
    both.keys("100")
    both.enter()
    assert both.text("sumToPay") == "$160.00"
