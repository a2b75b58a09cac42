"""The arrow beside a title, as it is painted: where it stands, and where it points."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.records import Column, RecordsModel
from counterdesk.ui.theme import THEMES, apply_theme, colours

UP, DOWN = "up", "down"


@pytest.fixture
def table(qtbot: QtBot) -> RecordTable:
    columns = (
        Column("Number", str, order=int, name="number"),
        Column("Amount", str, order=int, kind="amount", width=200),
    )
    table = RecordTable("numbers", "Numbers", RecordsModel(columns))
    qtbot.addWidget(table)
    table.records.show_records([2, 3, 1])
    table.resize(600, 240)
    table.show()
    return table


def click_title(table: RecordTable, column: int) -> None:
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def inked(table: RecordTable, column: int) -> list[QPoint]:
    """Return the pixels of a title that are of the arrow's colour; titles are quieter."""
    return _of_colour(table, column, colours().text)


def quiet(table: RecordTable, column: int) -> list[QPoint]:
    """Return the pixels of a title that are of its letters' colour."""
    return _of_colour(table, column, colours().muted)


def _of_colour(table: RecordTable, column: int, colour: str) -> list[QPoint]:
    header, ink = table.horizontalHeader(), QColor(colour)
    section = QRect(
        header.sectionViewportPosition(column), 0, header.sectionSize(column), header.height()
    )
    image = header.viewport().grab(section).toImage().convertToFormat(QImage.Format.Format_RGB32)
    every = (QPoint(x, y) for y in range(image.height()) for x in range(image.width()))
    return [pixel for pixel in every if image.pixelColor(pixel) == ink]


def pointing(pixels: list[QPoint]) -> str:
    rows = [pixel.y() for pixel in pixels]
    widest = max(set(rows), key=rows.count)
    return UP if widest - min(rows) > max(rows) - widest else DOWN


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize("theme", [name for name in THEMES if name != "contrast"])
def test_the_arrow_points_down_from_the_most_to_the_least(
    qapp: QApplication, table: RecordTable, theme: str
) -> None:
    apply_theme(qapp, theme)
    assert not inked(table, 0)
    click_title(table, 0)
    assert table.records.records == [1, 2, 3]
    assert pointing(inked(table, 0)) == UP
    click_title(table, 0)
    assert table.records.records == [3, 2, 1]
    assert pointing(inked(table, 0)) == DOWN


def test_the_arrow_stands_beside_its_title_and_never_on_it(table: RecordTable) -> None:
    click_title(table, 0)
    behind = min(pixel.x() for pixel in inked(table, 0))
    assert 40 < behind < 100
    click_title(table, 1)
    assert not inked(table, 0)
    before = max(pixel.x() for pixel in inked(table, 1))
    assert 100 < before < 160  # left of what stands at the right


def test_the_arrow_changes_sides_where_one_reads_from_the_right(table: RecordTable) -> None:
    table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    click_title(table, 1)
    assert min(pixel.x() for pixel in inked(table, 1)) > 40
    assert max(pixel.x() for pixel in inked(table, 1)) < 100


def test_a_title_too_long_for_its_column_makes_room_for_the_arrow(table: RecordTable) -> None:
    table.setColumnWidth(1, 60)
    click_title(table, 1)
    arrow = inked(table, 1)
    title = quiet(table, 1)
    assert title
    assert max(pixel.x() for pixel in arrow) < min(pixel.x() for pixel in title)
