"""Papers as text, held against how they were agreed to read; GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

from counterdesk.core.documents import Align, Document
from counterdesk.core.text import display_width
from counterdesk.printing.layout import Cell, Line, Row, lay_out

_GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def as_agreed(folder: str, name: str, document: Document, columns: int) -> tuple[str, str]:
    """Return how a document reads on a paper, and how it should."""
    written = "\n".join(line_text(line) for line in lay_out(document, columns)) + "\n"
    written = re.sub(r"(C07-\d+)  [0-9a-f]{8}", r"\1  ********", written)  # of a key made today
    golden = _GOLDEN / folder / f"{name}.txt"
    if "GOLDEN" in os.environ:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(written, encoding="utf-8")
    return written, golden.read_text(encoding="utf-8")


def line_text(line: Line) -> str:
    """Return how a line reads, with what is big marked and what is no text named."""
    if not isinstance(line, Row):
        return f"[{type(line).__name__}]"
    text = ""
    for cell in line.cells:
        text += " " * (cell.column - display_width(text)) + _padded(cell)
    return ("# " if line.big else "") + text.rstrip()


def _padded(cell: Cell) -> str:
    gap = cell.columns - display_width(cell.text)
    left = {Align.START: 0, Align.CENTRE: gap // 2, Align.END: gap}[cell.align]
    return " " * left + cell.text + " " * (gap - left)
