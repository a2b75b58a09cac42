"""How many keys undoing takes, counted by pressing them in the list of payments.

Login and password of whoever allows it are not among them, the Enter after each is; nor is the key
that goes to the page.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from benchmarks.desk_of_keys import counted_at_a_desk, focused, show, wait_for
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from tests.conftest import PASSWORD, find_person
from tests.services.till import Till, ask, cash, line_of
from tests.services.undo_till import cheque
from tests.ui.find import text_of


def figures() -> dict[str, float]:
    """Return the keys of each task."""
    return counted_at_a_desk(_count)


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
    show(page)
    page.show_payments()
    wait_for(lambda: page.payments.table.records.rowCount() > 1)
    page.payments.table.setFocus()
    page.payments.table.selectRow(0)
    QTest.keySequence(page, QKeySequence("Ctrl+B"))
    wait_for(lambda: bool(page.findChildren(QDialog, "undoDialog")))
    pressed = 1 + _answer(page.findChildren(QDialog, "undoDialog")[0], downs)
    page.close()
    page.deleteLater()
    return pressed


def _answer(dialog: QDialog, downs: int) -> int:
    pressed = 0

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        nonlocal pressed
        pressed += 1
        QTest.keyClick(focused(dialog), key, modifiers)

    wait_for(lambda: bool(text_of(dialog, "undoEffects")))
    if downs:
        press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        for _time in range(downs):
            press(Qt.Key.Key_Down)
        press(Qt.Key.Key_Return)
        wait_for(lambda: bool(text_of(dialog, "undoEffects")))
    press(Qt.Key.Key_P)
    press(Qt.Key.Key_Return)
    for text in ("supervisor", PASSWORD):
        QTest.keyClicks(focused(dialog), text)
        press(Qt.Key.Key_Return)
    wait_for(lambda: not isValid(dialog) or dialog.isHidden())
    return pressed
