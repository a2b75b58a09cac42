"""A till of the sample's office whose pages are pressed key by key, for the figures of keys."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from counterdesk.core.clock import ShiftedClock
from counterdesk.demo.sample import sample_numbers
from counterdesk.store.store import Store
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from tests.conftest import START_UTC, UNLOCK, find_person, make_folder

_PATIENCE_S = 20


def counted_at_a_desk(count: Callable[[Jobs, Store], dict[str, float]]) -> dict[str, float]:
    """Let keys be pressed and counted where Jane is signed in; every question is answered yes."""
    app = QApplication.instance() or QApplication([])
    messages.ask = lambda *_args, **_more: True
    messages.toast = lambda *_args: None
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        make_folder(folder, sample_numbers())
        store = Store.open(folder, UNLOCK, ShiftedClock(START_UTC))
        jobs = Jobs(store, find_person(store, "jane"))
        found = count(jobs, store)
        jobs.finish()
        store.close()
    del app
    return found


def show(page: QWidget) -> None:
    """Show a page as large as the window gives it, with the keyboard's focus."""
    page.resize(1152, 794)
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)


def focused(dialog: QWidget) -> QWidget:
    """Return what the next key goes to."""
    inside: QWidget | None = dialog.focusWidget()
    return dialog if inside is None else inside


def wait_for(holds: Callable[[], bool]) -> None:
    """Let the window work until something holds.

    Raises:
        TimeoutError: It does not.
    """
    until = time.monotonic() + _PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("the page does not get there")
        QTest.qWait(10)
