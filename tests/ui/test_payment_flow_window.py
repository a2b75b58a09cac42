"""The twelve keys through the whole window: its scanner filter, its shortcuts, its pages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.services.startup import last_payment
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.pages.payment_page import PaymentPage
from tests.ui.till import open_shift


@pytest.mark.req("PAY-13")
def test_twelve_keys_through_the_whole_window_make_the_sample_payment(
    qtbot: QtBot, jobs: Jobs, store: Store, cashier: Actor
) -> None:
    open_shift(store, cashier)
    window = MainWindow(jobs)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    window.begin(cashier)
    jobs.drain()
    window.go_to("payment")
    page = window.findChild(PaymentPage)
    assert page is not None
    jobs.drain()
    surface = window.windowHandle()
    with qtbot.waitSignal(page.payment_taken) as taken:
        for keys in ("10001\r", "\r", "150\r", "\r"):
            for key in keys:
                code = Qt.Key.Key_Return if key == "\r" else Qt.Key(ord(key))
                QTest.keyClick(surface, code)
                qtbot.wait(60)  # slower than a scanner, faster than a hand
    assert taken.args is not None
    assert (taken.args[0].receipt_number, taken.args[0].change_minor) == ("R-5001", 450)
    window.close()
    assert store.read(last_payment).result() is None  # its receipt was seen: no story tomorrow
