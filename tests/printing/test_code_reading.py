from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from PySide6.QtWidgets import QApplication

from counterdesk.core.errors import UserError
from counterdesk.printing.code_reading import code_in_picture
from counterdesk.printing.preview import preview_image
from tests.printing.sample_receipt import CODE, in_arabic, sample_receipt


def photograph(degrees: float, share: float = 1.0) -> QImage:
    """A receipt on a dark counter, turned and a little out of square, in uneven light."""
    lens = QTransform(1, 0.02, 0.00004, -0.03, 1, 0.00002, 0, 0, 1).rotate(degrees)
    paper = preview_image(in_arabic(sample_receipt())).convertToFormat(QImage.Format.Format_ARGB32)
    turned = paper.transformed(lens.scale(share, share))
    photo = QImage(turned.width() + 300, turned.height() + 300, QImage.Format.Format_RGB32)
    photo.fill(QColor(92, 80, 66))
    painter = QPainter(photo)
    painter.drawImage(150, 150, turned)
    for at in range(0, photo.width(), 4):
        painter.fillRect(at, 0, 4, photo.height(), QColor(0, 0, 0, 90 * at // photo.width()))
    painter.end()
    return photo


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize(("name", "quality"), [("photo.png", -1), ("photo.jpg", 55)])
@pytest.mark.parametrize("degrees", [0.0, 4.0, -7.0, 90.0, 173.0])
def test_a_photograph_of_a_receipt_is_read(
    qapp: QApplication, tmp_path: Path, degrees: float, name: str, quality: int
) -> None:
    assert photograph(degrees, 1.7).save(str(tmp_path / name), None, quality)
    assert code_in_picture(tmp_path / name) == CODE


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\nbroken", b"GIF89a\0\0"])
def test_what_is_no_picture_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "photo.png").write_bytes(content)
    with pytest.raises(UserError, match="neither"):
        code_in_picture(tmp_path / "photo.png")


def test_a_picture_without_a_receipts_code_is_said_so(qapp: QApplication, tmp_path: Path) -> None:
    blank = QImage(400, 400, QImage.Format.Format_RGB32)
    blank.fill(QColor("white"))
    blank.save(str(tmp_path / "blank.png"))
    with pytest.raises(UserError, match="No receipt's code"):
        code_in_picture(tmp_path / "blank.png")
