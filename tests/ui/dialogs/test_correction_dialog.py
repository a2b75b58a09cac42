"""A posted payment is corrected from its receipt, with an administrator's yes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.models.ledger import Tender
from counterdesk.models.undoing import Undo
from counterdesk.ui.dialogs.correction_dialog import CorrectionDialog
from counterdesk.ui.dialogs.undo_dialog import UndoDialog
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.widgets.corrected_tender import CorrectedTender
from counterdesk.ui.widgets.key_button import KeyButton
from tests.conftest import PASSWORD, PIN
from tests.services.till import Till as ServiceTill
from tests.services.till import ask, cash, line_of
from tests.services.undo_till import cheque
from tests.ui.conftest import Spoken
from tests.ui.dialogs.test_undo_dialog import pay
from tests.ui.find import find, seen, text_of
from tests.ui.neighbours import account, fill
from tests.ui.till import Till

Key, NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot: QtBot, till: Till) -> Iterator[DashboardPage]:
    """The list of payments, with the sample's payment in it."""
    pay(till)
    page = DashboardPage(till.jobs)
    qtbot.addWidget(page)
    page.resize(1152, 794)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.show_payments()
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 2)
    page.payments.table.setFocus()
    page.payments.table.selectRow(0)
    yield page
    till.jobs.finish()


def open_correction(qtbot: QtBot, page: DashboardPage) -> CorrectionDialog:
    QTest.keyClick(page.payments.table, Key.Key_Return)
    qtbot.waitUntil(lambda: seen(page, "paymentCorrect"))
    QTest.keySequence(page, QKeySequence(find(page, KeyButton, "paymentCorrect").key()))
    qtbot.waitUntil(lambda: bool(page.findChildren(CorrectionDialog)))
    return page.findChildren(CorrectionDialog)[0]


def type_in(dialog: QWidget, *texts: str) -> None:
    for text in texts:
        QTest.keyClicks(dialog.focusWidget(), text)
        QTest.keyClick(dialog.focusWidget(), Key.Key_Return)


def choose_third(dialog: QWidget) -> None:
    for _time in range(3):
        QTest.keyClick(dialog.focusWidget(), Key.Key_Down)
    QTest.keyClick(dialog.focusWidget(), Key.Key_Return)


@pytest.mark.req("PAY-20")
def test_a_wrong_method_is_corrected(
    qtbot: QtBot, page: DashboardPage, till: Till, spoken: Spoken
) -> None:
    dialog = open_correction(qtbot, page)
    type_in(dialog, "Card")
    for name, text in (("tenderReference", "slip 7"), ("cardLastFour", "4242")):
        find(dialog, QWidget, name).setFocus()
        QTest.keyClicks(dialog.focusWidget(), text)
    find(dialog, QWidget, "undoReason").setFocus()
    with qtbot.waitSignal(dialog.done_by_supervisor):
        choose_third(dialog)
        type_in(dialog, "admin", PASSWORD)
    till.jobs.drain()
    kinds = till.jobs.store.read(lambda read: read.execute(select(Undo.kind)).all()).result()
    assert [row.kind for row in kinds] == ["corrected"]
    assert spoken.toasts[-1] == "Receipt R-5001 is corrected: R-5002 stands in its place."
    qtbot.waitUntil(lambda: not seen(page, "undoReceipt"))


def took_in_several_ways(till: Till) -> None:
    """Two accounts by cheque and cash, with extra money and a change that is kept."""
    fill(till.jobs.store, account("WU-20001", "Peter Jones", 4_000))
    actor = till.jobs.actor
    assert actor is not None
    by_hand = ServiceTill(till.jobs.store, actor)
    lines = (
        line_of(by_hand.view(), most=1), line_of(by_hand.view("WU-20001"), extra=500, most=1),
    )  # fmt: skip
    due = sum(line.total_minor for line in lines)
    by_hand.take(ask(*lines, pay=(cheque(10_000), cash(due - 9_000)), keep=True))


@pytest.mark.req("PAY-20", "PAY-6")
def test_every_tender_is_there_as_it_was_keyed_and_one_is_corrected(
    qtbot: QtBot, page: DashboardPage, till: Till, spoken: Spoken
) -> None:
    took_in_several_ways(till)
    page.show_payments()
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() == 4)
    page.payments.table.selectRow(0)
    dialog = open_correction(qtbot, page)
    first, second = dialog.findChildren(CorrectedTender)
    shown = [line.text() for line in first.findChildren(QLineEdit) if line.isVisible()]
    assert shown == ["100.00", "4711", "First Bank", "2025-04-18"]
    assert find(dialog, QLineEdit, "extra_1").text() == "5.00"
    assert find(dialog, QCheckBox, "correctKeep").isChecked()
    cash_before = second.amount_minor
    second.box.setFocus()
    type_in(dialog, "Card", "slip 7")
    find(second, QWidget, "cardLastFour").setFocus()
    QTest.keyClicks(dialog.focusWidget(), "4242")
    assert second.amount_minor == cash_before - 1_000
    find(dialog, QWidget, "undoReason").setFocus()
    with qtbot.waitSignal(dialog.done_by_supervisor):
        choose_third(dialog)
        type_in(dialog, "admin", PASSWORD)
    till.jobs.drain()
    rows = till.jobs.store.read(lambda read: read.execute(select(Tender.method)).all()).result()
    assert sorted(row.method for row in rows) == ["card", "cash", "cash", "cheque", "cheque"]
    assert spoken.toasts[-1] == "Receipt R-5002 is corrected: R-5003 stands in its place."


@pytest.mark.req("PAY-20", "AUD-2")
def test_a_supervisor_may_not(qtbot: QtBot, page: DashboardPage) -> None:
    dialog = open_correction(qtbot, page)
    find(dialog, QWidget, "undoReason").setFocus()
    choose_third(dialog)
    type_in(dialog, "supervisor", PIN)
    qtbot.waitUntil(lambda: "may not do this" in text_of(dialog, "correctionRefused"))


@pytest.mark.req("VIEW-3", "PAY-20")
def test_the_menu_of_a_row_leads_there(qtbot: QtBot, page: DashboardPage) -> None:
    menu = page.payments.row_actions.menu_of(page.payments.table.records.records[0])
    offered = {action.text().split("\t")[0] for action in menu.actions()}
    assert offered >= {"View receipt", "Void or reverse", "Correct"}
    QTest.keyClick(page.payments.table, Key.Key_B, CTRL)
    qtbot.waitUntil(lambda: bool(page.findChildren(UndoDialog)))


@pytest.mark.req("PAY-20")
def test_a_payment_of_another_counter_says_where_it_can_be_undone(
    qtbot: QtBot, page: DashboardPage, spoken: Spoken
) -> None:
    page.payments.table.selectRow(1)
    QTest.keyClick(page.payments.table, Key.Key_B, CTRL)
    qtbot.waitUntil(lambda: bool(spoken.told))
    assert "Undo it at that counter" in spoken.told[0]
