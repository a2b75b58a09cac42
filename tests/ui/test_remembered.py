"""What a person set up in the window is there again the next morning."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from tests.ui.find import find

_NARROWER = 24


def _window(qtbot: QtBot, jobs: Jobs, cashier: Actor, folder: Path) -> MainWindow:
    window = MainWindow(jobs, folder)
    qtbot.addWidget(window)
    window.begin(cashier)
    window.show()
    for page in (window.pages.dashboard(), window.pages.consumer()):
        assert page is not None
    return window


def _drag(table: QTableView, section: int, by: int) -> int:
    """Drag the end of a column with the mouse; return how wide it is now."""
    header = table.horizontalHeader()
    end = header.sectionViewportPosition(section) + header.sectionSize(section) - 1
    start, there = QPoint(end, header.height() // 2), QPoint(end + by, header.height() // 2)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(header.viewport(), left, pos=start)
    QTest.mouseMove(header.viewport(), there)
    QTest.mouseRelease(header.viewport(), left, pos=there)
    return header.sectionSize(section)


@pytest.mark.parametrize("leave", ["close", "sign out"])
@pytest.mark.parametrize("name", ["paymentsTable", "creditNotesTable", "timelineTable"])
def test_widths_of_columns_come_back(
    qtbot: QtBot, jobs: Jobs, cashier: Actor, tmp_path: Path, name: str, leave: str
) -> None:
    window = _window(qtbot, jobs, cashier, tmp_path)
    table = find(window, QTableView, name)
    before = table.horizontalHeader().sectionSize(0)
    sorted_by = table.horizontalHeader().sortIndicatorSection()
    assert _drag(table, 0, -_NARROWER) == before - _NARROWER
    if leave == "sign out":
        window.frame.top_bar.sign_out.trigger()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window._remembered.keep_all(window)  # as closing does, but the jobs go on
    again = find(_window(qtbot, jobs, cashier, tmp_path), QTableView, name)
    assert again.horizontalHeader().sectionSize(0) == before - _NARROWER
    assert again.horizontalHeader().sortIndicatorSection() == sorted_by


@pytest.mark.req("VIEW-3")
def test_columns_that_were_chosen_are_in_sight_again_each_as_wide_as_before(
    qtbot: QtBot, jobs: Jobs, cashier: Actor, tmp_path: Path
) -> None:
    window = _window(qtbot, jobs, cashier, tmp_path)
    table = window.pages.dashboard().payments.table
    table.show_columns(("counter",))
    counter = table.shown_columns().index("counter") + 2  # behind account and channel
    table.horizontalHeader().resizeSection(counter, 77)
    window._remembered.keep_all(window)
    again = _window(qtbot, jobs, cashier, tmp_path).pages.dashboard().payments.table
    assert again.shown_columns() == table.shown_columns()
    assert again.shown_columns()[-1] == "counter"
    assert again.columnWidth(counter) == 77
    again.show_columns(("counter", "channel"))
    assert again.columnWidth(counter - 1) == again.records.columns[counter - 1].width


@pytest.mark.parametrize("kept", ["nonsense", "1 2 3", "-5 -5 -5 -5 -5 -5 -5 -5", ""])
def test_widths_that_fit_no_list_are_forgotten(
    qtbot: QtBot, jobs: Jobs, cashier: Actor, tmp_path: Path, kept: str
) -> None:
    (tmp_path / "window.ini").write_text(f"[table]\npaymentsTable={kept}\n", "utf-8")
    window = _window(qtbot, jobs, cashier, tmp_path)
    first = find(window, QTableView, "paymentsTable").horizontalHeader().sectionSize(0)
    assert first == window.pages.dashboard().payments.table.records.columns[0].width
