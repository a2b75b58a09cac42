"""Looking a consumer up between payments, by keys: find, read, act, go back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTabBar, QTableView, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk import services
from counterdesk.core.list_filter import ListFilter
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.ledger import PrintJob
from counterdesk.ui import messages
from counterdesk.ui.dialogs.credit_dialog import CreditDialog
from counterdesk.ui.dialogs.statement_dialog import StatementDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.pages.consumer_page import ConsumerPage
from counterdesk.ui.theme import FIRST_WINDOW, NARROWEST_WINDOW
from tests.exported import read_pdf
from tests.services.till import Till, ask, cash, line_of
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of, texts_in

Key = Qt.Key
Mod = Qt.KeyboardModifier
NONE = Mod.NoModifier


class Desk:
    """The window, and a hand at its keys."""

    def __init__(self, qtbot: QtBot, window: MainWindow, till: Till) -> None:
        self.qtbot, self.window, self.till = qtbot, window, till

    def press(self, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where the focus is, or a window's own."""
        target: Any = QApplication.focusWidget() or self.window.windowHandle()
        QTest.keyClick(target, key, modifier)

    def type(self, text: str) -> None:
        for letter in text:
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClicks(focused, letter)

    @property
    def page(self) -> ConsumerPage:
        return self.window.pages.consumer()

    @property
    def table(self) -> QTableView:
        return find(self.page, QTableView, "timelineTable")

    def lines(self) -> list[list[str]]:
        return texts_in(self.table.model())

    def find_consumer(self, text: str = "10001") -> None:
        self.press(Key.Key_F2, Mod.ShiftModifier)
        self.qtbot.waitUntil(lambda: seen(self.page, "consumerSearch"))
        self.type(text)
        self.press(Key.Key_Return)
        self.qtbot.waitUntil(lambda: self.page.account_number != "")

    def wait_for_statement(self) -> StatementDialog:
        """Wait until the dialog has the keys."""
        self.qtbot.waitUntil(
            lambda: (
                isinstance(QApplication.activeWindow(), StatementDialog)
                and QApplication.focusWidget() is not None
            )
        )
        return self.page.findChildren(StatementDialog)[-1]


@pytest.fixture
def desk(qtbot: QtBot, jobs: Jobs, cashier: Actor, tmp_path: Path) -> Desk:
    """The window with the cashier signed in and a shift running."""
    jobs.store.write(lambda session: services.shifts.open_shift(session, 0), cashier).result()
    made = MainWindow(jobs, tmp_path)
    qtbot.addWidget(made)
    made.begin(cashier)
    made.resize(*FIRST_WINDOW)
    with qtbot.waitActive(made):
        made.show()
    qtbot.waitUntil(lambda: "S-2025-" in text_of(made, "whereStatus"))
    return Desk(qtbot, made, Till(jobs.store, cashier))


@pytest.mark.req("SRCH-1", "SRCH-4", "PAY-13")
def test_did_my_payment_of_march_arrive(desk: Desk) -> None:
    desk.find_consumer()
    assert text_of(desk.page, "consumerViewTitle") == "John Doe  \u00b7  WU-10001"
    assert text_of(desk.page, "sheetBalance") == "$600.25"
    desk.type("march payment")
    assert desk.lines() == [
        ["Mar 14, 2025", "R-4403 \u00b7 Payment, Cash", "Posted", "\u2212$138.75", "$0.00"]
    ]
    desk.press(Key.Key_Return)
    desk.qtbot.waitUntil(lambda: seen(desk.page, "paymentAmount"))
    desk.press(Key.Key_Escape)
    assert len(desk.lines()) == 1
    desk.press(Key.Key_Escape)
    assert len(desk.lines()) > 1
    desk.press(Key.Key_Escape)
    assert seen(desk.page, "consumerSearch")


@pytest.mark.req("SRCH-4")
def test_esc_on_a_charge_of_the_timeline_goes_back_to_its_line(desk: Desk) -> None:
    desk.find_consumer()
    desk.type("bill")
    lines = desk.lines()
    desk.press(Key.Key_Down)
    place, tabs = desk.table.currentIndex().row(), find(desk.page, QTabBar, "sheetTabs")
    for by_key in (True, False):
        desk.press(Key.Key_Return)
        assert desk.page.focusWidget() is find(desk.page, QTableView, "sheetCharges")
        if by_key:
            desk.press(Key.Key_Escape)
        else:
            find(desk.page, QPushButton, "consumerViewBack").click()
        assert (tabs.currentIndex(), desk.lines()) == (0, lines)
        assert desk.page.focusWidget() is desk.table
        assert desk.table.currentIndex().row() == place > 0
    desk.press(Key.Key_Escape)
    assert len(desk.lines()) > len(lines)
    desk.press(Key.Key_Escape)
    assert seen(desk.page, "consumerSearch")


@pytest.mark.req("SRCH-4")
def test_charges_that_were_gone_to_by_their_key_are_left_with_esc(desk: Desk) -> None:
    desk.find_consumer()
    desk.type("bill")
    desk.press(Key.Key_Return)
    desk.press(Key.Key_Escape)
    desk.press(Key.Key_Escape)
    desk.press(Key.Key_2, Mod.AltModifier)
    desk.press(Key.Key_Escape)
    assert seen(desk.page, "consumerSearch")


@pytest.mark.req("SRCH-3", "SRCH-4")
def test_plan_credit_and_habits_are_there_at_a_glance(desk: Desk) -> None:
    desk.till.take(ask(line_of(desk.till.view(), most=1), pay=(cash(15_000),), keep=True))
    desk.find_consumer()
    assert text_of(desk.page, "sheetCredit") == "$4.50"
    assert text_of(desk.page, "sheetPlanKept") == "0 of 3 paid, 1 late"
    assert text_of(desk.page, "sheetPlanNext") == "Next $67.50, Apr 15, 2025"
    assert text_of(desk.page, "sheetNoted") == "Preferences: Bills by email"
    habits = find(desk.page, QWidget, "sheetHabits")
    told = [label.text() for label in habits.findChildren(QWidget) if hasattr(label, "text")]
    assert told[:4] == [
        "Last payment", "Apr 20, 2025, $150.00", "In the last 12 months", "2 payments",
    ]  # fmt: skip
    assert told[-2:] == ["Against due date (2 of 2)", "2 days late"]


@pytest.mark.req("SRCH-4", "PAY-13")
def test_f2_takes_a_payment_of_the_consumer_in_sight(desk: Desk) -> None:
    desk.find_consumer()
    desk.press(Key.Key_F2)
    desk.qtbot.waitUntil(lambda: desk.window.pages.visit_open)
    payment = desk.window.pages.payment()
    desk.qtbot.waitUntil(lambda: seen(payment, "chargesTable"))
    assert text_of(payment, "consumerName") == "John Doe"


@pytest.mark.req("CN-5")
def test_credit_is_spent_from_there(desk: Desk) -> None:
    desk.till.take(ask(line_of(desk.till.view(), most=1), pay=(cash(15_000),), keep=True))
    desk.find_consumer()
    assert seen(desk.page, "consumerSpend")
    desk.press(Key.Key_C, Mod.AltModifier)
    payment = desk.window.pages.payment()
    desk.qtbot.waitUntil(lambda: seen(payment, "chargesTable"))
    desk.press(Key.Key_Return)
    desk.qtbot.waitUntil(lambda: seen(payment, "creditNotes"))
    assert find(payment, QPushButton, "useCredit").text() == "Use no credit"


def test_credit_that_came_while_a_payment_was_looked_at_is_offered_on_the_way_back(
    desk: Desk,
) -> None:
    desk.find_consumer()
    desk.type("4403")
    desk.press(Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "R-4403" in text_of(desk.page, "paymentViewTitle"))
    desk.till.take(ask(line_of(desk.till.view(), most=1), pay=(cash(15_000),), keep=True))
    desk.qtbot.waitUntil(lambda: credit_known(desk) == 450)
    desk.press(Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: seen(desk.page, "consumerSpend"))


def credit_known(desk: Desk) -> int:
    sheet = desk.page.view._sheet
    return sheet.view.credit_minor if sheet else 0


def test_an_open_visit_is_not_lost_to_a_look_at_somebody_else(desk: Desk, spoken: Spoken) -> None:
    desk.press(Key.Key_F2)
    desk.type("10001")
    desk.press(Key.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.window.pages.visit_open)
    desk.find_consumer("wu-10001")
    desk.press(Key.Key_F2)
    payment = desk.window.pages.payment()
    assert seen(payment, "chargesTable")
    assert desk.window.pages.visit_open
    assert "still open" in spoken.toasts[-1]


def test_within_a_visit_the_timeline_is_as_wide_as_it_was_left(desk: Desk) -> None:
    desk.find_consumer()
    desk.table.horizontalHeader().resizeSection(0, 177)
    desk.window._remembered.keep_all(desk.window)
    desk.press(Key.Key_F2)
    payment = desk.window.pages.payment()
    desk.qtbot.waitUntil(lambda: seen(payment, "chargesTable"))
    desk.press(Key.Key_H, Mod.ControlModifier)
    desk.qtbot.waitUntil(lambda: seen(payment, "timelineTable"))
    assert find(payment, QTableView, "timelineTable").columnWidth(0) == 177


@pytest.mark.req("VIEW-3")
def test_a_page_that_names_a_consumer_is_come_back_to(desk: Desk) -> None:
    desk.press(Key.Key_F3)
    who = desk.till.view().account.consumer_id
    desk.window.pages.show_consumer(who)
    desk.qtbot.waitUntil(lambda: desk.page.account_number == "WU-10001")
    assert find(desk.window, QPushButton, "go_consumer").isChecked()
    desk.press(Key.Key_Escape)
    assert seen(desk.window, "paymentsTable")
    assert not find(desk.window, QPushButton, "go_consumer").isChecked()


@pytest.mark.req("VIEW-3")
def test_the_consumer_of_a_payment_in_the_list_is_one_key_away(desk: Desk) -> None:
    desk.press(Key.Key_F3)
    table = find(desk.window, QTableView, "paymentsTable")
    desk.qtbot.waitUntil(lambda: table.model().rowCount() > 0)
    table.setFocus()
    desk.press(Key.Key_U, Mod.ControlModifier)
    desk.qtbot.waitUntil(lambda: desk.page.account_number == "WU-10001")


@pytest.mark.req("VIEW-4")
def test_the_payments_of_the_consumer_are_listed_among_all(desk: Desk) -> None:
    desk.find_consumer()
    desk.press(Key.Key_L, Mod.AltModifier)
    assert seen(desk.window, "paymentsTable")
    search = find(desk.window, QLineEdit, "paymentsSearch")
    assert search.text() == "WU-10001"
    tab = desk.window.pages.dashboard().payments
    tab.filter.show_filter(ListFilter(search="", least_minor=99_999_999))
    desk.find_consumer()
    desk.press(Key.Key_L, Mod.AltModifier)
    assert tab.filter.wanted == ListFilter(search="WU-10001")


@pytest.mark.req("SRCH-4", "SYNC-5")
def test_what_is_paid_meanwhile_comes_in_without_moving_what_is_read(desk: Desk) -> None:
    desk.find_consumer()
    desk.press(Key.Key_End)
    before = desk.lines()
    here = desk.lines()[desk.table.currentIndex().row()]
    desk.till.take(ask(line_of(desk.till.view(), most=1), pay=(cash(14_550),)))
    desk.qtbot.waitUntil(lambda: len(desk.lines()) == len(before) + 1)
    assert desk.lines()[desk.table.currentIndex().row()][1] == here[1]
    desk.qtbot.waitUntil(lambda: text_of(desk.page, "sheetBalance") == "$454.75")


@pytest.mark.req("CN-1")
def test_a_credit_note_is_made_of_the_payment_under_the_cursor(desk: Desk, spoken: Spoken) -> None:
    desk.find_consumer()
    desk.press(Key.Key_G, Mod.ControlModifier)
    assert spoken.toasts == ["Choose a payment of the timeline first."]
    desk.type("4403")
    desk.press(Key.Key_G, Mod.ControlModifier)
    desk.qtbot.waitUntil(lambda: bool(desk.page.findChildren(CreditDialog)))


@pytest.mark.req("CN-7")
def test_a_note_of_the_list_opens_and_esc_comes_back(desk: Desk) -> None:
    desk.till.take(ask(line_of(desk.till.view(), most=1), pay=(cash(15_000),), keep=True))
    desk.find_consumer()
    desk.press(Key.Key_3, Mod.AltModifier)
    assert find(desk.page, QTabBar, "sheetTabs").currentIndex() == 2
    desk.press(Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "CN-46129" in text_of(desk.page, "creditNoteViewTitle"))
    desk.press(Key.Key_Escape)
    assert seen(desk.page, "sheetNotes")


@pytest.mark.req("RCT-4", "PAY-13")
def test_a_statement_is_printed_with_two_keys(desk: Desk, spoken: Spoken) -> None:
    desk.find_consumer()
    desk.press(Key.Key_T, Mod.ControlModifier)
    desk.wait_for_statement()
    desk.press(Key.Key_3, Mod.AltModifier)
    desk.press(Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "on its way to the printer" in "".join(spoken.toasts))
    printed = desk.till.one(select(PrintJob.document))
    assert '"Apr 21, 2024"' in printed


@pytest.mark.req("RCT-4")
def test_a_statement_is_saved_and_days_that_are_not_known_are_refused_beside_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoken: Spoken
) -> None:
    monkeypatch.setattr(messages, "save_as", lambda *_asked: str(tmp_path / "it"))
    desk.find_consumer()
    desk.press(Key.Key_T, Mod.ControlModifier)
    dialog = desk.wait_for_statement()
    first = find(dialog, QLineEdit, "statementFirst")
    first.setFocus()
    first.selectAll()
    desk.type("2023-01-01")
    desk.press(Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "before Mar 21, 2024" in text_of(dialog, "statementFirstError"))
    desk.press(Key.Key_2, Mod.AltModifier)
    assert text_of(dialog, "statementFirstError") == ""
    desk.press(Key.Key_S, Mod.ControlModifier)
    desk.qtbot.waitUntil(lambda: spoken.toasts == ["Saved as it.pdf"])
    told = read_pdf(tmp_path / "it.pdf")
    assert "Oct 21, 2024" in told
    assert "R-4403" in told


@pytest.mark.req("AUD-2")
def test_who_takes_no_payments_reads_and_is_offered_nothing_else(desk: Desk, jobs: Jobs) -> None:
    jobs.actor = Actor(desk.till.actor.user_id, "Ada", Role.AUDITOR)
    desk.find_consumer()
    shown = [name for name in ("consumerPay", "consumerSpend", "consumerCredit",
                               "consumerStatement", "consumerPayments")
             if seen(desk.page, name)]  # fmt: skip
    assert shown == ["consumerPayments"]


@pytest.mark.req("USE-1")
def test_on_a_small_screen_all_of_it_stays_in_sight(desk: Desk) -> None:
    desk.window.resize(*NARROWEST_WINDOW)
    desk.find_consumer()
    for name in ("sheetBalance", "sheetHabits", "timelineTable", "consumerPay"):
        part = find(desk.page, QWidget, name)
        assert part.isVisible()
        assert desk.window.rect().contains(part.mapTo(desk.window, part.rect().bottomRight()))
    assert desk.table.viewport().height() >= 2 * desk.table.rowHeight(0)
