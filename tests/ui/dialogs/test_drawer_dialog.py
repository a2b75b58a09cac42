from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.ui.dialogs.drawer_dialog import DrawerDialog
from counterdesk.ui.jobs import Jobs
from tests.printing.counter_printers import FRONT, add_printer
from tests.ui.conftest import Spoken
from tests.ui.find import find, text_of


@pytest.fixture
def dialog(qtbot: QtBot, jobs: Jobs) -> Iterator[DrawerDialog]:
    """The dialog at a counter whose printer has a drawer."""
    jobs.store.write(lambda session: add_printer(session, drawer_pin=2)).result()
    dialog = DrawerDialog(jobs)
    qtbot.addWidget(dialog)
    dialog.open()
    yield dialog
    jobs.finish()


def asked(jobs: Jobs) -> bool:
    return jobs.store.read(lambda read: services.drawer.drawer_asked(read, FRONT)).result()


@pytest.mark.req("RCT-7")
def test_the_drawer_opens_for_a_reason(
    qtbot: QtBot, jobs: Jobs, dialog: DrawerDialog, spoken: Spoken
) -> None:
    reason = find(dialog, QLineEdit, "drawerReason")
    QTest.keyClick(reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Say why" in text_of(dialog, "drawerReasonError"))
    assert not asked(jobs)
    QTest.keyClicks(reason, "change for a note")
    QTest.keyClick(reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert asked(jobs)
    assert spoken.toasts == ["The drawer opens."]
