from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from counterdesk.core.documents import Document, Logo, QrCode, Text, logo_to_json
from counterdesk.printing.code_reading import codes_in
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.printing.sheet_picture import sheet_image
from counterdesk.services.receipt_sample import sample_receipt
from counterdesk.store.session import CounterIdentity
from tests.printing.drawn_logo import drawn_logo
from tests.printing.office_receipts import LANGUAGES, office_settings

WIDE = 1_000
COUNTER = CounterIdentity(UUID(int=7), "C07", "Counter 7", "Main office", b"", b"")
PAGES = ["A4", "A5", "Letter", "roll80"]


def sample(language: str) -> Document:
    settings = replace(office_settings(language), receipt_logo=logo_to_json(drawn_logo()))
    return sample_receipt(settings, COUNTER, datetime(2025, 4, 20, 8, tzinfo=UTC))


def drawn_by_poppler(document: Document, page: str, folder: Path) -> QImage:
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler-utils is not installed: nobody to look at the PDF with")
    (folder / "sheet.pdf").write_bytes(pdf_bytes(document, page))
    draw = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(WIDE), "-scale-to-y", "-1"]
    subprocess.run([*draw, "sheet.pdf", "sheet"], check=True, cwd=folder)
    return QImage(str(folder / "sheet.png"))


def greys(image: QImage, across: int, down: int) -> bytes:
    """Return how dark so many fields of a picture are."""
    small = image.scaled(
        across, down,
        Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation,
    ).convertToFormat(QImage.Format.Format_Grayscale8)  # fmt: skip
    raw, line = bytes(small.constBits()), small.bytesPerLine()
    return b"".join(raw[row * line : row * line + across] for row in range(down))


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_on_the_screen_is_the_sheet_of_the_pdf(
    qapp: QApplication, tmp_path: Path, language: str, page: str
) -> None:
    document = sample(language)
    shown, printed = sheet_image(document, page, WIDE), drawn_by_poppler(document, page, tmp_path)
    assert shown.width() == printed.width()
    assert abs(shown.height() - printed.height()) <= 4
    down = 100 * shown.height() // WIDE
    ours, theirs = greys(shown, 100, down), greys(printed, 100, down)
    apart = sorted(abs(one - other) for one, other in zip(ours, theirs, strict=True))
    assert sum(apart) / len(apart) < 3
    assert apart[len(apart) * 99 // 100] < 40


@pytest.mark.req("RCT-2")
def test_its_code_can_be_read_and_only_the_first_sheet_is_shown(qapp: QApplication) -> None:
    document = sample("en")
    long = replace(document, blocks=(*document.blocks, *(Text("more"),) * 200))
    (code,) = (block.data for block in document.blocks if isinstance(block, QrCode))
    assert codes_in(sheet_image(document, "A5", WIDE)) == [code]
    assert sheet_image(long, "A5", WIDE).height() == sheet_image(document, "A5", WIDE).height()


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_shows_what_the_office_set_and_no_real_number(language: str) -> None:
    document = sample(language)
    texts = [block.text for block in document.blocks if isinstance(block, Text)]
    settings = office_settings(language)
    assert isinstance(document.blocks[0], Logo)
    assert settings.receipt_header[0] in texts
    assert all(line in texts for line in settings.receipt_footer)
    assert (document.number, document.language) == ("R-0000", language)
