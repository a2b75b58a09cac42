"""A list of any length as PDF: a table over sheets of A4 on their side, each with its titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Final

from counterdesk.core.dates import write_date, write_instant
from counterdesk.core.i18n import _
from counterdesk.core.listed import Cells, Kind, ListHead, ListSums
from counterdesk.core.money import format_count, format_number
from counterdesk.printing.list_letters import Letters
from counterdesk.printing.list_sheets import ACROSS, HEIGHT, MARGIN, ListSheets
from counterdesk.printing.list_widths import Needed, column_places, letters_size
from counterdesk.printing.paper import ACCENT, FAINT, HAIRLINE, TINT, Place
from counterdesk.printing.shaping import wrapped
from counterdesk.printing.typefaces import BOLD, REGULAR

_SIZE: Final = 7.5
_LINE: Final = _SIZE * 1.3
"""Also of smaller letters: a list is read along its lines."""

_TITLE: Final = 14.0
_FOOT: Final = 16.0
_INSET: Final = 2.5
_MOST_LINES: Final = 40
"""Of one cell: what goes on longer than a sheet is cut, and says so."""

_LATER: Final = 1.1
_LONGER: Final = 1.3
"""How much longer than the first rows' a number or a date may get, and a sum."""

_LONGEST_WORD: Final = 12.0
"""In sizes of its letters: a longer one is broken before all letters get small."""

_TIGHT: Final = 0.05
_FIGURES: Final = (Kind.AMOUNT, Kind.NUMBER)


class PdfList:
    """Writes one table; its columns are as wide as the first rows need."""

    def __init__(self, file: BinaryIO, head: ListHead) -> None:
        self._head = head
        self._read = [at for at, column in enumerate(head.columns) if column.on_paper]
        self._columns = [head.columns[at] for at in self._read]
        self._writers = [_writers(head)[column.kind] for column in self._columns]
        self._at_end = [column.kind in _FIGURES for column in self._columns]
        self._one_line = [column.kind is not Kind.TEXT for column in self._columns]
        self._sheets = ListSheets(file, head, _SIZE)
        self._bold = self._sheets.letters(_SIZE, BOLD)
        self._places: list[Place] = []
        self._y = self._sums_at = MARGIN

    def add(self, rows: Sequence[Cells]) -> None:
        """Write some rows more."""
        texts = [self._texts(row) for row in rows]
        self._begin(texts)
        for row in texts:
            self._row(row)

    def finish(self, sums: ListSums) -> None:
        """Write what all comes to, what stands on every sheet, and the end of the file."""
        self._begin([])
        totals = self._texts(sums.sums)
        if any(totals) and sums.rows:
            totals[0] = totals[0] or _("Total")
            self._row(totals, self._bold)
        self._sheets.end_sheet()
        self._sheets.finish(lambda number: self._draw_late(number, sums))

    def give_up(self) -> None:
        """Hold nothing that would have to be let go."""

    def _texts(self, row: Cells) -> list[str]:
        values = (row[at] for at in self._read)
        return [
            "" if value is None else write(value)
            for write, value in zip(self._writers, values, strict=True)
        ]

    def _begin(self, rows: Sequence[Sequence[str]]) -> None:
        if self._places:
            return
        sheets, needed = self._sheets, self._needed(rows)
        size = letters_size(needed, _INSET, ACROSS.width, _SIZE)
        for letters in (sheets.text, self._bold):
            letters.resize(size)
        self._places = column_places(needed, _INSET, ACROSS.width, size)
        self._y += _TITLE
        sheets.write(self._head.title, ACROSS, self._y, sheets.letters(_TITLE, BOLD), colour=ACCENT)
        self._y += 4
        for line in self._head.told:
            for part in wrapped(line, ACROSS.width, REGULAR, _SIZE):
                self._y += _LINE
                sheets.write(part, ACROSS, self._y, colour=FAINT)
        self._sums_at = self._y + _LINE + 2
        self._y = self._sums_at + 8
        self._write_titles()

    def _needed(self, rows: Sequence[Sequence[str]]) -> list[Needed]:
        """Return what columns take; later numbers and sums may be longer than these."""
        needed = []
        text, bold = self._sheets.text, self._bold
        for at, column in enumerate(self._columns):
            words = max(map(bold.wide, column.title.split()), default=0.0)
            whole = max((text.wide(row[at]) for row in rows), default=0.0)
            if column.kind is Kind.TEXT:
                least = max(
                    (text.wide(word) for row in rows for word in row[at].split()), default=0.0
                )
                least = max(words, min(least, _LONGEST_WORD))
            else:
                least = whole = max(words, whole * (_LONGER if column.summed else _LATER))
            needed.append(Needed(least + _TIGHT, max(whole, least) + _TIGHT))
        return needed

    def _write_titles(self) -> None:
        titles = [column.title for column in self._columns]
        lines = [
            wrapped(title, place.width, BOLD, self._bold.size)
            for title, place in zip(titles, self._places, strict=True)
        ]
        height = max(map(len, lines)) * _LINE + 4
        self._sheets.box(ACROSS, self._y, height, TINT)
        self._y += 1
        self._beside(lines, self._bold)
        self._y += 4

    def _row(self, texts: Sequence[str], letters: Letters | None = None) -> None:
        lines = self._wrapped(texts, letters or self._sheets.text)
        height = max(map(len, lines)) * _LINE + 2.5
        if self._y + height > HEIGHT - MARGIN - _FOOT:
            self._sheets.end_sheet()
            self._y = MARGIN
            self._write_titles()
        self._beside(lines, letters)
        self._y += 2.5
        self._sheets.box(ACROSS, self._y, 0.4, HAIRLINE)

    def _wrapped(self, texts: Sequence[str], letters: Letters) -> list[list[str]]:
        shelf = BOLD if letters is self._bold else REGULAR
        lines = []
        for text, place, one_line in zip(texts, self._places, self._one_line, strict=True):
            fits = one_line or not text or letters.wide(text) * letters.size <= place.width
            one = [text] if fits else wrapped(text, place.width, shelf, letters.size)
            lines.append(one if len(one) <= _MOST_LINES else [*one[: _MOST_LINES - 1], "\u2026"])
        return lines

    def _beside(self, lines: Sequence[Sequence[str]], letters: Letters | None) -> None:
        write, top = self._sheets.write, self._y - 0.3 * _SIZE
        for parts, place, at_end in zip(lines, self._places, self._at_end, strict=True):
            for down, part in enumerate(parts, start=1):
                if part:
                    write(part, place, top + down * _LINE, letters, at_end=at_end)
        self._y += max(map(len, lines)) * _LINE

    def _draw_late(self, number: int, sums: ListSums) -> None:
        if number == 1:
            self._sheets.write(sums.words, ACROSS, self._sums_at, self._bold)
        low, text = HEIGHT - MARGIN, self._sheets.text
        self._sheets.write(self._head.title, Place(0, ACROSS.width / 2), low, colour=FAINT)
        words = _("Page {number} of {all}").format(
            number=self._whole(number), all=self._whole(self._sheets.count)
        )
        wide = text.wide(words) * text.size
        self._sheets.write(words, Place(ACROSS.width - wide, wide), low, colour=FAINT)

    def _whole(self, number: int) -> str:
        return format_count(number, self._head.locale)


def _writers(head: ListHead) -> dict[Kind, Callable[[Any], str]]:
    return {
        Kind.TEXT: str, Kind.ID: str,
        Kind.NUMBER: lambda value: format_count(value, head.locale),
        Kind.AMOUNT: lambda minor: format_number(minor, head.currency, head.locale),
        Kind.DATE: lambda day: write_date(day, head.locale),
        Kind.MOMENT: lambda moment: write_instant(moment, head.locale, head.time_zone),
    }  # fmt: skip
