"""The page of the printers: by keys, from none to one that is tried out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.permissions import Actor
from counterdesk.core.printers import Paper, Printers, PrinterSetting, Way
from counterdesk.printing.discovery import FoundPrinter
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.printers_page import PrintersPage
from tests.printing.counter_printers import FRONT, add_printer
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.printed import BACK, PrintingAsked, newest_job


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, supervisor: Actor) -> Iterator[PrintersPage]:
    """The page of a supervisor, at a counter without printers."""
    jobs.actor = supervisor
    page = PrintersPage(jobs)
    qtbot.addWidget(page)
    page.resize(1100, 712)
    jobs.printing.worker = PrintingAsked()
    page.show()
    page.activateWindow()
    page.begin()
    jobs.drain()
    yield page
    jobs.finish()


def kept(page: PrintersPage) -> Printers:
    return page._jobs.store.read(services.printers.counter_printers).result()


def press(page: PrintersPage, key: str) -> None:
    QTest.keySequence(page, QKeySequence(key))


def type_into(page: PrintersPage, name: str, text: str) -> QLineEdit:
    line = find(page, QLineEdit, name)
    line.clear()
    QTest.keyClicks(line, text)
    return line


def two_printers(qtbot: QtBot, page: PrintersPage) -> None:
    store: Store = page._jobs.store
    store.write(add_printer).result()
    store.write(lambda session: add_printer(session, "Back", printer_id=BACK)).result()
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 2)


@pytest.mark.req("RCT-5")
def test_a_printer_is_added_by_keys(qtbot: QtBot, page: PrintersPage, spoken: Spoken) -> None:
    assert "Ctrl+N adds one" in page.table.empty_text
    press(page, "Ctrl+N")
    type_into(page, "printerName", "Front desk")
    QTest.keyClick(type_into(page, "printerAddress", "10.0.0.7"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1)
    (setting,) = kept(page).all
    assert (setting.name, setting.way, setting.address) == ("Front desk", Way.NETWORK, "10.0.0.7")
    assert (setting.answers, setting.columns, setting.drawer_pin) == (True, 48, 0)
    assert not seen(page, "printerForm")
    assert "test page" in spoken.toasts[0]


@pytest.mark.req("RCT-5")
def test_a_printer_of_this_machine_is_chosen_and_not_typed(
    qtbot: QtBot, page: PrintersPage
) -> None:
    worker = page._jobs.printing.worker
    assert isinstance(worker, PrintingAsked)
    worker.finds = (FoundPrinter(Way.USB, "04b8:0202", "EPSON TM-T20III"),)
    press(page, "Ctrl+N")
    found = find(page, QComboBox, "printerFound")
    qtbot.waitUntil(lambda: found.count() == 2)
    found.setFocus()
    QTest.keyClick(found, Qt.Key.Key_Down)
    assert find(page, QLineEdit, "printerName").text() == "EPSON TM-T20III"
    QTest.keyClick(find(page, QLineEdit, "printerName"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1)
    (setting,) = kept(page).all
    assert (setting.way, setting.address) == (Way.USB, "04b8:0202")


def test_a_wrong_address_is_refused_beside_its_field_and_nothing_is_saved(
    qtbot: QtBot, page: PrintersPage
) -> None:
    press(page, "Ctrl+N")
    type_into(page, "printerName", "Front desk")
    QTest.keyClick(type_into(page, "printerAddress", "here:there"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "host:port" in text_of(page, "printerAddressError"))
    assert kept(page).all == ()
    back = find(page, QAbstractButton, "printerFormBack")
    back.setFocus()
    QTest.keyClick(back, Qt.Key.Key_Return)
    assert not seen(page, "printerForm")
    assert kept(page).all == ()


@pytest.mark.req("RCT-5")
def test_enter_changes_a_printer_and_every_field_says_what_it_is(
    qtbot: QtBot, page: PrintersPage
) -> None:
    two_printers(qtbot, page)
    before = kept(page).all[0]
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert find(page, QComboBox, "printerWay").currentText() == "Folder"
    cutter = find(page, QAbstractButton, "printerCutter")
    QTest.keyClick(cutter, Qt.Key.Key_Space)
    QTest.keyClick(find(page, QLineEdit, "printerName"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: kept(page).all[0].cutter is False)
    assert kept(page).all[0] == PrinterSetting(
        FRONT, before.name, before.way, before.address, cutter=False
    )


@pytest.mark.req("RCT-5")
def test_paper_is_assigned_and_the_first_printer_changed(qtbot: QtBot, page: PrintersPage) -> None:
    two_printers(qtbot, page)
    box = find(page, QComboBox, f"paper_{Paper.SHIFT_REPORT}")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: kept(page).assigned == {Paper.SHIFT_REPORT: BACK})
    page.table.selectRow(1)
    press(page, "Ctrl+Up")
    qtbot.waitUntil(lambda: kept(page).all[0].printer_id == BACK)
    qtbot.waitUntil(lambda: box.currentText() == "Back")


@pytest.mark.req("RCT-5")
def test_a_test_page_is_queued_for_the_printer(
    qtbot: QtBot, page: PrintersPage, spoken: Spoken, supervisor: Actor
) -> None:
    two_printers(qtbot, page)
    page.table.selectRow(1)
    press(page, "Ctrl+T")
    qtbot.waitUntil(lambda: bool(spoken.toasts))
    job = newest_job(page._jobs.store, supervisor)
    assert (job.title, job.printer_name) == ("Test page", "Back")


def test_a_printer_is_removed_after_a_question(
    qtbot: QtBot, page: PrintersPage, spoken: Spoken
) -> None:
    two_printers(qtbot, page)
    press(page, "Del")
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1)
    assert spoken.asked == ["Remove Front? What waits there goes to the first printer."]


@pytest.mark.req("RCT-5")
def test_what_a_printer_says_of_itself_stands_beside_it(qtbot: QtBot, page: PrintersPage) -> None:
    two_printers(qtbot, page)
    page._jobs.printing.tell(BACK, "The paper is nearly at its end.")
    cell = page.table.records.index(1, 3)
    qtbot.waitUntil(lambda: cell.data() == "The paper is nearly at its end.")
