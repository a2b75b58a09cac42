"""The audit in the window: looked for by keys, read whole, proved, exported."""

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
from tests.exported import read_csv
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


@pytest.mark.req("AUD-4", "VIEW-6")
@pytest.mark.parametrize("name", ["acts.csv", "acts.xlsx", "acts.pdf"])
def test_acts_are_exported_as_other_lists_are_and_that_is_an_act(
    qtbot: QtBot, page: AuditPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoken: Spoken,
    name: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(tmp_path / name))
    QTest.keyClicks(find(page, QLineEdit, "auditText"), "S-2025")
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1)
    QTest.keySequence(page, QKeySequence("Ctrl+E"))
    qtbot.waitUntil(lambda: spoken.toasts == [f"1 row is in {name}."])
    assert (tmp_path / name).stat().st_size > 0
    QTest.keySequence(page, QKeySequence("Esc"))
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 4)
    assert [row[3] for row in rows(page)][:2] == [
        f"{name}: the file was written", "Audit: somebody began to write the list into a file",
    ]  # fmt: skip


@pytest.mark.req("AUD-4")
def test_what_is_exported_is_whole_and_holds_no_formula(
    qtbot: QtBot, page: AuditPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoken: Spoken
) -> None:
    path = tmp_path / "acts.csv"
    page._jobs.store.write(lambda s: s.record("thing.done", {"name": "=1+1"})).result()
    page.refresh()
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 3)
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(path))
    QTest.keySequence(page, QKeySequence("Ctrl+E"))
    qtbot.waitUntil(lambda: len(spoken.toasts) == 1)
    titles, newest, *_older = read_csv(path)
    told = dict(zip(titles, newest, strict=True))
    assert told["Number"] == "'=1+1"
    assert (told["Kind"], told["Everything the act tells"]) == ("thing.done", '{"name": "=1+1"}')
    assert len(told["Hash"]) == 64


def test_a_wrong_day_exports_nothing(
    page: AuditPage, monkeypatch: pytest.MonkeyPatch, spoken: Spoken
) -> None:
    monkeypatch.setattr(messages, "save_as", lambda *_given: pytest.fail("asked where to"))
    find(page, QLineEdit, "auditTo").setText("no day")
    QTest.keySequence(page, QKeySequence("Ctrl+E"))
    assert text_of(page, "auditToError")
    assert not spoken.toasts
