"""Finding the consumer and ticking what is paid, with keys and clicks."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabBar

from counterdesk.demo.sample import DEMO_PASSWORD
from counterdesk.store.store import Store
from tests.ui.neighbours import account, fill
from tests.ui.till import Till

Key = Qt.Key


def rows(till: Till) -> int:
    return int(till.find("consumerResults").model().rowCount())


def cell(till: Till, row: int, column: int) -> str:
    return str(till.find("chargesTable").model().index(row, column).data())


def tab(till: Till) -> str:
    bar = till.find("typeTabs", QTabBar)
    return str(bar.tabText(bar.currentIndex()))


@pytest.mark.req("SRCH-1")
def test_results_come_while_typing_and_arrows_choose_without_leaving_the_box(
    till: Till, store: Store
) -> None:
    fill(store, account("WU-20001", "Dora Brook", 8000), account("WU-20002", "Ada Doran", 9000))
    till.keys("d")
    assert not till.sees("consumerResults")
    till.keys("o")
    till.qtbot.waitUntil(lambda: till.sees("consumerResults") and rows(till) == 3)
    till.press(Key.Key_Down)
    till.press(Key.Key_Down)
    chosen = till.find("consumerResults").currentIndex().data()
    assert till.focus().objectName() == "consumerSearch"
    till.enter()
    till.wait_for_step("Charges")
    assert till.text("consumerName") in chosen


@pytest.mark.req("SRCH-1")
def test_namesakes_are_told_apart_by_account_address_and_phone(till: Till, store: Store) -> None:
    fill(store, account("WU-20001", "John Doe", 100, address="9 Hill Lane", phone="555 9"))
    till.keys("john doe")
    till.qtbot.waitUntil(lambda: till.sees("consumerResults") and rows(till) == 2)
    model = till.find("consumerResults").model()
    said = sorted(model.index(row, 0).data() for row in range(2))
    assert said == [
        "John Doe, WU-10001, 123 Main Street, Cityville, (555) 123-4567",
        "John Doe, WU-20001, 9 Hill Lane, 555 9",
    ]


def test_a_click_on_a_result_opens_the_consumer(till: Till) -> None:
    till.keys("cityville")
    till.qtbot.waitUntil(lambda: till.sees("consumerResults") and rows(till) == 1)
    results = till.find("consumerResults")
    place = results.visualRect(results.model().index(0, 0)).center()
    till.qtbot.mouseClick(results.viewport(), Qt.MouseButton.LeftButton, pos=place)
    till.wait_for_step("Charges")


@pytest.mark.req("SRCH-4")
def test_the_consumer_is_answered_from_one_screen(till: Till) -> None:
    till.open_account()
    assert till.text("consumerName") == "John Doe"
    assert till.text("consumerAccount") == "WU-10001"
    assert till.text("consumerBalance") == "$600.25"
    assert till.text("consumerCredit") == "$0.00"
    words = " ".join(label.text() for label in till.find("consumerCard").findChildren(QLabel))
    for known in ("123 Main Street, Cityville", "(555) 123-4567", "Late", "Mar 14, 2025 · Cash"):
        assert known in words


@pytest.mark.req("SRCH-3")
def test_what_must_be_known_before_money_is_taken_stands_above(till: Till, store: Store) -> None:
    fill(store, account("WU-20001", "Ada Brook", 8000, cash_only=True, disputed=True))
    till.open_account("20001")
    words = [label.text() for label in till.find("accountWarnings").findChildren(QLabel)]
    assert any("cash" in text.lower() for text in words)
    assert any("disput" in text.lower() for text in words)


@pytest.mark.req("PAY-1")
def test_channels_come_from_settings_and_walk_in_is_preselected(till: Till) -> None:
    till.open_account()
    box = till.find("channelBox")
    assert box.currentText() == "Walk-in"
    assert [box.itemText(place) for place in range(box.count())] == [
        "Walk-in", "Online", "Mobile", "Bank", "Field",
    ]  # fmt: skip


@pytest.mark.req("PAY-2")
def test_each_type_has_its_own_list_with_the_current_bill_first(till: Till) -> None:
    till.open_account()
    assert tab(till) == "Bill (2)"
    assert [cell(till, 0, column) for column in range(1, 6)] == [
        "INV-2025-001234", "Apr 15, 2025", "$145.50", "$145.50", "$145.50",
    ]  # fmt: skip
    overdue = till.find("chargesTable").model().index(0, 2).data(Qt.ItemDataRole.UserRole + 1)
    assert overdue == "Overdue"
    till.press(Key.Key_Right)
    assert (tab(till), till.find("chargesTable").model().rowCount()) == ("Service (2)", 2)
    till.press(Key.Key_Right)
    assert (tab(till), till.find("chargesTable").model().rowCount()) == ("Installment (3)", 3)


@pytest.mark.req("PAY-3")
@pytest.mark.req("PAY-14")
def test_types_are_mixed_and_a_lower_amount_fills_oldest_first(till: Till) -> None:
    till.open_account()
    till.press(Key.Key_Down)
    till.press(Key.Key_Space)
    till.press(Key.Key_Right)
    till.press(Key.Key_Space)
    late_fee = cell(till, 0, 4)
    assert (late_fee, till.text("sumToPay")) == ("$25.00", "$322.75")
    till.keys("180")
    assert cell(till, 0, 5) == "$25.00"  # due on the 10th: the oldest of the three
    till.click("typeTabs")
    till.press(Key.Key_Left) if tab(till).startswith("Service") else None
    till.find("typeTabs", QTabBar).setCurrentIndex(0)
    assert [cell(till, row, 5) for row in (0, 1)] == ["$145.50", "$9.50"]
    assert till.text("sumToPay") == "$180.00"


@pytest.mark.req("PAY-3")
def test_the_part_of_one_charge_is_typed_in_its_row(till: Till) -> None:
    till.open_account()
    till.press(Key.Key_Down)
    till.press(Key.Key_Space)
    till.alt(Key.Key_E)
    till.keys("50")
    till.enter()
    till.qtbot.waitUntil(lambda: cell(till, 1, 5) == "$50.00")
    assert cell(till, 0, 5) == "$145.50"
    assert till.text("amountToPay") == "195.50"
    till.enter()
    assert till.step == "Tender"


def test_a_tick_is_clicked_away_and_an_empty_visit_is_refused(till: Till) -> None:
    till.open_account()
    till.click_cell(0, 0)
    assert till.text("sumToPay") == "$0.00"
    till.enter()
    assert till.error("amountToPay") == "WU-10001: tick a charge or enter an amount."


@pytest.mark.req("PAY-3")
@pytest.mark.req("PAY-12")
def test_money_in_advance_where_nothing_is_owed(till: Till, store: Store) -> None:
    fill(store, account("WU-20001", "Ada Brook"))
    till.open_account("20001")
    assert till.text("chargesEmpty").startswith("Nothing is owed on this account. Alt+O")
    till.enter()
    assert till.error("amountToPay") == "WU-20001: nothing is owed. Alt+O takes money in advance."
    till.keys("50")
    assert "Nothing is owed on this account. Press Alt+O" in till.error("amountToPay")
    till.alt(Key.Key_O)
    assert till.error("amountToPay") == ""
    till.enter()
    till.alt(Key.Key_1)
    till.enter()
    assert "Advance payment" in "".join(
        label.text() for label in till.find("reviewPanel").findChildren(QLabel)
    )
    till.enter()
    assert [note.amount_minor for note in till.wait_for_receipt().credit_notes] == [5000]


@pytest.mark.req("PAY-3")
def test_digits_can_only_lower_the_amount_and_alt_o_pays_more(till: Till) -> None:
    till.open_account()
    till.keys("200")
    assert "Alt+O" in till.error("amountToPay")
    assert till.text("sumToPay") == "$145.50"
    till.alt(Key.Key_O)
    assert till.error("amountToPay") == ""
    assert (till.text("sumToPay"), till.text("sumCredit")) == ("$200.00", "$54.50")
    till.enter()
    assert till.step == "Tender"


@pytest.mark.req("PAY-4")
def test_a_supervisor_allows_what_is_over_the_threshold(till: Till) -> None:
    till.open_account()
    till.alt(Key.Key_O)
    till.keys("300")
    till.enter()
    assert "$100.00" in till.error("amountToPay")
    till.alt(Key.Key_A)
    dialog: Any = till.page.findChild(object, "stepUp")
    till.qtbot.waitUntil(dialog.isVisible)
    for name, text in (("approverLogin", "supervisor"), ("approverSecret", DEMO_PASSWORD)):
        till.qtbot.keyClicks(dialog.findChild(object, name), text)
    till.qtbot.mouseClick(dialog.findChild(object, "approverAllow"), Qt.MouseButton.LeftButton)
    till.wait_for_step("Tender")
    till.keys("300")
    till.enter()
    till.enter()
    taken = till.wait_for_receipt()
    assert [note.amount_minor for note in taken.credit_notes] == [15450]


@pytest.mark.req("PAY-15")
@pytest.mark.req("MON-12")
def test_a_neighbours_bill_joins_the_visit_and_kept_change_is_the_first_accounts(
    till: Till, store: Store
) -> None:
    fill(store, account("WU-20001", "Ada Brook", 8000))
    till.open_account()
    till.ctrl(Key.Key_N)
    assert till.step == "Consumer"
    till.open_account("20001")
    assert till.text("sumToPay") == "$225.50"
    till.alt(Key.Key_N)
    till.press(Key.Key_Backtab)
    till.keys("Ben Field")
    till.enter()
    till.keys("230")
    assert till.text("changeDue") == "$4.50"
    till.alt(Key.Key_K)
    assert till.text("changeDue") == "$0.00"
    till.enter()
    till.enter()
    taken = till.wait_for_receipt()
    assert [(n.account_number, n.amount_minor) for n in taken.credit_notes] == [("WU-10001", 450)]
    assert {line.account_number for line in taken.payments} == {"WU-10001", "WU-20001"}
    assert "Ben Field" in str(taken.document.blocks)


def test_the_same_account_cannot_join_twice_and_esc_returns_to_the_visit(till: Till) -> None:
    till.open_account()
    till.ctrl(Key.Key_N)
    till.keys("10001")
    till.enter()
    assert "already part" in till.wait_for_error("consumerSearch")
    till.press(Key.Key_Escape)
    assert till.step == "Charges"
    assert till.text("sumToPay") == "$145.50"


def test_an_account_is_taken_off_the_visit_again(till: Till, store: Store) -> None:
    fill(store, account("WU-20001", "Ada Brook", 8000))
    till.open_account()
    till.ctrl(Key.Key_N)
    till.open_account("20001")
    till.alt(Key.Key_X)
    assert (till.text("consumerName"), till.text("sumToPay")) == ("John Doe", "$145.50")
