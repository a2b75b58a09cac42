"""How long a receipt takes to become bytes for a printer, a PDF and a picture."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from statistics import median
from typing import TypeVar

from PySide6.QtGui import QGuiApplication

from benchmarks.escpos_compared import COLUMNS, TheirPrinter
from counterdesk.core.digits import in_digits_of
from counterdesk.core.documents import Block, Document, KeyValue, QrCode, Table, Text
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.layout import Row, lay_out
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.preview import preview_image
from counterdesk.printing.profiles import PrinterProfile
from tests.printing.sample_receipt import in_arabic, sample_receipt

T = TypeVar("T")
PROFILE = PrinterProfile(COLUMNS)
_ROUNDS = 40
_COLD = """
import time
start = time.perf_counter()
from counterdesk.printing.pdf import pdf_bytes
from tests.printing.sample_receipt import sample_receipt
pdf_bytes(sample_receipt())
print((time.perf_counter() - start) * 1000)
"""


AIMS = {
    "escpos receipt, ms median": "under 2, and under python-escpos",
    "escpos receipt with one row drawn, ms median": "under python-escpos",
    "escpos receipt all drawn, Arabic, ms median": "under 10, and under python-escpos",
    "pdf A4, ms median": "under 15",
    "pdf A4, Arabic, ms median": "under 15",
    "pdf 80 mm roll, ms median": "under 15",
}


def figures() -> dict[str, float]:
    """Return the figures by name; each receipt has a QR code of its own, as in an office."""
    application = QGuiApplication.instance() or QGuiApplication([])
    found = {
        **_ours_and_theirs(),
        "escpos receipt, bytes": float(len(escpos_bytes(_receipt(0), PROFILE))),
        "escpos receipt all drawn, bytes": float(
            len(escpos_bytes(_in_arabic(_receipt(0)), PROFILE))
        ),
        "pdf A4, ms median": _milliseconds(pdf_bytes, _receipts()),
        "pdf A4, Arabic, ms median": _milliseconds(pdf_bytes, map(_in_arabic, _receipts())),
        "pdf A4, first of a process, imports included, ms": _cold(),
        "pdf A4, bytes": float(len(pdf_bytes(_receipt(0)))),
        "pdf 80 mm roll, ms median": _milliseconds(lambda x: pdf_bytes(x, "roll80"), _receipts()),
        "preview, ms median": _milliseconds(preview_image, _receipts()),
    }
    del application
    return found


def _ours_and_theirs() -> dict[str, float]:
    """Return what a receipt takes here, its layout included, and what its rows take there.

    They take turns, so that both meet the same moods of the machine.
    """
    their, found = TheirPrinter(), {}
    for what, documents, draws in (
        ("receipt", _receipts(), lambda _row: False),
        ("receipt with one row drawn", _receipts("王小明"), _is_chinese),
        ("receipt all drawn, Arabic", map(_in_arabic, _receipts()), lambda _row: True),
    ):
        times = []
        for document in documents:
            rows = lay_out(document, COLUMNS)
            ours = _took(partial(escpos_bytes, document, PROFILE))
            times.append((ours, _took(partial(their.printed, rows, draws))))
        found[f"escpos {what}, ms median"] = median(ours for ours, _theirs in times[1:])
        found[f"python-escpos {what}, ms median"] = median(theirs for _ours, theirs in times[1:])
    return found


def _is_chinese(row: Row) -> bool:
    return not all(cell.text.isascii() for cell in row.cells)


def _receipts(name: str = "John Doe") -> Iterator[Document]:
    return (_receipt(at, name) for at in range(_ROUNDS + 1))


def _receipt(at: int, name: str = "John Doe") -> Document:
    document = sample_receipt(f"{name} {at}")
    blocks = (
        replace(block, data=f"{block.data}{at}") if isinstance(block, QrCode) else block
        for block in document.blocks
    )
    return replace(document, blocks=tuple(blocks))


def _in_arabic(document: Document) -> Document:
    return in_arabic(replace(document, blocks=tuple(map(_arabic, document.blocks))))


def _arabic(block: Block) -> Block:
    match block:
        case Text(text=text):
            return replace(block, text="شركة مياه المدينة الكبرى في الشارع"[: len(text)])
        case KeyValue(value=value):
            return replace(block, key="المستحق المتبقي", value=in_digits_of("ar_EG", value))
        case Table(columns=columns, rows=rows):
            titles = tuple(replace(column, title="المدفوع") for column in columns)
            return Table(
                titles, tuple(tuple(in_digits_of("ar_EG", x) for x in row) for row in rows)
            )
    return block


def _cold() -> float:
    command = [sys.executable, "-c", _COLD]
    runs = [subprocess.run(command, check=True, capture_output=True) for _ in range(5)]
    return median(float(run.stdout) for run in runs)


def _milliseconds(work: Callable[[T], object], of: Iterable[T]) -> float:
    """Return how long it takes, in the median; the first one only warms up."""
    return median([_took(partial(work, one)) for one in tuple(of)][1:])


def _took(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{name}: {figure:.2f}")
