"""How a table of charges is set on a PDF sheet."""

from __future__ import annotations

from typing import Final

from counterdesk.core.documents import Align, KeyValue, Table
from counterdesk.printing.paper import LEADING, TINT, Ink, Place
from counterdesk.printing.pdf_blocks import amount
from counterdesk.printing.shaping import text_width
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
    widths = _widths(sheet, block)
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
    for row in block.rows:
        sheet.y += 1.5
        _row(sheet, block, row, places, Ink(sheet.paper.text_size, REGULAR))
        sheet.y += 4.5
        sheet.hairline(sheet.across)
    sheet.y += _BELOW


def _row(sheet: Sheet, block: Table, texts: tuple[str, ...], places: list[Place], ink: Ink) -> None:
    sheet.side_by_side(
        [
            (text, place, ink, column.align)
            for text, place, column in zip(texts, places, block.columns, strict=True)
        ]
    )


def _widths(sheet: Sheet, block: Table) -> list[float] | None:
    """Return the columns' widths: amounts as wide as they are, texts share what is left."""
    size = sheet.paper.text_size
    widths = [
        max(
            text_width(column.title, BOLD, size),
            *(text_width(row[at], REGULAR, size) for row in block.rows),
            0,
        ) + 2 * _INSET + 1
        for at, column in enumerate(block.columns)
    ]  # fmt: skip
    texts = [at for at, column in enumerate(block.columns) if column.align is not Align.END]
    fixed = sum(width for at, width in enumerate(widths) if at not in texts)
    room = sheet.across.width - fixed
    if room < _LEAST_TEXT * len(texts):
        return None
    if not texts:
        return [widths[0] + room, *widths[1:]]
    return [room / len(texts) if at in texts else width for at, width in enumerate(widths)]


def _stacked(sheet: Sheet, block: Table) -> None:
    sheet.y += _BELOW
    for row in block.rows:
        for column, text in zip(block.columns, row, strict=True):
            if column.align is Align.END:
                amount(sheet, KeyValue(column.title, text, amount=True), sheet.across)
            else:
                sheet.paragraph(text, sheet.across, Ink(sheet.paper.text_size, BOLD))
        sheet.y += _BELOW
