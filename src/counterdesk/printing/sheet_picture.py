"""The first sheet of a PDF as a picture, filled by the very code that fills a PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from counterdesk.core.documents import Align, Document, Logo
from counterdesk.printing.painting import blank, glyph_runs, paint_logo
from counterdesk.printing.paper import DOT, INK, PAPERS, Ink, Paper, Place
from counterdesk.printing.pdf import fill
from counterdesk.printing.pdf_tags import Element
from counterdesk.printing.qr import dark_runs, qr_modules
from counterdesk.printing.shaping import ShapedLine
from counterdesk.printing.sheets import Sheet

_LETTERS: Final = 64
"""Pixels of the letters that are drawn smaller, so that their places stay exact."""

_SMOOTH: Final = QPainter.RenderHint.SmoothPixmapTransform


def sheet_image(document: Document, page: str, width: int) -> QImage:
    """Return the first sheet of a document.

    Args:
        document: What it says.
        page: One of `core.settings.PAGES`.
        width: Pixels across the paper.

    Raises:
        LayoutError: An amount does not fit the paper.
    """
    sheet = _PaintedSheet(PAPERS[page], document)
    fill(sheet, document)
    return sheet.painted(width)


class _PaintedSheet(Sheet):
    """Puts ink on a picture where `Sheet` writes PDF; only what stands on the first sheet."""

    def __init__(self, paper: Paper, document: Document) -> None:
        self._strokes: list[Callable[[QPainter], None]] = []
        super().__init__(paper, document)

    def painted(self, width: int) -> QImage:
        """Return the sheet, with its foot."""
        scale = width / self.paper.width
        image = blank(width, round(self.length * scale), QImage.Format.Format_RGB32)
        self.end_page()
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | _SMOOTH)
        painter.scale(scale, scale)
        for stroke in self._strokes:
            painter.save()
            stroke(painter)
            painter.restore()
        painter.end()
        return image

    def box(self, place: Place, height: float, colour: str) -> None:
        """Fill a box whose upper edge is at `y`."""
        box = QRectF(self._left(place), self.y, place.width, height)
        self._stroke(lambda painter: painter.fillRect(box, QColor(colour)))

    def qr(self, data: str, place: Place, meaning: str) -> None:
        """Draw a QR code as wide as its place, its upper edge at `y`."""
        del meaning
        modules = qr_modules(data)
        left, top, side = self._left(place), self.y, place.width / len(modules)

        def stroke(painter: QPainter) -> None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.translate(left, top)
            painter.scale(side, side)
            for down, row in enumerate(modules):
                for start, count in dark_runs(row):
                    painter.fillRect(QRectF(start, down, count, 1), QColor(INK))

        self._stroke(stroke)

    def picture(self, logo: Logo, place: Place, align: Align = Align.START) -> None:
        """Draw a logo in the size it has on a roll, and move below it."""
        height = logo.height * DOT
        self.need(height)
        left, top = self._left(place.within(logo.width * DOT, align)), self.y
        self.y += height

        def stroke(painter: QPainter) -> None:
            painter.translate(left, top)
            painter.scale(DOT, DOT)
            paint_logo(painter, logo, 0, 0)

        self._stroke(stroke)

    def _write(
        self, line: ShapedLine, place: Place, ink: Ink, align: Align, element: Element | None
    ) -> None:
        del element
        (left, squeeze), bottom = self._spot(line, place, ink, align), self.y

        def stroke(painter: QPainter) -> None:
            painter.setPen(QColor(ink.colour))
            painter.translate(left, bottom)
            painter.scale(ink.size / _LETTERS * squeeze, ink.size / _LETTERS)
            for glyphs in glyph_runs(line, _LETTERS):
                painter.drawGlyphRun(QPointF(0, 0), glyphs)

        self._stroke(stroke)

    def _stroke(self, stroke: Callable[[QPainter], None]) -> None:
        if self.page == 1:
            self._strokes.append(stroke)
