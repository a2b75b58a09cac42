"""One layout step: a document becomes rows of cells on a grid of letters.

Printers, drawn rows and the screen preview all work from these rows, so that what is seen is what
prints. An amount is never wrapped or shortened: a paper too narrow for it is a `LayoutError`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from counterdesk.core.documents import (
    BOLD,
    PLAIN,
    Align,
    Block,
    Document,
    Feed,
    KeyValue,
    Logo,
    QrCode,
    Rule,
    Style,
    Table,
    Text,
)
from counterdesk.core.text import clean, display_width, has_right_to_left, is_right_to_left
from counterdesk.printing.dots import fitted
from counterdesk.printing.profiles import LETTER_DOTS

_MARK = Style(bold=True, invert=True)
_OTHER_SIDE = {Align.START: Align.END, Align.CENTRE: Align.CENTRE, Align.END: Align.START}
_NARROWEST_TEXT = 12
"""Columns that a text beside amounts needs; with fewer it gets a row of its own."""


class LayoutError(ValueError):
    """The paper is too narrow for an amount."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of text in its place; `START` is left: a mirrored row is mirrored already."""

    text: str
    column: int
    columns: int
    align: Align = Align.START
    style: Style = PLAIN
    from_right: bool = False
    """Whether the paragraph that it is a line of is read from the right."""
    lines_up: bool = False
    """Whether these are figures below others: they end at the right on a mirrored row, too."""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells from left to right. The columns of a big row are counted in big letters."""

    cells: tuple[Cell, ...]
    big: bool = False


Line = Row | Rule | QrCode | Logo | Feed


def lay_out(document: Document, columns: int) -> tuple[Line, ...]:
    """Return a document as lines for paper of 32, 42 or 48 letters.

    Raises:
        LayoutError: An amount does not fit.
    """
    marks = tuple(Text(mark, Align.CENTRE, _MARK) for mark in document.marks)
    blocks = (*marks, *document.blocks, *marks)
    if document.right_to_left:
        return tuple(
            _mirrored(line, columns)
            for block, figures in _with_figures(blocks)
            for line in _lines(block, columns, figures)
        )
    return tuple(line for block in blocks for line in _lines(block, columns))


def _with_figures(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, int]]:
    """Yield blocks, and with an amount below others how many columns the widest of them takes."""
    for together, group in groupby(blocks, _is_small_amount):
        members = tuple(group)
        widths = [display_width(clean(one.value)) for one in members if isinstance(one, KeyValue)]
        figures = max(widths) if together and len(members) > 1 else 0
        yield from ((one, figures) for one in members)


def _is_small_amount(block: Block) -> bool:
    return isinstance(block, KeyValue) and block.amount and not block.style.big


def _lines(block: Block, columns: int, figures: int = 0) -> Iterator[Line]:
    match block:
        case Text():
            width = columns // 2 if block.style.big else columns
            cell = Cell(block.text, 0, width, block.align, block.style)
            yield from _wrapped((cell,), big=block.style.big)
        case KeyValue():
            yield from _key_value(block, columns, figures)
        case Table():
            yield from _table(block, columns)
        case QrCode(caption=caption):
            yield block
            if caption:
                yield from _wrapped((Cell(caption, 0, columns, Align.CENTRE),))
        case Logo():
            yield fitted(block, columns * LETTER_DOTS)
        case _:
            yield block


def _mirrored(line: Line, columns: int) -> Line:
    if isinstance(line, Logo):
        return replace(line, align=_OTHER_SIDE[line.align])
    if not isinstance(line, Row):
        return line
    width = columns // 2 if line.big else columns
    return replace(line, cells=tuple(_mirrored_cell(cell, width) for cell in reversed(line.cells)))


def _mirrored_cell(cell: Cell, width: int) -> Cell:
    column = width - cell.column - cell.columns
    from_right = cell.from_right or has_right_to_left(cell.text)
    align = cell.align if cell.lines_up else _OTHER_SIDE[cell.align]
    return replace(cell, column=column, align=align, from_right=from_right)


def wrapped_text(text: str, width: int) -> list[str]:
    """Return text as lines of at most so many columns, broken at spaces where it has any."""
    lines = [""]
    for word in clean(text).split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if display_width(joined) <= width:
            lines[-1] = joined
            continue
        pieces = list(_pieces(word, width))
        lines[-1:] = pieces if not lines[-1] else [lines[-1], *pieces]
    return lines


def _pieces(word: str, width: int) -> Iterator[str]:
    piece, used = "", 0
    for letter in word:
        needed = display_width(letter)
        if piece and used + needed > width:
            yield piece
            piece, used = "", 0
        piece, used = piece + letter, used + needed
    yield piece


def _wrapped(cells: tuple[Cell, ...], *, big: bool = False) -> Iterator[Row]:
    """Yield as many rows as the cell with most lines needs."""
    texts = [wrapped_text(cell.text, cell.columns) for cell in cells]
    sides = [is_right_to_left(cell.text) for cell in cells]
    for parts in zip_longest(*texts):
        yield Row(
            tuple(
                replace(cell, text=part, from_right=from_right)
                for cell, part, from_right in zip(cells, parts, sides, strict=True)
                if part is not None
            ),
            big,
        )


def _amount(text: str, columns: int) -> str:
    amount = clean(text)
    if display_width(amount) > columns:
        raise LayoutError(f"an amount of {display_width(amount)} letters on {columns} columns")
    return amount


def _key_value(block: KeyValue, columns: int, figures: int = 0) -> Iterator[Row]:
    """Yield a label and its value.

    Args:
        block: Both.
        columns: Letters across the paper.
        figures: Columns of the widest amount that this one lines up with; 0 where it stands alone.
    """
    key, value, style = clean(block.key), clean(block.value), block.style
    width = columns // 2 if style.big else columns
    needed = display_width(value)
    if style.big and block.amount and needed > width:
        yield from _key_value(replace(block, style=replace(style, big=False)), columns)
    elif display_width(key) + 1 + max(needed, figures) <= width:
        place = width - max(needed, figures)
        cells = (
            Cell(key, 0, place - 1, Align.START, style, is_right_to_left(key)),
            Cell(
                value, place, width - place, Align.END, style, is_right_to_left(value), figures > 0
            ),
        )
        yield Row(cells if value else cells[:1], style.big)
    elif block.amount:
        yield from _wrapped((Cell(key, 0, width, Align.START, style),), big=style.big)
        whole, place = _amount(value, width), width - figures if figures else 0
        from_right = is_right_to_left(whole)
        cell = Cell(whole, place, width - place, Align.END, style, from_right, figures > 0)
        yield Row((cell,), style.big)
    else:
        yield from _long_value(key, value, width, style)


def _long_value(key: str, value: str, width: int, style: Style) -> Iterator[Row]:
    """Yield a value that wraps beside its key, or below a key that is long itself."""
    if display_width(key) > width // 2:
        yield from _wrapped((Cell(key, 0, width, Align.START, style),), big=style.big)
        yield from _wrapped((Cell(value, 2, width - 2, Align.END, style),), big=style.big)
        return
    left = display_width(key) + 1
    cells = (
        Cell(key, 0, left - 1, Align.START, style),
        Cell(value, left, width - left, Align.END, style),
    )
    yield from _wrapped(cells, big=style.big)


def _table(table: Table, columns: int) -> Iterator[Row]:
    widths = _natural_widths(table)
    texts = [at for at, column in enumerate(table.columns) if column.align is not Align.END]
    missing = sum(widths) + len(widths) - 1 - columns
    room = sum(widths[at] for at in texts) - missing
    if texts and room >= _NARROWEST_TEXT * len(texts):
        for at, width in zip(texts, _shared(room, [widths[at] for at in texts]), strict=True):
            widths[at] = width
        yield from _grid(table, widths)
    elif not texts and missing <= 0:
        yield from _grid(table, [widths[0] - missing, *widths[1:]])
    else:
        yield from _stacked(table, columns)


def _natural_widths(table: Table) -> list[int]:
    rows = ((column.title for column in table.columns), *table.rows)
    return [max(display_width(clean(text)) for text in texts) for texts in zip(*rows, strict=True)]


def _shared(room: int, wanted: list[int]) -> list[int]:
    """Return widths that fill the room: what is spare goes to the first, what lacks is shared."""
    if sum(wanted) <= room:
        return [wanted[0] + room - sum(wanted), *wanted[1:]]
    shares = [max(room * width // sum(wanted), _NARROWEST_TEXT) for width in wanted]
    largest = shares.index(max(shares))
    shares[largest] += room - sum(shares)
    return shares


def _grid(table: Table, widths: list[int]) -> Iterator[Row]:
    starts = [sum(widths[:at]) + at for at in range(len(widths))]
    places = [
        Cell("", start, width, column.align, lines_up=column.align is Align.END)
        for start, width, column in zip(starts, widths, table.columns, strict=True)
    ]
    titles = tuple(
        replace(place, text=column.title, style=BOLD)
        for place, column in zip(places, table.columns, strict=True)
    )
    yield from _wrapped(titles)
    for row in table.rows:
        yield from _wrapped(
            tuple(replace(place, text=text) for place, text in zip(places, row, strict=True))
        )


def _stacked(table: Table, columns: int) -> Iterator[Row]:
    """Yield each row with its texts on lines of their own and its amounts below them."""
    amounts = [column.align is Align.END for column in table.columns]
    texts = [
        text for row in table.rows for text, at_end in zip(row, amounts, strict=True) if at_end
    ]
    figures = max((display_width(clean(text)) for text in texts), default=0)
    for row in table.rows:
        named = zip(table.columns, row, amounts, strict=True)
        for column, text, is_amount in named:
            if is_amount:
                pair = KeyValue("  " + column.title, text, amount=True)
                yield from _key_value(pair, columns, figures)
            else:
                yield from _wrapped((Cell(text, 0, columns, Align.START, BOLD),))
