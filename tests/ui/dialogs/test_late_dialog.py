"""A receipt written by hand, keyed on Review."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from counterdesk.ui.dialogs.late_dialog import LateDialog
from tests.conftest import PIN
from tests.ui.find import text_of
from tests.ui.till import Till

Key = Qt.Key


def to_review(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    till.enter()
    till.wait_for_step("Review")


def type_in(dialog: LateDialog, *texts: str) -> None:
    for text in texts:
        field = dialog.focusWidget()
        assert isinstance(field, QWidget)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Key.Key_Return)


@pytest.mark.req("PAY-19")
def test_number_date_and_a_yes_on_review_then_confirm(qtbot: QtBot, till: Till) -> None:
    to_review(till)
    till.alt(Key.Key_B)
    (dialog,) = till.page.findChildren(LateDialog)
    qtbot.waitUntil(dialog.isVisible)
    with qtbot.waitSignal(dialog.done_by_supervisor):
        type_in(dialog, "A-17", "2025-04-19", "supervisor", PIN)
    till.enter()
    taken = till.wait_for_receipt()
    assert any("A-17, Apr 19, 2025" in str(block) for block in taken.document.blocks)


@pytest.mark.req("PAY-19", "PAY-12")
def test_a_wrong_date_is_said_beside_it(qtbot: QtBot, till: Till) -> None:
    to_review(till)
    till.alt(Key.Key_B)
    (dialog,) = till.page.findChildren(LateDialog)
    qtbot.waitUntil(dialog.isVisible)
    type_in(dialog, "A-17", "2025-05-19", "supervisor", PIN)
    qtbot.waitUntil(lambda: "future" in text_of(dialog, "paperDateError"))
    assert till.saved() == 0
