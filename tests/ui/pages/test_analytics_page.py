"""Analytics: the charts say what was collected, and every bar opens the payments behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolTip, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.permissions import Actor
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastBackFacts, PastPaymentFacts
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.analytics_page import AnalyticsPage
from counterdesk.ui.theme import colours
from counterdesk.ui.widgets.chart import Chart
from tests.exported import read_csv, read_xlsx
from tests.services.towns import fill, person
from tests.services.visits import TODAY
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of

Key = Qt.Key


def told(number: int, minor: int, on: date, method: str, counter: str) -> PastPaymentFacts:
    return PastPaymentFacts(
        UUID(int=number), f"R-{7_000 + number}", on, "Bill", method, minor, "Posted",
        f"PAY-{number}", f"TXN-{number}", "Walk-in", counter, "=Ann Ash", "John Doe", "WU-10001",
        datetime(2025, 4, 20, 9, tzinfo=UTC), minor,
    )  # fmt: skip


def put(store: Store, *others: PastPaymentFacts) -> None:
    """Let the centre tell the payments of the office, and some others."""
    paid = (
        told(1, 10_000, TODAY, "Cash", "C01"), told(2, 5_000, TODAY, "Cash + Card", "C02"),
        told(3, 2_500, TODAY - timedelta(9), "Card", "C01"),
        told(4, 8_000, date(2025, 3, 20), "Cheque", "C01"),
        told(5, 700, date(2024, 4, 2), "Cash", "C01"),
        replace(told(7, 900, TODAY, "Card", "C01"), status="Failed"),
    )  # fmt: skip
    fill(store, AccountFacts(person(1, "John Doe"), payments=(*paid, *others)))


@pytest.fixture
def store(store: Store) -> Store:
    put(store)
    return store


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> Iterator[AnalyticsPage]:
    """The page, in sight, with its figures."""
    page = AnalyticsPage(jobs)
    qtbot.addWidget(page)
    page.resize(1152, 794)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.begin()
    jobs.drain()
    yield page
    jobs.finish()


def shown(page: AnalyticsPage, by: str) -> list[tuple[str, str]]:
    return [(bar.label, bar.figure) for bar in page.breakdowns[by].bars]


def choose(page: AnalyticsPage, jobs: Jobs, downs: int) -> None:
    """Choose a usual period, so many below this month."""
    for _turn in range(downs):
        QTest.keyClick(page.period.usual, Key.Key_Down)
    jobs.drain()


@pytest.mark.req("KPI-2")
def test_the_month_is_shown_beside_the_one_before(page: AnalyticsPage) -> None:
    assert page.total.text() == "$175.00"
    assert (
        text_of(page, "analyticsChange") == "\u25b2 118.8 % against Mar 1, 2025 \u2013 Mar 20, 2025"
    )
    assert [bar.value for bar in page.trend.bars] == [0] * 10 + [2_500] + [0] * 8 + [15_000]
    assert page.trend.bars[19].before == 8_000
    assert shown(page, "counter") == [("C01", "$125.00"), ("C02", "$50.00")]
    assert shown(page, "channel") == [("Walk-in", "$175.00")]


@pytest.mark.req("MON-10")
def test_a_split_payment_counts_with_either_method(page: AnalyticsPage) -> None:
    assert shown(page, "method") == [("Cash", "$150.00"), ("Card", "$75.00"), ("Cheque", "$0.00")]


@pytest.mark.req("KPI-2")
def test_a_bar_opens_the_payments_behind_it_by_keys(page: AnalyticsPage, jobs: Jobs) -> None:
    chart = page.breakdowns["method"]
    chart.setFocus()
    QTest.keyClick(chart, Key.Key_Down)
    QTest.keyClick(chart, Key.Key_Return)
    jobs.drain()
    assert text_of(page, "paymentsBehindTitle") == "Card, Apr 1, 2025 \u2013 Apr 20, 2025"
    assert text_of(page, "paymentsBehindWhat") == "2 payments: $75.00"
    table = page._behind.table
    assert [row.receipt_number for row in table.records.records] == ["R-7002", "R-7003"]
    assert sum(row.collected_minor for row in table.records.records) == 7_500
    QTest.keyClick(table, Key.Key_Return)
    jobs.drain()
    assert text_of(page, "paymentViewTitle") == "Receipt R-7002"
    QTest.keyClick(page.focusWidget(), Key.Key_Escape)
    QTest.keyClick(page.focusWidget(), Key.Key_Escape)
    assert seen(page, "trendChart")
    assert page.focusWidget() is chart


@pytest.mark.req("KPI-3", "VIEW-4")
def test_what_changes_while_a_payment_is_looked_at_is_there_on_the_way_back(
    page: AnalyticsPage, jobs: Jobs, store: Store, qtbot: QtBot
) -> None:
    QTest.keyClick(page.trend, Key.Key_End)
    QTest.keyClick(page.trend, Key.Key_Return)
    jobs.drain()
    table = page._behind.table
    assert table.records.rowCount() == 2
    QTest.keyClick(table, Key.Key_Return)
    jobs.drain()
    put(store, told(8, 300, TODAY, "Cash", "C01"))
    jobs.changed.emit()
    jobs.drain()
    QTest.keyClick(page.focusWidget(), Key.Key_Escape)
    qtbot.waitUntil(lambda: table.records.rowCount() == 3)


@pytest.mark.req("KPI-2", "VIEW-4")
def test_the_payments_behind_a_bar_are_a_list_like_all_payments(
    page: AnalyticsPage, jobs: Jobs
) -> None:
    QTest.keyClick(page.trend, Key.Key_End)
    QTest.keyClick(page.trend, Key.Key_Return)
    jobs.drain()
    table = page._behind.table
    assert [row.receipt_number for row in table.records.records] == ["R-7002", "R-7001"]
    for numbers in (["R-7002", "R-7001"], ["R-7001", "R-7002"]):
        QTest.keyClick(table, Key.Key_3, Qt.KeyboardModifier.AltModifier)
        jobs.drain()
        assert [row.receipt_number for row in table.records.records] == numbers
    assert table.shown_columns()[-2:] == ("status", "collected")
    menu = page._behind.row_actions.menu_of(table.record())
    offered = {action.text().split("\t")[0] for action in menu.actions()}
    assert {"Open consumer", "Raise dispute"} <= offered


@pytest.mark.req("KPI-2")
def test_a_day_of_the_trend_opens_with_a_click(page: AnalyticsPage, jobs: Jobs) -> None:
    place = page.trend.bar_rect(10).center().toPoint()
    QTest.mouseClick(page.trend, Qt.MouseButton.LeftButton, pos=place)
    jobs.drain()
    assert text_of(page, "paymentsBehindTitle") == "Apr 11, 2025"
    assert [row.receipt_number for row in page._behind.table.records.records] == ["R-7003"]


@pytest.mark.req("KPI-2", "MON-10")
def test_what_was_given_back_on_a_day_stands_beneath_its_payments(
    jobs: Jobs, store: Store, request: pytest.FixtureRequest
) -> None:
    back = PastBackFacts(
        UUID(int=9), "bounced", "R-7004", TODAY, "Bill", "Cheque", "Walk-in", "C01", "=Ann Ash",
        "C02", "Sam Vale", 8_000, 8_000, 8_000, UUID(int=4),
    )  # fmt: skip
    paid = told(1, 10_000, TODAY, "Cash", "C01")
    fill(store, AccountFacts(person(1, "John Doe"), payments=(paid,), backs=(back,)))
    page: AnalyticsPage = request.getfixturevalue("page")
    assert page.trend.bars[19].value == 2_000
    place = page.trend.bar_rect(19).center().toPoint()
    QTest.mouseClick(page.trend, Qt.MouseButton.LeftButton, pos=place)
    jobs.drain()
    assert text_of(page, "paymentsBehindWhat") == (
        "1 payment: $100.00 taken, $80.00 undone or refunded, $20.00 collected"
    )
    backs = page._behind.backs
    assert backs.isVisible()
    row = [str(backs.records.index(0, place).data()) for place in range(7)]
    assert row == [
        "Apr 20, 2025", "Cheque came back", "R-7004", "John Doe \u00b7 WU-10001", "-$80.00",
        "Cheque", "C02 \u00b7 Sam Vale",
    ]  # fmt: skip


def test_arrows_go_along_the_columns_and_say_each(page: AnalyticsPage) -> None:
    assert page.focusWidget() is page.trend
    assert page.trend.accessibleName().startswith("Collected. Apr 1, 2025. 0 payments: $0.00")
    QTest.keyClick(page.trend, Key.Key_End)
    assert "Apr 20, 2025. 2 payments: $150.00 Compared: $80.00." in page.trend.accessibleName()
    QTest.keyClick(page.trend, Key.Key_Left)
    assert "Apr 19, 2025" in page.trend.accessibleName()


@pytest.mark.req("USE-1")
def test_pointing_at_a_bar_tells_its_figures_and_at_a_title_what_they_count(
    page: AnalyticsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tips: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _owner: tips.append(text))
    chart, place = page.breakdowns["counter"], QPoint(10, 10)
    QApplication.sendEvent(chart, QHelpEvent(QEvent.Type.ToolTip, place, chart.mapToGlobal(place)))
    assert tips[0].startswith("C01. 2 payments: $125.00. Compared: $80.00.")
    assert "counts with each" in _card_title(page, "methodCard").toolTip()
    assert "credit notes" in page.total.toolTip()


@pytest.mark.req("KPI-2")
def test_a_year_goes_by_month_and_is_not_held_against_what_nobody_told(
    page: AnalyticsPage, jobs: Jobs
) -> None:
    choose(page, jobs, 4)
    assert [bar.label for bar in page.trend.bars][:2] == ["Apr 2024", "May 2024"]
    assert text_of(page, "analyticsChange") == "Not compared: payments elsewhere go back 13 months"
    assert page.trend.bars[0].before is None


@pytest.mark.req("KPI-2")
def test_any_days_can_be_typed_and_held_against_the_year_before(
    page: AnalyticsPage, jobs: Jobs
) -> None:
    first = find(page, QLineEdit, "periodFirst")
    first.setFocus()
    first.selectAll()
    QTest.keyClicks(first, "2025-04-02")
    QTest.keyClick(first, Key.Key_Return)
    jobs.drain()
    assert len(page.trend.bars) == 19
    assert page.period.usual.currentText() == "Other days"
    QTest.keyClick(page.period.against, Key.Key_Down)
    jobs.drain()
    assert page.trend.bars[0].before == 700


def test_after_midnight_this_month_goes_on(page: AnalyticsPage, jobs: Jobs) -> None:
    jobs.store.clock = ShiftedClock(datetime(2025, 4, 21, 8, tzinfo=UTC))
    page.refresh()
    jobs.drain()
    assert len(page.trend.bars) == 21
    assert find(page, QLineEdit, "periodLast").text() == "Apr 21, 2025"


@pytest.mark.req("USE-2")
def test_a_wrong_date_is_refused_beside_it(page: AnalyticsPage, jobs: Jobs) -> None:
    first = find(page, QLineEdit, "periodFirst")
    first.setFocus()
    first.selectAll()
    QTest.keyClicks(first, "nonsense")
    QTest.keyClick(first, Key.Key_Return)
    jobs.drain()
    assert text_of(page, "periodFirstError").startswith("Enter a date such as")
    assert page.total.text() == "$175.00"


@pytest.mark.req("AUD-1", "AUD-4", "VIEW-6")
def test_the_figures_go_into_a_file_and_who_took_them_is_recorded(
    page: AnalyticsPage, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoken: Spoken
) -> None:
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(tmp_path / "figures.csv"))
    QTest.keyClick(page, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    jobs.drain()
    rows = read_csv(tmp_path / "figures.csv")
    assert spoken.toasts == [f"{len(rows) - 1} rows are in figures.csv."]
    before = "2025-03-01/2025-03-20"
    assert rows[1] == [
        "Total", "2025-04-01/2025-04-20", before, "3", "175.00", "0.00", "175.00", "80.00",
    ]  # fmt: skip
    assert ["By method", "Card", before, "2", "75.00", "0.00", "75.00", "0.00"] in rows
    assert ["By cashier", "'=Ann Ash"] in [row[:2] for row in rows]
    event = table_of(Event)
    begun = select(event.c.body).where(event.c.kind == "list.export_begun")
    (body,) = jobs.store.read(lambda read: read.execute(begun).scalars().all()).result()
    told = json.loads(body)["data"]
    assert (told["name"], told["file"]) == ("Figures", "figures.csv")
    assert told["chosen"][0] == "Apr 1, 2025 \u2013 Apr 20, 2025"


@pytest.mark.parametrize("ending", [".xlsx", ".pdf"])
def test_the_figures_go_into_a_workbook_and_on_paper(
    page: AnalyticsPage, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    path = tmp_path / f"figures{ending}"
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(path))
    page.export.click()
    jobs.drain()
    if ending == ".xlsx":
        assert {"Figures", "By method", "=Ann Ash", "175.00"} <= set(read_xlsx(path).values())
    else:
        assert path.read_bytes().startswith(b"%PDF-1.4")


def test_a_file_that_cannot_be_written_is_told(
    page: AnalyticsPage, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(tmp_path / "no" / "figures.csv"))
    page.export.click()
    jobs.drain()
    assert text_of(page, "exportWords").startswith("The folder for figures.csv is not there")


@pytest.mark.req("VIEW-6", "KPI-2")
def test_the_payments_behind_a_bar_go_into_a_file(
    page: AnalyticsPage, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(tmp_path / "cards.csv"))
    chart = page.breakdowns["method"]
    chart.setFocus()
    QTest.keyClick(chart, Key.Key_Down)
    QTest.keyClick(chart, Key.Key_Return)
    jobs.drain()
    QTest.keyClick(page._behind.table, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    jobs.drain()
    titles, *rows = read_csv(tmp_path / "cards.csv")
    listed = [dict(zip(titles, row, strict=True)) for row in rows]
    assert [row["Receipt"] for row in listed] == ["R-7002", "R-7003"]
    assert [row["Cashier"] for row in listed] == ["'=Ann Ash"] * 2
    collected = sum(Decimal(row["Collected (USD)"]) for row in listed)
    assert collected == Decimal("75.00"), "what the bar says"


@pytest.mark.req("KPI-3")
def test_figures_follow_what_is_written(
    qtbot: QtBot, page: AnalyticsPage, store: Store, cashier: Actor
) -> None:
    later = told(6, 100, TODAY, "Cash", "C01")
    fill(store, AccountFacts(person(1, "John Doe"), payments=(later,)))
    store.write(lambda session: session.keep_state("test", "written"), cashier).result()
    qtbot.waitUntil(lambda: page.total.text() == "$1.00")


def test_columns_stand_on_the_line_of_zero_and_the_marks_where_they_belong(
    page: AnalyticsPage,
) -> None:
    chart: Chart = page.trend
    picture = chart.grab().toImage()
    column, ratio = chart.bar_rect(10).toRect(), picture.devicePixelRatio()

    def ink(x: int, y: int) -> QColor:
        return picture.pixelColor(int(x * ratio), int(y * ratio))

    assert ink(column.center().x(), column.bottom() - 8) == QColor(colours().accent)
    assert ink(column.center().x(), column.top() + 2) != QColor(colours().accent)


def _card_title(page: AnalyticsPage, name: str) -> QLabel:
    labels = find(page, QWidget, name).findChildren(QLabel)
    return next(label for label in labels if label.property("role") == "h2")
