"""Sync beside the window: found, told, and ended in order."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from counterdesk import app
from counterdesk.app.syncing import FindLink
from counterdesk.core.clock import Clock, SystemClock
from counterdesk.core.errors import UserError
from counterdesk.core.people_told import PersonTold
from counterdesk.core.permissions import Actor, Role
from counterdesk.services.secret_hash import HashCost, hash_secret
from counterdesk.store.store import Store
from counterdesk.sync.centre.opening import open_centre
from counterdesk.sync.centre.people import add_person
from tests.conftest import UNLOCK, find_person
from tests.sync import offices
from tests.sync.offices import OfficeUnderTest, enroll_till
from tests.sync.scripted_link import ScriptedLink
from tests.ui.find import find, seen

_CHEAP = HashCost(memory_kib=8, passes=1, lanes=1)


@pytest.fixture(autouse=True)
def exit_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt would run no event loop of a later test after the program's end."""
    monkeypatch.setattr(QApplication, "exit", lambda _code: None)


@pytest.fixture
def jane(data_folder: Path, clock: Clock) -> Actor:
    """Who is signed in from the start."""
    store = Store.open(data_folder, UNLOCK, clock)
    actor = find_person(store, "jane")
    store.close()
    return actor


def run(
    qapp: QApplication, folder: Path, clock: Clock, actor: Actor, find_link: FindLink
) -> app.Till:
    """A till whose window is open, with somebody signed in."""
    del qapp
    till = app.Till(folder, clock, lambda _store: actor, find_link)
    till.start(UNLOCK)
    return till


def bar(till: app.Till) -> str:
    return find(till.window, QPushButton, "syncStatus").text()


@pytest.mark.req("SYNC-1")
def test_the_window_says_that_it_is_online_and_ends_its_sync_before_its_store(
    qtbot: QtBot, qapp: QApplication, data_folder: Path, clock: Clock, jane: Actor
) -> None:
    before, link = threading.active_count(), ScriptedLink()
    till = run(qapp, data_folder, clock, jane, lambda _store: link)
    qtbot.waitUntil(lambda: "Online \u00b7 0 waiting" in bar(till), timeout=20_000)
    assert till.window.close()
    till.stop()
    assert link.closed.is_set()
    assert threading.active_count() == before
    Store.open(data_folder, UNLOCK, clock).close()


def test_a_counter_that_was_never_enrolled_says_no_centre(
    qtbot: QtBot, qapp: QApplication, data_folder: Path, clock: Clock, jane: Actor
) -> None:
    till = app.Till(data_folder, clock, lambda _store: jane)
    till.start(UNLOCK)
    qtbot.waitUntil(lambda: "No centre" in bar(till), timeout=20_000)
    assert till.jobs.centre.worker is None
    till.window.close()
    till.stop()


def test_a_way_to_the_centre_that_cannot_be_read_is_told_on_the_page(
    qtbot: QtBot, qapp: QApplication, data_folder: Path, clock: Clock, jane: Actor
) -> None:
    def refuse(_store: Store) -> None:
        raise UserError("The file is damaged.")

    till = run(qapp, data_folder, clock, jane, refuse)
    qtbot.waitUntil(lambda: "\u25b2 No centre" in bar(till), timeout=20_000)
    assert till.jobs.centre.status is not None
    assert till.jobs.centre.status.reason == "The file is damaged."
    till.window.close()
    till.stop()


@pytest.mark.req("SYNC-6")
def test_a_till_enrolled_a_minute_ago_lets_in_whom_its_centre_told(
    qtbot: QtBot, qapp: QApplication, office: OfficeUnderTest, tmp_path: Path
) -> None:
    del qapp
    folder = tmp_path / "till"
    with office.served():
        enroll_till(folder, office.invited())
        till = app.Till(folder, SystemClock())
        till.start(offices.UNLOCK)
        qtbot.waitUntil(lambda: seen(till.window, "waitingText"), timeout=20_000)
        with open_centre(office.conninfo) as connection:
            add_person(connection, PersonTold(
                UUID(int=7), "jane", "Jane Smith", Role.CASHIER, True, b"s" * 16,
                hash_secret("clear water", b"s" * 16, _CHEAP), b"", b"", 8, 1, 1,
            ))  # fmt: skip
        qtbot.waitUntil(lambda: seen(till.window, "signInLogin"), timeout=30_000)
        QTest.keyClicks(find(till.window, QLineEdit, "signInLogin"), "jane")
        QTest.keyClicks(find(till.window, QLineEdit, "signInSecret"), "clear water")
        QTest.keyClick(find(till.window, QLineEdit, "signInSecret"), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: till.jobs.actor is not None, timeout=10_000)
        qtbot.waitUntil(lambda: "Online \u00b7 0 waiting" in bar(till), timeout=20_000)
        till.window.close()
        till.stop()
    assert office.value("select count(*) from cd.event where kind = 'person.signed_in'") == 1
