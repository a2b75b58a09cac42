"""The same rows through python-escpos: its text path and its image path.

It is no dependency of the project; `make bench` puts it into `.oracle`. The rows come laid out and
its letters are drawn by Pillow, so that only what it does itself is measured, and no layout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any

from counterdesk.core.documents import Align, QrCode, Rule
from counterdesk.core.resources import resource_path
from counterdesk.core.text import has_right_to_left
from counterdesk.printing.layout import Line, Row

COLUMNS = 48
_SIDES = {Align.START: "<", Align.CENTRE: "^", Align.END: ">"}
_ORACLE = Path(__file__).resolve().parents[1] / ".oracle"


class TheirPrinter:
    """Prints our rows by python-escpos's own means."""

    def __init__(self) -> None:
        sys.path.append(str(_ORACLE))
        from escpos.printer import Dummy  # noqa: PLC0415 - found from here on
        from PIL import ImageFont  # noqa: PLC0415

        self._dummy = Dummy
        names = ("NotoSansMono-Regular", "NotoSansArabic-Regular", "DroidSansFallback")
        self._latin, self._arabic, self._chinese = (
            ImageFont.truetype(str(resource_path(f"fonts/{name}.ttf")), 20) for name in names
        )

    def printed(self, lines: tuple[Line, ...], draws: Callable[[Row], bool]) -> bytes:
        """Return a receipt as bytes: with its style, its native code, and a cut.

        Args:
            lines: Laid out already.
            draws: Which rows go out as a picture; the others are text.
        """
        printer = self._dummy()
        for drawn, group in groupby(lines, lambda line: isinstance(line, Row) and draws(line)):
            if drawn:
                self._draw(printer, [line for line in group if isinstance(line, Row)])
            else:
                _write(printer, group)
        printer.cut()
        return bytes(printer.output)

    def _draw(self, printer: Any, rows: list[Row]) -> None:
        from PIL import Image, ImageDraw  # noqa: PLC0415

        image = Image.new("1", (COLUMNS * 12, 30 * len(rows)), 1)
        draw = ImageDraw.Draw(image)
        for at, row in enumerate(rows):
            text = _written(row)
            draw.text((0, 30 * at), text, font=self._font_of(text), fill=0)
        with redirect_stdout(StringIO()):  # it prints that it does not know how wide the paper is
            printer.image(image, impl="bitImageRaster")

    def _font_of(self, text: str) -> Any:
        if has_right_to_left(text):
            return self._arabic
        return self._latin if text.isascii() else self._chinese


def _write(printer: Any, lines: Iterable[Line]) -> None:
    for line in lines:
        if isinstance(line, Row):
            bold = line.cells[0].style.bold
            printer.set(bold=bold, double_width=line.big, double_height=line.big)
            printer.text(_written(line) + "\n")
        elif isinstance(line, QrCode):
            printer.qr(line.data, native=True, size=4)
        elif isinstance(line, Rule):
            printer.text("-" * COLUMNS + "\n")


def _written(row: Row) -> str:
    text = ""
    for cell in row.cells:
        padded = f"{cell.text:{_SIDES[cell.align]}{cell.columns}}"
        text = text.ljust(cell.column) + padded
    return text.rstrip()
