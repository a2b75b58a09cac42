"""What cannot be taken is said while it is keyed, beside its field, and Enter goes there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from counterdesk.store.store import Store
from tests.ui.neighbours import account, fill
from tests.ui.till import Till

Key = Qt.Key
NO_CHEQUE = "INV-WU-20001-1 does not accept Cheque."


@pytest.fixture
def ada(till: Till, store: Store) -> Till:
    """The till at a bill of 80.00 that takes no cheque and no part under 50.00."""
    fill(
        store, account("WU-20001", "Ada Brook", 8000, minimum_minor=5000, refused_methods="cheque")
    )
    till.open_account("20001")
    return till


@pytest.mark.req("PAY-17")
@pytest.mark.req("PAY-12")
def test_a_refused_method_is_said_as_soon_as_it_is_chosen(ada: Till) -> None:
    ada.enter()
    ada.alt(Key.Key_H)
    assert ada.error("methodBox") == NO_CHEQUE
    assert ada.focus().objectName() == "tenderAmount"
    ada.enter()
    assert (ada.focus().objectName(), ada.error("methodBox")) == ("method-cheque", NO_CHEQUE)
    ada.press(Key.Key_Left)
    assert ada.error("methodBox") == ""
    assert ada.focus().objectName() != "method-cheque"


@pytest.mark.req("PAY-17")
def test_which_methods_are_refused_is_seen_before_one_is_chosen(ada: Till) -> None:
    ada.enter()
    assert ada.text("methodHint") == NO_CHEQUE
    assert ada.find("method-cheque").accessibleDescription() == NO_CHEQUE
    assert ada.find("method-card").accessibleDescription() == ""
    ada.alt(Key.Key_H)
    assert not ada.sees("methodHint")  # it stands in the refusal
    ada.alt(Key.Key_R)
    assert ada.sees("methodHint")


@pytest.mark.req("PAY-17")
def test_what_a_refused_method_may_pay_of_the_visit_is_said_beside_the_amount(ada: Till) -> None:
    ada.ctrl(Key.Key_N)
    ada.open_account()
    ada.enter()
    ada.alt(Key.Key_H)
    sentence = f"{NO_CHEQUE} $145.50 at most can be paid by Cheque."
    assert ada.error("tenderAmount") == sentence
    ada.keys("145.50")
    assert (ada.error("tenderAmount"), ada.error("methodBox")) == ("", "")


@pytest.mark.req("MON-4")
@pytest.mark.req("PAY-17")
def test_a_part_under_the_minimum_is_said_as_typed(ada: Till) -> None:
    ada.keys("49")
    assert ada.error("amountToPay") == "INV-WU-20001-1: a part payment must be $50.00 or more."
    ada.enter()
    assert (ada.step, ada.focus().objectName()) == ("Charges", "amountToPay")
    ada.press(Key.Key_Backspace)
    ada.press(Key.Key_Backspace)
    assert ada.error("amountToPay") == ""  # nothing typed is nothing wrong yet
    ada.keys("50")
    assert ada.error("amountToPay") == ""


@pytest.mark.req("MON-4")
def test_a_part_typed_in_its_row_is_refused_beneath_and_the_row_keeps_the_focus(ada: Till) -> None:
    ada.alt(Key.Key_E)
    ada.keys("20")
    ada.enter()
    ada.qtbot.waitUntil(lambda: bool(ada.error("amountToPay")))
    assert ada.focus().objectName() == "chargesTable"
    assert ada.text("amountToPay") == "20.00"


@pytest.mark.req("PAY-4")
def test_more_than_the_limit_is_said_as_typed_with_the_way_out(till: Till) -> None:
    till.open_account()
    till.alt(Key.Key_O)
    till.keys("24551")
    assert till.error("amountToPay")
    assert till.sees("askSupervisor")


@pytest.mark.req("MON-2")
@pytest.mark.parametrize("method", [Key.Key_H, Key.Key_R, Key.Key_B])
def test_more_than_is_due_is_said_as_typed_where_no_change_is_given(
    till: Till, method: Key
) -> None:
    till.open_tender()
    till.alt(method)
    till.keys("1455")
    assert not till.sees("sumPaid")
    assert till.error("tenderAmount") == "Only $145.50 is due, and only cash gives change."
    till.enter()
    assert till.focus().objectName() == "tenderAmount"
    till.press(Key.Key_Backspace)
    assert till.error("tenderAmount") == ""


@pytest.mark.req("MON-2")
@pytest.mark.req("PAY-17")
def test_a_split_that_cannot_be_is_refused_before_it_is_listed(ada: Till) -> None:
    ada.enter()
    ada.alt(Key.Key_H)
    for text in ("40", "000123", "First Bank", "4/18/25"):
        ada.keys(text)
        ada.press(Key.Key_Tab)
    ada.alt(Key.Key_S)
    assert (ada.error("methodBox"), ada.sees("tenderList")) == (NO_CHEQUE, False)


@pytest.mark.req("PAY-5")
def test_a_full_card_number_is_said_with_its_last_digit(till: Till) -> None:
    till.open_tender()
    till.alt(Key.Key_R)
    till.enter()
    till.keys("411111111111111")
    assert till.error("tenderReference") == ""
    till.keys("1")
    assert "full card number" in till.error("tenderReference")
    assert till.focus().objectName() == "tenderReference"
