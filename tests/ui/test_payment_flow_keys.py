"""The payment as quick fingers type it: Enter, Esc, double presses, scans."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from counterdesk.core.errors import UserError
from counterdesk.core.visit import PaymentRequest
from counterdesk.services import payments
from counterdesk.services.taken import PaymentTaken
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.ui.neighbours import account, fill
from tests.ui.till import Till

Key = Qt.Key
SAMPLE_BILL = "INV-2025-001234"


@pytest.mark.req("PAY-13")
@pytest.mark.req("PAY-9")
def test_twelve_keys_make_the_sample_payment(till: Till) -> None:
    till.keys("10001")
    till.enter()
    till.wait_for_step("Charges")
    till.enter()
    till.keys("150")
    assert till.text("changeDue") == "$4.50"
    till.enter()
    till.enter()
    taken = till.wait_for_receipt()
    assert till.pressed == 12
    assert (taken.receipt_number, taken.change_minor, taken.left_minor) == ("R-5001", 450, 45475)
    assert till.text("receiptChange") == "$4.50"
    assert till.saved() == 1


@pytest.mark.req("PAY-13")
def test_keys_typed_while_the_look_up_runs_are_not_lost(till: Till) -> None:
    till.keys("10001")
    till.enter()
    for key in (Key.Key_Return, Key.Key_1, Key.Key_5, Key.Key_0, Key.Key_Return):
        till.press(key)  # nothing has come back yet: the search box keeps them
    till.wait_for_step("Review")
    assert till.text("sumChange") == "$4.50"


@pytest.mark.req("PAY-8")
def test_a_second_enter_on_review_saves_nothing_more(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_1)
    till.enter()
    till.enter()
    till.enter()
    till.wait_for_receipt()
    till.enter()
    assert till.step == "Receipt"
    assert (till.saved(), len(till.taken)) == (1, 1)


@pytest.mark.req("PAY-8")
def test_an_enter_while_a_slow_disk_saves_asks_for_nothing_more(till: Till, store: Store) -> None:
    gate = threading.Event()
    till.open_tender()
    till.alt(Key.Key_1)
    store.write(lambda _session: gate.wait(5))
    till.enter()
    till.enter()
    till.qtbot.wait(520)
    till.enter()
    till.press(Key.Key_Escape)
    till.alt(Key.Key_N)
    assert till.step == "Review"
    gate.set()
    till.wait_for_receipt()
    assert (till.saved(), len(till.taken)) == (1, 1)


@pytest.mark.req("PAY-8")
def test_a_double_click_on_confirm_saves_once(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_1)
    till.enter()
    button = till.find("confirmButton")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    till.wait_for_receipt()
    assert (till.saved(), len(till.taken)) == (1, 1)


@pytest.mark.req("PAY-8")
def test_an_enter_that_is_held_down_goes_one_step_only(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_1)
    till.enter()
    assert till.step == "Review"
    held = QKeyEvent(
        QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True
    )
    for _time in range(5):
        QApplication.sendEvent(till.focus(), held)
    assert till.step == "Review"
    assert till.saved() == 0


def test_an_enter_right_after_a_refusal_is_the_same_finger(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as once:
        once.setattr(payments, "take_payment", refuse)
        till.open_tender()
        till.keys("150")
        till.enter()
        till.enter()
        till.qtbot.waitUntil(lambda: till.sees("stepError"))
    till.enter()
    assert till.saved() == 0
    till.qtbot.wait(520)
    till.enter()
    till.wait_for_receipt()
    assert till.saved() == 1


def refuse(_session: Session, _request: PaymentRequest) -> PaymentTaken:
    raise UserError("Not yet.")


@pytest.mark.req("PAY-13")
def test_esc_goes_back_step_by_step_and_everything_typed_is_kept(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    till.enter()
    till.press(Key.Key_Escape)
    assert till.text("cashReceived") == "150.00"
    till.press(Key.Key_Escape)
    assert till.step == "Charges"
    till.enter()
    assert till.text("cashReceived") == "150.00"
    assert till.text("changeDue") == "$4.50"


def test_an_untouched_visit_is_left_without_a_question(till: Till, spoken: Any) -> None:
    till.open_account()
    till.press(Key.Key_Escape)
    assert (till.step, spoken.asked) == ("Consumer", [])
    assert not till.page.visit_open


def test_a_touched_visit_is_left_only_after_a_yes(till: Till, spoken: Any) -> None:
    spoken.yes = False
    till.open_account()
    till.keys("100")
    till.press(Key.Key_Escape)
    assert till.step == "Charges"
    assert till.text("amountToPay") == "100"
    spoken.yes = True
    till.press(Key.Key_Escape)
    assert till.step == "Consumer"
    assert len(spoken.asked) == 2


@pytest.mark.req("PAY-7")
def test_alt_n_opens_the_notes_from_the_tender_and_enter_goes_on_again(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    till.alt(Key.Key_N)
    till.keys("Customer paid in full")
    assert till.text("notesCounter") == "21 of 500"
    till.enter()
    till.enter()
    till.enter()
    taken = till.wait_for_receipt()
    assert "Customer paid in full" in str(taken.document.blocks)


@pytest.mark.req("SRCH-1")
def test_a_scanned_bill_opens_its_consumer_with_that_bill_ticked(till: Till) -> None:
    till.page.scan("CD-BILL:WU-10001:INV-2025-001567")
    till.wait_for_step("Charges")
    assert till.text("sumToPay") == "$152.25"


@pytest.mark.req("SRCH-1")
def test_a_scanned_bill_that_is_paid_is_told_and_no_other_one_paid(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_1)
    till.enter()
    till.enter()
    till.wait_for_receipt()
    till.page.scan(SAMPLE_BILL)
    till.wait_for_step("Charges")
    assert "Nothing is open of INV-2025-001234" in till.error("chargesTable")
    assert till.text("sumToPay") == "$0.00"
    till.enter()
    assert till.step == "Charges"


@pytest.mark.req("SRCH-1")
def test_a_paid_bill_scanned_in_its_visit_is_told(till: Till) -> None:
    till.open_account()
    till.page.scan("CD-BILL:WU-10001:INV-2025-000987")
    assert "INV-2025-000987" in till.error("chargesTable")
    assert till.text("sumToPay") == "$145.50"


def test_an_invoice_number_is_typed_and_ticked(till: Till) -> None:
    till.keys("INV-2025-001567")
    till.jobs.drain()
    till.qtbot.wait(100)
    till.enter()
    till.wait_for_step("Charges")
    assert till.text("sumToPay") == "$152.25"


def test_a_scan_on_charges_ticks_one_more_bill(till: Till) -> None:
    till.open_account()
    till.page.scan("INV-2025-001567")
    assert till.text("sumToPay") == "$297.75"
    assert till.step == "Charges"


def test_a_scan_never_fills_cash_nor_confirms(till: Till, spoken: Any) -> None:
    till.open_tender()
    till.page.scan(SAMPLE_BILL)
    assert till.text("cashReceived") == ""
    till.keys("150")
    till.enter()
    till.page.scan(SAMPLE_BILL)
    assert till.step == "Review"
    assert len(spoken.toasts) == 2
    assert till.saved() == 0


def test_a_scan_does_not_throw_away_a_visit_that_has_begun(
    till: Till, store: Store, spoken: Any
) -> None:
    fill(store, account("WU-20001", "Ada Brook", 8000))
    till.open_account()
    till.keys("100")
    till.page.scan("WU-20001")
    assert till.text("sumToPay") == "$100.00"
    assert len(spoken.toasts) == 1


def test_a_scan_on_the_receipt_starts_the_next_consumer(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_1)
    till.enter()
    till.enter()
    till.wait_for_receipt()
    till.page.scan("WU-10001")
    till.wait_for_step("Charges")
    assert till.text("sumToPay") == "$152.25"


@pytest.mark.req("PAY-13")
def test_tab_goes_through_charges_in_reading_order(till: Till) -> None:
    till.open_account()
    till.find("typeTabs").setFocus()
    seen = []
    for _time in range(9):
        seen.append(till.focus().objectName())
        till.press(Key.Key_Tab)
    assert seen == [
        "typeTabs", "channelBox", "chargesTable", "amountToPay", "payMore", "adjustCharge",
        "openNotes", "addAccount", "goBack",
    ]  # fmt: skip
    assert till.focus().objectName() == "goOn"


@pytest.mark.req("PAY-13")
def test_tab_goes_through_the_tender_in_reading_order(till: Till) -> None:
    till.open_tender()
    till.press(Key.Key_Backtab)
    seen = []
    for _time in range(9):
        seen.append(till.focus().objectName())
        till.press(Key.Key_Tab)
    assert seen == [
        "method-cash", "cashReceived", "quickCash1", "quickCash2", "quickCash3", "quickCash4",
        "keepChange", "goBack", "splitPayment",
    ]  # fmt: skip
    assert till.focus().objectName() == "goOn"


def test_enter_presses_the_button_that_has_the_focus(till: Till) -> None:
    till.open_tender()
    till.find("goBack").setFocus()
    till.enter()
    assert till.step == "Charges"
