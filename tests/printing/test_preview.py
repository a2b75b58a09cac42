from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from counterdesk.core.documents import Rule
from counterdesk.printing.code_reading import codes_in
from counterdesk.printing.layout import Cell, Row
from counterdesk.printing.preview import preview_image
from counterdesk.printing.raster import qr_drawn, rows_drawn
from tests.printing.sample_receipt import CODE, sample_receipt


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("columns", [32, 48])
def test_the_preview_shows_a_code_that_a_phone_reads(qapp: QApplication, columns: int) -> None:
    image = preview_image(sample_receipt(), columns)
    assert image.width() == columns * 12 + 48
    assert codes_in(image) == [CODE]


def test_a_larger_preview_is_the_same_paper(qapp: QApplication) -> None:
    small, large = preview_image(sample_receipt()), preview_image(sample_receipt(), scale=2)
    assert (large.width(), large.height()) == (small.width() * 2, small.height() * 2)


def test_text_leaves_ink_and_nothing_leaves_white_paper(qapp: QApplication) -> None:
    white = preview_image(replace(sample_receipt(), blocks=()))
    assert {white.pixelColor(x, 5).name() for x in range(white.width())} == {"#ffffff"}
    line = preview_image(replace(sample_receipt(), blocks=(Rule(),)))
    assert line.pixelColor(100, 24 + 15).name() == "#808080"


def test_a_drawn_row_is_black_letters_on_white_paper(qapp: QApplication) -> None:
    raster = rows_drawn((Row((Cell("王小明", 0, 48),)),), 576)
    black = sum(byte.bit_count() for byte in raster.dots)
    assert 50 < black < 576 * 30 / 10
    assert not any(raster.dots[: raster.bytes_across])


def test_a_drawn_code_is_read_from_its_dots(qapp: QApplication) -> None:
    raster = qr_drawn(CODE, 576)
    image = QImage(raster.dots, 576, raster.height, raster.bytes_across, QImage.Format.Format_Mono)
    image.invertPixels()
    assert codes_in(image) == [CODE]
