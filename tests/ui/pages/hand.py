"""Somebody at the keyboard of a page: presses keys where the focus is, and counts them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.find import find, seen

Key = Qt.Key


class Hand:
    """Presses keys where the focus is, and counts them."""

    def __init__(self, qtbot: QtBot, page: QWidget) -> None:
        self.qtbot, self.page, self.pressed = qtbot, page, 0

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.pressed += len(text)
        QTest.keyClicks(self._focus(), text)

    def press(self, key: Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key."""
        self.pressed += 1
        QTest.keyClick(self._focus(), key, keys)

    def alt(self, key: Key) -> None:
        """Press a key with Alt."""
        self.press(key, Qt.KeyboardModifier.AltModifier)

    def enter(self, *texts: str) -> None:
        """Type texts, each with its Enter; none for one Enter alone."""
        for text in texts or ("",):
            self.type(text)
            self.press(Key.Key_Return)

    def waits_for(self, name: str) -> None:
        """Wait until a widget is in sight."""
        self.qtbot.waitUntil(lambda: seen(self.page, name))

    def click(self, name: str) -> None:
        """Click a widget."""
        QTest.mouseClick(find(self.page, QWidget, name), Qt.MouseButton.LeftButton)

    def _focus(self) -> QWidget:
        return self.page.focusWidget() or self.page
