"""Reading a utility's file line by line, however large; each fault is named, and none ends it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.sync.centre.import_fields import EMPTY, Field, Value
from counterdesk.sync.centre.import_layout import Layout

_LONGEST_LINE = 1 << 20
_KEPT_OF_A_CELL = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be taken: its number in the file, the field, the cell, a sentence."""

    line: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was read: its values in the order of the layout's kept columns, or its faults."""

    number: int
    values: tuple[Value | None, ...] = ()
    faults: tuple[Fault, ...] = ()


class LineReader:
    """Reads the lines of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        names = [column.field.name for column in layout.kept]
        self._days = (
            (names.index("charged_on"), names.index("due_on"))
            if {"charged_on", "due_on"} <= set(names) else None
        )  # fmt: skip
        self._cancelled = next(
            (one for one in layout.columns if one.field.name == "cancelled"), None
        )

    def read(self, file: io.TextIOWrapper) -> Iterator[Line]:
        """Yield every line that is not blank, whole or with its faults.

        Args:
            file: At its beginning, opened so that line ends are left alone.

        Raises:
            UserError: It holds a byte that is no letter, or a line of a megabyte.
        """
        reader = csv.reader(_lines(file), delimiter=self._layout.delimiter, strict=True)
        next(reader)
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Line(number, faults=(_torn(number, reader.line_num),))
                continue
            if any(cells) and not all(cell.isspace() for cell in cells if cell):
                yield self._line(number, cells)

    def _line(self, number: int, cells: list[str]) -> Line:
        headings = len(self._layout.headings)
        if len(cells) != headings:
            reason = _("This line has {cells} cells, the first line has {headings}.")
            text = reason.format(cells=len(cells), headings=headings)
            return Line(number, faults=(Fault(number, "", "", text),))
        values: list[Value | None] = []
        cancels = self._cancels(cells)
        faults = [] if cancels else [
            Fault(number, name, "", _("The file has no such column, so it can only cancel."))
            for name in self._layout.missing
        ]  # fmt: skip
        for column in self._layout.columns:
            cell, field = cells[column.place], column.field
            try:
                value = _value(cell, field, cancels=cancels)
            except UserError as error:
                value = None
                faults.append(Fault(number, field.name, cell[:_KEPT_OF_A_CELL], error.message))
            if field.column:
                values.append(value)
        return Line(number, tuple(values), tuple(faults or self._unordered(number, values)))

    def _cancels(self, cells: list[str]) -> bool:
        if self._cancelled is None:
            return False
        try:
            return self._cancelled.field.read(cells[self._cancelled.place]) is True
        except UserError:
            return False  # told when the cell is read as a cell

    def _unordered(self, number: int, values: Sequence[Value | None]) -> Sequence[Fault]:
        if self._days is None:
            return ()
        charged_on, due_on = (values[place] for place in self._days)
        if not isinstance(charged_on, date) or not isinstance(due_on, date) or charged_on <= due_on:
            return ()
        reason = _("It is due before the day it was charged.")
        return (Fault(number, "due_on", due_on.isoformat(), reason),)


def read_first_line(file: io.TextIOWrapper) -> str:
    """Return the line with the headings, and go back to the beginning.

    Raises:
        UserError: As `LineReader.read` does.
    """
    line = next(_lines(file), "")
    file.seek(0)
    return line


def _lines(file: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(_LONGEST_LINE)
        except UnicodeError as error:  # UTF-16 raises its own kind
            text = _("Near line {line} stands a byte that is no letter; is --encoding right?")
            raise UserError(text.format(line=number)) from error
        if len(line) == _LONGEST_LINE:  # a file without line ends must not fill the memory
            raise UserError(_("Line {line} is too long to be one.").format(line=number))
        if not line:
            return
        yield line


def _torn(first: int, last: int) -> Fault:
    reason = _("Lines {first} to {last} cannot be told apart: a quote is not closed, or stands in "
               "the middle of a cell.")  # fmt: skip
    return Fault(first, "", "", reason.format(first=first, last=last))


def _value(cell: str, field: Field, *, cancels: bool) -> Value | None:
    if cancels and not field.always and field.name != "cancelled":
        return None  # what a charge was when it was cancelled is of no interest
    if cell == "" or cell.isspace():
        if field.needed:
            raise UserError(_("This must not be empty."))
        return EMPTY.get(field.name)
    return field.read(cell)
