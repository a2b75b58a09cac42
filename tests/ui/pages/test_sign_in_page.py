"""Signing in through the window, with keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.sign_in_page import SignInPage
from tests.conftest import PASSWORD, PIN
from tests.services.guessing import ObedientClock, events
from tests.ui.conftest import Spoken

ENTER = Qt.Key.Key_Return


@pytest.fixture
def clock() -> ObedientClock:
    """Replace the clock of the sample's store."""
    return ObedientClock()


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> SignInPage:
    jobs.actor = None
    page = SignInPage(jobs)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    return page


def edit(page: SignInPage, name: str) -> QLineEdit:
    found = page.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def error(page: SignInPage, name: str) -> str:
    label = page.findChild(QLabel, f"{name}Error")
    assert isinstance(label, QLabel)
    return "" if label.isHidden() else label.text()


def button(page: SignInPage | QDialog, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def fill(qtbot: QtBot, page: SignInPage, login: str, secret: str) -> None:
    edit(page, "signInLogin").clear()
    qtbot.keyClicks(edit(page, "signInLogin"), login)
    qtbot.keyClick(edit(page, "signInLogin"), ENTER)
    qtbot.keyClicks(edit(page, "signInSecret"), secret)
    qtbot.keyClick(edit(page, "signInSecret"), ENTER)


def be_refused(qtbot: QtBot, page: SignInPage, login: str, secret: str, field: str) -> str:
    fill(qtbot, page, login, secret)
    qtbot.waitUntil(lambda: error(page, field) != "")
    return error(page, field)


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("secret", [PASSWORD, PIN])
def test_login_enter_secret_enter_signs_in(
    qtbot: QtBot, page: SignInPage, cashier: Actor, secret: str
) -> None:
    with qtbot.waitSignal(page.signed_in) as signed_in:
        fill(qtbot, page, "jane", secret)
    assert signed_in.args == [cashier]
    assert edit(page, "signInLogin").text() == edit(page, "signInSecret").text() == ""


@pytest.mark.req("AUD-2")
def test_wrong_secret_is_told_beside_it_and_can_be_mended(qtbot: QtBot, page: SignInPage) -> None:
    told = be_refused(qtbot, page, "jane", "wrong horse", "signInSecret")
    assert told == "The login or the password is not right."
    assert edit(page, "signInSecret").text() == ""
    assert edit(page, "signInLogin").text() == "jane"
    qtbot.waitUntil(edit(page, "signInSecret").hasFocus)
    with qtbot.waitSignal(page.signed_in):
        qtbot.keyClicks(edit(page, "signInSecret"), PASSWORD)
        qtbot.keyClick(edit(page, "signInSecret"), ENTER)


@pytest.mark.req("AUD-2")
def test_empty_fields_are_told_and_count_as_no_try(
    qtbot: QtBot, page: SignInPage, store: Store
) -> None:
    before = len(events(store))
    qtbot.mouseClick(button(page, "signInButton"), Qt.MouseButton.LeftButton)
    assert error(page, "signInLogin") == "Enter your login."
    assert error(page, "signInSecret") == "Enter your password or PIN."
    assert len(events(store)) == before


@pytest.mark.req("AUD-2")
def test_waiting_time_is_told(qtbot: QtBot, page: SignInPage) -> None:
    for _time in range(5):
        be_refused(qtbot, page, "jane", "wrong horse", "signInSecret")
    told = be_refused(qtbot, page, "jane", PASSWORD, "signInLogin")
    assert told == "Too many wrong tries. Try again in 30 seconds."
    assert button(page, "signInUnlock").isHidden()


@pytest.mark.req("AUD-2")
def test_supervisor_unlocks_in_place(
    qtbot: QtBot, page: SignInPage, clock: ObedientClock, spoken: Spoken
) -> None:
    for _time in range(10):
        be_refused(qtbot, page, "jane", "wrong horse", "signInSecret")
        clock.pass_seconds(1000)
    assert "Ask a supervisor" in be_refused(qtbot, page, "jane", PASSWORD, "signInLogin")
    qtbot.mouseClick(button(page, "signInUnlock"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(QDialog, "stepUp")
    assert isinstance(dialog, QDialog)
    for name, text in (("approverLogin", "supervisor"), ("approverSecret", PIN)):
        line = dialog.findChild(QLineEdit, name)
        assert isinstance(line, QLineEdit)
        qtbot.keyClicks(line, text)
        qtbot.keyClick(line, ENTER)
    qtbot.waitUntil(lambda: spoken.toasts == ["The login is unlocked."])
    with qtbot.waitSignal(page.signed_in):
        fill(qtbot, page, "jane", PASSWORD)


@pytest.mark.parametrize(
    ("letter", "modifier", "hidden"),
    [
        ("A", Qt.KeyboardModifier.NoModifier, False),
        ("a", Qt.KeyboardModifier.ShiftModifier, False),
        ("a", Qt.KeyboardModifier.NoModifier, True),
        ("A", Qt.KeyboardModifier.ShiftModifier, True),
        ("7", Qt.KeyboardModifier.NoModifier, True),
    ],
)
def test_caps_lock_is_noticed(
    page: SignInPage, letter: str, modifier: Qt.KeyboardModifier, hidden: bool
) -> None:
    hint = page.findChild(QLabel, "signInCapsLock")
    assert isinstance(hint, QLabel)
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, modifier, letter)
    QApplication.sendEvent(edit(page, "signInSecret"), press)
    assert hint.isHidden() is hidden


def test_secret_is_not_shown(page: SignInPage) -> None:
    assert edit(page, "signInSecret").echoMode() == QLineEdit.EchoMode.Password


def test_every_widget_has_a_name_for_scripts_and_screen_readers(page: SignInPage) -> None:
    for widget in (*page.findChildren(QLineEdit), *page.findChildren(QPushButton)):
        assert widget.objectName()
        assert widget.accessibleName()
