from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from counterdesk.core.documents import Align, Document, Logo
from counterdesk.printing.dots import fitted, logo_drawn
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.preview import preview_image
from counterdesk.printing.profiles import PrinterProfile
from tests.printing.drawn_logo import drawn_logo, full_of
from tests.printing.emupos_judge import ORACLE, judge
from tests.printing.escpos_reader import read_job
from tests.printing.sample_receipt import in_arabic, sample_receipt

PLAIN = sample_receipt()
SOLID = Logo(16, 8, b64encode(b"\xff" * 16).decode())
judged_by_emupos = pytest.mark.skipif(
    not (ORACLE / "emupos").is_dir(), reason="the printer simulator emupos is not in .oracle"
)


def with_logo(logo: Logo, document: Document = PLAIN) -> Document:
    return replace(document, blocks=(logo, *document.blocks))


def below(png: bytes, top: int) -> QImage:
    paper = QImage.fromData(png)
    return paper.copy(0, top, paper.width(), paper.height() - top)


def black_columns(image: QImage, y: int) -> list[int]:
    return [x for x in range(image.width()) if image.pixelColor(x, y).name() == "#000000"]


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize("columns", [32, 42, 48])
def test_the_picture_is_printed_and_the_rest_is_as_without_it(columns: int) -> None:
    profile = PrinterProfile(columns)
    picture = read_job(escpos_bytes(with_logo(drawn_logo(height=100)), profile))
    plain = read_job(escpos_bytes(PLAIN, profile))
    assert picture.pictures == [(columns * 12, 100)]
    assert (picture.lines, picture.commands, picture.codes) == (
        plain.lines, plain.commands, plain.codes,
    )  # fmt: skip


@pytest.mark.req("RCT-1")
def test_the_bytes_of_a_picture_are_these() -> None:
    job = escpos_bytes(with_logo(replace(SOLID, align=Align.START)), PrinterProfile(32))
    row = b"\xff\xff" + bytes(46)
    picture = b"\x1dv0\x00\x30\x00\x08\x00" + row * 8
    assert job == escpos_bytes(PLAIN, PrinterProfile(32)).replace(b"\x1b@", b"\x1b@" + picture, 1)


@pytest.mark.req("AUD-4")
def test_dots_that_spell_a_command_are_sent_while_it_is_switched_off() -> None:
    job = escpos_bytes(
        with_logo(replace(full_of(b"\x10\x14"), align=Align.START)), PrinterProfile()
    )
    off, on = job.index(b"\x1d(D\x05\x00\x14\x01\x00"), job.index(b"\x1d(D\x05\x00\x14\x01\x01")
    assert off < job.index(b"\x10\x14") < job.rindex(b"\x10\x14") < on
    assert read_job(job).commands.count("GS ( D") == 2


@judged_by_emupos
@pytest.mark.req("RCT-1")
@pytest.mark.parametrize("logo", [drawn_logo(), drawn_logo(384, 200), SOLID])
def test_a_printer_nobody_here_wrote_shows_the_picture_above_the_same_receipt(
    qapp: QApplication, tmp_path: Path, logo: Logo
) -> None:
    plain = judge(escpos_bytes(PLAIN, PrinterProfile()), tmp_path)
    shown = judge(escpos_bytes(with_logo(logo), PrinterProfile()), tmp_path)
    assert (shown.events, shown.unknown) == ((), ())
    assert shown.text.endswith(plain.text)
    assert below(shown.png, logo.height) == below(plain.png, 0)
    preview = preview_image(with_logo(logo))
    for y in range(logo.height):
        printed = black_columns(QImage.fromData(shown.png), y)
        assert printed == [x - 24 for x in black_columns(preview, 24 + y)]


@judged_by_emupos
@pytest.mark.req("AUD-4")
def test_that_printer_does_nothing_for_dots_that_spell_a_command(tmp_path: Path) -> None:
    logo = replace(full_of(b"\x10\x14\x01\x00\x01\x00"), align=Align.START)
    judged = judge(escpos_bytes(with_logo(logo), PrinterProfile()), tmp_path)
    # It knows no GS ( D and says so: switched off before the picture, on again after it.
    assert judged.unknown == (b"\x1d(D\x05\0\x14\1\0\2\0", b"\x1d(D\x05\0\x14\1\1\2\0")
    assert judged.events == ("printer.command.unknown",) * 2


@pytest.mark.req("RCT-1")
def test_the_preview_shows_the_dots_where_they_print(qapp: QApplication) -> None:
    middle = preview_image(with_logo(SOLID))
    assert black_columns(middle, 24) == list(range(24 + 280, 24 + 296))
    assert black_columns(middle, 23) == []
    start = preview_image(with_logo(replace(SOLID, align=Align.START)))
    assert black_columns(start, 31) == list(range(24, 40))
    assert middle.height() == preview_image(PLAIN).height() + 8


def test_a_mirrored_receipt_has_its_start_at_the_right(qapp: QApplication) -> None:
    document = in_arabic(with_logo(replace(SOLID, align=Align.START)))
    assert black_columns(preview_image(document), 24) == list(range(24 + 560, 24 + 576))


@pytest.mark.parametrize("align", list(Align))
def test_printer_and_screen_agree_on_every_dot(qapp: QApplication, align: Align) -> None:
    logo = drawn_logo(101, 60, align)
    raster, image = logo_drawn(logo, 576), preview_image(with_logo(logo))
    for y in range(60):
        row = raster.dots[y * raster.bytes_across : (y + 1) * raster.bytes_across]
        bits = f"{int.from_bytes(row, 'big'):0576b}"
        assert [24 + x for x, bit in enumerate(bits) if bit == "1"] == black_columns(image, 24 + y)


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize("page", ["A4", "A5", "Letter", "roll80"])
def test_a_pdf_has_one_picture_with_the_dots_of_the_logo(page: str) -> None:
    raw = pdf_bytes(with_logo(drawn_logo(200, 100)), page)
    assert raw.count(b"/Subtype /Image") == 1
    assert re.search(rb"/Height 100\b", raw)
    assert re.search(rb"/Width 200\b", raw)
    assert b"/Subtype /Image" not in pdf_bytes(PLAIN, page)


def test_a_picture_too_wide_for_the_paper_is_made_smaller() -> None:
    small = fitted(drawn_logo(384, 200), 288)
    assert (small.width, small.height) == (288, 150)
    assert fitted(small, 288) is small
    halves = Logo(16, 2, b64encode(b"\xff\x00\x00\xff").decode())
    assert fitted(halves, 8).dots == b"\xf0"


def test_bits_that_only_fill_a_byte_are_no_dots() -> None:
    logo = Logo(9, 1, b64encode(b"\x00\xff").decode(), Align.START)
    assert logo_drawn(logo, 24).dots == b"\x00\x80\x00"
