"""How long a receipt takes to become bytes for a printer, a PDF and a picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from PySide6.QtGui import QGuiApplication

from counterdesk.core.documents import Document, QrCode
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.preview import preview_image
from counterdesk.printing.profiles import PrinterProfile
from tests.printing.sample_receipt import sample_receipt

_ROUNDS = 40


def figures() -> dict[str, float]:
    """Return the figures by name; each receipt has a QR code of its own, as in an office."""
    application = QGuiApplication.instance() or QGuiApplication([])
    profile = PrinterProfile()
    one = escpos_bytes(_receipt(0), profile)
    found = {
        "escpos receipt, ms median": _milliseconds(lambda at: escpos_bytes(_receipt(at), profile)),
        "escpos receipt with two rows drawn, ms median": _milliseconds(
            lambda at: escpos_bytes(_receipt(at, "王小明"), profile)
        ),
        "escpos receipt, bytes": float(len(one)),
        "pdf A4, ms median": _milliseconds(lambda at: pdf_bytes(_receipt(at))),
        "pdf A4, bytes": float(len(pdf_bytes(_receipt(0)))),
        "pdf 80 mm roll, ms median": _milliseconds(lambda at: pdf_bytes(_receipt(at), "roll80")),
        "preview, ms median": _milliseconds(lambda at: preview_image(_receipt(at))),
    }
    del application
    return found


def _receipt(at: int, name: str = "John Doe") -> Document:
    document = sample_receipt(name, f"{name} paid in full")
    blocks = (
        replace(block, data=f"{block.data}{at}") if isinstance(block, QrCode) else block
        for block in document.blocks
    )
    return replace(document, blocks=tuple(blocks))


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
