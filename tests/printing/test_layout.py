from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.documents import (
    Align,
    Block,
    Column,
    Document,
    KeyValue,
    Style,
    Table,
    Text,
    as_copy,
)
from counterdesk.core.text import clean, display_width
from counterdesk.printing.layout import LayoutError, Line, Row, lay_out
from tests.printing.sample_receipt import in_arabic, sample_receipt

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)
amounts = st.integers(0, 10**11).map(lambda minor: f"${minor // 100:,}.{minor % 100:02}")
styles = st.builds(Style, big=st.booleans())
tables = st.builds(
    Table,
    st.just((Column("Charge"), Column("Billed", Align.END), Column("Paid", Align.END))),
    st.lists(st.tuples(any_text, amounts, amounts), max_size=4).map(tuple),
)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, any_text, st.sampled_from(Align), styles),
    st.builds(KeyValue, any_text, any_text, styles),
    st.builds(KeyValue, any_text, amounts, styles, st.just(True)),
    tables,
)
papers = st.sampled_from([32, 42, 48])


def document_of(*given_blocks: Block) -> Document:
    return replace(sample_receipt(), blocks=given_blocks)


def rows_of(lines: tuple[Line, ...]) -> list[Row]:
    return [line for line in lines if isinstance(line, Row)]


def written(row: Row) -> str:
    return " ".join(cell.text for cell in row.cells)


@pytest.mark.req("RCT-2")
@given(st.lists(blocks, max_size=4), papers, st.booleans())
def test_no_row_is_wider_than_the_paper_and_no_cells_overlap(
    given_blocks: list[Block], columns: int, mirrored: bool
) -> None:
    document = replace(document_of(*given_blocks), right_to_left=mirrored)
    for row in rows_of(lay_out(document, columns)):
        at = 0
        for cell in row.cells:
            assert cell.column >= at
            assert display_width(cell.text) <= cell.columns
            at = cell.column + cell.columns
        assert at <= columns // (2 if row.big else 1)


@pytest.mark.req("RCT-2")
@given(tables, papers)
def test_every_amount_of_a_table_stands_whole_on_a_row(table: Table, columns: int) -> None:
    cells = [
        cell.text for row in rows_of(lay_out(document_of(table), columns)) for cell in row.cells
    ]
    for row in table.rows:
        for amount in row[1:]:
            assert amount in cells


@given(any_text, amounts, styles, papers)
def test_an_amount_stands_whole_beside_or_below_its_label(
    key: str, amount: str, style: Style, columns: int
) -> None:
    rows = rows_of(lay_out(document_of(KeyValue(key, amount, style, amount=True)), columns))
    assert rows[-1].cells[-1].text == amount


@given(any_text, papers)
def test_wrapped_text_loses_nothing_but_spaces(text: str, columns: int) -> None:
    rows = rows_of(lay_out(document_of(Text(text)), columns))
    joined = "".join(cell.text for row in rows for cell in row.cells)
    assert joined.replace(" ", "") == clean(text).replace(" ", "")


def test_an_amount_wider_than_the_paper_is_an_error_and_never_cut() -> None:
    with pytest.raises(LayoutError):
        lay_out(document_of(KeyValue("Total", "9" * 33, amount=True)), 32)


def test_a_big_amount_that_does_not_fit_is_written_smaller() -> None:
    big = KeyValue("Total", "$1,234,567,890.50", Style(big=True), amount=True)
    (row,) = rows_of(lay_out(document_of(big), 32))
    assert not row.big


def test_a_table_too_wide_for_the_paper_stands_below_itself() -> None:
    rows = [written(row) for row in rows_of(lay_out(sample_receipt(), 32))]
    start = rows.index("INV-2025-001234 Mar 2025")
    assert rows[start + 1 : start + 4] == ["  Billed 145.50", "  Paid 145.50", "  Difference 0.00"]


@pytest.mark.req("RCT-2")
def test_a_right_to_left_document_is_mirrored() -> None:
    document = document_of(KeyValue("Change", "$4.50", amount=True))
    (row,) = rows_of(lay_out(in_arabic(document), 48))
    assert [(cell.text, cell.column, cell.align) for cell in row.cells] == [
        ("$4.50", 0, Align.START),
        ("Change", 6, Align.END),
    ]


@pytest.mark.req("RCT-2")
def test_a_line_is_read_from_the_side_of_its_paragraph() -> None:
    arabic = document_of(Text("رصيد صالح للحساب WU-10001، حتى 2026"), Text("WU-10001"), Text("رقم"))
    rows = rows_of(lay_out(arabic, 18))
    assert written(rows[1]).startswith("WU-10001")
    assert [row.cells[0].from_right for row in rows] == [True, True, False, True]
    mirrored = rows_of(lay_out(in_arabic(document_of(Text("R-1 مارس"), Text("-$4.50"))), 18))
    assert [row.cells[0].from_right for row in mirrored] == [True, False]


@pytest.mark.req("RCT-3")
def test_a_copy_is_marked_at_its_top_and_its_bottom() -> None:
    rows = rows_of(lay_out(as_copy(sample_receipt(), 1, "paper jam"), 48))
    for row in (rows[0], rows[-2]):
        assert written(row) == "COPY 1"
        assert row.cells[0].style.invert
