"""The page of what stands on receipts: typed on one side, seen at once on the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QTabBar
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import Event
from counterdesk.store.store import Store
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.theme import FIRST_WINDOW
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.receipt_paper import ReceiptPaper
from tests.conftest import find_person
from tests.services.test_office_changes import tell_setting
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of


@pytest.fixture
def window(qtbot: QtBot, jobs: Jobs, store: Store) -> Iterator[MainWindow]:
    """The window with the administrator at the page, reached by Ctrl+K."""
    window = MainWindow(jobs)
    qtbot.addWidget(window)
    window.resize(*FIRST_WINDOW)
    window.begin(find_person(store, "admin"))
    with qtbot.waitActive(window):
        window.show()
    QTest.keySequence(window, QKeySequence("Ctrl+K"))
    search = find(window, QLineEdit, "paletteSearch")
    QTest.keyClicks(search, "logo")
    QTest.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(window) is not None)
    with qtbot.waitActive(window):
        window.activateWindow()
    yield window
    jobs.finish()


def shown(window: MainWindow) -> QImage | None:
    """Return the receipt in sight."""
    label = window.findChild(QLabel, "samplePaper")
    if label is None or not label.isVisible() or label.pixmap().isNull():
        return None
    return label.pixmap().toImage()


def write(window: MainWindow, name: str, text: str) -> None:
    edit = find(window, QPlainTextEdit, name)
    edit.setFocus()
    for line in text.split("\n"):
        QTest.keyClicks(edit, line)
        QTest.keyClick(edit, Qt.Key.Key_Return)


def save(window: MainWindow) -> None:
    QTest.keySequence(window, QKeySequence("Ctrl+S"))
    window.jobs.drain()


def asked(store: Store) -> dict[str, Any]:
    """Return what the centre was asked to change, by the names of the settings."""
    wanted = select(Event.body).where(Event.kind == "setting.changed").order_by(Event.seq)
    bodies = store.read(lambda read: read.execute(wanted).scalars().all()).result()
    events = [json.loads(body)["data"] for body in bodies]
    return {event["name"]: event["after"] for event in events}


@pytest.mark.req("RCT-1", "RCT-2")
def test_the_receipt_follows_every_keystroke(window: MainWindow) -> None:
    before = shown(window)
    edit = find(window, QPlainTextEdit, "receiptHeader")
    for letter in "VAT":
        QTest.keyClicks(edit, letter)
        now = shown(window)
        assert now is not None
        assert now != before
        before = now


def test_who_writes_the_end_of_a_receipt_sees_its_end(window: MainWindow, qtbot: QtBot) -> None:
    (paper,) = (one for one in window.findChildren(ReceiptPaper) if one.isVisible())
    bar = paper.verticalScrollBar()
    assert bar.value() == 0 < bar.maximum()
    write(window, "receiptFooter", "Come again")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


@pytest.mark.req("RCT-1")
def test_the_lines_are_saved_as_the_offices_own(window: MainWindow, spoken: Spoken) -> None:
    assert not find(window, QPushButton, "receiptSave").isEnabled()
    write(window, "receiptHeader", "  VAT 12-345 \n\nOpen 8 to 16")
    write(window, "receiptFooter", "Come again")
    save(window)
    assert asked(window.jobs.store) == {
        "receipt_header": ["VAT 12-345", "Open 8 to 16"], "receipt_footer": ["Come again"],
    }  # fmt: skip
    assert spoken.toasts == ["Saved, and on its way to the centre."]
    assert "on its way to the centre" in text_of(window, "receiptDesignWaits")
    assert not find(window, QPushButton, "receiptSave").isEnabled()


@pytest.mark.req("RCT-1")
def test_what_was_asked_is_not_asked_again_with_what_comes_after(
    window: MainWindow, qtbot: QtBot
) -> None:
    write(window, "receiptHeader", "VAT 12-345")
    save(window)
    find(window, ChoiceBox, "documentPage").setFocus()
    QTest.keyClick(find(window, ChoiceBox, "documentPage"), Qt.Key.Key_Down)
    save(window)
    assert asked(window.jobs.store) == {"receipt_header": ["VAT 12-345"], "document_page": "A5"}
    write(window, "receiptHeader", "more")
    save(window)
    assert "waits for the centre" in text_of(window, "receiptSaveError")
    tell_setting(window.jobs.store, ["VAT 99"], 1, "receipt_header")
    window.refresh()
    window.jobs.drain()
    assert find(window, QPlainTextEdit, "receiptHeader").toPlainText() == "VAT 99"


def test_a_language_of_a_country_stays_as_it_is_set(window: MainWindow) -> None:
    tell_setting(window.jobs.store, "es_MX", 1, "receipt_language")
    window.refresh()
    window.jobs.drain()
    assert "México" in find(window, ChoiceBox, "receiptLanguage").currentText()
    assert not find(window, QPushButton, "receiptSave").isEnabled()


@pytest.mark.req("RCT-2")
def test_the_paper_is_a_roll_or_the_sheet_of_a_pdf(window: MainWindow) -> None:
    tabs = find(window, QTabBar, "samplePaperTabs")
    papers = []
    for tab in range(tabs.count()):
        tabs.setCurrentIndex(tab)
        papers.append(shown(window))
    wide, small, sheet = (paper for paper in papers if paper is not None)
    assert small.height() / small.width() > wide.height() / wide.width()
    assert sheet.height() / sheet.width() == pytest.approx(297 / 210, abs=0.01)  # A4


@pytest.mark.req("RCT-1")
def test_a_line_too_many_or_too_long_is_refused_as_it_is_typed(window: MainWindow) -> None:
    write(window, "receiptHeader", "\n".join("1234567"))
    assert text_of(window, "receiptHeaderError") == "There is room for 6 lines."
    assert not find(window, QPushButton, "receiptSave").isEnabled()
    save(window)
    assert asked(window.jobs.store) == {}
    find(window, QPlainTextEdit, "receiptHeader").clear()
    write(window, "receiptHeader", "x" * 121)
    assert "120 letters" in text_of(window, "receiptHeaderError")


@pytest.mark.req("RCT-1")
def test_a_picture_becomes_the_logo_and_can_go_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = QImage(1_000, 500, QImage.Format.Format_RGB32)
    picture.fill(QColor("black"))
    picture.save(str(tmp_path / "logo.png"))
    before = shown(window)
    monkeypatch.setattr(messages, "open_file", lambda *_asked: str(tmp_path / "logo.png"))
    QTest.keySequence(window, QKeySequence("Ctrl+G"))
    window.jobs.drain()
    assert text_of(window, "receiptLogoSize") == "384 by 192 dots"
    assert shown(window) != before
    save(window)
    assert json.loads(asked(window.jobs.store)["receipt_logo"])["width"] == 384
    QTest.keySequence(window, QKeySequence("Ctrl+Del"))
    assert text_of(window, "receiptLogoSize") == "None yet"
    assert shown(window) == before


@pytest.mark.req("RCT-1")
def test_a_file_that_is_no_picture_is_refused_beside_the_button(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "logo.png").write_bytes(b"<svg/>")
    monkeypatch.setattr(messages, "open_file", lambda *_asked: str(tmp_path / "logo.png"))
    QTest.keySequence(window, QKeySequence("Ctrl+G"))
    window.jobs.drain()
    assert "no picture" in text_of(window, "receiptLogoError")
    assert not find(window, QPushButton, "receiptSave").isEnabled()


def test_who_changes_no_settings_never_comes_here(
    window: MainWindow, cashier: Actor, qtbot: QtBot
) -> None:
    window.show_signed_out()
    window.sign_in(cashier)
    window.go_to("receipt_design")
    assert not seen(window, "samplePaper")
