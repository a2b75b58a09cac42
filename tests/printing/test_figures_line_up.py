"""Amounts below each other in a language that is read from the right: their decimals line up."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from counterdesk.core.digits import in_digits_of
from counterdesk.core.documents import Align, Block, Column, Document, KeyValue, Table
from counterdesk.printing.layout import Row, lay_out
from counterdesk.printing.paper import PAPERS
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.shaping import after_mark, shaped
from counterdesk.printing.typefaces import MONO, REGULAR
from tests.printing.sample_receipt import in_arabic, sample_receipt

AMOUNTS = ("0.00", "111.11", "7,654.25", "1,500.50")
ARABIC = tuple(in_digits_of("ar_EG", text.translate({44: "٬", 46: "٫"})) for text in AMOUNTS)


def document_of(*blocks: Block) -> Document:
    return in_arabic(replace(sample_receipt(), blocks=blocks, marks=()))


def table() -> Table:
    columns = (Column("البيان"), Column("المدفوع", Align.END), Column("الفرق", Align.END))
    return Table(columns, tuple(("بيان", amount, amount[-4:]) for amount in ARABIC))


def pairs() -> tuple[KeyValue, ...]:
    return tuple(KeyValue("المستحق", f"{amount} ج.م", amount=True) for amount in ARABIC)


def marks_of(document: Document, page: str, folder: Path) -> list[float]:
    """Return where the decimal marks of the amounts stand in a PDF, in points from the left."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed: nobody to look at the PDF with")
    (folder / "a.pdf").write_bytes(pdf_bytes(document, page))
    told = subprocess.run(
        ["pdftotext", "-bbox", "a.pdf", "-"], check=True, capture_output=True, text=True, cwd=folder
    ).stdout
    ends = re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">(.*)</word>', told)
    size = PAPERS[page].text_size
    found = [(float(x), word) for x, word in ends if "٫" in word]
    assert {word for _x, word in found} >= set(ARABIC)  # whole: a search finds them
    return [x - after_mark(word, REGULAR, size) for x, word in found]


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("page", ["A4", "A5", "Letter", "roll80"])
def test_decimals_stand_below_each_other_in_a_pdf(tmp_path: Path, page: str) -> None:
    columns = {round(x) for x in marks_of(document_of(table()), page, tmp_path)}
    assert len(columns) == 2
    (_one,) = {round(x, 1) for x in marks_of(document_of(*pairs()), page, tmp_path)}


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("blocks", [(table(),), pairs()], ids=["table", "pairs"])
def test_amounts_end_at_one_column_of_a_mirrored_roll(
    qapp: QApplication, columns: int, blocks: tuple[Block, ...]
) -> None:
    rows = [line for line in lay_out(document_of(*blocks), columns) if isinstance(line, Row)]
    cells = [cell for row in rows for cell in row.cells if "٫" in cell.text]
    assert {cell.align for cell in cells} == {Align.END}
    ends = {cell.column + cell.columns for cell in cells}
    assert len(ends) == (2 if isinstance(blocks[0], Table) else 1)
    assert all(cell.columns >= len(cell.text) for cell in cells)


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("zero", [0x30, 0x660, 0x6F0, 0x966])
def test_on_the_grid_of_a_roll_all_figures_are_equally_wide(zero: int) -> None:
    widths = {shaped(chr(zero + figure), MONO).width for figure in range(10)}
    assert len(widths) == 1


def test_one_amount_alone_stands_at_the_edge() -> None:
    (row,) = lay_out(document_of(pairs()[0]), 48)
    assert isinstance(row, Row)
    assert (row.cells[0].column, row.cells[0].align) == (0, Align.START)
