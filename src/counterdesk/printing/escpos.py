"""A document as ESC/POS bytes for a receipt printer.

Data is never a command: commands come from the constants of this file, data goes through one
function that refuses a control byte. A row that no code page can write is drawn.

Source: Epson, ESC/POS Command Reference.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from counterdesk.core.documents import PLAIN, Align, Document, Feed, Logo, QrCode, Rule, Style
from counterdesk.core.text import display_width, has_right_to_left
from counterdesk.printing.dots import Raster, logo_drawn
from counterdesk.printing.layout import Cell, Line, Row, lay_out
from counterdesk.printing.profiles import CodePage, PrinterProfile
from counterdesk.printing.qr import most_modules

_START: Final = b"\x1b@"
_LINE_FEED: Final = b"\n"
_CODE_PAGE: Final = b"\x1bt"
_BOLD: Final = (b"\x1bE\x00", b"\x1bE\x01")
_UNDERLINE: Final = (b"\x1b-\x00", b"\x1b-\x01")
_BIG: Final = (b"\x1d!\x00", b"\x1d!\x11")
_INVERT: Final = (b"\x1dB\x00", b"\x1dB\x01")
_LEFT: Final = b"\x1ba\x00"
_CENTRE: Final = b"\x1ba\x01"
_FEED_LINES: Final = b"\x1bd"
_FEED_AND_CUT: Final = b"\x1dVB\x00"
_FEED_TO_TEAR: Final = b"\x1bd\x05"
_PICTURE: Final = b"\x1dv0\x00"
_QR_MODEL_2: Final = b"\x1d(k\x04\x001A2\x00"
_QR_MODULE: Final = b"\x1d(k\x03\x001C"
_QR_LEVEL_M: Final = b"\x1d(k\x03\x001E1"
_QR_STORE: Final = (b"\x1d(k", b"1P0")
_QR_PRINT: Final = b"\x1d(k\x03\x001Q0"
_REAL_TIME_OFF: Final = b"\x1d(D\x05\x00\x14\x01\x00\x02\x00"
_REAL_TIME_ON: Final = b"\x1d(D\x05\x00\x14\x01\x01\x02\x00"
_REAL_TIME_BYTES: Final = b"\x10\x14"
_DRAWER: Final = {2: b"\x1bp\x00\x19\xfa", 5: b"\x1bp\x01\x19\xfa"}
"""By the pin of the drawer's plug; on for 50 ms, off for 500."""

_CONTROL: Final = re.compile(rb"[\x00-\x1f\x7f]")

_BAND: Final = 128
"""Lines of dots in one picture: more overflow the memory of small printers."""

_SIMPLER: Final = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
        "\u200c": "", "\u200d": "",
    }
)  # fmt: skip


def escpos_bytes(document: Document, profile: PrinterProfile) -> bytes:
    """Return the whole job that prints a document and cuts the paper.

    Raises:
        LayoutError: An amount does not fit the paper.
    """
    lines = lay_out(document, profile.columns)
    job = _Job(profile, _page_for_all(lines, profile))
    for line in lines:
        job.add(line)
    return job.finished()


def drawer_bytes(pin: int = 2) -> bytes:
    """Return the job that opens the cash drawer on a pin, 2 or 5: always a job of its own."""
    return _DRAWER[pin]


def _page_for_all(lines: tuple[Line, ...], profile: PrinterProfile) -> CodePage | None:
    rows = (line for line in lines if isinstance(line, Row))
    texts = (cell.text for row in rows for cell in row.cells)
    letters = set("".join(_spelled(text) for text in texts if not has_right_to_left(text)))
    return _page(frozenset(letters), profile.code_pages)


@lru_cache(maxsize=32)
def _written_by(codec: str) -> frozenset[str]:
    letters = bytes((*range(0x20, 0x7F), *range(0x80, 0x100))).decode(codec, "ignore")
    return frozenset(letter for letter in letters if unicodedata.category(letter) != "Cc")


def _page(letters: frozenset[str], pages: tuple[CodePage, ...]) -> CodePage | None:
    return next((page for page in pages if letters <= _written_by(page.codec)), None)


def _spelled(text: str) -> str:
    """Return text with every kind of space as a plain one."""
    if text.isascii():
        return text
    return "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text)


class _Job:
    """Bytes for a printer, and what the printer is set to after them."""

    def __init__(self, profile: PrinterProfile, page: CodePage | None) -> None:
        self._profile = profile
        self._page_for_all = page
        self._page: CodePage | None = None
        self._style = PLAIN
        self._big = False
        self._to_draw: list[Row] = []
        self._bytes = bytearray(_START)

    def add(self, line: Line) -> None:
        if isinstance(line, Row):
            self._row(line)
            return
        self._draw_waiting()
        self._set(PLAIN, big=False)
        match line:
            case Rule():
                self._row(Row((Cell("-" * self._profile.columns, 0, self._profile.columns),)))
            case QrCode(data=data):
                self._qr(data)
            case Logo():
                self._picture(logo_drawn(line, self._profile.dots))
            case Feed(lines=lines):
                self._bytes += _FEED_LINES + bytes([min(lines, 255)])

    def finished(self) -> bytes:
        self._draw_waiting()
        self._set(PLAIN, big=False)
        self._bytes += _FEED_AND_CUT if self._profile.cutter else _FEED_TO_TEAR
        return bytes(self._bytes)

    def _row(self, row: Row) -> None:
        spelled = [_spelled(cell.text) for cell in row.cells]
        page = self._page_of("".join(spelled))
        if page is None:
            spelled = [text.translate(_SIMPLER) for text in spelled]
            page = self._page_of("".join(spelled))
        if page is None:
            self._to_draw.append(row)
            return
        self._draw_waiting()
        self._select(page)
        self._cells(row, spelled)
        self._bytes += _LINE_FEED

    def _page_of(self, text: str) -> CodePage | None:
        if has_right_to_left(text):
            return None
        letters = frozenset(text)
        preferred = self._page_for_all or self._page
        if preferred is not None and letters <= _written_by(preferred.codec):
            return preferred
        return _page(letters, self._profile.code_pages)

    def _cells(self, row: Row, spelled: list[str]) -> None:
        at = 0
        for cell, text in zip(row.cells, spelled, strict=True):
            if cell.column > at:
                self._set(PLAIN, big=row.big)
                self._data(" " * (cell.column - at))
            self._set(cell.style, big=row.big)
            last = cell is row.cells[-1] and cell.style in _BARE
            self._data(_padded(cell, text).rstrip() if last else _padded(cell, text))
            at = cell.column + cell.columns

    def _data(self, text: str) -> None:
        """Add text: the only way by which data gets into a job."""
        if self._page is None:
            raise AssertionError("no code page is selected")
        raw = text.encode(self._page.codec)
        if _CONTROL.search(raw):
            raise AssertionError("a control byte in data")
        self._bytes += raw

    def _select(self, page: CodePage) -> None:
        if page != self._page:
            self._bytes += _CODE_PAGE + bytes([page.slot])
            self._page = page

    def _set(self, style: Style, *, big: bool) -> None:
        before = self._style
        for was, now, commands in (
            (before.bold, style.bold, _BOLD),
            (before.underline, style.underline, _UNDERLINE),
            (before.invert, style.invert, _INVERT),
            (self._big, big, _BIG),
        ):
            if was != now:
                self._bytes += commands[now]
        self._style, self._big = style, big

    def _qr(self, data: str) -> None:
        if not self._profile.native_qr or not data.isascii():
            from counterdesk.printing.raster import qr_drawn  # noqa: PLC0415 - Qt, where it is drawn

            self._picture(qr_drawn(data, self._profile.dots))
            return
        self._select(self._page or self._profile.code_pages[0])
        module = max(1, min(4, self._profile.dots // (most_modules(data) + 8)))
        size = len(data) + 3
        self._bytes += _CENTRE + _QR_MODEL_2 + _QR_MODULE + bytes([module]) + _QR_LEVEL_M
        self._bytes += _QR_STORE[0] + size.to_bytes(2, "little") + _QR_STORE[1]
        self._data(data)
        self._bytes += _QR_PRINT + _LEFT

    def _draw_waiting(self) -> None:
        if not self._to_draw:
            return
        rows, self._to_draw = self._to_draw, []
        from counterdesk.printing.raster import rows_drawn  # noqa: PLC0415 - Qt, where it is drawn

        self._set(PLAIN, big=False)
        self._picture(rows_drawn(rows, self._profile.dots))

    def _picture(self, raster: Raster) -> None:
        # Dots may look like the real-time command that opens a drawer: not while they are sent.
        guarded = _REAL_TIME_BYTES in raster.dots
        self._bytes += _REAL_TIME_OFF if guarded else b""
        for first in range(0, raster.height, _BAND):
            lines = min(_BAND, raster.height - first)
            self._bytes += _PICTURE + raster.bytes_across.to_bytes(2, "little")
            self._bytes += lines.to_bytes(2, "little")
            start = first * raster.bytes_across
            self._bytes += raster.dots[start : start + lines * raster.bytes_across]
        self._bytes += _REAL_TIME_ON if guarded else b""


_BARE: Final = (PLAIN, Style(bold=True))


def _padded(cell: Cell, text: str) -> str:
    gap = max(cell.columns - display_width(text), 0)
    left = {Align.START: 0, Align.CENTRE: gap // 2, Align.END: gap}[cell.align]
    return " " * left + text + " " * (gap - left)
