from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterdesk.core.documents import (
    Align,
    Column,
    Document,
    KeyValue,
    Rule,
    Table,
    Text,
    as_copy,
    as_electronic,
)
from counterdesk.printing.layout import LayoutError
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.shaping import shaped
from counterdesk.printing.typefaces import REGULAR
from tests.printing.sample_receipt import in_arabic, sample_receipt

PAGES = ["A4", "A5", "Letter", "roll80"]
any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.fixture
def tool() -> object:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed: nobody to read the PDF with")
    return None


def text_of(folder: Path, document: Document, page: str = "A4") -> str:
    path = folder / "document.pdf"
    path.write_bytes(pdf_bytes(document, page))
    read = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(read, check=True, capture_output=True, text=True).stdout


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("page", PAGES)
def test_every_paper_says_what_the_receipt_says(tool: object, tmp_path: Path, page: str) -> None:
    text = text_of(tmp_path, sample_receipt(), page)
    for words in ("Cityville Water", "R-5001", "John Doe", "WU-10001", "Customer paid in full"):
        assert words in text
    assert re.search(r"Total +\$145\.50", text)
    assert re.search(r"Change +\$4\.50", text)


@pytest.mark.req("RCT-2")
def test_the_fonts_travel_with_the_file(tmp_path: Path) -> None:
    raw = pdf_bytes(sample_receipt())
    names = set(re.findall(rb"/BaseFont /(\S+)", raw))
    assert {name.partition(b"+")[2] for name in names} == {b"NotoSans-Regular", b"NotoSans-Bold"}
    assert raw.count(b"/FontFile2") == 2


@pytest.mark.parametrize("page", PAGES)
def test_the_same_document_makes_the_same_bytes(page: str) -> None:
    assert pdf_bytes(sample_receipt(), page) == pdf_bytes(sample_receipt(), page)


def test_the_files_title_is_the_documents() -> None:
    raw = pdf_bytes(sample_receipt())
    assert b"/Title <FEFF" + "Receipt R-5001".encode("utf-16-be").hex().upper().encode() in raw


@pytest.mark.req("RCT-3")
@pytest.mark.req("RCT-6")
@pytest.mark.parametrize("page", PAGES)
def test_copies_are_marked_twice(tool: object, tmp_path: Path, page: str) -> None:
    text = text_of(tmp_path, as_electronic(as_copy(sample_receipt(), 1, "paper jam")), page)
    for mark in ("COPY 1", "paper jam", "ELECTRONIC COPY"):
        assert text.count(mark) >= 2


@pytest.mark.req("AUD-4")
@settings(deadline=None, max_examples=40)
@given(any_text, any_text, st.sampled_from(PAGES), st.booleans())
def test_any_text_makes_a_pdf(name: str, notes: str, page: str, mirrored: bool) -> None:
    document = sample_receipt(name, notes)
    raw = pdf_bytes(in_arabic(document) if mirrored else document, page)
    assert raw.startswith(b"%PDF-")
    assert raw.rstrip().endswith(b"%%EOF")


def test_a_name_of_ten_thousand_letters_goes_on_over_several_sheets(
    tool: object, tmp_path: Path
) -> None:
    text = text_of(tmp_path, sample_receipt("x" * 10_000, "y " * 5_000))
    assert text.count("x") >= 10_000
    assert text.count("\f") > 2
    assert re.search(r"Total +\$145\.50", text)


@pytest.mark.parametrize("page", PAGES)
def test_a_letter_as_wide_as_a_sentence_is_squeezed(page: str) -> None:
    assert shaped("\ufdfd", REGULAR).width > 5
    assert pdf_bytes(sample_receipt("\ufdfd" * 3, "\ufdfd"), page).startswith(b"%PDF-")


@pytest.mark.parametrize("page", PAGES)
def test_an_amount_wider_than_its_place_is_an_error_and_never_cut(page: str) -> None:
    huge = KeyValue("Total", "$" + "9" * 120, amount=True)
    with pytest.raises(LayoutError):
        pdf_bytes(replace(sample_receipt(), blocks=(Rule(), huge)), page)


def test_a_roll_is_as_long_as_its_receipt() -> None:
    def height(document: Document) -> float:
        box = rb"/MediaBox \[0 ([\d.]+) [\d.]+ ([\d.]+)\]"
        found = re.search(box, pdf_bytes(document, "roll80"))
        assert found
        return float(found[2]) - float(found[1])

    short, receipt = replace(sample_receipt(), blocks=(Text("Hello"),)), sample_receipt()
    assert height(short) < 60
    assert 400 < height(receipt) < 700


@pytest.mark.req("RCT-1")
def test_the_code_is_made_of_crisp_shapes() -> None:
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf_bytes(sample_receipt()), re.DOTALL)
    page = next(text for text in (_inflated(stream) for stream in streams) if b" 1 re\n" in text)
    assert page.count(b" 1 re\n") > 1_000
    assert b"/Subtype /Image" not in pdf_bytes(sample_receipt())


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def test_a_table_of_amounts_alone_fits_its_sheet(tool: object, tmp_path: Path) -> None:
    columns = (Column("Cash", Align.END), Column("Card", Align.END))
    table = Table(columns, (("1,234.50", "99.00"),))
    text = text_of(tmp_path, replace(sample_receipt(), blocks=(Rule(), table)))
    assert re.search(r"1,234\.50 +99\.00", text)
