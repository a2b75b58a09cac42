"""Midnight, with a page in sight: what depends on the day is read anew, and nothing else moves."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QTableView, QWidget
from pytestqt.qtbot import QtBot

from counterdesk.core.tiles import TileName
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, ChargeFacts, PastPaymentFacts
from counterdesk.ui.day_watch import DayWatch
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.consumer_view import ConsumerView
from tests.services.towns import fill, person
from tests.services.visits import TODAY
from tests.ui.find import find, texts_in
from tests.ui.pages.landing import landing, press

JOHN = person(1, "John Doe")
DUE_TODAY = ChargeFacts(UUID(int=70), "Bill", "INV-7", TODAY, TODAY, 9_000, 0, "Water, April 2025")
PAID_TODAY = PastPaymentFacts(
    UUID(int=71), "R-71", TODAY, "Bill", "Cash", 9_000, channel="Walk-in", counter="C01"
)


def turn_day(store: Store, page: QWidget) -> None:
    """Let midnight pass, and the page look at the calendar."""
    store.clock._offset += timedelta(hours=15)  # type: ignore[attr-defined]
    watch = page.findChild(DayWatch)
    assert isinstance(watch, DayWatch)
    timer = watch.findChild(QTimer)
    assert isinstance(timer, QTimer)
    assert timer.isActive()
    timer.timeout.emit()


@pytest.mark.req("SRCH-4")
def test_a_charge_of_the_consumer_in_sight_is_overdue_from_midnight_on(
    qtbot: QtBot, jobs: Jobs
) -> None:
    fill(jobs.store, AccountFacts(JOHN, charges=(DUE_TODAY,)))
    view = ConsumerView(jobs)
    qtbot.addWidget(view)
    with qtbot.waitActive(view):
        view.show()
    view.show_consumer(JOHN.consumer_id)
    view.begin()
    jobs.drain()
    press(view, Qt.Key.Key_2, with_key=Qt.KeyboardModifier.AltModifier)
    charges = find(view, QTableView, "sheetCharges")
    assert [line[2] for line in texts_in(charges.model())] == ["Open"]
    turn_day(jobs.store, view)
    jobs.drain()
    assert [line[2] for line in texts_in(charges.model())] == ["Overdue"]
    assert charges.currentIndex().row() == 0
    assert view.focusWidget() is charges


@pytest.mark.req("KPI-1")
def test_what_came_in_today_begins_at_nothing_with_the_day(qtbot: QtBot, jobs: Jobs) -> None:
    fill(jobs.store, AccountFacts(JOHN, payments=(PAID_TODAY,)))
    page = landing(qtbot, jobs)
    today = page.figures.tiles[TileName.RECEIVED_TODAY]
    qtbot.waitUntil(lambda: today.figure() == "$90.00")
    turn_day(jobs.store, page)
    qtbot.waitUntil(lambda: today.figure() == "$0.00")


def test_a_look_within_the_day_reads_nothing(qtbot: QtBot, jobs: Jobs) -> None:
    page = landing(qtbot, jobs)
    watch = page.findChild(DayWatch)
    assert isinstance(watch, DayWatch)
    with qtbot.assertNotEmitted(watch.turned):
        watch.look()
