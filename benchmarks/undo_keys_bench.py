"""How many keys undoing takes, counted by pressing them in the list of payments.

Login and password of whoever allows it are not among them, the Enter after each is; nor is the key
that goes to the page.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from counterdesk.core.clock import ShiftedClock
from counterdesk.demo.sample import sample_numbers
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import Store
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from tests.conftest import PASSWORD, START_UTC, UNLOCK, find_person, make_folder
from tests.services.till import Till, ask, cash, line_of
from tests.services.undo_till import cheque
from tests.ui.find import text_of

_PATIENCE_S = 20


def figures() -> dict[str, float]:
    """Return the keys of each task."""
    app = QApplication.instance() or QApplication([])
    messages.toast = lambda *_args: None
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        make_folder(folder, sample_numbers())
        store = Store.open(folder, UNLOCK, ShiftedClock(START_UTC))
        jobs = Jobs(store, find_person(store, "jane"))
        counted = _count(jobs, store)
        jobs.finish()
        store.close()
    del app
    return counted


def _count(jobs: Jobs, store: Store) -> dict[str, float]:
    jane = Till(store, find_person(store, "jane"))
    jane.act(lambda session: open_shift(session, 10_000))
    tasks = {
        "void with approval, from the list": 0,
        "reverse one payment with approval, from the list": 1,
        "take a returned cheque back with approval, from the list": 3,
    }
    found = {}
    for name, downs in tasks.items():
        cheques = downs == len(tasks)
        given = cheque(14_550) if cheques else cash(15_000)
        jane.take(ask(line_of(jane.view(), most=1), pay=(given,)))
        found[name] = float(_undo(jobs, downs))
    return found


def _undo(jobs: Jobs, downs: int) -> int:
    page = DashboardPage(jobs)
    page.resize(1152, 794)
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    page.show_payments()
    _wait(lambda: page.payments.records.rowCount() > 1)
    page.payments.setFocus()
    page.payments.selectRow(0)
    QTest.keySequence(page, QKeySequence("Ctrl+B"))
    _wait(lambda: bool(page.findChildren(QDialog, "undoDialog")))
    pressed = 1 + _answer(page.findChildren(QDialog, "undoDialog")[0], downs)
    page.close()
    page.deleteLater()
    return pressed


def _answer(dialog: QDialog, downs: int) -> int:
    pressed = 0

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        nonlocal pressed
        pressed += 1
        QTest.keyClick(_focused(dialog), key, modifiers)

    _wait(lambda: bool(text_of(dialog, "undoEffects")))
    if downs:
        press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        for _time in range(downs):
            press(Qt.Key.Key_Down)
        press(Qt.Key.Key_Return)
        _wait(lambda: bool(text_of(dialog, "undoEffects")))
    press(Qt.Key.Key_P)
    press(Qt.Key.Key_Return)
    for text in ("supervisor", PASSWORD):
        QTest.keyClicks(_focused(dialog), text)
        press(Qt.Key.Key_Return)
    _wait(lambda: not isValid(dialog) or dialog.isHidden())
    return pressed


def _focused(dialog: QDialog) -> QWidget:
    inside: QWidget | None = dialog.focusWidget()
    return dialog if inside is None else inside


def _wait(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("the page does not get there")
        QTest.qWait(10)
