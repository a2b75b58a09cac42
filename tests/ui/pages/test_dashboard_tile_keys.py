"""The tiles under the keyboard: each is a stop, explains itself, and opens what is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip, QWidget
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.core.tiles import STANDARD, TileName
from counterdesk.sync.records import AccountFacts, PastBackFacts
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from tests.services.towns import fill, person
from tests.ui.find import find, seen, text_of, texts_in
from tests.ui.pages.landing import landing, press
from tests.ui.pages.test_analytics_page import told

Key = Qt.Key
TODAY, YESTERDAY = date(2025, 4, 20), date(2025, 4, 19)
PAYMENTS = (
    told(1, 40_000, TODAY, "Cash", "C01"), told(2, 5_000, YESTERDAY, "Card", "C02"),
    told(3, 7_000, date(2025, 3, 21), "Cash", "C01"),
    replace(told(8, 900, TODAY, "Card", "C02"), status="Pending"),
)  # fmt: skip
BACK = PastBackFacts(
    UUID(int=30), "reversal", "R-7003", YESTERDAY, "Bill", "Cash", "Walk-in", "C01", "=Ann Ash",
    "C01", "=Ann Ash", 1_100, 1_100, 1_100,
)  # fmt: skip
LISTED = (
    TileName.COLLECTED, TileName.RECEIVED_TODAY, TileName.PAYMENTS, TileName.AVERAGE_PAYMENT,
    TileName.GIVEN_BACK,
)  # fmt: skip


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, cashier: Actor) -> Iterator[DashboardPage]:
    fill(jobs.store, AccountFacts(person(1, "John Doe"), payments=PAYMENTS, backs=(BACK,)))
    page = landing(qtbot, jobs)
    page.begin()
    qtbot.waitUntil(lambda: page.figures.tiles[TileName.PAYMENTS].figure() == "2")
    yield page
    jobs.finish()


def focused(page: DashboardPage) -> str:
    widget = page.focusWidget()
    return widget.objectName() if isinstance(widget, QWidget) else ""


def go_to(page: DashboardPage, tile: TileName) -> None:
    """Show one tile alone, and go to it as from the button before it."""
    page.figures.show_tiles(tile.value)
    page.record.setFocus()
    press(page, Key.Key_Tab)
    assert page.focusWidget() is page.figures.tiles[tile]


def rows(page: DashboardPage, table: str) -> list[str]:
    """Return the numbers of what a list shows, "" while it is out of sight."""
    shown = find(page, QWidget, table)
    assert shown.isVisible(), table
    column = {"behindTable": 0, "behindBacks": 2}[table]
    return [line[column] for line in texts_in(shown.records)]  # type: ignore[attr-defined]


@pytest.mark.req("KPI-1")
def test_tab_goes_through_the_tiles_in_the_order_they_are_read(page: DashboardPage) -> None:
    page.record.setFocus()
    passed = []
    for _tile in STANDARD:
        press(page, Key.Key_Tab)
        passed.append(page.focusWidget())
    assert passed == [page.figures.tiles[name] for name in STANDARD]
    press(page, Key.Key_Tab)
    assert focused(page) == "listTabs"


@pytest.mark.req("KPI-3")
def test_tiles_in_another_order_are_stops_in_that_order(page: DashboardPage) -> None:
    wanted = (TileName.GIVEN_BACK, TileName.COLLECTION_DAYS, TileName.COLLECTED)
    page.figures.show_tiles(" ".join(wanted))
    page.record.setFocus()
    for name in wanted:
        press(page, Key.Key_Tab)
        assert page.focusWidget() is page.figures.tiles[name]
    press(page, Key.Key_Tab)
    assert focused(page) == "listTabs"


@pytest.mark.req("KPI-1")
def test_arrows_go_from_tile_to_tile(page: DashboardPage) -> None:
    page.record.setFocus()
    press(page, Key.Key_Tab, Key.Key_Right)
    assert focused(page) == "kpiReceivedToday"
    press(page, Key.Key_Left, Key.Key_Left)
    assert focused(page) == "kpiTotalCollected"


@pytest.mark.req("KPI-3")
def test_arrows_go_from_one_line_of_tiles_to_the_other(page: DashboardPage) -> None:
    page.figures.show_tiles(" ".join(list(TileName)[:8]))
    page.record.setFocus()
    press(page, Key.Key_Tab, Key.Key_Down)
    assert focused(page) == "kpiPayments"
    press(page, Key.Key_Up)
    assert focused(page) == "kpiTotalCollected"


@pytest.mark.req("KPI-1")
def test_a_tile_says_all_that_it_shows_and_how_it_is_worked_out(page: DashboardPage) -> None:
    name = page.figures.tiles[TileName.COLLECTED].accessibleName()
    change = text_of(page, "kpiTotalCollectedChange")
    assert name.startswith(f"Total collected: $439.00. {change}")
    assert "each on its own business date" in name


@pytest.mark.req("KPI-1")
def test_a_key_that_comes_to_a_tile_shows_how_it_is_worked_out(
    qtbot: QtBot, page: DashboardPage
) -> None:
    page.record.setFocus()
    press(page, Key.Key_Tab, Key.Key_Right, Key.Key_Right)
    qtbot.waitUntil(lambda: "divided by what falls due" in QToolTip.text())
    assert "Enter" not in QToolTip.text()
    press(page, Key.Key_Escape)
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    assert focused(page) == "kpiCollectionRate"


@pytest.mark.req("KPI-1", "KPI-2")
def test_enter_on_what_was_collected_shows_the_payments_of_the_month(page: DashboardPage) -> None:
    go_to(page, TileName.COLLECTED)
    press(page, Key.Key_Return)
    assert text_of(page, "paymentsBehindTitle") == "Total collected, Apr 2025"
    assert text_of(page, "paymentsBehindWhat").startswith("$439.00 \u00b7 Tendered in the month")
    assert rows(page, "behindTable") == ["R-7001", "R-7002"]
    assert rows(page, "behindBacks") == ["R-7003"]
    assert focused(page) == "behindTable"
    press(page, Key.Key_Escape)
    assert focused(page) == "kpiTotalCollected"
    assert seen(page, "paymentsTable")


@pytest.mark.req("KPI-1", "KPI-2")
def test_a_click_on_what_came_in_today_shows_the_payments_of_today(page: DashboardPage) -> None:
    tile = page.figures.tiles[TileName.RECEIVED_TODAY]
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    page._jobs.drain()
    assert text_of(page, "paymentsBehindTitle") == "Received today, Apr 20, 2025"
    assert rows(page, "behindTable") == ["R-7001"]
    assert not seen(page, "behindBacks")


@pytest.mark.req("KPI-1", "KPI-2")
def test_space_on_a_month_gone_by_shows_the_payments_of_that_month(
    qtbot: QtBot, page: DashboardPage
) -> None:
    press(page, Key.Key_Left, with_key=Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: page.figures.tiles[TileName.COLLECTED].figure() == "$70.00")
    go_to(page, TileName.COLLECTED)
    press(page, Key.Key_Space)
    assert rows(page, "behindTable") == ["R-7003"]
    assert not seen(page, "behindBacks")


@pytest.mark.req("KPI-3")
@pytest.mark.parametrize("tile", [TileName.PAYMENTS, TileName.AVERAGE_PAYMENT])
def test_behind_the_number_of_payments_are_those_that_stand(
    page: DashboardPage, tile: TileName
) -> None:
    go_to(page, tile)
    press(page, Key.Key_Return)
    assert rows(page, "behindTable") == ["R-7001", "R-7002"]
    assert not seen(page, "behindBacks")


@pytest.mark.req("KPI-3")
def test_behind_what_was_undone_is_what_was_given_back(page: DashboardPage) -> None:
    go_to(page, TileName.GIVEN_BACK)
    press(page, Key.Key_Return)
    assert rows(page, "behindBacks") == ["R-7003"]
    assert focused(page) == "behindBacks"
    assert not seen(page, "behindTable")
    assert not seen(page, "exportBehind")
    press(page, Key.Key_Escape)
    go_to(page, TileName.COLLECTED)
    press(page, Key.Key_Return)
    assert focused(page) == "behindTable"
    assert seen(page, "exportBehind")


@pytest.mark.req("KPI-1", "KPI-3")
def test_what_comes_meanwhile_is_counted_above_the_list_as_in_it(
    qtbot: QtBot, page: DashboardPage
) -> None:
    go_to(page, TileName.RECEIVED_TODAY)
    press(page, Key.Key_Return)
    come = (*PAYMENTS, told(4, 2_000, TODAY, "Cash", "C02"))
    backs = (BACK, replace(BACK, back_id=UUID(int=31), business_date=TODAY))
    fill(page._jobs.store, AccountFacts(person(1, "John Doe"), payments=come, backs=backs))
    page._jobs.changed.emit()
    qtbot.waitUntil(lambda: text_of(page, "paymentsBehindWhat").startswith("$409.00"))
    page._jobs.drain()
    assert sorted(rows(page, "behindTable")) == ["R-7001", "R-7004"]
    assert rows(page, "behindBacks") == ["R-7003"]


@pytest.mark.req("KPI-3")
def test_where_nothing_was_undone_the_list_says_so(qtbot: QtBot, page: DashboardPage) -> None:
    press(page, Key.Key_Left, with_key=Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: page.figures.tiles[TileName.COLLECTED].figure() == "$70.00")
    go_to(page, TileName.GIVEN_BACK)
    press(page, Key.Key_Return)
    assert page._behind.backs.empty_text == "Nothing was given back in this time."


def test_a_digit_typed_on_a_tile_begins_a_payment(qtbot: QtBot, page: DashboardPage) -> None:
    go_to(page, TileName.COLLECTED)
    with qtbot.waitSignal(page.typed) as typed:
        press(page, Key.Key_7)
    assert typed.args == ["7"]


@pytest.mark.req("KPI-1", "KPI-3")
def test_a_figure_that_no_list_adds_up_to_opens_nothing(page: DashboardPage) -> None:
    for tile in TileName:
        go_to(page, tile)
        press(page, Key.Key_Return)
        assert seen(page, "paymentsBehind") is (tile in LISTED), tile
        if tile in LISTED:
            press(page, Key.Key_Escape)
        assert seen(page, f"{focused(page)}WayOn") is (tile in LISTED), tile
