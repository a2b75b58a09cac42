"""A list as a workbook: real numbers and dates, titles that stay in sight, and never a formula.

The rows go into the file as they come; nothing lies beside it meanwhile. What the head says of all
rows stands in the table of texts, which is written last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from typing import IO, Any, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.listed import Cells, Kind, ListHead, ListSums, plain_amount
from counterdesk.services import xlsx_parts as parts

MOST_ROWS: Final = 1_048_576
"""Source: Microsoft, "Excel specifications and limits": rows on a sheet."""

_DAY_ZERO: Final = date(1899, 12, 30).toordinal()
_LEVEL: Final = 1
"""Of packing: more takes three times as long for a sixth of the bytes."""


class XlsxList:
    """Writes one sheet: title and head, a line of titles, the rows, what they come to."""

    def __init__(self, file: BinaryIO, head: ListHead) -> None:
        self._head = head
        self._letters = [parts.column_letters(place) for place in range(len(head.columns))]
        self._writers = [_writers(head)[column.kind] for column in head.columns]
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL)
        self._sheet: IO[bytes] | None = None
        self._row = self._titles_at = len(head.told) + 4

    def add(self, rows: Sequence[Cells]) -> None:
        """Write some rows more.

        Raises:
            UserError: No sheet holds so many.
        """
        if self._row + len(rows) >= MOST_ROWS:
            raise UserError(_("A workbook has no room for so many rows. Choose CSV, or fewer."))
        lines = []
        for row in rows:
            self._row += 1
            cells = [
                f'<c r="{letters}{self._row}" {write(value)}</c>'
                for letters, write, value in zip(self._letters, self._writers, row, strict=True)
                if value is not None
            ]
            lines.append(f'<row r="{self._row}">{"".join(cells)}</row>')
        self._write("".join(lines))

    def finish(self, sums: ListSums) -> None:
        """Write what all comes to, and what holds the parts together."""
        filtered = (self._titles_at, self._letters[-1], self._row)
        self._write(self._totals(sums) + parts.sheet_end(*filtered)).close()
        texts = (self._head.title, *self._head.told, sums.words)
        for name, text in {
            "xl/sharedStrings.xml": parts.shared_texts(texts),
            "xl/workbook.xml": parts.workbook(self._head.title, *filtered),
            "xl/styles.xml": parts.styles(self._head.currency.decimals),
            **parts.PACKAGE,
        }.items():
            with self._zip.open(name, "w") as part:
                part.write((parts.XML + text).encode())
        self._zip.close()

    def give_up(self) -> None:
        """Let go of a file that nobody wants any more."""
        for part in (self._sheet, self._zip):
            with suppress(OSError, ValueError):
                if part is not None:
                    part.close()

    def _begun(self) -> str:
        head, at = self._head, self._titles_at
        widths = [max(parts.WIDTHS[one.kind], len(one.title) + 4) for one in head.columns]
        lines = [
            f'<row r="{place}"><c r="A{place}" t="s" '
            f's="{parts.PLAIN if place > 1 else parts.TITLE}"><v>{place - 1}</v></c></row>'
            for place in range(1, at - 1)
        ]
        titles = [
            f'<c r="{letters}{at}" {parts.inline(column.title, parts.HEADING)}</c>'
            for letters, column in zip(self._letters, head.columns, strict=True)
        ]
        lines.append(f'<row r="{at}">{"".join(titles)}</row>')
        start = parts.sheet_start(widths, at, from_right=head.right_to_left)
        return parts.XML + start + "".join(lines)

    def _totals(self, sums: ListSums) -> str:
        row, cells = self._row + 1, []
        columns = zip(self._letters, self._head.columns, sums.sums, strict=True)
        for letters, column, total in columns if sums.rows else ():
            if total is None:
                continue
            if column.kind is Kind.AMOUNT:
                figure = plain_amount(total, self._head.currency), parts.TOTAL_AMOUNT
            else:
                figure = str(total), parts.TOTAL_NUMBER
            cells.append(f'<c r="{letters}{row}" {parts.number(*figure)}</c>')
        if cells and sums.sums[0] is None:
            cells.insert(0, f'<c r="A{row}" {parts.inline(_("Total"), parts.TOTAL)}</c>')
        return f'<row r="{row}">{"".join(cells)}</row>' if cells else ""

    def _write(self, text: str) -> IO[bytes]:
        if self._sheet is None:
            self._sheet = self._zip.open(parts.SHEET, "w", force_zip64=True)
            self._sheet.write(self._begun().encode())
        self._sheet.write(text.encode())
        return self._sheet


def _writers(head: ListHead) -> dict[Kind, Callable[[Any], str]]:
    zone, style = ZoneInfo(head.time_zone), parts.STYLE_OF

    @lru_cache(maxsize=512)
    def day(value: date) -> str:
        return parts.number(str(value.toordinal() - _DAY_ZERO), style[Kind.DATE])

    def moment(value: datetime) -> str:
        local = value.astimezone(zone)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        days = local.toordinal() - _DAY_ZERO + seconds / 86_400
        return parts.number(f"{days:.9f}", style[Kind.MOMENT])

    return {
        Kind.TEXT: lambda text: parts.inline(text, style[Kind.TEXT]),
        Kind.ID: lambda text: parts.inline(text, style[Kind.ID]),
        Kind.NUMBER: lambda value: parts.number(str(value), style[Kind.NUMBER]),
        Kind.AMOUNT: lambda minor: parts.number(
            plain_amount(minor, head.currency), style[Kind.AMOUNT]
        ),
        Kind.DATE: day, Kind.MOMENT: moment,
    }  # fmt: skip
