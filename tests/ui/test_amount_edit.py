"""The field for an amount: only what is meant as an amount comes into it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from counterdesk.demo.sample import sample_settings
from counterdesk.ui.widgets.amount_edit import AmountEdit


def test_a_key_with_alt_that_means_nothing_here_is_no_amount(qtbot: QtBot) -> None:
    field = AmountEdit("amount", sample_settings())
    qtbot.addWidget(field)
    for modifier in (Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier):
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_1, modifier, "1"))
    assert field.text() == "1"
