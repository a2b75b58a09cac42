"""Long lists on paper: any text, any number of sheets, and nothing falls off or is cut."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterdesk.core.listed import Cells, Kind, ListedColumn, ListHead, ListSums
from counterdesk.core.money import Currency
from counterdesk.core.text import clean
from counterdesk.printing.list_pdf import PdfList
from counterdesk.printing.list_widths import Needed, column_places, letters_size
from tests.exported import pages_of, read_pdf
from tests.printing.pdf_archive_judge import faults_of, is_there

COLUMNS = (
    ListedColumn("Receipt", lambda row: row[0], Kind.ID),
    ListedColumn("Date", lambda row: row[1], Kind.DATE),
    ListedColumn("Consumer", lambda row: row[2]),
    ListedColumn("Remarks", lambda row: row[3]),
    ListedColumn("Amount", lambda row: row[4], Kind.AMOUNT, summed=True),
)
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no poppler-utils")
any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=60).map(clean)


def written(rows: Sequence[Cells], locale: str = "en_US", *, mirrored: bool = False) -> bytes:
    """Return rows as a PDF."""
    head = ListHead(
        "Payments", ("Cityville Water",), COLUMNS, Currency("USD", 2, "$"), locale, "UTC",
        locale[:2], mirrored,
    )  # fmt: skip
    out = io.BytesIO()
    paper = PdfList(out, head)
    for at in range(0, len(rows), 500):
        paper.add(rows[at : at + 500])
    total = sum(one for one in (row[4] for row in rows) if isinstance(one, int))
    paper.finish(ListSums(len(rows), (None, None, None, None, total), f"{len(rows)} rows"))
    return out.getvalue()


def row(number: int, name: str = "John Doe", remarks: str = "") -> Cells:
    return [f"R-{number}", date(2025, 4, 20), name, remarks, number]


@pytest.mark.req("VIEW-6", "AUD-4")
@given(st.lists(st.tuples(any_text, any_text), max_size=5), st.booleans())
def test_any_text_makes_a_list(texts: list[tuple[str, str]], mirrored: bool) -> None:
    raw = written([row(at, *both) for at, both in enumerate(texts)], mirrored=mirrored)
    assert raw.endswith(b"%%EOF\n")


@needs_poppler
@pytest.mark.req("RCT-2", "VIEW-6")
def test_scripts_are_written_and_read_back(tmp_path: Path) -> None:
    names = ("José Łukasz", "王小明", "Ωmega Ψ", "सुरेश", "محمد أحمد")
    path = tmp_path / "list.pdf"
    path.write_bytes(written([row(at, name) for at, name in enumerate(names)]))
    text = read_pdf(path)
    for name in names[:4]:
        assert name in text
    assert set("محمد") <= set(text)


@needs_poppler
def test_a_long_text_goes_on_below_and_loses_no_word(tmp_path: Path) -> None:
    words = [f"word{at}" for at in range(150)]
    path = tmp_path / "list.pdf"
    path.write_bytes(written([row(1), row(2, remarks=" ".join(words)), row(3)] * 20))
    read = re.findall(r"word\d+", read_pdf(path))
    assert sorted(read) == sorted(words * 20)


@needs_poppler
def test_thousands_of_sheets_are_one_file_that_another_program_finds_sound(tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(written([row(at) for at in range(45_000)]))
    sheets = pages_of(path)
    assert sheets > 1_000
    read = ["pdftotext", "-layout", "-f", str(sheets), str(path), "-"]
    text = subprocess.run(read, check=True, capture_output=True, text=True).stdout
    assert f"Page {sheets:,} of {sheets:,}" in text
    assert "R-44999" in text
    if shutil.which("qpdf") is not None:
        subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)


@pytest.mark.skipif(not is_there(), reason="no Java, or no Preflight")
def test_a_list_can_be_kept_for_years(tmp_path: Path) -> None:
    names = ("José", "王小明", "सुरेश कुमार", "محمد أحمد", "\ufffd")
    rows = [row(at, name) for at, name in enumerate(names)] * 30
    files = {
        "list.pdf": written(rows), "arabic.pdf": written(rows, "ar_EG", mirrored=True),
        "empty.pdf": written([]),
    }  # fmt: skip
    assert faults_of(files, tmp_path) == {name: [] for name in files}


@given(
    st.lists(st.tuples(st.floats(0.1, 40), st.floats(0, 400)), min_size=1, max_size=20),
    st.floats(100, 900),
)
def test_columns_lie_side_by_side_within_the_paper(
    given_needs: list[tuple[float, float]], width: float
) -> None:
    needed = [Needed(least, least + more) for least, more in given_needs]
    size = letters_size(needed, 0, width, 7.5)
    places = column_places(needed, 0, width, size)
    ends = [place.start + place.width for place in places]
    assert ends[-1] == pytest.approx(width)
    assert [place.start for place in places[1:]] == pytest.approx(ends[:-1])
    if sum(one.least for one in needed) * size <= width:
        assert all(
            place.width >= one.least * size - 1e-6
            for place, one in zip(places, needed, strict=True)
        )
