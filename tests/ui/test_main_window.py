"""The window: keys reach their places, locking keeps the visit, leaving asks first."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from counterdesk import services
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.ledger import Credential
from counterdesk.store.disk import WARN_BELOW_BYTES
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.theme import FIRST_WINDOW, NARROWEST_WINDOW, theme_in_use
from tests.conftest import PIN, find_person
from tests.services.counting import close_shift
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of

_KEYS = [
    (Qt.Key.Key_F3, "paymentsTable"),
    (Qt.Key.Key_F4, "creditNotesTable"),
    (Qt.Key.Key_F7, "countShift"),
    (Qt.Key.Key_F8, "kpiTotalCollected"),
    (Qt.Key.Key_F2, "consumerSearch"),
]


@pytest.fixture
def window(qtbot: QtBot, jobs: Jobs, cashier: Actor, tmp_path: Path) -> MainWindow:
    """The window with the cashier signed in and a shift running."""
    jobs.store.write(lambda session: services.shifts.open_shift(session, 0), cashier).result()
    made = MainWindow(jobs, tmp_path)
    qtbot.addWidget(made)
    made.begin(cashier)
    made.resize(*FIRST_WINDOW)  # the screen of the tests is smaller than a counter's
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: "S-2025-" in text_of(made, "whereStatus"))
    return made


def _press(
    window: QWidget,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    QTest.keyClick(window.windowHandle(), key, modifier)


def _start_visit(window: MainWindow, qtbot: QtBot) -> None:
    _press(window, Qt.Key.Key_F2)
    search = find(window, QLineEdit, "consumerSearch")
    QTest.keyClicks(search, "10001")
    QTest.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.visit_open)


def test_a_disk_that_fills_up_is_told(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.jobs.drain()
    assert not seen(window, "diskStatus")
    monkeypatch.setattr(window.jobs.store, "_free", lambda _folder: WARN_BELOW_BYTES - 1)
    window.refresh()
    qtbot.waitUntil(lambda: seen(window, "diskStatus"))
    assert "Disk nearly full" in text_of(window, "diskStatus")


def test_the_first_window_is_no_larger_than_the_screen(qtbot: QtBot, jobs: Jobs) -> None:
    made = MainWindow(jobs)
    qtbot.addWidget(made)
    assert made.height() <= made.screen().availableSize().height()


@pytest.mark.req("PAY-13")
def test_a_small_screen_keeps_the_way_on_in_sight(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(*NARROWEST_WINDOW)
    _start_visit(window, qtbot)
    onward = find(window.pages.payment(), QPushButton, "goOn")
    assert window.rect().contains(onward.mapTo(window, onward.rect().bottomRight()))
    assert onward.width() >= onward.sizeHint().width()


def test_a_narrow_window_shows_keys_alone_and_loses_no_word(
    window: MainWindow, qtbot: QtBot
) -> None:
    _start_visit(window, qtbot)
    window.go_to("dashboard")
    entry = find(window, QPushButton, "go_payment")
    window.resize(NARROWEST_WINDOW[0], window.height())
    qtbot.waitUntil(lambda: entry.toolTip() == "Take payment, F2")
    assert entry.accessibleName() == "Take payment, Visit open, F2"
    assert _words(entry) == ["\u25b2 F2"]
    window.resize(1400, window.height())
    qtbot.waitUntil(lambda: entry.toolTip() == "")


@pytest.mark.req("VIEW-1")
@pytest.mark.parametrize(("key", "name"), _KEYS)
def test_every_key_reaches_its_place(
    window: MainWindow, qtbot: QtBot, key: Qt.Key, name: str
) -> None:
    _press(window, key)
    qtbot.waitUntil(lambda: seen(window, name))


def test_the_bar_tells_the_truth_about_centre_and_printer(window: MainWindow) -> None:
    assert "No centre" in find(window, QPushButton, "syncStatus").text()
    assert "entries saved" in find(window, QPushButton, "syncStatus").text()
    assert "No printer set up" in text_of(window, "printerStatus")


def test_a_payment_without_a_shift_leads_to_the_shift(
    qtbot: QtBot, jobs: Jobs, cashier: Actor, spoken: Spoken
) -> None:
    window = MainWindow(jobs)
    qtbot.addWidget(window)
    window.begin(cashier)
    window.show()
    qtbot.waitUntil(lambda: "No shift" in text_of(window, "whereStatus"))
    _press(window, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: seen(window, "shiftFloat"))
    assert "Open a shift first" in spoken.toasts[0]
    qtbot.waitUntil(lambda: find(window, QLineEdit, "shiftFloat").text() == "0.00")
    QTest.keyClick(find(window, QLineEdit, "shiftFloat"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: seen(window, "consumerSearch"))


@pytest.mark.req("CASH-7")
def test_another_persons_shift_is_named_before_any_money_is_counted(
    window: MainWindow, qtbot: QtBot, supervisor: Actor, spoken: Spoken
) -> None:
    window.show_signed_out()
    window.sign_in(supervisor)
    window.jobs.drain()
    _press(window, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: seen(window, "countShift"))
    assert spoken.toasts == [
        "This shift belongs to Jane Smith. Only its cashier takes payments in it."
    ]


@pytest.mark.req("AUD-2")
def test_a_person_switched_off_meanwhile_is_locked_out_and_the_visit_is_told(
    window: MainWindow, qtbot: QtBot, supervisor: Actor, spoken: Spoken
) -> None:
    _start_visit(window, qtbot)
    for typed in ("", "150"):
        QTest.keyClicks(_focused(window), typed)
        QTest.keyClick(_focused(window), Qt.Key.Key_Return)
    _change_jane(window, active=False)
    QTest.keyClick(_focused(window), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: seen(window, "lockScreen"))
    assert text_of(window, "lockWho") == "Jane Smith may no longer sign in here."
    assert spoken.told == []
    find(window, QPushButton, "lockOther").click()
    qtbot.waitUntil(lambda: seen(window, "signInLogin"))
    window.sign_in(supervisor)
    qtbot.waitUntil(lambda: "$145.50 from John Doe" in text_of(window, "bannerText"))


@pytest.mark.req("AUD-2")
def test_a_person_whose_role_changed_goes_on_in_the_new_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    _press(window, Qt.Key.Key_F7)
    _change_jane(window, role=Role.AUDITOR.value)
    qtbot.waitUntil(lambda: seen(window, "countShift"))
    window.jobs.write(window, lambda session: close_shift(session, 0))
    qtbot.waitUntil(lambda: seen(window, "lockScreen"))
    assert "role of Jane Smith was changed" in text_of(window, "lockWho")
    QTest.keyClicks(find(window, QLineEdit, "lockSecret"), PIN)
    _press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not seen(window, "lockScreen"))
    assert not seen(window, "go_payment")


@pytest.mark.req("PAY-13")
def test_an_account_number_typed_on_the_landing_page_begins_its_payment(
    window: MainWindow, qtbot: QtBot
) -> None:
    _press(window, Qt.Key.Key_F8)
    for digit in "10001":
        QTest.keyClicks(_focused(window), digit)
    assert find(window, QLineEdit, "consumerSearch").text() == "10001"
    QTest.keyClick(_focused(window), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.visit_open)


def test_a_digit_on_the_landing_page_never_becomes_an_amount_of_an_open_visit(
    window: MainWindow, qtbot: QtBot
) -> None:
    _start_visit(window, qtbot)
    _press(window, Qt.Key.Key_F8)
    QTest.keyClicks(_focused(window), "7")
    qtbot.waitUntil(lambda: seen(window, "chargesTable"))
    assert find(window, QLineEdit, "amountToPay").text() == "145.50"


def test_every_other_place_says_that_a_visit_is_open(window: MainWindow, qtbot: QtBot) -> None:
    entry = find(window, QPushButton, "go_payment")
    _start_visit(window, qtbot)
    assert _words(entry) == ["Take payment", "F2"]  # it is in sight
    assert entry.accessibleName() == "Take payment, Visit open, F2"
    for place in (Qt.Key.Key_F8, Qt.Key.Key_F3, Qt.Key.Key_F7):
        _press(window, place)
        assert _words(entry) == ["\u25b2 Visit open", "F2"]
    _press(window, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: seen(window, "chargesTable"))
    QTest.keyClick(_focused(window), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.pages.visit_open)
    _press(window, Qt.Key.Key_F8)
    assert _words(entry) == ["Take payment", "F2"]
    assert entry.accessibleName() == "Take payment, F2"


def test_a_late_answer_takes_no_keys_from_the_page_in_sight(
    window: MainWindow, qtbot: QtBot
) -> None:
    _start_visit(window, qtbot)
    _press(window, Qt.Key.Key_F7)
    _press(window, Qt.Key.Key_F2)
    window.jobs.drain()
    assert _focused(window).objectName() == "chargesTable"


def test_the_next_person_is_told_of_no_visit(window: MainWindow, qtbot: QtBot) -> None:
    _start_visit(window, qtbot)
    _press(window, Qt.Key.Key_F8)
    window.frame.top_bar.sign_out.trigger()
    assert window.jobs.actor is None
    assert find(window, QPushButton, "go_payment").accessibleName() == "Take payment, F2"


@pytest.mark.req("AUD-2")
def test_locking_keeps_the_visit(window: MainWindow, qtbot: QtBot) -> None:
    _start_visit(window, qtbot)
    _press(window, Qt.Key.Key_L, modifier=Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: seen(window, "lockScreen"))
    _press(window, Qt.Key.Key_F8)
    QTest.keyClicks(find(window, QLineEdit, "lockSecret"), PIN)
    _press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not seen(window, "lockScreen"))
    assert window.pages.visit_open
    assert seen(window, "chargesTable")


def test_nobody_there_locks_the_window(window: MainWindow, qtbot: QtBot) -> None:
    window._idle.start(30)
    qtbot.waitUntil(lambda: seen(window, "lockScreen"))


def test_a_window_that_was_closed_locks_no_more(window: MainWindow, qtbot: QtBot) -> None:
    window._idle.start(30)
    window.close()
    qtbot.wait(100)
    assert find(window, QWidget, "lockScreen").isHidden()


def test_a_scan_starts_the_consumer_from_any_page(window: MainWindow, qtbot: QtBot) -> None:
    _press(window, Qt.Key.Key_F8)
    for letter in "WU-10001":
        _press(window, Qt.Key(ord(letter)))
    _press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.visit_open)


def test_signing_out_with_a_visit_asks_first(
    window: MainWindow, qtbot: QtBot, spoken: Spoken
) -> None:
    _start_visit(window, qtbot)
    spoken.yes = False
    window.frame.top_bar.sign_out.trigger()
    assert window.pages.visit_open
    spoken.yes = True
    window.frame.top_bar.sign_out.trigger()
    qtbot.waitUntil(lambda: seen(window, "signInLogin"))
    assert len(spoken.asked) == 2
    assert not window.pages.visit_open
    assert window.jobs.actor is None


def test_keys_lead_nowhere_while_nobody_is_signed_in(qtbot: QtBot, jobs: Jobs) -> None:
    window = MainWindow(jobs)
    qtbot.addWidget(window)
    window.begin()
    window.show()
    _press(window, Qt.Key.Key_F8)
    assert seen(window, "signInLogin")
    assert not seen(window, "go_payment")


def test_who_may_not_take_payments_is_not_offered_it(window: MainWindow, cashier: Actor) -> None:
    window.show_signed_out()
    window.sign_in(Actor(cashier.user_id, "Demo Auditor", Role.AUDITOR))
    assert not seen(window, "go_payment")
    assert not seen(window, "recordPayment")
    _press(window, Qt.Key.Key_F2)
    assert not seen(window, "consumerSearch")


def test_colours_switch_and_are_remembered(window: MainWindow, tmp_path: Path) -> None:
    action = next(each for each in window.findChildren(QAction) if each.data() == "dark")
    action.trigger()
    assert theme_in_use() == "dark"
    window.close()
    assert "theme=dark" in (tmp_path / "window.ini").read_text()


def test_closing_with_a_visit_asks_first(window: MainWindow, qtbot: QtBot, spoken: Spoken) -> None:
    _start_visit(window, qtbot)
    spoken.yes = False
    assert not window.close()
    spoken.yes = True
    assert window.close()


def test_any_action_is_found_by_its_name(window: MainWindow, qtbot: QtBot) -> None:
    _press(window, Qt.Key.Key_K, modifier=Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: _dialog("palette") is not None)
    palette = _dialog("palette")
    assert palette is not None
    search = find(palette, QLineEdit, "paletteSearch")
    listed = find(palette, QTreeWidget, "paletteList")
    assert listed.findItems("Shift", Qt.MatchFlag.MatchExactly)
    assert not listed.findItems("action", Qt.MatchFlag.MatchContains)
    QTest.keyClicks(search, "shi")
    QTest.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: seen(window, "countShift"))


@pytest.mark.req("SRCH-4")
def test_the_whole_account_is_among_the_actions_with_its_key(
    window: MainWindow, qtbot: QtBot
) -> None:
    _start_visit(window, qtbot)
    _press(window, Qt.Key.Key_K, modifier=Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: _dialog("palette") is not None)
    palette = _dialog("palette")
    assert palette is not None
    search = find(palette, QLineEdit, "paletteSearch")
    QTest.keyClicks(search, "whole acc")
    offered = find(palette, QTreeWidget, "paletteList").topLevelItem(0)
    assert offered is not None
    assert (offered.text(0), offered.text(1)) == ("Whole account", "Ctrl+H")
    QTest.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: seen(window, "timelineTable"))
    QTest.keyClick(_focused(window), Qt.Key.Key_Escape)
    assert seen(window, "chargesTable")


def test_help_lists_the_keys(window: MainWindow, qtbot: QtBot) -> None:
    _press(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: _dialog("help") is not None)
    help_dialog = _dialog("help")
    assert help_dialog is not None
    assert {"F2", "F8", "Ctrl+K", "Ctrl+H"} <= {
        label.text() for label in help_dialog.findChildren(QLabel)
    }
    close = find(help_dialog, QPushButton, "helpClose")
    close.click()


def test_everything_that_can_be_pressed_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    for place in ("dashboard", "shift", "payment"):
        window.go_to(place)
        qtbot.wait(50)
    own = [window.frame.rail, window.frame.top_bar, window.pages.dashboard(), window.pages.shift()]
    buttons = [part for page in own for part in page.findChildren(QPushButton)]
    edits = [part for page in own for part in page.findChildren(QLineEdit)]
    assert all(part.objectName() for part in (*buttons, *edits))
    assert all(part.accessibleName() or part.text() for part in buttons)
    assert all(part.accessibleName() for part in edits)


def _change_jane(window: MainWindow, **values: object) -> None:
    change = update(Credential).where(Credential.login == "jane").values(**values)
    window.jobs.store.write(lambda session: session.execute(change).close()).result()


def _words(entry: QPushButton) -> list[str]:
    return [label.text() for label in entry.findChildren(QLabel) if label.isVisible()]


def _focused(window: MainWindow) -> QWidget:
    return window.focusWidget() or window


@pytest.mark.req("PAY-13")
def test_the_narrowest_window_shows_every_key_and_the_visit_that_is_open(
    window: MainWindow, qtbot: QtBot
) -> None:
    _start_visit(window, qtbot)
    window.resize(*NARROWEST_WINDOW)
    _press(window, Qt.Key.Key_F8)
    shown = [_words(find(window, QPushButton, f"go_{name}")) for name in ("payment", "deposits")]
    assert shown == [["\u25b2 F2"], ["Shift\nF7"]]
    search = find(window, QLineEdit, "paymentsSearch")
    assert search.mapTo(window, search.rect().topRight()).x() < window.width()


def test_the_palette_offers_no_place_where_the_person_may_not_go(
    window: MainWindow, qtbot: QtBot
) -> None:
    _press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: _dialog("palette") is not None)
    palette = _dialog("palette")
    assert palette is not None
    listed = find(palette, QTreeWidget, "paletteList")
    lines = [listed.topLevelItem(place) for place in range(listed.topLevelItemCount())]
    texts = {line.text(0) for line in lines if line is not None}
    assert "Deposits" in texts
    assert not texts & {"Settings", "Audit", "Printers"}
    palette.close()


def _dialog(name: str) -> QDialog | None:
    found = QApplication.activeModalWidget()
    return found if isinstance(found, QDialog) and found.objectName() == name else None


def test_f9_is_the_settings_and_the_printers_are_one_of_its_sections(
    qtbot: QtBot, jobs: Jobs, supervisor: Actor
) -> None:
    window = MainWindow(jobs)
    qtbot.addWidget(window)
    window.begin(supervisor)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: "No shift" in text_of(window, "whereStatus"))
    _press(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: seen(window, "settingsSections"))
    actions = {action.text(): action for action in window.actions()}
    assert (actions["Settings"].shortcut().toString(), actions["Printers"].isEnabled()) == (
        "F9", True,
    )  # fmt: skip
    actions["Printers"].trigger()
    qtbot.waitUntil(lambda: seen(window, "printersTable"))
    assert find(window, QPushButton, "go_settings").isChecked()


def test_the_settings_lead_on_to_the_receipts(qtbot: QtBot, jobs: Jobs) -> None:
    window = MainWindow(jobs)
    qtbot.addWidget(window)
    window.begin(find_person(jobs.store, "admin"))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: "No shift" in text_of(window, "whereStatus"))
    window.go_to("settings")
    window.pages.settings().show_section("receipt_design")
    QTest.keyClick(find(window, QPushButton, "receipt_designWayOn"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: seen(window, "samplePaper"))
