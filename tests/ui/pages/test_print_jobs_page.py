"""The page of the print jobs: what each state lets a person do, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QTabBar
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.print_jobs_page import PrintJobsPage
from tests.conftest import PASSWORD
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.printed import BACK, PrintingAsked, newest_job, pay_and_print

BUTTONS = {
    "Retry": "printRetry", "Move": "printMove", "Give up": "printGiveUp", "Yes": "printYes",
    "No": "printNo", "Copy": "printCopy", "Pdf": "printPdf",
}  # fmt: skip


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> Iterator[PrintJobsPage]:
    """The page, empty still."""
    page = PrintJobsPage(jobs)
    qtbot.addWidget(page)
    page.resize(1100, 712)
    jobs.printing.worker = PrintingAsked()
    page.show()
    page.activateWindow()
    page.begin()
    yield page
    jobs.finish()


def come_to(
    qtbot: QtBot, page: PrintJobsPage, cashier: Actor, state: PrintState, detail: str = ""
) -> UUID:
    store = page._jobs.store
    visit = pay_and_print(store, cashier, state, detail)
    page._jobs.printing.show_printers(store.read(services.printers.counter_printers).result())
    page.refresh()
    qtbot.waitUntil(lambda: cell(page, 3) == WORDS[state])
    return visit


WORDS = {
    PrintState.BLOCKED: "Blocked", PrintState.HELD: "Held", PrintState.UNKNOWN: "In doubt",
    PrintState.PRINTED: "Printed", PrintState.SENT: "Sent",
}  # fmt: skip


def cell(page: PrintJobsPage, column: int, row: int = 0) -> str:
    return str(page.table.records.index(row, column).data())


def offered(page: PrintJobsPage) -> set[str]:
    return {name for name, button in BUTTONS.items() if seen(page, button)}


def press(page: PrintJobsPage, key: str) -> None:
    QTest.keySequence(page, QKeySequence(key))


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize(
    ("state", "ways"),
    [
        (PrintState.BLOCKED, {"Retry", "Move", "Give up", "Pdf"}),
        (PrintState.UNKNOWN, {"Yes", "No", "Copy", "Pdf"}),
        (PrintState.HELD, {"Yes", "No", "Copy", "Pdf"}),
        (PrintState.PRINTED, {"Copy", "Pdf"}),
        (PrintState.SENT, {"Copy", "Pdf"}),
    ],
)
def test_each_state_is_told_in_words_and_offers_its_ways_on(
    qtbot: QtBot, page: PrintJobsPage, cashier: Actor, state: PrintState, ways: set[str]
) -> None:
    come_to(qtbot, page, cashier, state, "The printer is out of paper.")
    assert "out of paper" in text_of(page, "printDetail")
    assert cell(page, 1) == "Receipt R-5001"
    assert offered(page) == ways


@pytest.mark.req("RCT-5")
def test_a_blocked_job_is_moved_by_keys(qtbot: QtBot, page: PrintJobsPage, cashier: Actor) -> None:
    come_to(qtbot, page, cashier, PrintState.BLOCKED)
    press(page, "Ctrl+M")
    qtbot.waitUntil(lambda: cell(page, 2) == "Back")
    assert newest_job(page._jobs.store, cashier).printer_id == BACK


@pytest.mark.req("RCT-5")
def test_a_job_in_doubt_is_answered_for(qtbot: QtBot, page: PrintJobsPage, cashier: Actor) -> None:
    come_to(qtbot, page, cashier, PrintState.UNKNOWN)
    press(page, "Alt+R")
    qtbot.waitUntil(lambda: cell(page, 3) == "Not printed")
    press(page, "Ctrl+P")
    qtbot.waitUntil(lambda: cell(page, 1) == "Receipt R-5001, copy 1")


@pytest.mark.req("RCT-5")
def test_giving_up_asks_first(
    qtbot: QtBot, page: PrintJobsPage, cashier: Actor, spoken: Spoken
) -> None:
    come_to(qtbot, page, cashier, PrintState.BLOCKED)
    spoken.yes = False
    press(page, "Del")
    assert spoken.asked == ["Never print this? The payment stays as it is."]
    spoken.yes = True
    press(page, "Del")
    qtbot.waitUntil(lambda: cell(page, 3) == "Given up")


@pytest.mark.req("RCT-3")
def test_a_third_copy_asks_for_a_supervisor_in_place(
    qtbot: QtBot, page: PrintJobsPage, cashier: Actor
) -> None:
    visit = come_to(qtbot, page, cashier, PrintState.PRINTED)
    for _copy in range(2):
        page._jobs.store.write(
            lambda session: services.reprints.reprint(session, visit, "lost"), cashier
        ).result()
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: seen(page, "printCopy"))
    press(page, "Ctrl+P")
    qtbot.waitUntil(lambda: seen(page, "stepUp"))
    dialog = find(page, QDialog, "stepUp")
    find(dialog, QLineEdit, "approverLogin").setText("supervisor")
    secret = find(dialog, QLineEdit, "approverSecret")
    secret.setText(PASSWORD)
    QTest.keyClick(secret, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cell(page, 1) == "Receipt R-5001, copy 3")


def test_what_is_not_out_yet_can_be_seen_alone(
    qtbot: QtBot, page: PrintJobsPage, cashier: Actor
) -> None:
    come_to(qtbot, page, cashier, PrintState.PRINTED)
    tabs = find(page, QTabBar, "printTabs")
    tabs.setFocus()
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 0)
    assert page.table.empty_text == "Nothing waits: everything came out."


@pytest.mark.req("RCT-5")
def test_a_job_is_saved_as_pdf(
    qtbot: QtBot, page: PrintJobsPage, cashier: Actor, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, spoken: Spoken,
) -> None:  # fmt: skip
    monkeypatch.setattr(messages, "save_as", lambda *_asked: str(tmp_path / "it.pdf"))
    come_to(qtbot, page, cashier, PrintState.BLOCKED)
    press(page, "Ctrl+S")
    qtbot.waitUntil(lambda: spoken.toasts == ["Saved as it.pdf"])
    assert (tmp_path / "it.pdf").read_bytes().startswith(b"%PDF")
