"""The program's start: the window at once, refusals in sentences, everything ended in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from counterdesk import app
from counterdesk.core.clock import Clock
from counterdesk.store.store import Store
from counterdesk.store.unlock import Argon2Cost, PassphraseUnlock
from counterdesk.ui.dialogs.start_notice import not_set_up
from tests.conftest import PASSWORD, UNLOCK
from tests.ui.find import find


@pytest.fixture(autouse=True)
def exit_codes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Catch the program's end: Qt would run no event loop of a later test."""
    codes: list[int] = []
    monkeypatch.setattr(QApplication, "exit", codes.append)
    return codes


@pytest.fixture
def till(qapp: QApplication, data_folder: Path, clock: Clock) -> Iterator[app.Till]:
    """A till over the sample's data folder, not started."""
    del qapp
    till = app.Till(data_folder, clock)
    yield till
    till.window.close()
    till.stop()


def _alone(name: str) -> QWidget | None:
    for widget in QApplication.topLevelWidgets():
        found = widget.findChild(QWidget, name)
        if found is not None and found.isVisible():
            return found
    return None


def _notice() -> str:
    found = _alone("noticeText")
    return found.text() if isinstance(found, QLabel) else ""


def _close_notice(qtbot: QtBot) -> None:
    button = _alone("noticeClose")
    assert isinstance(button, QPushButton)
    with qtbot.waitSignal(button.destroyed):
        button.click()


def test_letters_typed_before_the_ledger_is_open_are_kept(qtbot: QtBot, till: app.Till) -> None:
    till.start(UNLOCK)
    login = find(till.window, QLineEdit, "signInLogin")
    assert login.isVisible()
    QTest.keyClicks(login, "jane")
    QTest.keyClick(login, Qt.Key.Key_Return)
    QTest.keyClicks(find(till.window, QLineEdit, "signInSecret"), PASSWORD)
    QTest.keyClick(find(till.window, QLineEdit, "signInSecret"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: till.jobs.actor is not None)
    assert till.jobs.actor is not None
    assert till.jobs.actor.name == "Jane Smith"


def test_own_payments_are_read_for_the_list_before_anybody_signs_in(
    qtbot: QtBot, till: app.Till
) -> None:
    till.start(UNLOCK)
    qtbot.waitUntil(lambda: till.jobs.is_open)
    kept = text("select count(*) from temp.sqlite_schema where name = 'own_line_kept'")
    there = till.jobs.store.read
    qtbot.waitUntil(lambda: there(lambda read: read.execute(kept).scalar()).result() == 1)
    assert till.jobs.actor is None


def test_a_second_window_on_the_same_data_is_refused(
    qtbot: QtBot, till: app.Till, store: Store, exit_codes: list[int]
) -> None:
    del store  # holds the folder
    till.start(UNLOCK)
    qtbot.waitUntil(lambda: "already running" in _notice())
    assert not till.window.isVisible()
    _close_notice(qtbot)
    assert exit_codes == [app.EXIT_REFUSED]


def test_a_damaged_ledger_is_refused_in_words(
    qtbot: QtBot, till: app.Till, data_folder: Path
) -> None:
    (data_folder / "ledger.db").write_bytes(b"\0" * 8192)
    till.start(UNLOCK)
    qtbot.waitUntil(lambda: _notice() != "")
    assert "Traceback" not in _notice()
    _close_notice(qtbot)


def test_a_folder_that_takes_no_files_is_refused_in_words(
    qtbot: QtBot, till: app.Till, data_folder: Path
) -> None:
    for name in ("logs", "counter.lock"):  # as root, the tests can write where nobody else can
        (data_folder / name).unlink(missing_ok=True)
    (data_folder / "logs").write_text("", encoding="utf-8")
    (data_folder / "counter.lock").mkdir()
    till.start(UNLOCK)
    qtbot.waitUntil(lambda: "cannot be written" in _notice())
    assert not till.window.isVisible()
    _close_notice(qtbot)


def test_a_wrong_passphrase_can_be_tried_again(qtbot: QtBot, till: app.Till) -> None:
    till.start()
    qtbot.waitUntil(lambda: _alone("passphrase") is not None)
    field = _alone("passphrase")
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "wrong")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _alone("passphraseError") is not None)
    assert not till.window.isVisible()
    QTest.keyClicks(field, "only for tests")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(till.window.isVisible)
    assert till.jobs.is_open


def test_a_folder_without_a_counter_says_how_to_begin(qtbot: QtBot, tmp_path: Path) -> None:
    texts = words_of_notice(qtbot, tmp_path)
    assert "not set up" in texts
    assert "counterdesk demo" in texts


@pytest.mark.req("SYNC-3")
def test_a_folder_of_which_only_the_keys_are_left_says_how_to_recover(
    qtbot: QtBot, data_folder: Path
) -> None:
    for name in ("ledger.db", "journal.cdj"):
        (data_folder / name).unlink()
    assert "counterdesk recover" in words_of_notice(qtbot, data_folder)


def words_of_notice(qtbot: QtBot, folder: Path) -> str:
    notice = not_set_up(folder)
    qtbot.addWidget(notice)
    notice.show()
    return " ".join(label.text() for label in notice.findChildren(QLabel))


def test_nothing_is_left_running_afterwards(
    qapp: QApplication, data_folder: Path, clock: Clock, qtbot: QtBot
) -> None:
    del qapp
    before = threading.active_count()
    till = app.Till(data_folder, clock)
    till.start(UNLOCK)
    qtbot.waitUntil(lambda: till.jobs.is_open)
    assert till.window.close()
    till.stop()
    assert threading.active_count() == before
    again = Store.open(data_folder, PassphraseUnlock("only for tests", Argon2Cost(1, 8, 1)), clock)
    again.close()
