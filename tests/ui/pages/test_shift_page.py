"""The shift: opened with Enter, seen while it runs, closed with what was counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.shift_page import ShiftPage
from tests.ui.conftest import Spoken
from tests.ui.find import find, text_of


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> Iterator[ShiftPage]:
    """The page, in sight, before a shift is opened."""
    page = ShiftPage(jobs)
    qtbot.addWidget(page)
    page.resize(1152, 794)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: find(page, QLineEdit, "shiftFloat").text() == "0.00")
    yield page
    jobs.finish()


def _type(page: ShiftPage, name: str, text: str) -> None:
    edit = find(page, QLineEdit, name)
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)


def _enter(page: ShiftPage, name: str) -> None:
    QTest.keyClick(find(page, QLineEdit, name), Qt.Key.Key_Return)


def _open(qtbot: QtBot, page: ShiftPage, float_typed: str = "100") -> None:
    _type(page, "shiftFloat", float_typed)
    _enter(page, "shiftFloat")
    qtbot.waitUntil(lambda: text_of(page, "shiftExpected") != "")


@pytest.mark.req("CASH-7")
def test_enter_opens_the_shift_with_the_typed_float(qtbot: QtBot, page: ShiftPage) -> None:
    with qtbot.waitSignal(page.shift_opened):
        _open(qtbot, page)
    qtbot.waitUntil(lambda: page.title.text() == "Shift S-2025-00001")
    assert text_of(page, "shiftPerson") == "Jane Smith"
    assert text_of(page, "shiftDate") == "Apr 20, 2025"
    assert text_of(page, "shiftExpected") == "$100.00"
    shift = page._jobs.store.read(services.shifts.current_shift).result()
    assert shift is not None
    assert shift.float_minor == 10_000


@pytest.mark.parametrize("typed", ["ten", "-5", "1.234", ""])
def test_a_float_that_is_no_amount_is_refused_beside_its_field(page: ShiftPage, typed: str) -> None:
    edit = find(page, QLineEdit, "shiftFloat")
    edit.clear()
    QTest.keyClicks(edit, typed)
    _enter(page, "shiftFloat")
    assert text_of(page, "shiftFloatError") != ""
    assert page._jobs.store.read(services.shifts.current_shift).result() is None


def test_an_exact_count_closes_the_shift(qtbot: QtBot, page: ShiftPage, spoken: Spoken) -> None:
    _open(qtbot, page)
    _type(page, "shiftCounted", "100")
    assert text_of(page, "shiftDifference") == "Exactly right"
    with qtbot.waitSignal(page.shift_closed):
        _enter(page, "shiftCounted")
    qtbot.waitUntil(lambda: page.title.text() == "Open your shift")
    assert len(spoken.asked) == 1
    assert page._jobs.store.read(services.shifts.current_shift).result() is None


def test_closing_a_shift_leaves_a_copy_of_the_ledger(qtbot: QtBot, page: ShiftPage) -> None:
    _open(qtbot, page)
    _type(page, "shiftCounted", "100")
    with qtbot.waitSignal(page.shift_closed):
        _enter(page, "shiftCounted")
    page._jobs.drain()
    copies = sorted(page._jobs.store.folder.backups.glob("ledger-2025-04-20T*.db"))
    assert len(copies) == 1


def test_a_difference_needs_a_reason(qtbot: QtBot, page: ShiftPage, spoken: Spoken) -> None:
    _open(qtbot, page)
    _type(page, "shiftCounted", "95")
    assert text_of(page, "shiftDifference") == "$5.00 short"
    _enter(page, "shiftCounted")
    qtbot.waitUntil(lambda: text_of(page, "shiftReasonError") != "")
    assert spoken.asked == []
    _type(page, "shiftReason", "Gave a five too much")
    with qtbot.waitSignal(page.shift_closed) as closed:
        _enter(page, "shiftReason")
    assert closed.args is not None
    assert closed.args[0].difference_minor == -500


def test_no_leaves_the_shift_open(qtbot: QtBot, page: ShiftPage, spoken: Spoken) -> None:
    _open(qtbot, page)
    spoken.yes = False
    _type(page, "shiftCounted", "100")
    _enter(page, "shiftCounted")
    page._jobs.drain()
    assert page._jobs.store.read(services.shifts.current_shift).result() is not None
