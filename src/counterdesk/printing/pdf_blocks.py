"""How the blocks of a document are set on a PDF sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from counterdesk.core.documents import BOLD as BOLD_STYLE
from counterdesk.core.documents import Align, Document, KeyValue, Logo, QrCode, Text
from counterdesk.printing.layout import LayoutError
from counterdesk.printing.paper import (
    ACCENT,
    FAINT,
    INK,
    LEADING,
    MM,
    PAPER,
    Ink,
    Place,
)
from counterdesk.printing.shaping import after_mark, text_width, wrapped
from counterdesk.printing.sheets import Sheet
from counterdesk.printing.typefaces import BOLD, REGULAR

_BIG: Final = 1.7
_LABEL_SHARE: Final = 0.45
_AMOUNTS_SHARE: Final = 0.46
_LEAST_AMOUNTS: Final = 225.0
"""Points that a total and its label need side by side, on a small sheet too."""
_LEAST_LABEL: Final = 24.0
_BETWEEN: Final = 24.0
_INSET: Final = 6.0
_QR_SIDE: Final = 38 * MM


def letterhead(sheet: Sheet, document: Document, letters: Sequence[Logo | Text]) -> None:
    """Write who issues the document at the start side, and what it is at the end side."""
    name, title = Ink(18, BOLD, ACCENT), Ink(14, BOLD)
    width, top = sheet.across.width, sheet.y
    for letter in letters:
        _letter(sheet, letter, Place(0, width * 0.58), name)
    lowest, sheet.y = sheet.y, top + (name.size - title.size) * LEADING
    place = Place(width * 0.6, width * 0.4)
    sheet.paragraph(document.title, place, title, Align.END)
    sheet.y += 5
    for mark in document.marks:
        _band(sheet, mark, place, Ink(sheet.paper.text_size, BOLD, PAPER))
    sheet.y = max(lowest, sheet.y) + 10
    sheet.hairline(sheet.across, ACCENT, 1.5)


def _letter(sheet: Sheet, letter: Logo | Text, place: Place, name: Ink) -> None:
    if isinstance(letter, Logo):
        sheet.picture(letter, place)
    else:
        sheet.paragraph(letter.text, place, name if letter.style.big else Ink(9, REGULAR, FAINT))


def foot(sheet: Sheet, document: Document) -> None:
    """Write what the sheet belongs to at its lower edge, and its number."""
    sheet.y = sheet.paper.height - sheet.paper.margin
    side, middle = sheet.across.width * 0.2, sheet.across.width * 0.6
    ink, bold = Ink(7.5, REGULAR, FAINT), Ink(7.5, BOLD, FAINT)
    # One line each: a long reason stands in full at the top.
    sheet.margin_note(wrapped(document.title, side, ink.shelf, ink.size)[0], Place(0, side), ink)
    marks = wrapped(" · ".join(document.marks), middle, bold.shelf, bold.size)[0]
    sheet.margin_note(marks, Place(side, middle), bold, Align.CENTRE)
    sheet.margin_note(str(sheet.page), Place(side + middle, side), ink, Align.END)


def paragraph(sheet: Sheet, block: Text) -> None:
    """Write a text across the sheet; inverted text stands in a filled band."""
    size = sheet.paper.text_size * (_BIG if block.style.big else 1)
    ink = Ink(size, BOLD if block.style.bold else REGULAR)
    if block.style.invert:
        _band(sheet, block.text, sheet.across, replace(ink, colour=PAPER))
    else:
        sheet.paragraph(block.text, sheet.across, ink, block.align)


def _band(sheet: Sheet, text: str, place: Place, ink: Ink) -> None:
    for line in wrapped(text, place.width - 2 * _INSET, ink.shelf, ink.size):
        sheet.need(ink.size * LEADING)
        sheet.box(place, ink.size * LEADING + 0.5, INK)
        sheet.y += ink.size * 1.1
        sheet.line(line, place, ink, Align.CENTRE)
        sheet.y += ink.size * (LEADING - 1.1)


def label_width(sheet: Sheet, pairs: Iterable[KeyValue]) -> float:
    """Return the width of the longest label: all groups of a document share one edge."""
    ink = Ink(sheet.paper.text_size)
    return max((text_width(pair.key, ink.shelf, ink.size) for pair in pairs), default=0.0) + 12


def details(sheet: Sheet, pairs: Sequence[KeyValue], label: float) -> None:
    """Write labels and values, in two columns where the sheet is wide.

    Args:
        sheet: Where to.
        pairs: In reading order; they fill the first column, then the second.
        label: Width of the labels, if a column has room for it.
    """
    columns = 2 if sheet.paper.wide else 1
    width = (sheet.across.width - (columns - 1) * _BETWEEN) / columns
    rows = -(-len(pairs) // columns)
    label = min(label, width * _LABEL_SHARE)
    for row in range(rows):
        beside = pairs[row::rows]
        places = [Place(at * (width + _BETWEEN), width) for at in range(len(beside))]
        sheet.side_by_side(
            [line for pair, place in zip(beside, places, strict=True)
             for line in _detail(sheet, pair, place, label)]
        )  # fmt: skip


def _detail(
    sheet: Sheet, pair: KeyValue, place: Place, label: float
) -> tuple[tuple[str, Place, Ink, Align], ...]:
    size = sheet.paper.text_size
    ink = Ink(size, BOLD if pair.style.bold else REGULAR)
    value = Place(place.start + label, place.width - label)
    align = Align.START if sheet.paper.wide else Align.END
    return (
        (pair.key, Place(place.start, label - 4), Ink(size, REGULAR, FAINT), Align.START),
        (pair.value, value, ink, align),
    )


def amounts(sheet: Sheet, pairs: Sequence[KeyValue]) -> None:
    """Write labels and amounts below each other, at the end side of a wide sheet.

    Raises:
        LayoutError: An amount leaves no room for its label.
    """
    width = sheet.across.width
    if sheet.paper.wide:
        width = max(width * _AMOUNTS_SHARE, _LEAST_AMOUNTS)
    place = Place(sheet.across.width - width, width)
    room = figures_room(sheet, [pair for pair in pairs if not pair.style.big])
    for pair in pairs:
        if pair.style.big and _fits_big(sheet, pair, width):
            _total(sheet, pair, place)
        elif pair.style.big:
            amount(sheet, replace(pair, style=BOLD_STYLE), place)
        else:
            amount(sheet, pair, place, room)


class Room(NamedTuple):
    """What the widest of some amounts take before their decimals, and after."""

    head: float = 0.0
    tail: float = 0.0


def figures_room(sheet: Sheet, pairs: Sequence[KeyValue]) -> Room:
    """Return the room in which amounts line up; none where they do so at the end side anyway."""
    rooms = [_room_of(sheet, pair) for pair in pairs] if sheet.right_to_left else []
    return Room(max((one.head for one in rooms), default=0.0),
                max((one.tail for one in rooms), default=0.0))  # fmt: skip


def _room_of(sheet: Sheet, pair: KeyValue) -> Room:
    size, font = sheet.paper.text_size, BOLD if pair.style.bold else REGULAR
    tail = after_mark(pair.value, font, size)
    return Room(text_width(pair.value, font, size) - tail, tail)


def amount(sheet: Sheet, pair: KeyValue, place: Place, room: Room | None = None) -> None:
    """Write a label and, on its last line, its amount.

    Args:
        sheet: Where to.
        pair: Label and amount.
        place: The span of both.
        room: Of the amounts that it lines up with; None where it stands alone.

    Raises:
        LayoutError: The amount leaves no room for its label.
    """
    size, font = sheet.paper.text_size, BOLD if pair.style.bold else REGULAR
    inset = _INSET if sheet.paper.wide else 0
    inner = Place(place.start + inset, place.width - 2 * inset)
    own, others = _room_of(sheet, pair), room or Room()
    tail = max(own.tail, others.tail)
    taken = max(own.head, others.head) + tail
    left = inner.width - taken - 6
    if left < _LEAST_LABEL:
        raise LayoutError("an amount leaves no room for its label")
    colour = INK if pair.style.bold else FAINT
    sheet.paragraph(pair.key, Place(inner.start, left), Ink(size, font, colour))
    figures, side = sheet.figures(inner.within(taken, Align.END), tail - own.tail)
    sheet.line(pair.value, figures, Ink(size, font), side)


def _fits_big(sheet: Sheet, pair: KeyValue, width: float) -> bool:
    ink = Ink(sheet.paper.text_size * _BIG, BOLD)
    return (
        text_width(pair.key, ink.shelf, ink.size)
        + text_width(pair.value, ink.shelf, ink.size)
        + 4 * _INSET
        <= width
    )


def _total(sheet: Sheet, pair: KeyValue, place: Place) -> None:
    size, wide = sheet.paper.text_size * _BIG, sheet.paper.wide
    ink, inset = Ink(size, BOLD, PAPER if wide else INK), _INSET if wide else 0
    inner = Place(place.start + inset, place.width - 2 * inset)
    sheet.need(size * 2.4)
    sheet.y += size * 0.2
    if wide:
        sheet.box(place, size * 2, ACCENT)
    sheet.y += size * 1.35
    sheet.line(pair.key, inner, ink)
    sheet.line(pair.value, inner, ink, Align.END)
    sheet.y += size * 0.75


def signed_code(sheet: Sheet, block: QrCode, remarks: Sequence[Text]) -> None:
    """Draw a QR code with its caption and the texts that follow: beside it, or on a roll below."""
    sheet.need(_QR_SIDE + 24)
    sheet.y += 8
    width, wide, ink = sheet.across.width, sheet.paper.wide, Ink(sheet.paper.text_size)
    place = Place(0 if wide else (width - _QR_SIDE) / 2, _QR_SIDE)
    sheet.qr(block.data, place, block.caption)
    bottom = sheet.y + _QR_SIDE
    beside = _QR_SIDE + _BETWEEN / 2
    place = Place(beside, width - beside) if wide else sheet.across
    sheet.y = sheet.y if wide else bottom
    for text in (Text(block.caption), *remarks):
        bold = replace(ink, shelf=BOLD) if text.style.bold else ink
        sheet.paragraph(text.text, place, bold, Align.START if wide else Align.CENTRE)
    sheet.y = max(sheet.y, bottom) + 8
