"""How long the GUI thread is busy at once while somebody scrolls through a million payments.

The real window, with real keys, in a process of its own. The event loop beats every millisecond:
what the thread worked between two beats is how long it was busy, and the time between them is the
gap that a person would feel as a stutter, with whatever else the machine did meanwhile.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView, QWidget

from benchmarks.demo_base import demo_base
from benchmarks.window_bench import Hand, Heartbeat
from counterdesk import app as composition
from counterdesk.core.clock import ShiftedClock
from counterdesk.demo.desk import demo_unlock
from counterdesk.demo.sample import sample_start_utc
from counterdesk.store.store import Store
from counterdesk.ui.garbage import GuiGarbage, spare_what_stands
from tests.conftest import find_person

_PAYMENTS = 1_000_000
_TURNS = 100
_WHEEL_PX = 120
_FRAME_SECONDS = 0.03
_KEYS = {
    "a row down": Qt.Key.Key_Down, "a page down": Qt.Key.Key_PageDown,
    "to the end of all": Qt.Key.Key_End, "a page up": Qt.Key.Key_PageUp,
}  # fmt: skip
_WAYS = (*_KEYS, "the wheel", "the bar dragged")
AIMS = {f"scrolling, {what}: busy at once, p95 (ms)": "under 16" for what in _WAYS}


def figures(folder: Path | None = None) -> dict[str, float]:
    """Return milliseconds for every way to move.

    Args:
        folder: A demo's data, made before; without it one is built.
    """
    if folder is not None:
        return _in_own_process(folder)
    with TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as scratch:
        data = Path(scratch) / "data"
        demo_base(data, _PAYMENTS)
        return _in_own_process(data)


def _in_own_process(folder: Path) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    command = [sys.executable, __file__, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return {
        f"scrolling, {what}, {name} (ms)": value
        for what, turns in found.items()
        for name, value in (
            ("p50", median(turns)), ("p95", quantiles(turns, n=20)[-1]), ("max", max(turns))
        )
    }  # fmt: skip


class _Work(Heartbeat):
    """Notes how long the thread worked between two beats, at most."""

    def __init__(self) -> None:
        super().__init__()
        self._worked = time.thread_time()
        self._longest_work = 0.0

    def busy_ms(self) -> float:
        """Return the longest work since it was asked before."""
        longest, self._longest_work = self._longest_work, 0.0
        return longest * 1000

    def _beat(self) -> None:
        super()._beat()
        now = time.thread_time()
        self._longest_work = max(self._longest_work, now - self._worked)
        self._worked = now


def scrolled(folder: Path) -> dict[str, list[float]]:
    """Return the longest work and gap of each turn, in milliseconds, for every way to move."""
    application: Any = composition.application()
    store = Store.open(folder, demo_unlock(), ShiftedClock(sample_start_utc()))
    window = composition.build_window(store, find_person(store, "jane"))
    garbage = GuiGarbage()
    window.pages.warm_up()  # as the program does, before the first key
    spare_what_stands()
    try:
        hand = Hand(window)
        hand.press(Qt.Key.Key_F3)
        table = _table(window)
        hand.until(lambda: table.model().rowCount() > 0)
        hand.press(Qt.Key.Key_Down)
        return dict(_moves(hand, table))
    finally:
        garbage.give_back()
        window.hide()
        window.jobs.finish()
        store.close()
        del application


def _table(window: QWidget) -> QTableView:
    found = window.findChild(QTableView, "paymentsTable")
    if not isinstance(found, QTableView):
        raise TypeError("the list of payments is not there")
    return found


def _moves(hand: Hand, table: QTableView) -> Iterator[tuple[str, list[float]]]:
    bar = table.verticalScrollBar()

    def roll(pixels: int) -> None:
        bar.setValue(bar.value() - pixels)

    moves = {what: partial(hand.press, key) for what, key in _KEYS.items()}
    moves["the wheel"] = partial(roll, _WHEEL_PX)
    moves["the bar dragged"] = partial(roll, table.height() * 20)
    heart = _Work()
    for what, move in moves.items():
        turns = [_turn(heart, hand, move) for _at in range(_TURNS)]
        yield f"{what}: busy at once", [busy for busy, _gap in turns]
        yield f"{what}: longest gap", [gap for _busy, gap in turns]


def _turn(heart: _Work, hand: Hand, move: Callable[[], object]) -> tuple[float, float]:
    heart.busy_ms(), heart.longest_ms()
    move()
    hand.rest(_FRAME_SECONDS)
    return heart.busy_ms(), heart.longest_ms()


if __name__ == "__main__":
    print(json.dumps(scrolled(Path(sys.argv[1]))))
