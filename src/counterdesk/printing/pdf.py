"""A document as PDF: designed for a sheet of paper, or for an 80 mm roll.

The blocks up to the first rule are the letterhead; details stand in two columns on a wide sheet,
amounts in a column of their own at the end side, the total in a band.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from counterdesk.core.documents import (
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
from counterdesk.printing.paper import PAPERS
from counterdesk.printing.pdf_blocks import (
    amounts,
    details,
    foot,
    label_width,
    letterhead,
    paragraph,
    signed_code,
)
from counterdesk.printing.pdf_table import table
from counterdesk.printing.sheets import Sheet

_GAP: Final = 10.0
_MARK: Final = Style(bold=True, invert=True)


def pdf_bytes(document: Document, page: str = "A4") -> bytes:
    """Return a document as a PDF file; the same document always makes the same bytes.

    Args:
        document: What to write.
        page: "A4", "A5", "Letter" or "roll80".

    Raises:
        LayoutError: An amount does not fit the paper.
    """
    sheet = Sheet(PAPERS[page], document)
    fill(sheet, document)
    return sheet.finished()


def fill(sheet: Sheet, document: Document) -> None:
    """Write a document on a sheet and those that follow it.

    Raises:
        LayoutError: An amount does not fit the paper.
    """
    if sheet.paper.wide:
        head = _letters(document)
        sheet.end_page = lambda: foot(sheet, document)
        letterhead(sheet, document, head)
        _write(sheet, document.blocks[len(head) :])
    else:
        marks = tuple(Text(mark, Align.CENTRE, _MARK) for mark in document.marks)
        _write(sheet, (*marks, *document.blocks, *marks))


def _letters(document: Document) -> tuple[Logo | Text, ...]:
    """Return the logo and the texts that the document begins with, if a rule closes them."""
    letters: list[Logo | Text] = []
    for block in document.blocks:
        if isinstance(block, Rule):
            return tuple(letters)
        if not isinstance(block, Logo | Text):
            break
        letters.append(block)
    return ()


def _write(sheet: Sheet, blocks: Sequence[Block]) -> None:
    pairs = [block for block in blocks if isinstance(block, KeyValue) and not block.amount]
    label = label_width(sheet, pairs)
    for group in _groups(blocks):
        first, rest = group[0], group[1:]
        match first:
            case KeyValue():
                lines = [first, *(block for block in rest if isinstance(block, KeyValue))]
                amounts(sheet, lines) if first.amount else details(sheet, lines, label)
            case QrCode():
                signed_code(sheet, first, [block for block in rest if isinstance(block, Text)])
            case _:
                _write_one(sheet, first)


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in blocks:
        if group and not _belongs(block, group[0]):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _belongs(block: Block, first: Block) -> bool:
    match first, block:
        case KeyValue(), KeyValue():
            return first.amount == block.amount
        case QrCode(), Text():
            return not block.style.invert
    return False


def _write_one(sheet: Sheet, block: Block) -> None:
    match block:
        case Text():
            paragraph(sheet, block)
        case Logo(align=align):
            sheet.picture(block, sheet.across, align)
        case Table():
            table(sheet, block)
        case Feed(lines=lines):
            sheet.y += lines * _GAP
        case Rule() if sheet.paper.wide:
            sheet.y += _GAP
        case Rule():
            sheet.y += _GAP / 2
            sheet.hairline(sheet.across)
