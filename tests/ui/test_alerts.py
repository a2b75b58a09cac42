"""Figures beyond their limits: told once, seen from everywhere, quiet once somebody hid them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.permissions import Actor
from counterdesk.core.tiles import Crossed, Side, TileName
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from counterdesk.ui.alert_line import AlertLine
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.theme import FIRST_WINDOW
from tests.conftest import find_person
from tests.services.test_office_changes import tell, tell_setting, told
from tests.services.towns import fill, person
from tests.ui.find import find, seen, text_of

NOW = datetime(2025, 4, 20, 10, tzinfo=UTC)
TODAY = date(2025, 4, 20)
LOW = Crossed(TileName.COLLECTION_RATE, Side.BELOW, 578, 600)
HIGH = Crossed(TileName.RECEIVED_TODAY, Side.ABOVE, 90, 80)
LIMITS = [{"tile": "collected", "lower": 50_000, "upper": None}]


def past(number: int, minor: int) -> PastPaymentFacts:
    return PastPaymentFacts(
        UUID(int=number), f"R-{number}", TODAY, "Bill", "Cash", minor, counter="C01",
        channel="Walk-in",
    )  # fmt: skip


def tell_payment(store: Store, payment: PastPaymentFacts) -> None:
    row: dict[str, Any] = {name: getattr(payment, name) for name in payment.__slots__}
    row |= {"payment_id": str(payment.payment_id), "business_date": str(payment.business_date)}
    tell(store, "payment", row["payment_id"], {**row, "consumer_id": str(UUID(int=1))})


@pytest.fixture
def window(qtbot: QtBot, jobs: Jobs, store: Store, tmp_path: Path) -> Iterator[MainWindow]:
    """The window of a billing manager."""
    fill(store, AccountFacts(person(1, "John Doe"), payments=(past(1, 40_000),)))
    made = MainWindow(jobs, tmp_path)
    qtbot.addWidget(made)
    made.begin(find_person(store, "manager"))
    made.resize(*FIRST_WINDOW)
    made.show()
    with qtbot.waitActive(made):
        made.activateWindow()
    jobs.drain()
    yield made
    jobs.finish()


def limit(window: MainWindow, limits: list[dict[str, Any]], version: int = 1) -> None:
    tell_setting(window.jobs.store, limits, version, "tile_limits")
    window.jobs.changed.emit()


def spoken(window: MainWindow) -> str:
    return find(window, QPushButton, "go_dashboard").accessibleName()


@pytest.mark.req("KPI-3")
def test_nothing_is_said_while_nothing_is_wrong(window: MainWindow, qtbot: QtBot) -> None:
    limit(window, [{"tile": "collected", "lower": 40_000, "upper": 40_000}])
    window.jobs.drain()
    qtbot.wait(700)  # longer than changes are gathered
    window.jobs.drain()
    assert not seen(window, "alerts")
    assert not seen(window, "kpiTotalCollectedAlert")
    assert spoken(window) == "Dashboard, F8"


@pytest.mark.req("KPI-3")
def test_an_alert_is_seen_on_the_tile_in_the_banner_and_from_other_pages(
    window: MainWindow, qtbot: QtBot
) -> None:
    limit(window, LIMITS)
    qtbot.waitUntil(lambda: seen(window, "alerts"))
    said = "Total collected is $400.00, below the limit of $500.00, since Apr 20, 2025 "
    assert text_of(window, "alertsText").startswith(said)
    qtbot.waitUntil(lambda: "Below $500.00" in text_of(window, "kpiTotalCollectedAlert"))
    window.go_to("analytics")
    assert spoken(window) == "Dashboard, 1 alert, F8"
    tell_payment(window.jobs.store, past(2, 10_000))
    window.jobs.changed.emit()
    qtbot.waitUntil(lambda: spoken(window) == "Dashboard, F8")
    window.go_to("dashboard")
    qtbot.waitUntil(lambda: not seen(window, "kpiTotalCollectedAlert"))
    assert not seen(window, "alerts")


@pytest.mark.req("KPI-3")
def test_a_hidden_alert_stays_hidden_until_it_is_another_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    limit(window, LIMITS)
    qtbot.waitUntil(lambda: seen(window, "alerts"))
    QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.AltModifier)
    assert not seen(window, "alerts")
    assert spoken(window) == "Dashboard, F8"
    tell_payment(window.jobs.store, past(3, 100))  # still too little
    window.jobs.changed.emit()
    qtbot.waitUntil(lambda: window.jobs.alerts.alerts[0].crossed.value == 40_100)
    assert not seen(window, "alerts")
    assert seen(window, "kpiTotalCollectedAlert")  # the tile says how it is
    limit(window, [{"tile": "collected", "lower": 60_000, "upper": None}], 2)
    qtbot.waitUntil(lambda: seen(window, "alerts"))


@pytest.mark.req("KPI-3")
def test_a_manager_goes_from_the_alert_to_its_limit_and_asks_for_another(
    window: MainWindow, qtbot: QtBot
) -> None:
    limit(window, LIMITS)
    qtbot.waitUntil(lambda: seen(window, "alerts"))
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: seen(window, "limit_collected_lower"))
    edit = find(window, QLineEdit, "limit_collected_lower")
    qtbot.waitUntil(lambda: edit.text() == "500.00" and edit.isEnabled())
    edit.selectAll()
    QTest.keyClicks(edit, "300")
    QTest.keyClicks(find(window, QLineEdit, "limit_collection_rate_lower"), "85.5")
    note = text_of(window, "tile_limitsNote")
    assert "Total collected: at least $500.00 \u2192 at least $300.00" in note
    assert "Collection rate: nothing \u2192 at least 85.5 %" in note
    before = window.jobs.store.read(services.acts.count_acts).result().saved
    QTest.keySequence(window, QKeySequence("Ctrl+S"))
    qtbot.waitUntil(
        lambda: window.jobs.store.read(services.acts.count_acts).result().saved > before
    )
    assert told(window.jobs.store, before + 1)["data"]["after"] == [
        {"tile": "collected", "lower": 30_000, "upper": None},
        {"tile": "collection_rate", "lower": 855, "upper": None},
    ]


@pytest.mark.req("AUD-2")
def test_a_cashier_sees_alerts_and_sets_no_limits(
    window: MainWindow, qtbot: QtBot, cashier: Actor
) -> None:
    window.show_signed_out()
    assert spoken(window) == "Dashboard, F8"
    window.sign_in(cashier)
    limit(window, LIMITS)
    qtbot.waitUntil(lambda: seen(window, "alerts"))
    assert not seen(window, "alertsLimits")


@pytest.mark.req("KPI-3")
def test_a_crossing_is_told_once(qtbot: QtBot) -> None:
    line = AlertLine()
    told_of = QSignalSpy(line.changed)
    for minutes in range(3):
        line.tell([LOW], TODAY, NOW + timedelta(minutes=minutes))
    assert (told_of.count(), line.alerts[0].since_utc) == (1, NOW)
    line.hide()
    line.tell([LOW, HIGH], TODAY, NOW)
    assert [one.crossed for one in line.open_ones] == [HIGH]
    line.tell([], TODAY, NOW)
    line.tell([LOW], TODAY, NOW + timedelta(hours=1))
    assert [one.since_utc for one in line.open_ones] == [NOW + timedelta(hours=1)]


@pytest.mark.req("KPI-3")
def test_what_was_hidden_is_known_the_next_morning_and_new_in_the_next_month() -> None:
    kept: list[str] = [""]
    line, later = AlertLine(), AlertLine()
    line.remember("", kept.append)
    line.tell([LOW, HIGH], TODAY, NOW)
    line.hide()
    later.remember(kept[-1], kept.append)
    later.tell([LOW, HIGH], TODAY + timedelta(days=1), NOW + timedelta(days=1))
    assert [one.crossed for one in later.open_ones] == [HIGH]  # of another day
    assert {one.crossed: one.since_utc for one in later.alerts}[LOW] == NOW
    later.tell([LOW], date(2025, 5, 12), NOW)
    assert [one.crossed for one in later.open_ones] == [LOW]
    AlertLine().remember("no such thing", kept.append)


@pytest.mark.req("KPI-3")
def test_what_is_over_by_the_first_look_of_a_day_is_told_when_it_is_again() -> None:
    kept: list[str] = [""]
    evening, morning, noon = AlertLine(), AlertLine(), AlertLine()
    evening.remember("", kept.append)
    evening.tell([LOW], TODAY, NOW)
    evening.hide()
    morning.remember(kept[-1], kept.append)
    morning.tell([], TODAY, NOW)
    noon.remember(kept[-1], kept.append)
    noon.tell([LOW], TODAY, NOW)
    assert [one.crossed for one in noon.open_ones] == [LOW]
