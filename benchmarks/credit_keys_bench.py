"""How many keys a credit note takes, counted by pressing them in the window's pages.

Login and password of whoever approves are not among them, the Enter after each is; nor is the key
that goes to the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from benchmarks.desk_of_keys import counted_at_a_desk, focused, show, wait_for
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.approvals_page import ApprovalsPage
from counterdesk.ui.pages.dashboard_page import DashboardPage
from tests.conftest import PASSWORD, find_person
from tests.services.crediting import pay, raise_note
from tests.services.till import Till
from tests.ui.find import seen


class _Keys:
    """Presses keys where the focus is, and counts them."""

    def __init__(self, page: QWidget) -> None:
        self.page, self.pressed = page, 0

    def shortcut(self, keys: str, opens: str = "") -> QWidget:
        self.pressed += 1
        QTest.keySequence(self.page, QKeySequence(keys))
        if not opens:
            return self.page
        wait_for(lambda: any(one.isVisible() for one in self.page.findChildren(QDialog, opens)))
        return next(one for one in self.page.findChildren(QDialog, opens) if one.isVisible())

    def type(self, dialog: QWidget, text: str) -> None:
        self.pressed += len(text)
        QTest.keyClicks(focused(dialog), text)

    def enter(self, dialog: QWidget) -> None:
        self.pressed += 1
        QTest.keyClick(focused(dialog), Qt.Key.Key_Return)

    def approve(self, dialog: QWidget) -> None:
        for text in ("supervisor", PASSWORD):
            QTest.keyClicks(focused(dialog), text)
            self.enter(dialog)
        wait_for(lambda: not isValid(dialog) or dialog.isHidden())


def figures() -> dict[str, float]:
    """Return the keys of each task."""
    return counted_at_a_desk(_count)


def _count(jobs: Jobs, store: Store) -> dict[str, float]:
    jane = Till(store, find_person(store, "jane"))
    jane.act(lambda s: open_shift(s, 10_000))
    payment = pay(jane)
    page = DashboardPage(jobs)
    _show(page)
    wait_for(lambda: str(page.payments.table.records.index(0, 0).data()) == "R-5001")
    page.payments.table.selectRow(0)
    found: dict[str, float] = {
        "a credit note of 20.00 with approval, from the payment": _pressed(page, _create),
        "pay 20.00 of credit back in cash, from the note": _pressed(page, _refund),
    }
    page.hide()
    raise_note(jane, payment, 1_000)
    jobs.actor = find_person(store, "supervisor")
    waiting = ApprovalsPage(jobs)
    _show(waiting)
    wait_for(lambda: seen(waiting, "approvalYes"))
    found["approve what waits longest"] = _pressed(waiting, lambda keys: keys.shortcut("Ctrl+Y"))
    wait_for(lambda: waiting.table.records.rowCount() == 0)
    return found


def _create(keys: _Keys) -> None:
    dialog = keys.shortcut("Ctrl+G", "creditDialog")
    keys.type(dialog, "20")
    keys.enter(dialog)
    keys.type(dialog, "D")  # Duplicate payment
    keys.enter(dialog)
    keys.approve(dialog)


def _refund(keys: _Keys) -> None:
    page: Any = keys.page
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    page.show_credit_notes()
    page.refresh()
    wait_for(lambda: page.credit_notes.table.records.rowCount() == 1)
    page.credit_notes.table.selectRow(0)
    keys.enter(page.credit_notes.table)
    wait_for(lambda: seen(page, "creditRefund"))
    dialog = keys.shortcut("Ctrl+B", "creditAction")
    keys.enter(dialog)
    keys.enter(dialog)
    keys.type(dialog, "moved")
    keys.enter(dialog)
    keys.approve(dialog)


def _show(page: Any) -> None:
    show(page)
    page.begin()


def _pressed(page: QWidget, task: Callable[[_Keys], object]) -> int:
    keys = _Keys(page)
    task(keys)
    return keys.pressed
