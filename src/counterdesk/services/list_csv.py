"""A list as comma-separated values: for programs, one line of titles and then nothing but rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from io import TextIOWrapper
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from counterdesk.core.listed import Cells, Kind, ListHead, ListSums, plain_amount
from counterdesk.core.spreadsheets import harmless_cell


class CsvList:
    """Writes amounts with a point and no currency, dates as ISO, moments in the office's time."""

    def __init__(self, file: BinaryIO, head: ListHead) -> None:
        self._text = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        self._rows = csv.writer(self._text)
        self._rows.writerow(harmless_cell(column.title) for column in head.columns)
        self._writers = [_writers(head)[column.kind] for column in head.columns]

    def add(self, rows: Sequence[Cells]) -> None:
        """Write some rows more."""
        writers = self._writers
        self._rows.writerows(
            [
                "" if value is None else write(value)
                for write, value in zip(writers, row, strict=True)
            ]
            for row in rows
        )

    def finish(self, _sums: ListSums) -> None:
        """Leave the file to its owner: sums would be rows for whoever reads it."""
        self._text.detach()

    def give_up(self) -> None:
        """Let go of a file that nobody wants any more."""
        with suppress(OSError, ValueError):
            self._text.detach()


def _writers(head: ListHead) -> dict[Kind, Callable[[Any], str]]:
    zone = ZoneInfo(head.time_zone)

    @lru_cache(maxsize=512)
    def iso_date(day: date) -> str:
        return day.isoformat()

    def iso_moment(moment: datetime) -> str:
        return moment.astimezone(zone).isoformat(" ", "seconds")

    return {
        Kind.TEXT: harmless_cell, Kind.ID: harmless_cell, Kind.NUMBER: str,
        Kind.AMOUNT: lambda minor: plain_amount(minor, head.currency),
        Kind.DATE: iso_date, Kind.MOMENT: iso_moment,
    }  # fmt: skip
