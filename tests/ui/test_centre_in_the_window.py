"""How things stand with the centre, as a cashier sees it in the window."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import delete, insert

from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import Credential, State
from counterdesk.store.session import BEHIND, STOPPED
from counterdesk.store.store import Store
from counterdesk.sync.outbox import StoppedBy
from counterdesk.sync.status import SyncState, SyncStatus, away_sentence, stopped_sentence
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from tests.conftest import START_UTC
from tests.services.test_acts import acknowledge
from tests.ui.asked_sync import Asked
from tests.ui.find import find, seen, text_of
from tests.ui.till import Till


@pytest.fixture
def window(qtbot: QtBot, jobs: Jobs, cashier: Actor) -> MainWindow:
    """The window with the cashier signed in, before a shift."""
    made = MainWindow(jobs)
    qtbot.addWidget(made)
    made.begin(cashier)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: "No shift" in text_of(made, "whereStatus"))
    return made


def bar(window: MainWindow) -> QPushButton:
    return find(window, QPushButton, "syncStatus")


def tell(qtbot: QtBot, window: MainWindow, state: SyncState, **more: Any) -> None:
    """Let sync tell something, as its thread does."""
    status = SyncStatus(state, **more)
    window.jobs.centre.tell(status)
    qtbot.waitUntil(lambda: window.jobs.centre.status == status)


@pytest.mark.req("SYNC-1")
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (SyncStatus(SyncState.ONLINE), "\u25cf Online \u00b7 0 waiting"),
        (
            SyncStatus(SyncState.OFFLINE, waiting=3, last_contact_utc=START_UTC),
            "\u25b2 Offline since 10:00 \u00b7 3 waiting",
        ),
        (SyncStatus(SyncState.OFFLINE, waiting=1), "\u25b2 Offline \u00b7 1 waiting"),
        (
            SyncStatus(SyncState.FILLING, fill_done=45_000, fill_total=1_000_000),
            "\u25cb Filling 45,000 of 1,000,000",
        ),
        (SyncStatus(SyncState.FILLING, reason="Stopped."), "\u25b2 Filling stopped"),
        (
            SyncStatus(SyncState.STOPPED, stopped_by=StoppedBy.BEHIND),
            "\u25a0 Stopped: acts are missing here",
        ),
        (
            SyncStatus(SyncState.REFUSED, waiting=1_234),
            "\u25a0 Refused by the centre \u00b7 1,234 waiting",
        ),
    ],
)
def test_the_bar_says_it_in_words_shape_and_colour(
    qtbot: QtBot, window: MainWindow, status: SyncStatus, said: str
) -> None:
    window.jobs.centre.tell(status)
    qtbot.waitUntil(lambda: bar(window).text() == said)
    assert bar(window).accessibleName() == f"Centre: {said[2:]}"


def test_a_counter_whose_centre_is_being_looked_for_says_so(window: MainWindow) -> None:
    window.jobs.centre.expect_status()
    assert "Looking for the centre" in bar(window).text()


@pytest.mark.req("SYNC-1")
def test_the_bar_and_its_key_open_the_page(qtbot: QtBot, window: MainWindow) -> None:
    QTest.mouseClick(bar(window), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: seen(window, "actsTable"))
    window.go_to("dashboard")
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: seen(window, "actsTable"))


@pytest.mark.req("SYNC-3")
def test_a_counter_that_lost_acts_is_told_to_stop_and_where_to_read_on(
    qtbot: QtBot, window: MainWindow
) -> None:
    reason = stopped_sentence(StoppedBy.BEHIND)
    tell(qtbot, window, SyncState.STOPPED, stopped_by=StoppedBy.BEHIND, reason=reason)
    assert text_of(window, "syncBannerTitle") == "Take no payments here"
    QTest.keySequence(window, QKeySequence("Alt+W"))
    qtbot.waitUntil(lambda: text_of(window, "syncHow") == reason)
    assert "counterdesk recover" in text_of(window, "syncToDo")
    tell(qtbot, window, SyncState.ONLINE)
    assert not seen(window, "syncBanner")


@pytest.mark.req("SYNC-3")
def test_a_clock_two_minutes_wrong_is_told(qtbot: QtBot, window: MainWindow) -> None:
    tell(qtbot, window, SyncState.ONLINE, skew_ms=119_000)
    assert not seen(window, "syncBanner")
    tell(qtbot, window, SyncState.ONLINE, skew_ms=180_000)
    assert "3 minutes ahead" in text_of(window, "syncBannerText")


@pytest.mark.req("SYNC-3")
def test_a_clock_ten_minutes_wrong_begins_no_shift_while_online(
    qtbot: QtBot, window: MainWindow
) -> None:
    tell(qtbot, window, SyncState.ONLINE, skew_ms=-660_000)
    window.go_to("shift")
    qtbot.waitUntil(lambda: find(window, QLineEdit, "shiftFloat").text() == "0.00")
    QTest.keyClick(find(window, QLineEdit, "shiftFloat"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Set the clock" in text_of(window, "shiftError"))
    tell(qtbot, window, SyncState.OFFLINE, skew_ms=-660_000)
    QTest.keyClick(find(window, QLineEdit, "shiftFloat"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "S-2025-00001" in text_of(window, "whereStatus"))


@pytest.mark.req("PAY-18")
def test_the_receipt_says_quietly_where_the_payment_is(till: Till, store: Store) -> None:
    till.jobs.centre.tell(SyncStatus(SyncState.OFFLINE, reason=away_sentence("gone")))
    till.open_tender()
    till.keys("150")
    till.enter()
    till.enter()
    taken = till.wait_for_receipt()
    till.qtbot.waitUntil(lambda: till.text("sentState") == "Waits for the centre.")
    acknowledge(store, taken.event_seq)
    till.qtbot.waitUntil(lambda: till.text("sentState") == "The centre has acknowledged it.")


def test_a_counter_without_a_centre_says_nothing_of_it_on_the_receipt(till: Till) -> None:
    till.open_tender()
    till.keys("150")
    till.enter()
    till.enter()
    till.wait_for_receipt()
    assert not till.sees("sentState")


@pytest.mark.req("SYNC-1")
def test_the_card_says_of_when_a_balance_is_once_it_is_old(
    qtbot: QtBot, till: Till, store: Store
) -> None:
    till.open_account()
    assert "Balance" in _captions(till)
    till.press(Qt.Key.Key_Escape)
    store.clock._offset += timedelta(minutes=5)  # type: ignore[attr-defined]
    till.wait_for_step("Consumer")
    till.open_account()
    qtbot.waitUntil(lambda: "Balance, as of 10:00" in _captions(till))


def _captions(till: Till) -> list[str]:
    card = till.find("consumerCard")
    return [label.text() for label in card.findChildren(QLabel)]


@pytest.mark.req("SYNC-6")
def test_a_new_counter_waits_in_words_until_somebody_may_sign_in(
    qtbot: QtBot, window: MainWindow, store: Store
) -> None:
    row = store.read(lambda read: read.execute(_JANE).mappings().one()).result()
    store.write(lambda s: s.execute(delete(Credential))).result()
    asked = window.jobs.centre.worker = Asked()
    window.show_signed_out()
    tell(qtbot, window, SyncState.FILLING, fill_done=250_000, fill_total=1_000_000)
    qtbot.waitUntil(lambda: "waits for the centre" in text_of(window, "waitingText"))
    assert not seen(window, "signInLogin")
    assert text_of(window, "waitingState") == "Filling 250,000 of 1,000,000"
    assert find(window, QProgressBar, "waitingProgress").value() == 250_000
    QTest.keySequence(window, QKeySequence("Alt+C"))
    assert asked.holds == 1
    tell(qtbot, window, SyncState.FILLING, reason="Stopped here.")
    qtbot.waitUntil(lambda: not seen(window, "waitingProgress"))
    QTest.keySequence(window, QKeySequence("Ctrl+T"))
    assert asked.tries == 1
    store.write(lambda s: s.execute(Credential.__table__.insert(), dict(row))).result()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: seen(window, "signInLogin"))
    assert not seen(window, "waitingText")


_JANE = Credential.__table__.select().where(Credential.login == "jane")


@pytest.mark.req("PAY-18")
def test_what_is_told_of_the_last_payment_follows_it_to_the_centre(
    qtbot: QtBot, till: Till, store: Store, cashier: Actor
) -> None:
    till.open_tender()
    till.keys("150")
    till.enter()
    till.enter()
    taken = till.wait_for_receipt()
    till.jobs.drain()
    window = MainWindow(till.jobs)
    qtbot.addWidget(window)
    window.jobs.centre.tell(SyncStatus(SyncState.OFFLINE, reason=away_sentence("gone")))
    window.begin(cashier)
    window.show()
    qtbot.waitUntil(lambda: "Saved: yes." in text_of(window, "bannerText"))
    assert "Sent to the centre: no" in text_of(window, "bannerText")
    acknowledge(store, taken.event_seq)
    qtbot.waitUntil(lambda: "Acknowledged: yes" in text_of(window, "bannerText"))


@pytest.mark.req("SYNC-3")
def test_a_counter_that_lost_acts_takes_no_payment_and_says_why(till: Till, store: Store) -> None:
    till.open_tender()
    till.keys("150")
    till.enter()
    row = {"name": STOPPED, "value": BEHIND}
    store.write(lambda s: s.execute(insert(State), row)).result()
    till.enter()
    till.qtbot.waitUntil(lambda: "Take no payments at this counter" in _all_words(till))
    assert (till.step, till.saved()) == ("Review", 0)


def _all_words(till: Till) -> str:
    labels = till.page.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())
