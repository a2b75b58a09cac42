"""How long a receipt takes to become bytes for a printer, a PDF and a picture."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from PySide6.QtGui import QGuiApplication

from benchmarks.escpos_compared import TheirPrinter, is_installed
from counterdesk.core.digits import in_digits_of
from counterdesk.core.documents import Block, Document, KeyValue, QrCode, Table, Text
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.preview import preview_image
from counterdesk.printing.profiles import PrinterProfile
from tests.printing.sample_receipt import in_arabic, sample_receipt

_ROUNDS = 40
_COLD = """
import time
start = time.perf_counter()
from counterdesk.printing.pdf import pdf_bytes
from tests.printing.sample_receipt import sample_receipt
pdf_bytes(sample_receipt())
print((time.perf_counter() - start) * 1000)
"""


def figures() -> dict[str, float]:
    """Return the figures by name; each receipt has a QR code of its own, as in an office."""
    application = QGuiApplication.instance() or QGuiApplication([])
    profile = PrinterProfile()
    found = {
        "escpos receipt, ms median": _milliseconds(lambda at: escpos_bytes(_receipt(at), profile)),
        "escpos receipt with two rows drawn, ms median": _milliseconds(
            lambda at: escpos_bytes(_receipt(at, "王小明"), profile)
        ),
        "escpos receipt all drawn, Arabic, ms median": _milliseconds(
            lambda at: escpos_bytes(_in_arabic(_receipt(at)), profile)
        ),
        "escpos receipt, bytes": float(len(escpos_bytes(_receipt(0), profile))),
        "escpos receipt all drawn, bytes": float(
            len(escpos_bytes(_in_arabic(_receipt(0)), profile))
        ),
        "pdf A4, ms median": _milliseconds(lambda at: pdf_bytes(_receipt(at))),
        "pdf A4, Arabic, ms median": _milliseconds(lambda at: pdf_bytes(_in_arabic(_receipt(at)))),
        "pdf A4, first of a process, imports included, ms": _cold(),
        "pdf A4, bytes": float(len(pdf_bytes(_receipt(0)))),
        "pdf 80 mm roll, ms median": _milliseconds(lambda at: pdf_bytes(_receipt(at), "roll80")),
        "preview, ms median": _milliseconds(lambda at: preview_image(_receipt(at))),
        **_theirs(),
    }
    del application
    return found


def _theirs() -> dict[str, float]:
    if not is_installed():
        return {}
    their = TheirPrinter()
    return {
        "python-escpos receipt, ms median": _milliseconds(lambda at: their.text(_receipt(at))),
        "python-escpos two rows as a picture, ms median": _milliseconds(
            lambda at: their.drawn(_receipt(at), 2)
        ),
        "python-escpos receipt all a picture, Latin, ms median": _milliseconds(
            lambda at: their.drawn(_receipt(at))
        ),
    }


def _receipt(at: int, name: str = "John Doe") -> Document:
    document = sample_receipt(name, f"{name} paid in full")
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


def _milliseconds(work: Callable[[int], object]) -> float:
    work(0)
    times = []
    for at in range(1, _ROUNDS + 1):
        start = time.perf_counter()
        work(at)
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{name}: {figure:.2f}")
