from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from counterdesk.core.documents import Logo, logo_from, logo_to_json
from counterdesk.core.errors import UserError
from counterdesk.printing.logo_picture import logo_from_file


def picture(path: Path, width: int, height: int, ink: QColor, share: float = 0.5) -> Path:
    """Save a picture that is see-through but for its left part."""
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.fillRect(QRect(0, 0, round(width * share), height), ink)
    painter.end()
    assert image.save(str(path))
    return path


def black(logo: Logo) -> float:
    """Return which part of a logo is black."""
    return sum(byte.bit_count() for byte in logo.dots) / (logo.width * logo.height)


def chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + check


def png_that_says(width: int, height: int) -> bytes:
    """Return a PNG of hardly any bytes that says it is of any size."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    lines = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize(
    ("size", "fitted"),
    [((100, 50), (100, 50)), ((1_000, 500), (384, 192)), ((400, 800), (100, 200)),
     ((9_000, 3), (384, 1))],
)  # fmt: skip
def test_a_picture_becomes_as_large_as_a_small_roll_has_room_for(
    qapp: QApplication, tmp_path: Path, size: tuple[int, int], fitted: tuple[int, int]
) -> None:
    path = picture(tmp_path / "logo.png", *size, QColor("black"))
    logo = logo_from_file(path)
    assert (logo.width, logo.height) == fitted
    assert black(logo) == pytest.approx(0.5, abs=0.02)
    assert logo_from(logo_to_json(logo)) == logo


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize("ending", ["png", "jpg", "bmp"])
def test_grey_becomes_as_many_dots_as_it_is_dark(
    qapp: QApplication, tmp_path: Path, ending: str
) -> None:
    path = picture(tmp_path / f"logo.{ending}", 301, 199, QColor(191, 191, 191), share=1)
    assert black(logo_from_file(path)) == pytest.approx(0.25, abs=0.05)


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no picture"),
        (b"%PDF-1.4\n", "no picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "no picture"),
        (b'/* XPM */\nstatic char *x[] = {"1 1 1 1", "a c #000000", "a"};', "no picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "no picture"),
        (png_that_says(4_001, 3_001), "too large"),
        (png_that_says(2**31 - 1, 2**31 - 1), "too large|no picture"),
        (bytes(5_000_001), "too large"),
    ],
    ids=["nothing", "pdf", "svg", "xpm", "half", "wide", "huge", "long"],
)  # fmt: skip
def test_what_is_no_picture_or_too_much_of_one_is_refused_in_words(
    qapp: QApplication, tmp_path: Path, raw: bytes, said: str
) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(raw)
    with pytest.raises(UserError, match=said) as refused:
        logo_from_file(path)
    assert refused.value.field == "receiptLogo"


@pytest.mark.req("RCT-1")
def test_a_picture_that_prints_nothing_is_refused(qapp: QApplication, tmp_path: Path) -> None:
    path = picture(tmp_path / "logo.png", 101, 60, QColor("white"))
    with pytest.raises(UserError, match="too light"):
        logo_from_file(path)
    with pytest.raises(UserError, match="cannot be read"):
        logo_from_file(tmp_path / "gone.png")
