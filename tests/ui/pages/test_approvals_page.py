"""What waits for approval is answered with keys, by whoever may and by nobody for themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from counterdesk.core.credit import NoteNow, NoteStatus
from counterdesk.core.permissions import Actor, Role
from counterdesk.store.store import Store
from counterdesk.ui.dialogs.step_up import StepUpDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.approvals_page import ApprovalsPage
from tests.conftest import PASSWORD, hire
from tests.services.crediting import now, pay, raise_note
from tests.services.till import Till
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of
from tests.ui.till import open_shift

MakePage = Callable[[Actor], ApprovalsPage]


@pytest.fixture
def jane(store: Store, cashier: Actor) -> Till:
    """Jane, who takes payments."""
    open_shift(store, cashier)
    return Till(store, cashier)


@pytest.fixture
def notes(jane: Till) -> tuple[NoteNow, NoteNow]:
    """Two notes that wait."""
    payment = pay(jane)
    return raise_note(jane, payment, 2_000), raise_note(jane, payment, 3_000)


@pytest.fixture
def open_page(qtbot: QtBot, jobs: Jobs, notes: tuple[NoteNow, NoteNow]) -> Iterator[MakePage]:
    """Opens the page for a person, with the list in it."""

    def make(person: Actor) -> ApprovalsPage:
        jobs.actor = person
        page = ApprovalsPage(jobs)
        qtbot.addWidget(page)
        page.resize(1100, 700)
        with qtbot.waitActive(page):
            page.show()
        page.begin()
        qtbot.waitUntil(lambda: page.table.records.rowCount() == len(notes))
        return page

    yield make
    jobs.finish()


def press(page: ApprovalsPage, key: str) -> None:
    QTest.keySequence(page, QKeySequence(key))


def words(page: QWidget) -> set[str]:
    return {label.text() for label in page.findChildren(QLabel) if label.isVisible()}


@pytest.mark.req("CN-3")
def test_a_supervisor_sees_what_it_is_about_and_says_yes_by_a_key(
    qtbot: QtBot, open_page: MakePage, supervisor: Actor, jane: Till,
    notes: tuple[NoteNow, NoteNow], spoken: Spoken,
) -> None:  # fmt: skip
    page = open_page(supervisor)
    qtbot.waitUntil(lambda: notes[0].number in words(page))
    assert {"$20.00", "R-5001", "Billing error", "$145.50 · Cash", "$50.00", "Jane Smith"} <= words(
        page
    )
    press(page, "Ctrl+Y")
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1)
    assert now(jane, notes[0].id).status is NoteStatus.ACTIVE
    assert spoken.toasts == [f"{notes[0].number} is approved."]


@pytest.mark.req("CN-3")
def test_a_no_asks_for_its_reason(
    qtbot: QtBot, open_page: MakePage, supervisor: Actor, jane: Till,
    notes: tuple[NoteNow, NoteNow],
) -> None:  # fmt: skip
    page = open_page(supervisor)
    qtbot.waitUntil(lambda: seen(page, "approvalNo"))
    press(page, "Ctrl+U")  # elsewhere: the consumer
    assert not seen(page, "approvalReason")
    press(page, "Alt+R")
    why = find(page, QLineEdit, "approvalReason")
    QTest.keyClick(why, Qt.Key.Key_Return)
    assert text_of(page, "approvalReasonError") == "Give the reason."
    QTest.keyClicks(why, "the bill was right")
    QTest.keyClick(why, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1)
    assert now(jane, notes[0].id).status is NoteStatus.REJECTED


@pytest.mark.req("CN-3", "AUD-2")
def test_at_a_cashier_s_counter_somebody_else_says_yes_with_their_own_secret(
    qtbot: QtBot, open_page: MakePage, cashier: Actor, jane: Till,
    notes: tuple[NoteNow, NoteNow],
) -> None:  # fmt: skip
    page = open_page(cashier)
    qtbot.waitUntil(lambda: seen(page, "approvalYes"))
    press(page, "Ctrl+Y")
    dialog = find(page, StepUpDialog, "stepUp")
    QTest.keyClicks(find(dialog, QLineEdit, "approverLogin"), "supervisor")
    secret = find(dialog, QLineEdit, "approverSecret")
    QTest.keyClicks(secret, PASSWORD)
    QTest.keyClick(secret, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1)
    assert now(jane, notes[0].id).status is NoteStatus.ACTIVE


@pytest.mark.req("AUD-2")
def test_who_decides_nothing_is_offered_nothing(
    qtbot: QtBot, open_page: MakePage, jane: Till
) -> None:
    auditor = jane.act(lambda s: hire(s, Role.AUDITOR, "other"))
    page = open_page(auditor)
    qtbot.waitUntil(lambda: "R-5001" in words(page))
    assert not seen(page, "approvalYes")
