"""How a table of charges is set on a PDF sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from counterdesk.core.documents import Align, KeyValue, Table
from counterdesk.printing.paper import LEADING, TINT, Ink, Place
from counterdesk.printing.pdf_blocks import Room, amount, figures_room
from counterdesk.printing.shaping import after_mark, text_width
from counterdesk.printing.sheets import Sheet
from counterdesk.printing.typefaces import BOLD, REGULAR

_INSET: Final = 8.0
_LEAST_TEXT: Final = 70.0
_ABOVE: Final = 7.0
_BELOW: Final = 4.0


def table(sheet: Sheet, block: Table) -> None:
    """Write a table: a tinted line of titles, then rows; stacked where the sheet is narrow.

    Raises:
        LayoutError: An amount does not fit the paper.
    """
    needed = [_needed(sheet, block, at) for at in range(len(block.columns))]
    widths = _widths(sheet, block, needed)
    if widths is None:
        _stacked(sheet, block)
        return
    places = [
        Place(sum(widths[:at]) + _INSET, width - 2 * _INSET) for at, width in enumerate(widths)
    ]
    sheet.y += _ABOVE
    sheet.need(4 * sheet.paper.text_size * LEADING)
    sheet.box(sheet.across, sheet.paper.text_size * 1.9, TINT)
    sheet.y += sheet.paper.text_size * 0.15
    titles = tuple(column.title for column in block.columns)
    _row(sheet, block, titles, places, Ink(sheet.paper.text_size, BOLD))
    sheet.y += sheet.paper.text_size * 0.25
    tails = [room.tail for room in needed]
    for row in block.rows:
        sheet.y += 1.5
        _row(sheet, block, row, places, Ink(sheet.paper.text_size, REGULAR), tails)
        sheet.y += 4.5
        sheet.hairline(sheet.across)
    sheet.y += _BELOW


def _row(
    sheet: Sheet, block: Table, texts: tuple[str, ...], places: list[Place], ink: Ink,
    tails: Sequence[float] = (),
) -> None:  # fmt: skip
    """Write texts side by side; amounts keep room for the widest decimals of their column."""
    beside = []
    for at, (text, place, column) in enumerate(zip(texts, places, block.columns, strict=True)):
        where, align = place, column.align
        if align is Align.END:
            apart = tails[at] - after_mark(text, ink.shelf, ink.size) if tails else 0.0
            where, align = sheet.figures(place, apart)
        beside.append((text, where, ink, align))
    sheet.side_by_side(beside)


def _needed(sheet: Sheet, block: Table, at: int) -> Room:
    """Return what a column takes; only amounts line up by their decimals."""
    size, column = sheet.paper.text_size, block.columns[at]
    texts = [row[at] for row in block.rows]
    ends = column.align is Align.END
    tails = [after_mark(text, REGULAR, size) if ends else 0.0 for text in texts]
    tail = max(tails, default=0.0)
    heads = (text_width(text, REGULAR, size) - own for text, own in zip(texts, tails, strict=True))
    title = text_width(column.title, BOLD, size)
    return Room(max(title - tail, *heads, 0.0), tail)


def _widths(sheet: Sheet, block: Table, needed: list[Room]) -> list[float] | None:
    """Return the columns' widths: amounts as wide as they are, texts share what is left."""
    widths = [room.head + room.tail + 2 * _INSET + 1 for room in needed]
    texts = [at for at, column in enumerate(block.columns) if column.align is not Align.END]
    fixed = sum(width for at, width in enumerate(widths) if at not in texts)
    room = sheet.across.width - fixed
    if room < _LEAST_TEXT * len(texts):
        return None
    if not texts:
        return [widths[0] + room, *widths[1:]]
    return [room / len(texts) if at in texts else width for at, width in enumerate(widths)]


def _stacked(sheet: Sheet, block: Table) -> None:
    ends = [at for at, column in enumerate(block.columns) if column.align is Align.END]
    rows = [
        [KeyValue(column.title, text) for column, text in zip(block.columns, row, strict=True)]
        for row in block.rows
    ]
    room = figures_room(sheet, [row[at] for row in rows for at in ends])
    sheet.y += _BELOW
    for row in rows:
        for at, pair in enumerate(row):
            if at in ends:
                amount(sheet, pair, sheet.across, room)
            else:
                sheet.paragraph(pair.value, sheet.across, Ink(sheet.paper.text_size, BOLD))
        sheet.y += _BELOW
