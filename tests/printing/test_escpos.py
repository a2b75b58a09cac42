from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from counterdesk.core.documents import QrCode
from counterdesk.printing import raster
from counterdesk.printing.dots import Raster
from counterdesk.printing.escpos import drawer_bytes, escpos_bytes
from counterdesk.printing.profiles import PrinterProfile
from tests.printing.escpos_reader import read_job
from tests.printing.sample_receipt import CODE, in_arabic, sample_receipt

WIDE = PrinterProfile()
HOSTILE = [
    "\x1bp\x00\x19\xfa\x1dV\x00John",
    "\u202eeod nhoj\u202c",
    "x" * 10_000,
    "a b " * 2_500,
    "John\x00Doe\r\n\t\x10\x14\x01\x00\x01",
    "John \U0001f600 Doe",
    "محمد علي",
    "王小明",
    "हिन्दी",
    "\ud800\udfff\ue000\ufffe",
    "e" + "\u0301" * 300,
    "\x7f\x80\x9b\x9f\xa0\xff",
    "Łódź Ñandú Ελλάδα Россия",
    "",
]
any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
allowed = {
    "start", "page", "bold", "underline", "align", "feed", "size", "invert", "cut",
    "GS ( k", "GS ( D",
}  # fmt: skip


@pytest.mark.req("RCT-2")
def test_the_sample_receipt_prints_its_lines_its_code_and_one_cut() -> None:
    paper = read_job(escpos_bytes(sample_receipt(), WIDE))
    assert "Receipt                                   R-5001" in paper.lines
    assert "Total            $145.50" in paper.lines
    assert "Change                                     $4.50" in paper.lines
    assert paper.codes == [CODE]
    assert paper.commands.count("cut") == 1
    assert paper.pictures == []


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_commands_nothing(qapp: QApplication, name: str) -> None:
    paper = read_job(escpos_bytes(sample_receipt(name, notes=name), WIDE))
    assert set(paper.commands) <= allowed
    assert paper.commands.count("cut") == 1
    assert paper.commands.count("start") == 1
    assert "Change                                     $4.50" in paper.lines


@pytest.mark.req("AUD-4")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_text, any_text)
def test_no_text_becomes_a_command(qapp: QApplication, name: str, notes: str) -> None:
    paper = read_job(escpos_bytes(sample_receipt(name, notes), WIDE))
    assert set(paper.commands) <= allowed
    assert paper.commands.count("cut") == 1
    assert paper.codes == [CODE]


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("name", ["Zoë Ñandú", "Łódź", "Россия", "Øre €5", "Renée"])
def test_a_name_that_a_code_page_knows_is_written_in_letters(name: str) -> None:
    paper = read_job(escpos_bytes(sample_receipt(name), WIDE))
    assert f"Consumer{name:>40}" in paper.lines
    assert paper.pictures == []


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("name", ["محمد علي", "王小明", "हिन्दी", "\ud800"])
def test_a_name_that_no_code_page_knows_is_drawn(qapp: QApplication, name: str) -> None:
    paper = read_job(escpos_bytes(sample_receipt(name), WIDE))
    assert paper.pictures == [(576, 30)]
    assert not any(line.startswith("Consumer") for line in paper.lines)


def test_punctuation_that_no_code_page_knows_is_written_simpler() -> None:
    paper = read_job(escpos_bytes(sample_receipt("John\u2011Doe\u2212X"), WIDE))
    assert f"Consumer{'John-Doe-X':>40}" in paper.lines


@pytest.mark.req("RCT-2")
def test_a_right_to_left_receipt_is_mirrored() -> None:
    paper = read_job(escpos_bytes(in_arabic(sample_receipt()), WIDE))
    assert "R-5001                                   Receipt" in paper.lines


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_drawn_code_is_as_wide_as_the_paper(qapp: QApplication, columns: int) -> None:
    paper = read_job(escpos_bytes(sample_receipt(), PrinterProfile(columns, native_qr=False)))
    assert paper.codes == []
    assert {width for width, _height in paper.pictures} == {columns * 12}


def test_dots_that_look_like_a_real_time_command_are_guarded(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = Raster(b"\x00" * 30 + b"\x10\x14\x01\x00\x01" + b"\x00" * 37, 72, 1)
    monkeypatch.setattr(raster, "rows_drawn", lambda _rows, _dots: drawn)
    job = escpos_bytes(sample_receipt("王"), WIDE)
    before, after = job.split(b"\x10\x14\x01\x00\x01")
    assert before.rindex(b"\x1d(D\x05\x00\x14\x01\x00\x02\x00") < before.rindex(b"\x1dv0\x00")
    assert b"\x1d(D\x05\x00\x14\x01\x01\x02\x00" in after


def test_a_code_too_long_for_any_square_is_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        escpos_bytes(replace(sample_receipt(), blocks=(QrCode("A" * 4_000),)), WIDE)


@pytest.mark.req("RCT-7")
def test_a_receipt_never_opens_the_drawer_by_itself() -> None:
    assert "drawer" not in read_job(escpos_bytes(sample_receipt(), WIDE)).commands
    assert read_job(drawer_bytes()).commands == ["drawer"]
