"""How long the window does not answer while the printer hangs, against one that prints well.

The same payments by the same keys in the same window, each printer's in a process of their own. A
gap is the time between two turns of the GUI thread's event loop. While somebody pays, the window
itself works; afterwards, with hands off, whatever it does is the printer's doing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from benchmarks.hanging_printers import PRINTERS, WELL
from counterdesk import app as composition
from counterdesk.app.printing import Printing
from counterdesk.core.clock import ShiftedClock
from counterdesk.core.printers import Way
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.demo.sample import sample_start_utc
from counterdesk.store.session import Session
from counterdesk.ui.garbage import GuiGarbage
from counterdesk.ui.theme import FIRST_WINDOW
from tests.printing.counter_printers import add_printer

_PAYMENTS = 12
_WARM_UP = 3
_HANDS_OFF_SECONDS = 20.0
_BETWEEN_KEYS_MS = 45
_PATIENCE_SECONDS = 20.0
_FIGURES = {
    "paying": "longest gap of a payment, p50 (ms)",
    "worst": "longest gap of all payments (ms)",
    "resting": "longest gap afterwards, hands off (ms)",
}
AIMS = {f"printer {kind}: {_FIGURES['resting']}": "under 16" for kind in PRINTERS if kind != WELL}


def figures() -> dict[str, float]:
    """Return milliseconds for a printer that prints well and for each that hangs."""
    return {
        f"printer {kind}: {what}": value
        for kind in PRINTERS
        for what, value in _in_own_process(kind).items()
    }


def _in_own_process(kind: str) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, __file__, kind], check=True, stdout=subprocess.PIPE, env=environment
    )
    paying, resting = json.loads(done.stdout.splitlines()[-1])
    found = {"paying": median(paying), "worst": max(paying), "resting": resting}
    return {_FIGURES[name]: value for name, value in found.items()}


class Heartbeat(QObject):
    """Notes how long the event loop was away, at most."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter()
        self._longest = 0.0
        self._timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def longest_ms(self) -> float:
        """Return the longest gap since it was asked before."""
        longest, self._longest = self._longest, 0.0
        return longest * 1000

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest = max(self._longest, now - self._last)
        self._last = now


class Hand:
    """Pays by keys in the window, and lets its event loop turn in between."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        window.resize(*FIRST_WINDOW)
        window.show()
        window.activateWindow()
        self.until(window.isActiveWindow)

    def pay(self) -> None:
        """Pay 1.00 of John Doe's first bill, exactly, in cash."""
        self.press(Qt.Key.Key_F2)
        self._reach("consumerSearch")
        for digit in "10001":
            self.press(Qt.Key(ord(digit)))
        self.press(Qt.Key.Key_Return)
        self._reach("chargesTable")
        self.press(Qt.Key.Key_1)
        self.press(Qt.Key.Key_Return)
        self._reach("cashReceived")
        self.press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        self.press(Qt.Key.Key_Return)
        self._reach("confirmButton")
        self.press(Qt.Key.Key_Return)
        self._reach("receiptPreview")
        self.rest(1)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press one key, as a quick hand does."""
        QTest.keyClick(self._window.windowHandle(), key, modifier)
        self.rest(_BETWEEN_KEYS_MS / 1000)

    def rest(self, seconds: float) -> None:
        """Do nothing for so long."""
        end = time.perf_counter() + seconds
        self.until(lambda: time.perf_counter() > end)

    def until(self, holds: Callable[[], bool]) -> None:
        """Let the event loop turn until something holds."""
        loop, end = QEventLoop(), time.monotonic() + 2 * _PATIENCE_SECONDS
        asking = QTimer(interval=5)
        asking.timeout.connect(lambda: loop.quit() if holds() or time.monotonic() > end else None)
        asking.start()
        loop.exec()
        if time.monotonic() > end:
            raise TimeoutError("the window never came so far")

    def _reach(self, name: str) -> None:
        self.until(lambda: any(one.isVisible() for one in self._window.findChildren(QWidget, name)))


def gaps(kind: str, folder: Path) -> tuple[list[float], float]:
    """Return the longest gap of each payment, and of the time afterwards, in milliseconds."""
    with _printer(kind) as port, _hand(folder, port) as hand:
        garbage, heart, paying = GuiGarbage(), Heartbeat(), []
        for _at in range(_WARM_UP + _PAYMENTS):
            heart.longest_ms()
            hand.pay()
            paying.append(heart.longest_ms())
        hand.rest(_HANDS_OFF_SECONDS)
        resting = heart.longest_ms()
        garbage.give_back()
    return paying[_WARM_UP:], resting


@contextmanager
def _printer(kind: str) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.hanging_printers", kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield int((process.stdout or sys.stdin).readline())
        process.kill()


@contextmanager
def _hand(folder: Path, port: int) -> Iterator[Hand]:
    application: Any = composition.application()
    desk = open_demo_desk(folder, demo_unlock(), ShiftedClock(sample_start_utc()))
    desk.store.write(lambda session: _set_up(session, port)).result()
    window = composition.build_window(desk.store, desk.cashier)
    printing = Printing(desk.store, window.jobs.printing.tell)
    window.jobs.printing.worker = printing
    printing.start()
    try:
        yield Hand(window)
    finally:
        window.hide()
        window.jobs.finish()
        printing.stop()
        desk.store.close()
        del application


def _set_up(session: Session, port: int) -> None:
    session.keep_state("printers", "")  # the sample's own prints into a folder
    add_printer(session, way=Way.NETWORK, address=f"127.0.0.1:{port}", answers=True)


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        print(json.dumps(gaps(sys.argv[1], Path(scratch) / "data")))
