"""A scan is known before a field sees it; what a hand types arrives unharmed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from counterdesk.ui.widgets.scanner import ScanFilter


class _Time:
    def __init__(self) -> None:
        self.ms = 1_000

    def __call__(self) -> int:
        return self.ms


class Desk:
    """A window with one field, and a filter on its surface."""

    def __init__(self, qtbot: QtBot, prefix: str = "") -> None:
        self.window = QWidget()
        self.field = QLineEdit(self.window)
        self.time = _Time()
        self.filter = ScanFilter(self.window, self.time, prefix)
        self.codes: list[str] = []
        self.filter.scanned.connect(self.codes.append)
        self.entered: list[str] = []
        self.field.returnPressed.connect(lambda: self.entered.append(self.field.text()))
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)
        self.field.setFocus()
        self.window.windowHandle().installEventFilter(self.filter)

    def press(self, keys: str, gap_ms: int) -> None:
        """Press letters, and Enter for a line feed, so many milliseconds apart."""
        for letter in keys:
            self.time.ms += gap_ms
            key = Qt.Key.Key_Return if letter == "\n" else Qt.Key(ord(letter.upper()))
            self._send(key, "\r" if letter == "\n" else letter)

    def _send(self, key: Qt.Key, text: str) -> None:
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            QApplication.sendEvent(self.window.windowHandle(), event)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    desk.window.windowHandle().removeEventFilter(desk.filter)


@pytest.mark.req("PAY-18")
def test_a_scan_reaches_no_field_and_confirms_nothing(desk: Desk) -> None:
    desk.press("WU-10001\n", gap_ms=5)
    assert desk.codes == ["WU-10001"]
    assert desk.field.text() == ""
    assert desk.entered == []


def test_what_a_hand_types_arrives(desk: Desk, qtbot: QtBot) -> None:
    desk.press("150000\n", gap_ms=90)
    assert desk.codes == []
    assert desk.entered == ["150000"]
    desk.press("7", gap_ms=90)
    qtbot.waitUntil(lambda: desk.field.text() == "1500007")


def test_a_tap_shorter_than_the_wait_presses_a_button_once(desk: Desk, qtbot: QtBot) -> None:
    button = QPushButton(desk.window)
    clicks: list[bool] = []
    button.clicked.connect(lambda: clicks.append(True))
    button.show()
    button.setFocus()
    desk.press(" ", gap_ms=5)
    qtbot.waitUntil(lambda: len(clicks) == 1)
    assert not button.isDown()


def test_letters_find_their_field_when_the_surface_is_another_by_then(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.press("12", gap_ms=5)
    desk.window.destroy()
    desk.window.create()
    desk.window.show()
    desk.field.setFocus()
    qtbot.waitUntil(lambda: desk.field.text() == "12")


def test_a_few_fast_digits_are_no_scan(desk: Desk) -> None:
    desk.press("10001\n", gap_ms=5)
    assert (desk.codes, desk.entered) == ([], ["10001"])


def test_enter_after_a_pause_is_a_hands_enter(desk: Desk) -> None:
    desk.press("INV-2025-001234", gap_ms=5)
    desk.press("\n", gap_ms=200)
    assert (desk.codes, desk.entered) == ([], ["INV-2025-001234"])


def test_letters_typed_before_a_scan_stay_the_fields(desk: Desk) -> None:
    desk.press("x", gap_ms=90)
    desk.time.ms += 200
    desk.press("INV-2025-001234\n", gap_ms=5)
    assert desk.codes == ["INV-2025-001234"]
    assert desk.field.text() == "x"


def test_a_command_passes_at_once_and_keeps_the_order(desk: Desk) -> None:
    desk.press("12", gap_ms=5)
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Backspace)
    assert desk.field.text() == "1"


def test_a_prefix_makes_a_slow_scan_known(qtbot: QtBot) -> None:
    desk = Desk(qtbot, prefix="~")
    desk.press("~W1", gap_ms=5)
    desk.press("\n", gap_ms=10)
    assert desk.codes == ["W1"]


def test_nothing_is_held_back_while_it_is_off(desk: Desk) -> None:
    desk.filter.enabled = False
    desk.press("INV-2025-001234\n", gap_ms=5)
    assert (desk.codes, desk.entered) == ([], ["INV-2025-001234"])


def test_an_enter_that_is_a_shortcut_is_kept_from_it(desk: Desk) -> None:
    pressed: list[bool] = []
    shortcut = QShortcut("Return", desk.window)
    shortcut.activated.connect(lambda: pressed.append(True))
    for letter in "WU10001":
        QTest.keyClick(desk.window.windowHandle(), Qt.Key(ord(letter)))
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Return)
    assert [code.upper() for code in desk.codes] == ["WU10001"]
    assert pressed == []
