"""Lists to be exported, and the files read back by nothing of ours."""

from __future__ import annotations

import csv
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from counterdesk.core.listed import Kind, ListedColumn, MakeWriter
from counterdesk.printing.list_pdf import PdfList
from counterdesk.services.list_csv import CsvList
from counterdesk.services.list_export import Listing
from counterdesk.services.list_xlsx import XlsxList

MAKERS: dict[str, MakeWriter] = {".csv": CsvList, ".xlsx": XlsxList, ".pdf": PdfList}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True, slots=True)
class Line:
    """A record of a list."""

    number: str
    on: date
    at: datetime | None
    name: str
    amount_minor: int
    days: int


COLUMNS = (
    ListedColumn("Receipt", lambda row: row.number, Kind.ID),
    ListedColumn("Date", lambda row: row.on, Kind.DATE),
    ListedColumn("Taken at", lambda row: row.at, Kind.MOMENT),
    ListedColumn("Consumer", lambda row: row.name),
    ListedColumn("Amount", lambda row: row.amount_minor, Kind.AMOUNT, summed=True),
    ListedColumn("Days", lambda row: row.days, Kind.NUMBER),
)


def lines(names: Sequence[str]) -> list[Line]:
    """Return a record for each name."""
    first = datetime(2025, 4, 20, 14, 2, 3, tzinfo=UTC)
    return [
        Line(f"R-{5_000 + at}", date(2025, 4, 20) - timedelta(at % 9), first, name, 14_550 + at, at)
        for at, name in enumerate(names)
    ]


def listing(records: Sequence[Line], size: int = 1_000) -> Listing:
    """Return records as a list of several pages."""

    def pages(_read: Any) -> Iterator[Sequence[Line]]:
        for at in range(0, len(records), size):
            yield records[at : at + size]

    return Listing("Payments", ("Method: Cash",), COLUMNS, pages, lambda _read: len(records))


def read_csv(path: Path) -> list[list[str]]:
    """Return all lines of a file of comma-separated values."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def read_xlsx(path: Path) -> dict[str, str]:
    """Return the cells of a workbook by their names; numbers as they stand in the file."""
    with ZipFile(path) as packed:
        assert packed.testzip() is None
        sheet = ET.fromstring(packed.read("xl/worksheets/sheet1.xml"))
        texts = ET.fromstring(packed.read("xl/sharedStrings.xml"))
    shared = ["".join(entry.itertext()) for entry in texts]
    cells = {}
    for cell in sheet.iter(f"{_MAIN}c"):
        assert cell.find(f"{_MAIN}f") is None, "a formula"
        text = "".join(cell.itertext())
        cells[cell.attrib["r"]] = shared[int(text)] if cell.get("t") == "s" else text
    return cells


def read_pdf(path: Path) -> str:
    """Return the text of a PDF as it stands on its sheets."""
    read = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(read, check=True, capture_output=True, text=True).stdout


def pages_of(path: Path) -> int:
    """Return how many sheets a PDF says it has."""
    return max(int(count) for count in re.findall(rb"/Count (\d+)", path.read_bytes()))
