"""Whatever stands in any field: one receipt comes out, with all its amounts and no command."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from counterdesk.core.documents import (
    Align,
    Block,
    Document,
    KeyValue,
    QrCode,
    Table,
    Text,
    as_copy,
    as_electronic,
    document_from_json,
    document_to_json,
)
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.layout import Row, lay_out
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.preview import preview_image
from counterdesk.printing.profiles import PrinterProfile
from tests.printing.emupos_judge import ORACLE, judge
from tests.printing.escpos_reader import read_job
from tests.printing.sample_receipt import CODE, in_arabic, sample_receipt

INJECTIONS = [
    "\x1bp\x00\x19\xfa\x1bp\x01\x19\xfa",  # open both drawers
    "\x1dV\x00\x1dVB\x00\x1bi\x1bm",  # cut
    "\x10\x14\x01\x00\x05\x10\x14\x02\x01\x08\x10\x04\x01",  # in real time: drawer, off, status
    "\x1b@\x1b=\x00\x1bc5\x01",  # start anew, deaf, without its button
    "\x1d(A\x02\x00\x00\x02\x1f\x11",  # test page
    "\x1d(k\x03\x001Q0\x1dv0\x00\xff\xff\xff\xff",  # a code, and a picture without an end
    "\x1d(C\x05\x00\x00\x30\x00\x00\x00\x1cq\x01",  # write its memory
    "\x9b\x9d\x84\x85\x0c\x0b\x18\x1a\x7f",  # of the upper half, pages and deletes
    "\u202eeod nhoj\u202c\u2066x\u2069\u061c\u200f",  # turn round
    "\u2028\u2029\x85\r\n\v\f",  # lines
    ") Tj ET endstream endobj trailer <</Root 1 0 R>> startxref 0 %%EOF",
    "(\\) >> /OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
    "</rdf:li>]]><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    '=HYPERLINK("http://example.test")', "<script>alert(1)</script>", "'; drop table payment;--",
    "%s%n{0}{number}${x}", "CD1:NOT A CODE", "\U000e0041\U000e007f\ufff9\ufffb",
]  # fmt: skip
any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
papers = st.sampled_from([32, 42, 48])
OURS = {"start", "page", "bold", "underline", "align", "feed", "size", "invert", "cut"}


def filled_with(text: str, *, mirrored: bool = False) -> Document:
    """The sample's receipt with a text in each of its fields; its amounts and its code stay."""
    document = as_electronic(as_copy(sample_receipt(), 1, text))
    blocks = tuple(_block(block, text) for block in document.blocks)
    filled = replace(document, title=f"R-5001 {text}", blocks=blocks)
    return in_arabic(filled) if mirrored else filled


def _block(block: Block, text: str) -> Block:
    match block:
        case Text():
            return replace(block, text=text)
        case QrCode():
            return replace(block, caption=text)
        case KeyValue(amount=True):
            return replace(block, key=text)
        case KeyValue():
            return replace(block, value=text)
        case Table(columns=columns, rows=rows):
            named = tuple(replace(column, title=text) for column in columns)
            return Table(named, tuple((text, *row[1:]) for row in rows))
    return block


def amounts_of(document: Document) -> set[str]:
    found = {b.value for b in document.blocks if isinstance(b, KeyValue) and b.amount}
    for table in (block for block in document.blocks if isinstance(block, Table)):
        ends = [at for at, column in enumerate(table.columns) if column.align is Align.END]
        found |= {row[at] for row in table.rows for at in ends}
    return found


@pytest.mark.req("AUD-4", "RCT-2")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(any_text, papers, st.booleans())
def test_any_text_in_every_field_is_one_receipt_with_all_its_amounts(
    qapp: QApplication, text: str, columns: int, mirrored: bool
) -> None:
    document = filled_with(text, mirrored=mirrored)
    paper = read_job(escpos_bytes(document, PrinterProfile(columns)))
    names = [name for name in paper.commands if not name.startswith("GS (")]
    assert set(names) <= OURS
    assert (names.count("start"), names.count("cut"), names[-1]) == (1, 1, "cut")
    assert paper.codes == [CODE]
    rows = [row for row in lay_out(document, columns) if isinstance(row, Row)]
    assert amounts_of(document) <= {cell.text for row in rows for cell in row.cells}
    assert not preview_image(document, columns, 0.2).isNull()


@pytest.mark.req("AUD-4", "RCT-2")
@settings(max_examples=40)
@given(any_text, st.sampled_from(["A4", "A5", "Letter", "roll80"]), st.booleans())
def test_any_text_in_every_field_is_one_pdf(text: str, page: str, mirrored: bool) -> None:
    document = filled_with(text, mirrored=mirrored)
    raw = pdf_bytes(document, page)
    assert raw == pdf_bytes(document_from_json(document_to_json(document)), page)
    assert raw.count(b"%%EOF") == raw.count(b"startxref") == 1


@pytest.mark.req("AUD-4")
@pytest.mark.skipif(
    not (ORACLE / "emupos").is_dir(), reason="the printer simulator emupos is not in .oracle"
)
@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("columns", [32, 48])
def test_a_printer_nobody_here_wrote_finds_no_command_in_any_field(
    qapp: QApplication, tmp_path: Path, text: str, columns: int
) -> None:
    job = escpos_bytes(filled_with(text), PrinterProfile(columns))
    judged = judge(job, tmp_path, columns)
    assert (judged.events, judged.unknown) == ((), ())
    assert f"[qr {CODE}]" in judged.text


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("text", INJECTIONS)
def test_a_pdf_takes_no_order_from_any_field(tmp_path: Path, text: str) -> None:
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed")
    path = tmp_path / "receipt.pdf"
    path.write_bytes(pdf_bytes(filled_with(text)))
    seen = subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)
    assert seen.stderr == b""
    subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", str(path), str(tmp_path / "plain.pdf")],
        check=True,
    )
    plain = re.sub(
        rb"stream\n.*?endstream", b"", (tmp_path / "plain.pdf").read_bytes(), flags=re.DOTALL
    )
    names = set(re.findall(rb"/(JS|JavaScript|OpenAction|AA|Launch|URI|EmbeddedFile)\b", plain))
    assert names == set()


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("text", INJECTIONS)
def test_the_metadata_of_a_pdf_is_well_formed_and_names_no_entity(text: str) -> None:
    packet = re.search(rb"<x:xmpmeta.*</x:xmpmeta>", pdf_bytes(filled_with(text)), re.DOTALL)
    assert packet
    assert b"<!" not in packet[0]
    (title,) = ET.fromstring(packet[0]).iter("{http://purl.org/dc/elements/1.1/}title")
    assert "R-5001" in "".join(title.itertext())
