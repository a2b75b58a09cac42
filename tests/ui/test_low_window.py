"""What opens over the window fits a low screen, and lies beside what opened it on either side."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from counterdesk.core.tiles import STANDARD
from counterdesk.ui.dialogs.help_dialog import HelpDialog
from counterdesk.ui.dialogs.tile_choice import TileChoice
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.records import Column, RecordsModel
from counterdesk.ui.theme import NARROWEST_WINDOW, THEMES, apply_theme, colours
from counterdesk.ui.widgets.overlay import Overlay

RIGHT_TO_LEFT = Qt.LayoutDirection.RightToLeft


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(*NARROWEST_WINDOW)
    made.show()
    return made


def open_beneath(window: QWidget, left: int, top: int) -> tuple[QPushButton, Overlay]:
    button = QPushButton("Saved", window)
    button.setGeometry(left, top, 120, 40)
    button.show()
    overlay = Overlay("over", "Saved filters", window)
    overlay.ask_room(360, 400)
    overlay.open_under(button)
    return button, overlay


def test_the_tiles_fit_a_low_screen(window: QWidget, jobs: Jobs) -> None:
    dialog = TileChoice(STANDARD, jobs.store.settings, window, may_limit=True)
    dialog.show()
    assert dialog.height() <= NARROWEST_WINDOW[1]


def test_the_keys_fit_a_narrow_screen(window: QWidget) -> None:
    dialog = HelpDialog(window)
    dialog.show()
    assert dialog.width() <= NARROWEST_WINDOW[0]


def test_a_panel_leaves_its_button_in_sight(window: QWidget) -> None:
    button, overlay = open_beneath(window, 400, 290)
    assert overlay.geometry().top() > button.geometry().bottom()
    assert window.rect().contains(overlay.geometry())
    assert overlay.width() == 360


def test_a_panel_begins_at_the_right_where_one_reads_from_there(window: QWidget) -> None:
    window.setLayoutDirection(RIGHT_TO_LEFT)
    button, overlay = open_beneath(window, 700, 200)
    assert overlay.geometry().right() == button.geometry().right()


def test_the_cursor_stands_on_a_row_where_one_reads_from_the_right(qtbot: QtBot) -> None:
    records = RecordsModel((Column("Number", str), Column("Again", str)))
    table = RecordTable("numbers", "Numbers", records)
    qtbot.addWidget(table)
    table.setLayoutDirection(RIGHT_TO_LEFT)
    records.show_records([5, 6, 7])
    table.show()
    table.selectRow(1)
    assert table.currentIndex().row() == 1
    assert {index.row() for index in table.selectedIndexes()} == {1}
    table.selectRow(9)
    assert table.currentIndex().row() == 1


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_ticked_is_filled_and_says_so_with_a_tick(
    qapp: QApplication, qtbot: QtBot, theme: str
) -> None:
    apply_theme(qapp, theme)
    box = QCheckBox()
    qtbot.addWidget(box)
    box.setChecked(True)
    box.show()
    image = box.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    seen = [
        image.pixelColor(QPoint(x, y)) for y in range(image.height()) for x in range(image.width())
    ]
    assert seen.count(QColor(colours().accent)) > 60
    tick = QColor(colours().on_accent)
    assert sum(abs(pixel.lightness() - tick.lightness()) < 40 for pixel in seen) > 8
