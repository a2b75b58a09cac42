"""The page of what goes to the centre: read by keys, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTabBar
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.permissions import Actor
from counterdesk.store.store import Store
from counterdesk.sync.status import SyncState, SyncStatus, away_sentence
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.sync_page import SyncPage
from tests.conftest import START_UTC
from tests.services.test_acts import acknowledge, record, suspend
from tests.ui.asked_sync import Asked
from tests.ui.find import find, seen, text_of, texts_in


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, cashier: Actor) -> Iterator[SyncPage]:
    """The page at a counter with an open shift, whose centre answers."""
    jobs.store.write(lambda s: services.shifts.open_shift(s, 20_000), cashier).result()
    page = SyncPage(jobs)
    qtbot.addWidget(page)
    page.resize(972, 712)
    jobs.centre.worker = Asked()
    jobs.centre.tell(SyncStatus(SyncState.ONLINE))
    page.show()
    page.activateWindow()
    page.begin()
    qtbot.waitUntil(lambda: bool(rows(page)))
    yield page
    jobs.finish()


def rows(page: SyncPage) -> list[list[str]]:
    return texts_in(page.table.records)


@pytest.mark.req("SYNC-2")
def test_every_act_is_a_sentence_with_amount_and_state(qtbot: QtBot, page: SyncPage) -> None:
    assert rows(page)[0][2:] == ["Shift S-2025-00001 of Jane Smith opened", "$200.00", "Saved"]
    assert rows(page)[-1][2] == "This counter was set up"
    acknowledge(page._jobs.store, 2)
    qtbot.waitUntil(lambda: rows(page)[0][-1] == "Acknowledged")
    assert text_of(page, "actDetail") == "The centre has No. 2."


@pytest.mark.req("SYNC-2")
def test_an_exception_says_why_and_the_way_out(qtbot: QtBot, page: SyncPage) -> None:
    store: Store = page._jobs.store
    suspend(store, 2, "the number S-2025-00001 was used before")
    acknowledge(store, 2)
    tabs = find(page, QTabBar, "actsTabs")
    qtbot.waitUntil(lambda: tabs.tabText(2) == "Exceptions 1")
    tabs.setFocus()
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: [row[-1] for row in rows(page)] == ["Exception"])
    said = text_of(page, "actDetail")
    assert "the number S-2025-00001 was used before" in said
    assert "Tell who looks after the centre" in said


@pytest.mark.req("SYNC-1")
def test_offline_it_says_since_when_what_is_safe_and_what_to_do(
    qtbot: QtBot, page: SyncPage
) -> None:
    asked = page._jobs.centre.worker = Asked()
    hour_ago = START_UTC - timedelta(hours=1)
    page._jobs.centre.tell(
        SyncStatus(
            SyncState.OFFLINE, waiting=2, reason=away_sentence("Connection refused"),
            last_contact_utc=hour_ago, as_of_utc=hour_ago - timedelta(hours=1),
            oldest_waiting_since_utc=hour_ago,
        )
    )  # fmt: skip
    qtbot.waitUntil(lambda: "Offline since 09:00 \u00b7 2 waiting" in text_of(page, "syncState"))
    assert "kept safely here" in text_of(page, "syncHow")
    assert "network cable" in text_of(page, "syncToDo")
    QTest.keyClick(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert asked.tries == 1


def test_a_fill_shows_how_far_it_is_and_can_be_stopped(qtbot: QtBot, page: SyncPage) -> None:
    asked = page._jobs.centre.worker = Asked()
    page._jobs.centre.tell(SyncStatus(SyncState.FILLING, fill_done=1, fill_total=4))
    qtbot.waitUntil(lambda: seen(page, "syncProgress"))
    assert not seen(page, "syncTry")
    QTest.keyClick(page, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    assert asked.holds == 1


def test_reading_on_brings_older_acts(qtbot: QtBot, page: SyncPage) -> None:
    store = page._jobs.store
    last = [record(store, "thing.done", {}) for _turn in range(130)][-1]
    qtbot.waitUntil(lambda: rows(page)[0][0] == str(last))
    assert len(rows(page)) == 100
    QTest.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(rows(page)) == last)
    assert rows(page)[-1][0] == "1"


def test_the_act_that_is_looked_at_stays_while_others_arrive(qtbot: QtBot, page: SyncPage) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert "No. 1 " in text_of(page, "actDetail")
    last = record(page._jobs.store, "thing.done", {})
    qtbot.waitUntil(lambda: rows(page)[0][0] == str(last))
    assert "No. 1 " in text_of(page, "actDetail")


def test_a_counter_alone_says_so_and_lists_what_it_did(qtbot: QtBot, page: SyncPage) -> None:
    page._jobs.centre.tell(SyncStatus(SyncState.ALONE))
    qtbot.waitUntil(lambda: "No centre \u00b7 2 entries saved" in text_of(page, "syncState"))
    assert "works alone" in text_of(page, "syncHow")
    assert not seen(page, "actsTabs")


def test_out_of_sight_it_rests_and_is_true_again_when_it_is_back(
    qtbot: QtBot, page: SyncPage
) -> None:
    page.hide()
    with qtbot.waitSignal(page._jobs.centre.changed):
        page._jobs.centre.tell(SyncStatus(SyncState.ALONE))
    assert "Online" in find(page, QLabel, "syncState").text()
    assert not page._ages.isActive()
    page.show()
    assert "No centre" in text_of(page, "syncState")


def test_the_order_of_the_acts_is_theirs(page: SyncPage) -> None:
    before = rows(page)
    header = page.table.horizontalHeader()
    middle = QPoint(header.sectionViewportPosition(1) + 40, header.height() // 2)
    for _way in ("up", "down"):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        assert rows(page) == before
