"""The quiet bar: a paper that needs somebody, and the four ways on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.services.print_jobs import next_print_job
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.theme import FIRST_WINDOW
from counterdesk.ui.widgets.key_button import KeyButton
from tests.printing.counter_printers import FRONT
from tests.ui.conftest import Spoken
from tests.ui.find import seen
from tests.ui.printed import BACK, PrintingAsked, newest_job, pay_and_print


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits five seconds for a printer that is blocked."""
    monkeypatch.setattr("counterdesk.services.print_list._PATIENCE", timedelta(0))


@pytest.fixture
def window(qtbot: QtBot, jobs: Jobs, cashier: Actor) -> Iterator[MainWindow]:
    """The window with the cashier signed in."""
    window = MainWindow(jobs)
    qtbot.addWidget(window)
    window.resize(*FIRST_WINDOW)
    jobs.printing.worker = PrintingAsked()
    window.begin(cashier)
    window.show()
    window.activateWindow()
    yield window
    jobs.finish()


def said(window: MainWindow) -> str:
    parts = [window.findChild(QLabel, name) for name in ("printBannerTitle", "printBannerText")]
    return " ".join(part.text() for part in parts if part is not None and part.isVisible())


def blocked(qtbot: QtBot, window: MainWindow, cashier: Actor) -> None:
    pay_and_print(window.jobs.store, cashier, PrintState.BLOCKED, "The printer is out of paper.")
    qtbot.waitUntil(lambda: "R-500" in said(window) and seen(window, "printBannerMove"))


def press(window: MainWindow, number: int) -> None:
    QTest.keySequence(window, QKeySequence(f"Ctrl+{number}"))


def state(window: MainWindow, cashier: Actor) -> PrintState:
    return newest_job(window.jobs.store, cashier).state


@pytest.mark.req("RCT-5")
def test_a_blocked_receipt_is_told_in_words_and_tried_again(
    qtbot: QtBot, window: MainWindow, cashier: Actor
) -> None:
    blocked(qtbot, window, cashier)
    assert said(window) == (
        "Receipt R-5001 Waiting: the printer is not ready. The printer is out of paper."
    )
    press(window, 1)
    worker = window.jobs.printing.worker
    assert isinstance(worker, PrintingAsked)
    qtbot.waitUntil(lambda: worker.retries == 1)


@pytest.mark.req("RCT-5")
def test_the_bar_stays_as_it_is_while_the_receipt_is_tried_again(
    qtbot: QtBot, window: MainWindow, cashier: Actor
) -> None:
    blocked(qtbot, window, cashier)
    before, button = said(window), window.findChild(KeyButton, "printBannerMove")
    tried = window.jobs.store.write(lambda session: next_print_job(session, FRONT)).result()
    window._printing.look()
    window.jobs.drain()
    assert tried is not None
    assert said(window) == before
    assert window.findChild(KeyButton, "printBannerMove") is button


@pytest.mark.req("RCT-5")
def test_a_blocked_receipt_goes_to_the_other_printer(
    qtbot: QtBot, window: MainWindow, cashier: Actor
) -> None:
    blocked(qtbot, window, cashier)
    press(window, 2)
    qtbot.waitUntil(lambda: said(window) == "")
    job = newest_job(window.jobs.store, cashier)
    assert (job.printer_id, job.state) == (BACK, PrintState.QUEUED)


@pytest.mark.req("RCT-5")
def test_a_blocked_receipt_can_be_had_as_pdf(
    qtbot: QtBot, window: MainWindow, cashier: Actor, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, spoken: Spoken,
) -> None:  # fmt: skip
    path = tmp_path / "R-5001.pdf"
    monkeypatch.setattr(messages, "save_as", lambda *_asked: str(path))
    blocked(qtbot, window, cashier)
    press(window, 3)
    qtbot.waitUntil(lambda: spoken.toasts == ["Saved as R-5001.pdf"])
    assert path.read_bytes().startswith(b"%PDF")
    assert state(window, cashier) is PrintState.BLOCKED


@pytest.mark.req("RCT-5")
def test_put_off_it_stays_away_until_something_else_is_the_matter(
    qtbot: QtBot, window: MainWindow, cashier: Actor
) -> None:
    blocked(qtbot, window, cashier)
    press(window, 4)
    qtbot.waitUntil(lambda: said(window) == "")
    window._printing.look()
    window.jobs.drain()
    assert said(window) == ""
    pay_and_print(window.jobs.store, cashier, PrintState.UNKNOWN)
    qtbot.waitUntil(lambda: "Did it come out?" in said(window))


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize(
    ("number", "after"), [(1, PrintState.PRINTED), (2, PrintState.QUEUED)], ids=["yes", "no"]
)
def test_somebody_answers_whether_it_came_out_and_a_no_prints_a_copy(
    qtbot: QtBot, window: MainWindow, cashier: Actor, number: int, after: PrintState
) -> None:
    pay_and_print(window.jobs.store, cashier, PrintState.UNKNOWN)
    qtbot.waitUntil(lambda: said(window) == "Receipt R-5001 Did it come out? Look at Front.")
    press(window, number)
    qtbot.waitUntil(lambda: said(window) == "")
    qtbot.waitUntil(lambda: state(window, cashier) is after)
    assert newest_job(window.jobs.store, cashier).copy_number == number - 1


def test_who_prints_nothing_is_not_asked(
    qtbot: QtBot, jobs: Jobs, window: MainWindow, cashier: Actor
) -> None:
    window.show_signed_out()
    pay_and_print(jobs.store, cashier, PrintState.UNKNOWN)
    jobs.drain()
    assert said(window) == ""
