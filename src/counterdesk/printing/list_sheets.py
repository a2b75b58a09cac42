"""Sheets of a long list on their way into a PDF file: each goes out as soon as it is full.

What only the end knows (how many sheets there are) is drawn on each by a second stream, which is
short and written last. Distances are points; `y` is how far down the sheet something stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Final

from counterdesk.core.listed import ListHead
from counterdesk.printing.list_letters import Letters
from counterdesk.printing.paper import INK, MM, Place, colour_of
from counterdesk.printing.pdf_archive import add_information, archive_entries
from counterdesk.printing.pdf_file import PdfFile, figure, text_string
from counterdesk.printing.pdf_text import Fonts
from counterdesk.printing.typefaces import REGULAR

WIDTH: Final = 297 * MM
HEIGHT: Final = 210 * MM
MARGIN: Final = 12 * MM
ACROSS: Final = Place(0, WIDTH - 2 * MARGIN)

_BRANCH: Final = 1_000
"""Sheets to a branch of their tree: PDF/A-1 bears 8,191 names in a row."""


class ListSheets:
    """A4 on its side, filled from the top."""

    def __init__(self, file: BinaryIO, head: ListHead, size: float) -> None:
        """Begin with an empty sheet.

        Args:
            file: Where to.
            head: Its title, its language, and the side it is read from.
            size: Of most letters.
        """
        self.count = 0
        """Sheets that are full."""
        self._head = head
        self._file, self._fonts = PdfFile(file), Fonts()
        self.text = self.letters(size)
        self._contents: list[int] = []
        self._boxes: list[str] = []
        self._words: list[str] = []

    def letters(self, size: float, shelf: str = REGULAR) -> Letters:
        """Return letters of another size or weight."""
        return Letters(self._fonts, size, shelf, mirrored=self._head.right_to_left)

    def box(self, place: Place, y: float, height: float, colour: str) -> None:
        """Fill a box whose upper edge is at `y`."""
        corner = f"{self._left(place, place.width):.2f} {HEIGHT - y - height:.2f}"
        self._boxes.append(f"{colour_of(colour)} rg {corner} {place.width:.2f} {height:.2f} re f")

    def write(
        self, text: str, place: Place, y: float, letters: Letters | None = None, *,
        colour: str = INK, at_end: bool = False,
    ) -> None:  # fmt: skip
        """Write one line with its baseline at `y`, squeezed where it is wider than its place.

        Args:
            text: What to write.
            place: Where to, across the sheet.
            y: How far down.
            letters: Which; the usual ones if not told.
            colour: Of the ink.
            at_end: Whether it stands at the right, where figures do, whichever side is read first.
        """
        letters = letters or self.text
        width, drawn = letters.set(text)
        width *= letters.size
        if width > place.width:
            drawn = f"{place.width / width * 100:.1f} Tz {drawn} 100 Tz"
            width = place.width
        if letters is not self.text:
            drawn = f"{letters.chosen} {drawn} {self.text.chosen}"
        if colour != INK:
            drawn = f"{colour_of(colour)} rg {drawn} {colour_of(INK)} rg"
        left = self._right(place) - width if at_end else self._left(place, width)
        self._words.append(f"1 0 0 1 {left:.2f} {HEIGHT - y:.2f} Tm {drawn}")

    def end_sheet(self) -> None:
        """Let the sheet go, and begin another."""
        self._contents.append(self._drawn())
        self.count += 1

    def finish(self, late: Callable[[int], None]) -> None:
        """Write the end of the file.

        Args:
            late: Draws what is still to be drawn on a sheet, given its number from 1.
        """
        file, resources, pages = self._file, self._file.reserve(), self._file.reserve()
        branches = []
        for first in range(0, self.count, _BRANCH):
            branch, some = file.reserve(), self._contents[first : first + _BRANCH]
            sheets = []
            for number, drawn in enumerate(some, start=first + 1):
                late(number)
                sheets.append(file.add(
                    f"<< /Type /Page /Parent {branch} 0 R /Resources {resources} 0 R "
                    f"/Contents [{drawn} 0 R {self._drawn()} 0 R] >>"
                ))  # fmt: skip
            file.put(branch, f"{_node(sheets, len(sheets))} /Parent {pages} 0 R >>")
            branches.append(branch)
        box = f"/MediaBox [0 0 {figure(WIDTH)} {figure(HEIGHT)}]"
        file.put(pages, f"{_node(branches, self.count)} {box} >>")
        file.put(resources, f"<< /Font << {self._fonts.add_to(file)} >> >>")
        self._end(pages)

    def _end(self, pages: int) -> None:
        file, title = self._file, self._head.title
        language = self._head.language.replace("_", "-")  # as RFC 5646 spells it
        direction = "R2L" if self._head.right_to_left else "L2R"
        root = file.add(
            f"<< /Type /Catalog /Pages {pages} 0 R /Lang {text_string(language)} "
            f"/ViewerPreferences << /DisplayDocTitle true /Direction /{direction} >> "
            f"{archive_entries(file, title, language)} >>"
        )
        file.finish(root, add_information(file, title))

    def _drawn(self) -> int:
        boxes, words = "\n".join(self._boxes), "\n".join(self._words)
        self._boxes, self._words = [], []
        ink = colour_of(INK)
        content = f"{boxes}\nBT {ink} rg {ink} RG {self.text.chosen}\n{words}\nET"
        return self._file.stream(content.encode("ascii"))

    def _left(self, place: Place, width: float) -> float:
        if self._head.right_to_left:
            return WIDTH - MARGIN - place.start - width
        return MARGIN + place.start

    def _right(self, place: Place) -> float:
        return self._left(place, place.width) + place.width


def _node(kids: list[int], count: int) -> str:
    names = " ".join(f"{kid} 0 R" for kid in kids)
    return f"<< /Type /Pages /Count {count} /Kids [{names}]"
