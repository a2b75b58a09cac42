"""The locked window: nothing to see or to reach, everything kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from counterdesk.store.store import Store
from counterdesk.ui.dialogs.lock_screen import LockScreen
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import colours
from counterdesk.ui.widgets.secret_form import SecretForm
from tests.conftest import PASSWORD, PIN
from tests.services.guessing import ObedientClock, events


@pytest.fixture
def clock() -> ObedientClock:
    """Replace the clock of the sample's store."""
    return ObedientClock()


class Till(QMainWindow):
    """A window with something personal in it, a field, and a key."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(900, 600)
        self.note = QLineEdit("John Doe owes 600.25")
        self.setCentralWidget(self.note)
        self.pressed: list[str] = []
        shortcut = QShortcut(QKeySequence("F2"), self)
        shortcut.activated.connect(lambda: self.pressed.append("F2"))


@pytest.fixture
def till(qtbot: QtBot) -> Till:
    till = Till()
    qtbot.addWidget(till)
    with qtbot.waitActive(till):
        till.show()
        till.activateWindow()
    till.note.setFocus()
    return till


@pytest.fixture
def lock(till: Till, jobs: Jobs) -> Iterator[LockScreen]:
    lock = LockScreen(jobs, till)
    lock.lock(visit_open=True)
    yield lock
    jobs.finish()


def secret(lock: LockScreen) -> QLineEdit:
    found = lock.findChild(QLineEdit, "lockSecret")
    assert isinstance(found, QLineEdit)
    return found


def give(qtbot: QtBot, lock: LockScreen, text: str) -> None:
    qtbot.keyClicks(secret(lock), text)
    qtbot.keyClick(secret(lock), Qt.Key.Key_Return)


@pytest.mark.req("AUD-2")
def test_nothing_beneath_is_seen_or_reached(qtbot: QtBot, till: Till, lock: LockScreen) -> None:
    assert lock.geometry() == till.rect()
    qtbot.keyClick(till, Qt.Key.Key_F2)
    assert till.pressed == []
    for _press in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert lock.isAncestorOf(focused)
    picture = till.grab(QRect(0, 0, 200, till.height())).toImage()
    seen = {picture.pixel(x, y) for x in range(200) for y in range(picture.height())}
    assert {QColor(one).name().upper() for one in seen} == {colours().background}
    till.resize(1000, 700)
    assert lock.geometry() == till.rect()


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("given", [PASSWORD, PIN])
def test_same_person_finds_everything_as_it_was(
    qtbot: QtBot, till: Till, lock: LockScreen, given: str
) -> None:
    with qtbot.waitSignal(lock.returned):
        give(qtbot, lock, given)
    assert not lock.locked
    assert till.note.text() == "John Doe owes 600.25"
    assert till.note.hasFocus()
    assert secret(lock).text() == ""
    lock.lock(visit_open=True)
    assert not secret(lock).isReadOnly()
    with qtbot.waitSignal(lock.returned):
        give(qtbot, lock, given)
    qtbot.keyClick(till, Qt.Key.Key_F2)
    assert till.pressed == ["F2"]


@pytest.fixture
def asking(qtbot: QtBot, till: Till) -> QDialog:
    """A dialog in which somebody typed, with a second one above it."""
    asking = _opened(qtbot, till, "asking")
    _opened(qtbot, asking, "above")
    return asking


def _opened(qtbot: QtBot, owner: QWidget, name: str) -> QDialog:
    dialog = QDialog(owner)
    dialog.setObjectName(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    QLineEdit(f"typed in {name}", dialog).setObjectName(f"{name}Line")
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    return dialog


@pytest.mark.req("AUD-2")
def test_a_dialog_is_out_of_reach_and_back_with_the_same_person(
    qtbot: QtBot, till: Till, jobs: Jobs, asking: QDialog
) -> None:
    above = asking.findChild(QDialog, "above")
    assert above is not None
    lock = LockScreen(jobs, till)
    lock.lock(visit_open=True)
    assert not asking.isVisible()
    assert not above.isVisible()
    with qtbot.waitSignal(lock.returned):
        give(qtbot, lock, PIN)
    assert asking.isVisible()
    assert above.isVisible()
    assert above.isModal()
    line = asking.findChild(QLineEdit, "askingLine")
    assert line is not None
    assert line.text() == "typed in asking"
    jobs.finish()


@pytest.mark.req("AUD-2")
def test_what_was_asked_of_one_person_is_never_asked_of_another(
    qtbot: QtBot, till: Till, jobs: Jobs, asking: QDialog
) -> None:
    answers: list[int] = []
    asking.finished.connect(answers.append)
    lock = LockScreen(jobs, till)
    lock.lock(visit_open=False)
    other = lock.findChild(QPushButton, "lockOther")
    assert other is not None
    with qtbot.waitSignal(lock.left):
        other.click()
    qtbot.waitUntil(lambda: not isValid(asking))
    assert answers == [QDialog.DialogCode.Rejected]
    jobs.finish()


@pytest.mark.req("AUD-2")
def test_a_dialog_that_opens_late_waits_for_its_person(
    qtbot: QtBot, till: Till, lock: LockScreen
) -> None:
    late = QDialog(till)
    late.open()
    qtbot.waitUntil(lambda: not late.isVisible())
    with qtbot.waitSignal(lock.returned):
        give(qtbot, lock, PIN)
    assert late.isVisible()


@pytest.mark.req("AUD-2")
def test_a_dialog_that_ended_meanwhile_does_not_come_back(
    qtbot: QtBot, till: Till, jobs: Jobs, asking: QDialog
) -> None:
    asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    lock = LockScreen(jobs, till)
    lock.lock(visit_open=True)
    asking.accept()
    with qtbot.waitSignal(lock.returned):
        give(qtbot, lock, PIN)
    assert not asking.isVisible()
    jobs.finish()


@pytest.mark.req("AUD-2")
def test_no_file_is_chosen_while_it_is_locked(qtbot: QtBot, till: Till, jobs: Jobs) -> None:
    chosen: list[str] = []
    files = QFileDialog(till)
    files.setOption(QFileDialog.Option.DontUseNativeDialog)
    files.fileSelected.connect(chosen.append)
    lock = LockScreen(jobs, till)
    QTimer.singleShot(0, lambda: lock.lock(visit_open=True))
    assert files.exec() == QDialog.DialogCode.Rejected
    with qtbot.waitSignal(lock.returned):
        give(qtbot, lock, PIN)
    assert not files.isVisible()
    assert chosen == []
    jobs.finish()


@pytest.mark.req("AUD-2")
def test_a_question_is_answered_no_and_what_only_tells_stays(
    qtbot: QtBot, till: Till, jobs: Jobs
) -> None:
    question, told = QMessageBox(till), QMessageBox(till)
    question.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
    for one in (question, told):
        one.open()
    lock = LockScreen(jobs, till)
    lock.lock(visit_open=True)
    assert not question.isVisible()
    assert question.clickedButton() is not question.button(QMessageBox.StandardButton.Yes)
    assert told.isVisible()
    told.reject()
    with qtbot.waitSignal(lock.returned):
        give(qtbot, lock, PIN)
    assert not question.isVisible()
    jobs.finish()


@pytest.mark.req("AUD-2")
def test_wrong_secret_keeps_it_locked_and_is_counted(
    qtbot: QtBot, lock: LockScreen, store: Store
) -> None:
    give(qtbot, lock, "wrong horse")
    refusal = lock.findChild(QLabel, "lockSecretError")
    assert isinstance(refusal, QLabel)
    qtbot.waitUntil(lambda: not refusal.isHidden())
    assert refusal.text() == "The password or PIN is not right."
    assert lock.locked
    assert events(store)[-1]["data"] == {"login": "jane", "tries": 1}


@pytest.mark.req("AUD-2")
def test_after_ten_wrong_tries_a_supervisor_helps_and_the_visit_is_kept(
    qtbot: QtBot, till: Till, lock: LockScreen, clock: ObedientClock
) -> None:
    unlock = lock.findChild(QPushButton, "lockUnlock")
    assert isinstance(unlock, QPushButton)
    form = lock.findChild(SecretForm)
    assert form is not None
    for _time in range(11):
        assert unlock.isHidden()
        with qtbot.waitSignal(form.busy, check_params_cb=lambda busy: not busy):
            give(qtbot, lock, "wrong horse")
        clock.pass_seconds(1000)
    qtbot.mouseClick(unlock, Qt.MouseButton.LeftButton)
    dialog = unlock.findChild(QDialog, "stepUp")
    assert isinstance(dialog, QDialog)
    for name, text in (("approverLogin", "supervisor"), ("approverSecret", PIN)):
        line = dialog.findChild(QLineEdit, name)
        assert isinstance(line, QLineEdit)
        qtbot.keyClicks(line, text)
        qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(unlock.isHidden)
    assert lock.locked
    with qtbot.waitSignal(lock.returned):
        give(qtbot, lock, PASSWORD)
    assert till.note.text() == "John Doe owes 600.25"


@pytest.mark.req("AUD-2")
def test_open_visit_is_left_to_nobody_else(lock: LockScreen) -> None:
    other = lock.findChild(QPushButton, "lockOther")
    assert isinstance(other, QPushButton)
    assert other.isHidden()


@pytest.mark.req("AUD-2")
def test_without_a_visit_somebody_else_may_sign_in(
    qtbot: QtBot, till: Till, jobs: Jobs, store: Store
) -> None:
    lock = LockScreen(jobs, till)
    lock.lock(visit_open=False)
    other = lock.findChild(QPushButton, "lockOther")
    assert isinstance(other, QPushButton)
    with qtbot.waitSignal(lock.left):
        qtbot.mouseClick(other, Qt.MouseButton.LeftButton)
    assert not lock.locked
    assert events(store)[-1]["kind"] == "person.signed_out"


def test_nobody_signed_in_is_not_locked(till: Till, jobs: Jobs) -> None:
    jobs.actor = None
    lock = LockScreen(jobs, till)
    lock.lock(visit_open=False)
    assert not lock.locked
