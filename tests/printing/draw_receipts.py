"""Pictures of the receipts of five offices, as paper and as a sheet of PDF.

QT_QPA_PLATFORM=offscreen python -m tests.printing.draw_receipts docs/pictures
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QMargins
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.documents import Document
from counterdesk.demo.sample import sample_numbers
from counterdesk.printing.escpos import escpos_bytes
from counterdesk.printing.painting import blank
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.profiles import PrinterProfile
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK, find_person, make_folder
from tests.printing.emupos_judge import judge
from tests.printing.office_receipts import LANGUAGES, receipt_in

_AROUND = 24


def main(folder: Path) -> None:
    """Draw all of them."""
    application = QGuiApplication([])
    for language in LANGUAGES:
        with TemporaryDirectory() as scratch:
            document = _receipt(Path(scratch) / "data", language)
            png = judge(escpos_bytes(document, PrinterProfile()), Path(scratch)).png
            _framed(QImage.fromData(png)).save(str(folder / f"receipt-{language}.png"))
            _draw_sheet(document, Path(scratch) / "a.pdf", folder / f"receipt-{language}-pdf")
    del application


def _receipt(folder: Path, language: str) -> Document:
    make_folder(folder, sample_numbers())
    store = Store.open(folder, UNLOCK, ShiftedClock(START_UTC))
    try:
        with store.transaction(find_person(store, "jane")) as session:
            return receipt_in(session, language)
    finally:
        store.close()


def _framed(paper: QImage) -> QImage:
    """Return a printed receipt with the margin that paper has."""
    size = paper.size().grownBy(QMargins(_AROUND, _AROUND, _AROUND, _AROUND))
    framed = blank(size.width(), size.height(), QImage.Format.Format_RGB32)
    painter = QPainter(framed)
    painter.drawImage(_AROUND, _AROUND, paper)
    painter.end()
    return framed.convertToFormat(QImage.Format.Format_Grayscale8)


def _draw_sheet(document: Document, pdf: Path, picture: Path) -> None:
    pdf.write_bytes(pdf_bytes(document, "A5"))
    draw = ["pdftoppm", "-r", "100", "-png", "-singlefile", str(pdf), str(picture)]
    subprocess.run(draw, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
