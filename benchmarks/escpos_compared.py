"""The same receipt through python-escpos, where it is installed: its text path and its image path.

It is no dependency of the project: `pip install python-escpos` beside it to compare.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from typing import Any

from counterdesk.core.documents import Document, QrCode, Rule
from counterdesk.core.resources import resource_path
from counterdesk.printing.layout import Line, Row, lay_out

COLUMNS = 48


def is_installed() -> bool:
    """Tell whether there is something to compare with."""
    return find_spec("escpos") is not None


class TheirPrinter:
    """Prints our rows by python-escpos's own means."""

    def __init__(self) -> None:
        from escpos.printer import Dummy  # noqa: PLC0415 - only where it is installed
        from PIL import ImageFont  # noqa: PLC0415

        self._dummy = Dummy
        font = str(resource_path("fonts/NotoSansMono-Regular.ttf"))
        self._font = ImageFont.truetype(font, 20)

    def text(self, document: Document) -> bytes:
        """Return the receipt in letters, with its style, its native code, and a cut."""
        printer = self._dummy()
        for line in lay_out(document, COLUMNS):
            if isinstance(line, Row):
                bold = line.cells[0].style.bold
                printer.set(bold=bold, double_width=line.big, double_height=line.big)
                printer.text(_written(line) + "\n")
            elif isinstance(line, QrCode):
                printer.qr(line.data, native=True, size=4)
            elif isinstance(line, Rule):
                printer.text("-" * COLUMNS + "\n")
        printer.cut()
        return bytes(printer.output)

    def drawn(self, document: Document, rows: int | None = None) -> bytes:
        """Return the first rows of the receipt, or all of it, drawn and sent as a picture."""
        printer = self._dummy()
        picture = self._picture(lay_out(document, COLUMNS)[:rows])
        with redirect_stdout(StringIO()):  # it prints that it does not know how wide the paper is
            printer.image(picture, impl="bitImageRaster")
        return bytes(printer.output)

    def _picture(self, lines: tuple[Line, ...]) -> Any:
        from PIL import Image, ImageDraw  # noqa: PLC0415

        image = Image.new("1", (COLUMNS * 12, 30 * len(lines)), 1)
        draw = ImageDraw.Draw(image)
        for at, line in enumerate(lines):
            if isinstance(line, Row):
                draw.text((0, 30 * at), _written(line), font=self._font, fill=0)
        return image


def _written(row: Row) -> str:
    text = ""
    for cell in row.cells:
        text = text.ljust(cell.column) + cell.text.rjust(cell.columns)
    return text
