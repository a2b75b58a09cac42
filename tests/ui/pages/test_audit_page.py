"""The audit in the window: looked for by keys, read whole, proved, written into a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.permissions import Actor
from counterdesk.store.store import Store
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.audit_page import AuditPage
from tests.conftest import find_person
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of, texts_in

pytestmark = pytest.mark.req("AUD-1")


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, store: Store, cashier: Actor) -> Iterator[AuditPage]:
    """The page of an auditor, at a counter where Jane opened a shift."""
    store.write(lambda s: services.shifts.open_shift(s, 20_000), cashier).result()
    jobs.actor = find_person(store, "auditor")
    page = AuditPage(jobs)
    qtbot.addWidget(page)
    page.resize(968, 584)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.begin()
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 2)
    yield page
    jobs.finish()


def rows(page: AuditPage) -> list[list[str]]:
    return texts_in(page.table.records)


def test_each_act_says_who_did_it_and_enter_reads_it_whole(qtbot: QtBot, page: AuditPage) -> None:
    assert rows(page)[0][2:] == ["Jane Smith", "Shift S-2025-00001 of Jane Smith opened", "$200.00"]
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: seen(page, "auditData"))
    assert '"float_minor": 20000' in find(page, QPlainTextEdit, "auditData").toPlainText()
    assert "By Jane Smith" in text_of(page, "auditTold")
    QTest.keyClick(page._one, Qt.Key.Key_Escape)
    assert seen(page, "auditTable")


def test_it_is_looked_for_by_text_person_and_day_and_a_wrong_day_is_refused(
    qtbot: QtBot, page: AuditPage
) -> None:
    QTest.keyClicks(find(page, QLineEdit, "auditText"), "s-2025")
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1)
    QTest.keySequence(page, QKeySequence("Esc"))
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 2)
    box = find(page, QComboBox, "auditPerson")
    box.setCurrentIndex(box.findText("Demo Manager"))
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 0)
    assert "Nobody did that" in page.table.empty_text
    box.setCurrentIndex(0)
    QTest.keyClicks(find(page, QLineEdit, "auditTo"), "2025-04-19")
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 0)
    QTest.keyClicks(find(page, QLineEdit, "auditTo"), "x")
    qtbot.waitUntil(lambda: text_of(page, "auditToError") != "")


def test_the_chain_is_checked_with_a_key_and_told_in_words(qtbot: QtBot, page: AuditPage) -> None:
    QTest.keySequence(page, QKeySequence("Ctrl+T"))
    qtbot.waitUntil(lambda: "2 acts: each follows" in text_of(page, "chainWords"))
    assert not seen(page, "chainProgress")


def test_acts_are_written_into_a_file_and_that_is_an_act(
    qtbot: QtBot, page: AuditPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoken: Spoken
) -> None:
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(tmp_path / "acts.csv"))
    QTest.keySequence(page, QKeySequence("Ctrl+S"))
    qtbot.waitUntil(lambda: spoken.toasts == ["Written: acts.csv"])
    assert "shift.opened" in (tmp_path / "acts.csv").read_text("utf-8-sig")
    qtbot.waitUntil(lambda: rows(page)[0][3] == "Demo Auditor wrote 2 acts into a file")
