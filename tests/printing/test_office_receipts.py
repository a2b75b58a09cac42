"""One visit's receipt in five languages on three papers, kept as text and judged by a printer.

After a change that is meant: `GOLDEN=1 python -m pytest tests/printing/test_office_receipts.py`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from counterdesk.core.documents import (
    Align,
    Block,
    Document,
    KeyValue,
    QrCode,
    Table,
    as_copy,
    as_electronic,
)
from counterdesk.printing.code_reading import codes_in
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.layout import Row, lay_out
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.preview import preview_image
from counterdesk.printing.profiles import PrinterProfile
from counterdesk.printing.typefaces import BOLD, MONO, REGULAR, set_in
from counterdesk.store.session import Session
from tests.printing.agreed_text import as_agreed
from tests.printing.emupos_judge import ORACLE, judge
from tests.printing.office_receipts import COLUMNS, LANGUAGES, receipt_in, replacing_receipt_in

PAGES = ["A4", "A5", "Letter", "roll80"]
judged_by_emupos = pytest.mark.skipif(
    not (ORACLE / "emupos").is_dir(), reason="the printer simulator emupos is not in .oracle"
)


@pytest.fixture(params=LANGUAGES)
def receipt(request: pytest.FixtureRequest, session: Session) -> Document:
    """The receipt of one office."""
    return receipt_in(session, request.param)


@pytest.mark.req("RCT-1", "RCT-2", "USE-1")
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_receipt_reads_as_it_was_agreed(receipt: Document, columns: int) -> None:
    copy = as_copy(receipt, 1, "42")
    written, agreed = as_agreed("receipts", f"{receipt.language}-{columns}", copy, columns)
    assert written == agreed


@pytest.mark.req("PAY-20", "RCT-1", "USE-1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_names_the_one_that_it_replaces(session: Session, language: str) -> None:
    receipt = replacing_receipt_in(session, language)
    written, agreed = as_agreed("receipts", f"{language}-replaces-42", receipt, 42)
    assert written == agreed
    assert [block.value for block in receipt.blocks if isinstance(block, KeyValue)][1] == "R-5001"


@pytest.mark.req("RCT-1", "RCT-2")
@judged_by_emupos
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_printer_nobody_here_wrote_prints_it_and_its_code_is_read(
    qapp: QApplication, tmp_path: Path, receipt: Document, columns: int
) -> None:
    judged = judge(escpos_bytes(receipt, PrinterProfile(columns=columns)), tmp_path, columns)
    assert (judged.events, judged.unknown) == ((), ())
    assert codes_in(QImage.fromData(judged.png)) == codes_of(receipt)


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("columns", COLUMNS)
def test_the_preview_shows_its_code_too(
    qapp: QApplication, receipt: Document, columns: int
) -> None:
    assert codes_in(preview_image(receipt, columns)) == codes_of(receipt)


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("page", PAGES)
def test_a_pdf_is_whole_has_its_fonts_and_says_every_amount(
    tmp_path: Path, receipt: Document, page: str
) -> None:
    path = tmp_path / "receipt.pdf"
    path.write_bytes(pdf_bytes(as_electronic(receipt), page))
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(path))
    fonts = run("pdffonts", str(path)).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes yes yes +\d+ +\d+$", font) for font in fonts)
    text = plain(run("pdftotext", "-layout", str(path), "-"))
    for amount in amounts_of(receipt):
        assert plain(amount) in text, amount
    assert receipt.number in text


@pytest.mark.req("RCT-2")
def test_a_name_is_found_by_who_searches_a_pdf(tmp_path: Path, receipt: Document) -> None:
    path = tmp_path / "receipt.pdf"
    path.write_bytes(pdf_bytes(receipt))
    text = plain(run("pdftotext", "-layout", str(path), "-"))
    names = [b.value for b in receipt.blocks if isinstance(b, KeyValue) and b.style.bold]
    assert len(names) > 2
    assert all(plain(name) in text for name in names)


@pytest.mark.req("RCT-2", "USE-1")
def test_who_listens_to_a_pdf_hears_it_in_its_order(tmp_path: Path, receipt: Document) -> None:
    path = tmp_path / "receipt.pdf"
    path.write_bytes(pdf_bytes(receipt))
    assert re.search(r"Tagged: +yes", run("pdfinfo", str(path)))
    heard = "".join(re.findall(r'"(.*)"', run("pdfinfo", "-struct-text", str(path))))
    if receipt.right_to_left:  # poppler tells how glyphs stand; a voice takes what is said of them
        said = re.findall(rb"/S /P .*?/ActualText <FEFF([0-9A-F]+)>", path.read_bytes())
        heard = "".join(bytes.fromhex(text.decode()).decode("utf-16-be") for text in said)
    at = 0
    for block in receipt.blocks:
        if isinstance(block, KeyValue) and block.amount:
            at = plain(heard).index(plain(block.key + block.value), at)
    assert at


@pytest.mark.parametrize("page", PAGES)
def test_a_pdf_has_what_an_archive_asks_for(receipt: Document, page: str) -> None:
    raw = pdf_bytes(as_copy(receipt, 1, "x" * 4_000), page)
    assert raw.startswith(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    assert b"<pdfaid:part>1</pdfaid:part>\n<pdfaid:conformance>B<" in raw
    assert b"/S /GTS_PDFA1" in raw
    assert (
        raw.count(b"/Type /FontDescriptor") == raw.count(b"/CIDSet ") == raw.count(b"/FontFile2 ")
    )
    assert not re.search(rb"/(SMask|CA|ca|BM|Encrypt|Filter /LZW|S /Transparency)\b", raw)
    assert raw.count(b"endstream") == raw.count(b"\nendstream\nendobj")


def test_a_pdf_says_its_language_and_is_read_from_its_side(receipt: Document) -> None:
    raw = pdf_bytes(receipt)
    assert b"/Lang <FEFF" + receipt.language.encode("utf-16-be").hex().upper().encode() in raw
    assert (b"/Direction /R2L" in raw) == (receipt.language == "ar") == receipt.right_to_left


@pytest.mark.req("RCT-2")
def test_nothing_on_these_receipts_needs_a_sign_for_a_missing_letter(receipt: Document) -> None:
    for row in lay_out(receipt, 48):
        for cell in row.cells if isinstance(row, Row) else ():
            for shelf in (REGULAR, BOLD, MONO):
                assert "\ufffd" not in set_in(cell.text, shelf)[0]


def amounts_of(document: Document) -> Iterator[str]:
    for block in document.blocks:
        yield from _amounts(block)


def _amounts(block: Block) -> list[str]:
    match block:
        case KeyValue(value=value, amount=True):
            return [value]
        case Table(columns=columns, rows=rows):
            ends = [at for at, column in enumerate(columns) if column.align is Align.END]
            return [row[at] for row in rows for at in ends if row[at]]
    return []


def codes_of(document: Document) -> list[str]:
    return [block.data for block in document.blocks if isinstance(block, QrCode)]


def run(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def plain(text: str) -> str:
    """Return text without spaces, and without the marks of direction that a reader puts in."""
    return "".join(x for x in text if unicodedata.category(x) not in ("Cf", "Zs"))
