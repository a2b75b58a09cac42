"""Wherever the cashier is in the window: too much cash is told, and the deposits are a key away."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from counterdesk.core.drawer import MoveKind
from counterdesk.core.permissions import Actor
from counterdesk.services.drawer_moves import MoveRequest, move_cash
from counterdesk.services.shifts import open_shift
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from tests.services.till import Till
from tests.ui.find import find, seen, text_of


@pytest.mark.req("CASH-3")
def test_too_much_cash_is_told_on_every_page_until_it_is_dropped(
    qtbot: QtBot, jobs: Jobs, cashier: Actor, tmp_path: Path
) -> None:
    jane = Till(jobs.store, cashier)
    jane.act(lambda s: open_shift(s, 100_000))
    window = MainWindow(jobs, tmp_path)
    qtbot.addWidget(window)
    window.begin(cashier)
    window.show()
    qtbot.waitUntil(lambda: "S-2025-" in text_of(window, "whereStatus"))
    assert not seen(window, "drawerStatus")
    jane.act(lambda s: move_cash(s, MoveRequest(uuid4(), MoveKind.CHANGE_IN, 1)))
    qtbot.waitUntil(lambda: "Drop cash" in text_of(window, "drawerStatus"))
    jane.act(lambda s: move_cash(s, MoveRequest(uuid4(), MoveKind.DROP, 50_000, "", "E-1")))
    qtbot.waitUntil(lambda: not seen(window, "drawerStatus"))


@pytest.mark.req("CASH-5", "PAY-13")
def test_its_own_key_reaches_the_deposits(
    qtbot: QtBot, jobs: Jobs, cashier: Actor, tmp_path: Path
) -> None:
    window = MainWindow(jobs, tmp_path)
    qtbot.addWidget(window)
    window.begin(cashier)
    with qtbot.waitActive(window):
        window.show()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: seen(window, "undepositedTable"))
    assert find(window, QTableView, "undepositedTable").model().rowCount() == 0
