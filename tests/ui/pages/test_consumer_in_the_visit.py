"""The whole account, one key away from its card; the visit stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.store.store import Store
from counterdesk.sync.records import PastPaymentFacts
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC
from tests.ui.conftest import Spoken
from tests.ui.till import Till

Key = Qt.Key


@pytest.fixture
def long_known(store: Store) -> None:
    """John Doe has paid 250 times elsewhere, besides what the sample tells."""
    told = tuple(
        PastPaymentFacts(
            UUID(int=place),
            f"R-{place}",
            date(2024, 12, 31) - timedelta(place),
            "Bill",
            "Card",
            100,
        )
        for place in range(1, 251)
    )
    account = sample_account()
    account = replace(account, payments=account.payments + told)
    build_reference(
        store.folder.reference, store.data_key, [account], sample_settings(), as_of_utc=START_UTC
    )
    store.reload_reference()


def rows(till: Till) -> int:
    """Return how many payments the timeline holds so far."""
    return int(till.find("timelineTable").model().rowCount())


def cells(till: Till, row: int) -> list[str]:
    model = till.find("timelineTable").model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


def wait_for_rows(till: Till, count: int) -> None:
    till.qtbot.waitUntil(lambda: rows(till) == count)


def open_timeline(till: Till) -> None:
    till.ctrl(Key.Key_H)
    till.qtbot.waitUntil(lambda: rows(till) > 0)


def pay_with_credit(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    till.alt(Key.Key_K)
    till.enter()
    till.enter()
    till.wait_for_receipt()


@pytest.mark.req("SRCH-4")
def test_one_key_opens_every_payment_of_the_account(till: Till) -> None:
    pay_with_credit(till)
    till.ctrl(Key.Key_R)
    till.wait_for_step("Charges")
    assert till.text("allPayments") == "Whole account"
    open_timeline(till)
    assert cells(till, 0) == [
        "Apr 20, 2025", "CN-46129 \u00b7 Credit note of $4.50, Overpayment", "Active", "\u2013",
        "$454.75",
    ]  # fmt: skip
    assert cells(till, 1) == [
        "Apr 20, 2025", "R-5001 \u00b7 Payment, Cash; $4.50 of it became credit", "Posted",
        "\u2212$145.50", "$454.75",
    ]  # fmt: skip
    assert till.find("consumerViewTitle").text() == "John Doe  \u00b7  WU-10001"
    assert till.text("sheetBalance") == "$454.75"
    assert "Brought forward on Mar 1, 2025: $0.00" in till.text("timelineSource")


@pytest.mark.req("SRCH-4")
@pytest.mark.parametrize("ctrl_h", [False, True])
def test_esc_or_the_same_key_returns_to_the_half_typed_amount(till: Till, ctrl_h: bool) -> None:
    till.open_account()
    till.keys("12")
    till.press(Key.Key_Home)
    till.press(Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    open_timeline(till)
    assert not till.sees("amountToPay")
    till.press(*((Key.Key_H, Qt.KeyboardModifier.ControlModifier) if ctrl_h else (Key.Key_Escape,)))
    amount = till.focus()
    assert isinstance(amount, QLineEdit)
    assert (amount.objectName(), amount.text()) == ("amountToPay", "12")
    assert amount.selectedText() == "1"
    assert till.step == "Charges"
    assert till.text("sumToPay") == "$12.00"
    till.press(Key.Key_End)
    till.keys("0")
    assert till.text("sumToPay") == "$120.00"


def test_the_timeline_leaves_unfolded_notes_unfolded(till: Till) -> None:
    till.open_account()
    till.alt(Key.Key_N)
    till.keys("for my mother")
    open_timeline(till)
    till.press(Key.Key_Escape)
    till.keys("!")
    assert till.find("notesEdit").toPlainText() == "for my mother!"


@pytest.mark.req("SRCH-4")
@pytest.mark.usefixtures("long_known")
def test_every_payment_of_thirteen_months_is_there_at_once(till: Till) -> None:
    till.open_account()
    open_timeline(till)
    till.keys("R-2")
    told = [cells(till, row)[1] for row in range(rows(till))]
    assert len(told) == 62
    assert told[0] == "R-2 \u00b7 Payment, Card"


@pytest.mark.req("VIEW-3")
def test_enter_shows_the_payment_and_esc_goes_back_step_by_step(till: Till) -> None:
    pay_with_credit(till)
    till.ctrl(Key.Key_R)
    till.wait_for_step("Charges")
    open_timeline(till)
    till.press(Key.Key_Down)
    till.enter()
    till.qtbot.waitUntil(lambda: till.sees("paymentReceipt"))
    assert not till.sees("timelineTable")
    till.ctrl(Key.Key_R)
    till.qtbot.waitUntil(lambda: till.sees("receiptShown"))
    till.press(Key.Key_Escape)
    till.press(Key.Key_Escape)
    till.keys("march card")
    assert rows(till) == 0
    till.press(Key.Key_Escape)
    till.keys("march cash")
    till.enter()
    till.qtbot.waitUntil(lambda: till.sees("paymentCredit"))
    assert not till.sees("paymentReceipt")  # another counter has it
    till.press(Key.Key_Escape)
    till.press(Key.Key_Escape)
    assert till.focus().objectName() == "timelineTable"
    till.press(Key.Key_Escape)
    assert till.focus().objectName() == "chargesTable"


def test_the_same_key_leaves_payment_and_account_at_once(till: Till) -> None:
    till.open_account()
    open_timeline(till)
    till.keys("4403")
    till.enter()
    till.qtbot.waitUntil(lambda: till.sees("paymentCredit"))
    till.ctrl(Key.Key_H)
    assert till.focus().objectName() == "chargesTable"
    open_timeline(till)
    assert till.sees("timelineTable")


def test_no_letter_reaches_the_visit_beneath(till: Till) -> None:
    till.open_account()
    open_timeline(till)
    till.keys("7")
    till.enter()
    till.keys("7")
    while till.sees("consumerView"):
        till.press(Key.Key_Escape)
    assert till.step == "Charges"
    assert till.text("amountToPay") == "145.50"


def test_a_part_that_is_being_typed_is_finished_first(till: Till, spoken: Spoken) -> None:
    till.open_account()
    till.alt(Key.Key_E)
    till.keys("9")
    till.ctrl(Key.Key_H)
    assert spoken.toasts == ["Finish the charge's part first, with Enter or Esc."]
    assert till.focus().objectName() == "partToPay"
    assert till.text("sumToPay") == "$145.50"


def test_a_scan_goes_back_to_the_visit_and_ticks_the_bill(till: Till) -> None:
    till.open_account()
    open_timeline(till)
    till.page.scan("INV-2025-001567")
    assert till.sees("chargesTable")
    assert not till.sees("timelineTable")
    assert till.text("sumToPay") == "$297.75"


def test_coming_back_from_another_page_goes_on_with_the_visit(till: Till) -> None:
    till.open_account()
    open_timeline(till)
    till.page.hide()
    till.page.show()
    assert till.sees("chargesTable")
    assert till.focus().objectName() == "chargesTable"


def test_the_next_look_begins_empty_and_shows_what_was_paid_since(till: Till) -> None:
    till.open_account()
    open_timeline(till)
    before = rows(till)
    till.press(Key.Key_Escape)
    till.press(Key.Key_Escape)
    pay_with_credit(till)
    till.ctrl(Key.Key_R)
    till.wait_for_step("Charges")
    till.ctrl(Key.Key_H)
    assert rows(till) == 0  # nothing of before stands there while it is read
    wait_for_rows(till, before + 2)
