"""The tiles: month by month, those that somebody wants, and what each of them counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.core.tiles import STANDARD, TileName
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from counterdesk.ui.dialogs.palette import choices_of
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.tile_words import tile_definition
from tests.services.towns import fill, person
from tests.ui.find import find, seen, text_of
from tests.ui.pages.landing import landing

TOGETHER = "\N{WORD JOINER}\N{NO-BREAK SPACE}"
"""Where no line of a tile ends."""
ALT = Qt.KeyboardModifier.AltModifier


def past(number: int, on: str, minor: int) -> PastPaymentFacts:
    return PastPaymentFacts(
        UUID(int=number), f"R-{number}", date.fromisoformat(on), "Bill", "Cash", minor,
        channel="Walk-in", counter="C01",
    )  # fmt: skip


PAYMENTS = (
    past(1, "2025-04-19", 40_000), past(2, "2025-03-20", 20_000), past(3, "2025-03-21", 7_000),
    past(4, "2025-02-03", 1_000),
)  # fmt: skip


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, cashier: Actor) -> Iterator[DashboardPage]:
    fill(jobs.store, AccountFacts(person(1, "John Doe"), payments=PAYMENTS))
    page = landing(qtbot, jobs)
    qtbot.waitUntil(lambda: collected(page) == "$400.00")
    yield page
    jobs.finish()


def shows(page: DashboardPage, month: int) -> bool:
    return page.figures._shown is not None and page.figures._shown.month == month


def collected(page: DashboardPage) -> str:
    return page.figures.tiles[TileName.COLLECTED].figure()


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = ALT) -> None:
    QTest.keyClick(widget.window(), key, modifier)


@pytest.mark.req("KPI-1")
def test_a_day_that_runs_is_not_blamed_for_being_behind_a_whole_one(page: DashboardPage) -> None:
    change = find(page, QLabel, "kpiReceivedTodayChange")
    down = "\u25bc 100.0 %".replace(" ", TOGETHER)
    assert change.text().endswith(f"{down} against yesterday")
    assert change.property("role") == "muted"


@pytest.mark.req("KPI-1")
def test_months_are_gone_through_by_keys(qtbot: QtBot, page: DashboardPage) -> None:
    assert text_of(page, "kpiTotalCollectedChange") == " against ".join(
        text.replace(" ", TOGETHER) for text in ("\u25b2 100.0 %", "Mar 1 \u2013 20")
    )
    assert not seen(page, "monthLater")
    press(page, Qt.Key.Key_Right)  # not into the future
    press(page, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: collected(page) == "$270.00")
    assert page.figures.month.text() == "Mar 2025"
    assert text_of(page, "kpiTotalCollectedChange").endswith("against Feb 2025")
    assert text_of(page, "kpiReceivedTodayChange").endswith("% against yesterday")
    press(page, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: collected(page) == "$10.00")
    assert not seen(page, "monthEarlier")  # nothing is known of any earlier one
    press(page, Qt.Key.Key_Left)
    press(page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: collected(page) == "$270.00")
    press(page, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: collected(page) == "$400.00")
    assert page.figures.month.text() == "Apr 2025"


def test_every_action_is_offered_by_a_name_that_can_be_typed(page: DashboardPage) -> None:
    offered = {choice.text: choice.key for choice in choices_of(page)}
    assert offered["Month before"] == "Alt+Left"
    assert "Record payment" in offered
    assert not [text for text in offered if not text.isascii() or "  " in text]


@pytest.mark.req("KPI-1")
def test_a_month_that_the_centre_tells_only_in_part_says_so(
    qtbot: QtBot, page: DashboardPage
) -> None:
    store = page._jobs.store
    fill(store, AccountFacts(person(1, "John Doe"), payments=(past(9, "2024-03-25", 900),)))
    page.refresh()
    qtbot.waitUntil(lambda: collected(page) == "$0.00")
    for month in (*range(3, 0, -1), *range(12, 3, -1)):
        press(page, Qt.Key.Key_Left)
        qtbot.waitUntil(partial(shows, page, month))
    where = find(page, QLabel, "dashboardWhereFrom")
    assert text_of(page, "kpiTotalCollectedChange") == "Not compared: the centre tells 13 months"
    assert not where.text().endswith(" on.")
    press(page, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: collected(page) == "$9.00")
    assert where.text().endswith("The centre tells of them from Mar 20, 2024 on.")
    assert not seen(page, "monthEarlier")


@pytest.mark.req("KPI-1", "KPI-3")
def test_each_tile_says_what_it_counts(page: DashboardPage) -> None:
    for name, tile in page.figures.tiles.items():
        definition = tile_definition(name, page._jobs.store.settings)
        assert len(definition) > 40
        assert tile.accessibleName().endswith(definition)
        assert definition[:40] in tile.toolTip()
    rate = page.figures.tiles[TileName.COLLECTION_RATE]
    assert "divided by what falls due in the whole month" in rate.accessibleName()
    assert rate.accessibleName().startswith("Collection rate: ")


@pytest.mark.req("KPI-3")
def test_tiles_are_chosen_and_ordered_by_keys(qtbot: QtBot, page: DashboardPage) -> None:
    kept: list[str] = []
    page.figures.tiles_chosen.connect(kept.append)
    assert shown(page) == list(STANDARD)
    ctrl_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    press(page, Qt.Key.Key_T, ctrl_shift)
    dialog = find(page.figures, QWidget, "tileChoice")
    qtbot.waitUntil(dialog.isActiveWindow)
    listed = find(dialog, QListWidget, "tileList")
    QTest.keyClick(listed, Qt.Key.Key_Space)  # Total collected: no more
    for _step in range(4):
        QTest.keyClick(listed, Qt.Key.Key_Down)
    QTest.keyClick(listed, Qt.Key.Key_Space)  # Payments taken
    for _step in range(4):
        QTest.keyClick(dialog, Qt.Key.Key_Up, ALT)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: kept != [])
    first, *rest = shown(page)
    assert (first, rest) == (TileName.PAYMENTS, list(STANDARD[1:]))
    assert kept == [" ".join(shown(page))]
    assert page.figures.tiles[TileName.PAYMENTS].figure() == "1"
    assert not seen(page, "kpiTotalCollected")


def test_escape_leaves_the_tiles_as_they_were(qtbot: QtBot, page: DashboardPage) -> None:
    page.figures.show_tiles("payments unknown cash_share payments")
    assert shown(page) == [TileName.PAYMENTS, TileName.CASH_SHARE]
    page.figures._choose.click()
    dialog = find(page.figures, QWidget, "tileChoice")
    QTest.keyClick(find(dialog, QListWidget, "tileList"), Qt.Key.Key_Space)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert shown(page) == [TileName.PAYMENTS, TileName.CASH_SHARE]


def shown(page: DashboardPage) -> list[TileName]:
    QApplication.processEvents()
    tiles = [(tile.y(), tile.x(), name) for name, tile in page.figures.tiles.items()
             if tile.isVisible()]  # fmt: skip
    return [name for _y, _x, name in sorted(tiles)]
