"""The window as a walk sees it: keys go in, words and pictures come out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QEventLoop, Qt, SignalInstance
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (  # noqa: TID251 - reads them, makes none
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QWidget,
)

from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.theme import FIRST_WINDOW, apply_theme

Page = TypeVar("Page", bound=QWidget)

_BETWEEN_KEYS_MS = 45
"""A quick hand; faster than 30 ms is taken for a scanner."""

PATIENCE_SECONDS = 20.0


class StepFailed(Exception):
    """A step of the walk did not show what it should."""


class Screen:
    """The window, seen from outside: nothing is called but keys pressed and widgets read."""

    def __init__(self, app: QApplication, window: MainWindow, out: Path) -> None:
        self.keys_pressed = 0
        self.pictures: list[str] = []
        self._app = app
        self._window = window
        self._out = out

    def show(self) -> None:
        """Show the window, as large wherever it is, and wait until keys reach it."""
        self._window.resize(*FIRST_WINDOW)
        self._window.show()
        self._window.activateWindow()
        self.wait_until("the window has the keys", self._window.isActiveWindow)

    def close(self) -> None:
        """Take the window away for good: its timers must not ask a store that is closed."""
        self._window.hide()  # closing would ask whether an open visit may be lost
        self._window.jobs.finish()
        self._window.deleteLater()
        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def press(self, *keys: Qt.Key | str) -> None:
        """Press keys one by one, as a quick hand does; a text is typed letter by letter."""
        for key in keys:
            if isinstance(key, str):
                self.press(*(Qt.Key(ord(letter.upper())) for letter in key))
            else:
                self._press(key, Qt.KeyboardModifier.NoModifier)

    def press_alt(self, key: Qt.Key) -> None:
        """Press a key together with Alt."""
        self._press(key, Qt.KeyboardModifier.AltModifier)

    def find(self, name: str) -> QWidget:
        """Return the visible widget with an object name.

        Raises:
            StepFailed: There is none.
        """
        for widget in self._window.findChildren(QWidget, name):
            if widget.isVisible():
                return widget
        raise StepFailed(f"{name} is not shown")

    def listen(self, kind: type[Page], signal: Callable[[Page], SignalInstance], hear: Any) -> None:
        """Hear a signal of the one page of a kind."""
        page = self._window.findChild(kind)
        if page is None:
            raise StepFailed(f"there is no {kind.__name__}")
        signal(page).connect(hear)

    def is_shown(self, name: str) -> bool:
        """Tell whether a widget with an object name is visible."""
        return any(one.isVisible() for one in self._window.findChildren(QWidget, name))

    def text_of(self, name: str) -> str:
        """Return what a widget says, with all that stands in it."""
        return _words(self.find(name))

    def expect(self, name: str, *words: str) -> None:
        """Wait until a widget is shown and says all these words.

        Raises:
            StepFailed: It did not in time.
        """
        self.wait_until(f"{name} is shown", lambda: self.is_shown(name))
        for word in words:
            self._expect_word(name, word)

    def _expect_word(self, name: str, word: str) -> None:
        self.wait_until(
            f"{name} says {word!r}",
            lambda: word in self.text_of(name),
            lambda: f"it says {self.text_of(name)!r}",
        )

    def wait_until(
        self, what: str, holds: Callable[[], bool], instead: Callable[[], str] = str
    ) -> None:
        """Let the window work until something holds.

        Args:
            what: The sentence of it.
            holds: Tells whether it does.
            instead: Says what is there instead, for the failure.

        Raises:
            StepFailed: It did not hold in time.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                raise StepFailed(f"not true: {what} {instead()}".strip())
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.005)

    def picture(self, name: str) -> None:
        """Save the window as it is now, in light colours and in dark ones."""
        for theme in ("dark", "light"):
            apply_theme(self._app, theme)
            self._app.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            self._app.processEvents()
            suffix = "" if theme == "light" else "-dark"
            file = f"{name}{suffix}.png"
            if not self._window.grab().save(str(self._out / file)):
                raise StepFailed(f"{file} cannot be written")
            self.pictures.append(file)

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
        self.keys_pressed += 1
        QTest.keyClick(self._surface(), key, modifier, _BETWEEN_KEYS_MS)
        self._app.processEvents()

    def _surface(self) -> QWindow:
        return self._window.windowHandle()


def _words(widget: QWidget) -> str:
    inside = [one for one in widget.findChildren(QWidget) if one.isVisible()]
    return " ".join(filter(None, map(_own_words, (widget, *inside))))


def _own_words(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
        return widget.text()
    return widget.currentText() if isinstance(widget, QComboBox) else ""
