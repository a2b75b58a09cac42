"""A hand at the till: presses keys and clicks in the payment page, and reads what it shows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from counterdesk.core.permissions import Actor
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PaymentTransaction
from counterdesk.services import shifts
from counterdesk.services.taken import PaymentTaken
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.payment_page import PaymentPage

_transactions = table_of(PaymentTransaction)
STEPS = ("Consumer", "Charges", "Tender", "Review", "Receipt")
Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier


class Till:
    """The payment page in a window of its own, and how many keys were pressed."""

    def __init__(self, qtbot: QtBot, jobs: Jobs) -> None:
        self.qtbot = qtbot
        self.jobs = jobs
        self.pressed = 0
        self.taken: list[PaymentTaken] = []
        self.page = PaymentPage(jobs)
        self.page.payment_taken.connect(self.taken.append)
        qtbot.addWidget(self.page)
        self.page.resize(1152, 794)
        with qtbot.waitActive(self.page):
            self.page.show()
        self.page.begin()
        jobs.drain()

    def keys(self, text: str) -> None:
        """Type letters where the focus is."""
        for letter in text:
            self.pressed += 1
            if letter.isascii():
                QTest.keyClicks(self.focus(), letter)
            else:  # QTest knows no key for it
                event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_unknown, NONE, letter)
                QApplication.sendEvent(self.focus(), event)

    def press(self, key: Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press one key where the focus is."""
        self.pressed += 1
        QTest.keyClick(self.focus(), key, modifiers)

    def alt(self, key: Key) -> None:
        """Press a key with Alt."""
        self.press(key, Qt.KeyboardModifier.AltModifier)

    def ctrl(self, key: Key) -> None:
        """Press a key with Ctrl."""
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def enter(self) -> None:
        """Press Enter."""
        self.press(Key.Key_Return)

    def focus(self) -> QWidget:
        """Return the widget that gets the keys."""
        return self.page.focusWidget() or self.page

    def find(self, name: str, kind: type[Any] = QWidget) -> Any:
        """Return a widget that is in sight by its object name."""
        found = [w for w in self.page.findChildren(kind, name) if w.isVisible()]
        assert found, f"{name} is not in sight"
        return found[0]

    def sees(self, name: str) -> bool:
        """Tell whether a widget is in sight."""
        return any(w.isVisible() for w in self.page.findChildren(QWidget, name))

    def text(self, name: str) -> str:
        """Return what a label or a field in sight reads."""
        return str(self.find(name).text())

    def error(self, field: str) -> str:
        """Return the sentence beneath a field, "" when there is none."""
        name = f"{field}Error"
        return str(self.find(name, QLabel).text()) if self.sees(name) else ""

    def click(self, name: str) -> None:
        """Click a widget in the middle."""
        widget = self.find(name)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NONE, widget.rect().center())

    def click_cell(self, row: int, column: int) -> None:
        """Click a cell of the charges."""
        table = self.find("chargesTable")
        place: QPoint = table.visualRect(table.model().index(row, column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, place)

    @property
    def step(self) -> str:
        """The step that is in sight, by the header's word."""
        header = self.page.findChild(QWidget, "stepHeader")
        assert header is not None
        return next(name for name in STEPS if header.accessibleName().endswith(name))

    def wait_for_step(self, name: str) -> None:
        """Wait until a step is in sight."""
        self.qtbot.waitUntil(lambda: self.step == name)

    def wait_for_error(self, field: str) -> str:
        """Wait until a refusal stands beneath a field, and return it."""
        self.qtbot.waitUntil(lambda: bool(self.error(field)))
        return self.error(field)

    def wait_for_receipt(self) -> PaymentTaken:
        """Wait until a payment is saved and its receipt in sight."""
        before = len(self.taken)
        self.qtbot.waitUntil(lambda: len(self.taken) > before)
        assert self.step == "Receipt"
        return self.taken[-1]

    def saved(self) -> int:
        """Return how many visits the ledger holds."""

        def count(read: ReadSession) -> int:
            return int(read.execute(select(func.count()).select_from(_transactions)).scalar_one())

        self.jobs.drain()
        return self.jobs.store.read(count).result()

    def open_account(self, number: str = "10001") -> None:
        """Type an account number and wait for its charges."""
        self.keys(number)
        self.enter()
        self.wait_for_step("Charges")

    def open_tender(self, number: str = "10001") -> None:
        """Go to the tender with what is ticked to begin with."""
        self.open_account(number)
        self.enter()
        assert self.step == "Tender"


def open_shift(store: Store, cashier: Actor) -> None:
    """Open the cashier's shift with a float of 100.00."""
    store.write(lambda session: shifts.open_shift(session, 10_000), cashier).result()
