"""Two accounts in one visit: each has its own amount, its own refusal and what is left of it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from counterdesk.store.store import Store
from counterdesk.ui.dialogs.help_dialog import HelpDialog
from counterdesk.ui.dialogs.palette import choices_of
from tests.ui.neighbours import account, fill
from tests.ui.till import Till

Key = Qt.Key


@pytest.fixture
def both(till: Till, store: Store) -> Till:
    """The till at John's bill of 145.50 and Ada's of 80.00, working on Ada's."""
    fill(store, account("WU-20001", "Ada Brook", 8000, minimum_minor=5000))
    till.open_account()
    till.ctrl(Key.Key_N)
    till.open_account("20001")
    return till


def panel(till: Till) -> str:
    return "\n".join(label.text() for label in till.find("visitPanel").findChildren(QLabel))


@pytest.mark.req("PAY-15")
@pytest.mark.req("PAY-7")
def test_what_is_left_is_told_for_each_account(both: Till) -> None:
    said = panel(both)
    for words in ("2 accounts", "John Doe", "Left on WU-10001\n$454.75",
                  "Ada Brook", "Left on WU-20001\n$0.00"):  # fmt: skip
        assert words in said
    assert not both.sees("sumLeft")
    both.keys("60")
    assert "Left on WU-20001\n$20.00" in panel(both)


@pytest.mark.req("PAY-15")
def test_many_accounts_scroll_in_the_panel_and_the_window_keeps_its_height(
    till: Till, store: Store
) -> None:
    numbers = [f"2000{place}" for place in range(1, 7)]
    fill(store, *(account(f"WU-{number}", "Ada Brook", 8000) for number in numbers))
    till.page.resize(972, 684)
    till.open_account()
    for number in numbers:
        till.ctrl(Key.Key_N)
        till.open_account(number)
    till.qtbot.wait(20)
    assert till.page.height() == 684
    left = next(one for one in till.find("visitPanel").findChildren(QLabel)
                if one.text() == "Left on WU-20006")  # fmt: skip
    assert not left.visibleRegion().isEmpty()
    till.enter()
    till.keys("700")
    assert not till.find("sumChange").visibleRegion().isEmpty()


@pytest.mark.req("PAY-15")
@pytest.mark.req("MON-12")
def test_the_worked_case_of_two_accounts_from_keys_to_receipt(both: Till) -> None:
    both.enter()
    both.keys("230")
    assert (both.text("sumToPay"), both.text("changeDue")) == ("$225.50", "$4.50")
    both.alt(Key.Key_K)
    assert "Makes a credit note of $4.50 for WU-10001." in both.text("effectsText")
    both.enter()
    both.enter()
    taken = both.wait_for_receipt()
    assert [(one.account_number, one.left_minor) for one in taken.left] == [
        ("WU-10001", 45475), ("WU-20001", 0),
    ]  # fmt: skip
    shown = [label.text() for label in both.page.findChildren(QLabel) if label.isVisible()]
    assert {"Left on WU-10001", "Left on WU-20001"} <= set(shown)


@pytest.mark.req("PAY-15")
@pytest.mark.req("PAY-13")
def test_ctrl_tab_turns_to_the_next_account_and_is_told(both: Till) -> None:
    both.keys("60")
    both.ctrl(Key.Key_Tab)
    assert (both.text("consumerName"), both.text("amountToPay")) == ("John Doe", "145.50")
    assert both.focus().objectName() == "chargesTable"
    both.ctrl(Key.Key_Tab)
    assert (both.text("consumerName"), both.text("amountToPay")) == ("Ada Brook", "60.00")
    assert "Next account" in [choice.text for choice in choices_of(both.page)]
    told = [label.text() for label in HelpDialog(both.page).findChildren(QLabel)]
    assert "Ctrl+Tab" in told


def test_one_account_has_no_key_to_turn(till: Till) -> None:
    till.open_account()
    assert not till.sees("nextAccount")
    till.ctrl(Key.Key_Tab)
    assert till.text("consumerName") == "John Doe"


@pytest.mark.req("PAY-15")
@pytest.mark.req("PAY-12")
def test_a_refusal_stands_on_the_tab_of_its_account(both: Till) -> None:
    both.keys("49")
    assert both.error("amountToPay").startswith("INV-WU-20001-1")
    both.ctrl(Key.Key_Tab)
    assert (both.text("consumerName"), both.error("amountToPay")) == ("John Doe", "")
    both.enter()
    assert both.text("consumerName") == "Ada Brook"
    assert both.error("amountToPay").startswith("INV-WU-20001-1")
    assert both.focus().objectName() == "amountToPay"


@pytest.mark.req("PAY-12")
@pytest.mark.parametrize("typed", ["", "abc", "999"])
def test_an_amount_that_cannot_stand_is_not_left_behind_on_its_tab(both: Till, typed: str) -> None:
    both.keys("1")
    both.press(Key.Key_Backspace)
    both.keys(typed)
    both.ctrl(Key.Key_Tab)
    assert (both.text("consumerName"), both.text("amountToPay")) == ("Ada Brook", typed)
    assert both.error("amountToPay")
    bar: Any = both.find("accountTabs")
    assert bar.tabText(bar.currentIndex()) == "WU-20001"
    both.ctrl(Key.Key_N)
    assert both.step == "Charges"


@pytest.mark.req("PAY-12")
def test_a_charge_paid_elsewhere_is_refused_on_the_tab_of_its_account(
    both: Till, store: Store
) -> None:
    both.ctrl(Key.Key_Tab)
    both.enter()
    both.alt(Key.Key_1)
    both.enter()
    other = Till(both.qtbot, both.jobs)
    other.open_tender("20001")
    other.alt(Key.Key_1)
    other.enter()
    other.enter()
    other.wait_for_receipt()
    both.enter()
    both.wait_for_step("Charges")
    assert both.text("consumerName") == "Ada Brook"
    both.jobs.drain()
    assert "INV-WU-20001-1 changed" in both.text("stepError")
    assert both.text("consumerBalance") == "$0.00"
    both.click("nextAccount")  # the other window has the keys
    assert both.text("consumerBalance") == "$600.25"
