"""A scanner is a fast keyboard that ends in Enter: told from a person before a field sees it.

The filter sits on the window's own surface, in front of every widget. A letter or digit is held
back for a moment: if the next one follows faster than a hand can type, it is held too, and an
Enter after enough of them makes a scan. Otherwise the letters go on to the field they were for.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

GAP_MS = 30
"""A hand does not press keys faster than this; the slowest of scanners in use does."""

SHORTEST_SCAN = 6

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SILENT = (Qt.Key.Key_Shift, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock)
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


def _milliseconds() -> int:
    return time.monotonic_ns() // 1_000_000


class ScanFilter(QObject):
    """Event filter of one window."""

    scanned = Signal(str)
    """A whole code, without its Enter."""

    def __init__(
        self,
        window: QWidget,
        now_ms: Callable[[], int] = _milliseconds,
        prefix: str = "",
    ) -> None:
        """Make a filter that is not yet installed.

        Args:
            window: Owns the filter; gets the letters that were no scan.
            now_ms: Tells the time of keys that carry none; tests give another one.
            prefix: A character the office's scanners send first; "" for timing alone.
        """
        super().__init__(window)
        self.enabled = True
        self._now_ms = now_ms
        self._prefix = prefix
        self._held: list[QKeyEvent] = []
        self._last_ms = 0
        self._window = window
        self._letting_go = False
        self._timer = QTimer(self, singleShot=True, interval=GAP_MS)
        self._timer.timeout.connect(self._let_go)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold back what may be a scan."""
        del watched
        if self._letting_go or not self.enabled or not isinstance(event, QKeyEvent):
            return False
        if event.key() in _SILENT:
            return False
        if event.type() == QEvent.Type.KeyRelease:
            return self._hold_release(event)
        if event.key() in _ENTER and self._is_scan(event):
            return self._take_scan(event)
        if self._is_letter(event):
            return event.type() == QEvent.Type.KeyPress and self._hold(event)
        self._let_go()
        return False

    def _hold(self, event: QKeyEvent) -> bool:
        if self._held and not self._follows(event):
            self._let_go()
        self._held.append(event.clone())
        self._last_ms = self._time_of(event)
        self._timer.start()
        return True

    def _hold_release(self, event: QKeyEvent) -> bool:
        # A Space that is let go before it is pressed would leave a button pressed for ever.
        held = any(key.key() == event.key() for key in self._held)
        if held:
            self._held.append(event.clone())
        return held

    def _take_scan(self, event: QKeyEvent) -> bool:
        event.accept()
        if event.type() == QEvent.Type.ShortcutOverride:
            return True  # an Enter that is a shortcut must not confirm anything either
        code = self._typed().removeprefix(self._prefix)
        self._held.clear()
        self._timer.stop()
        self.scanned.emit(code)
        return True

    def _let_go(self) -> None:
        held, self._held = self._held, []
        self._timer.stop()
        self._letting_go = True
        for key in held:
            # Asked for each time: what the last key did may have made another surface of it.
            surface = self._window.windowHandle()
            if surface is not None:
                QCoreApplication.sendEvent(surface, key)
        self._letting_go = False

    def _is_scan(self, enter: QKeyEvent) -> bool:
        if self._prefix and self._held and self._held[0].text() == self._prefix:
            return True
        return len(self._typed()) >= SHORTEST_SCAN and self._follows(enter)

    def _typed(self) -> str:
        return "".join(key.text() for key in self._held if key.type() == QEvent.Type.KeyPress)

    def _follows(self, event: QKeyEvent) -> bool:
        return self._time_of(event) - self._last_ms < GAP_MS

    def _time_of(self, event: QKeyEvent) -> int:
        # The key's own time: keys typed while the window was busy arrive all at once.
        return event.timestamp() or self._now_ms()

    @staticmethod
    def _is_letter(event: QKeyEvent) -> bool:
        return (
            event.text().isprintable()
            and bool(event.text())
            and not (event.modifiers() & _COMMANDS)
        )
