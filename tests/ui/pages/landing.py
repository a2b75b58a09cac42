"""The landing page under a hand: in sight, its lists moved through with keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.widgets.chips import Chip

Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
_PAUSE_MS = 250
"""Longer than the pause in typing after which a list is looked up."""


def landing(qtbot: QtBot, jobs: Jobs) -> DashboardPage:
    """Return the page, in sight and active."""
    page = DashboardPage(jobs)
    qtbot.addWidget(page)
    page.resize(1152, 794)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def press(page: QWidget, *keys: Key, with_key: Qt.KeyboardModifier = NONE) -> None:
    """Press keys one after another where the focus is, and wait for what they ask for."""
    for key in keys:
        QTest.keyClick(page.focusWidget() or page, key, with_key)
        if isinstance(page, DashboardPage):
            page._jobs.drain()


def typed(page: DashboardPage, text: str) -> None:
    """Type where the focus is, and wait until it was looked up."""
    QTest.keyClicks(page.focusWidget(), text)
    QTest.qWait(_PAUSE_MS)
    page._jobs.drain()


def chips(tab: QWidget) -> list[str]:
    """Return what the filter of a list says."""
    return [chip.text() for chip in tab.findChildren(Chip) if chip.isVisible()]
