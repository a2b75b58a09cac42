"""A sheet of PDF, and the few ways to put ink on it: sides are logical, nothing falls off.

Distances are points (1/72 inch); a sheet is filled from the top, and `y` tells how far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import zip_longest

from counterdesk.core.documents import Align, Document, Logo
from counterdesk.core.text import clean, has_right_to_left, is_right_to_left
from counterdesk.printing.layout import LayoutError
from counterdesk.printing.paper import DOT, HAIRLINE, INK, LEADING, Ink, Paper, Place, colour_of
from counterdesk.printing.pdf_archive import add_information, archive_entries
from counterdesk.printing.pdf_file import PdfFile, figure, text_string
from counterdesk.printing.pdf_tags import Element, Structure
from counterdesk.printing.pdf_text import Fonts
from counterdesk.printing.qr import dark_runs, qr_modules
from counterdesk.printing.shaping import ShapedLine, shaped, wrapped
from counterdesk.printing.typefaces import BOLD


class Sheet:
    """Paper being filled from the top; a full sheet is followed by another."""

    def __init__(self, paper: Paper, document: Document) -> None:
        self.paper = paper
        self.y = paper.margin
        self.end_page: Callable[[], None] = lambda: None
        """Called before a sheet is left, to write its foot."""
        self._document = document
        self._fonts, self._structure = Fonts(), Structure()
        self._sheets: list[list[str]] = []
        self._pictures: list[Logo] = []
        self._new_sheet()

    @property
    def across(self) -> Place:
        """The whole span between the margins."""
        return Place(0, self.paper.width - 2 * self.paper.margin)

    @property
    def length(self) -> float:
        """How long a sheet is; a roll is as long as what stands on it."""
        return self.paper.height if self.paper.wide else self.y + self.paper.margin + 1

    @property
    def page(self) -> int:
        """The number of this sheet, from 1."""
        return len(self._sheets)

    @property
    def right_to_left(self) -> bool:
        """Whether the document is read from the right."""
        return self._document.right_to_left

    def figures(self, place: Place, apart: float = 0.0) -> tuple[Place, Align]:
        """Return where figures stand: at the right of a place, whichever side reading starts from.

        Args:
            place: Where they may stand.
            apart: How far they stay away from its right edge, for their decimals to line up.
        """
        if self.right_to_left:
            return Place(place.start + apart, place.width - apart), Align.START
        return Place(place.start, place.width - apart), Align.END

    def need(self, height: float) -> None:
        """Go to a new sheet where so much does not fit on this one any more."""
        if self.y + height > self.paper.height - self.paper.margin - self.paper.foot:
            self.end_page()
            self._new_sheet()
            self.y = self.paper.margin

    def line(self, text: str, place: Place, ink: Ink, align: Align = Align.START) -> None:
        """Write one line with its baseline at `y`.

        Raises:
            LayoutError: It is wider than its place.
        """
        words = clean(text)
        letters = self._shaped(words, ink)
        if letters.width * ink.size > place.width + 0.01:
            raise LayoutError(f"a line too wide for a place of {place.width:.0f} points")
        self._write(letters, place, ink, align, self._structure.paragraph(words))

    def margin_note(self, text: str, place: Place, ink: Ink, align: Align = Align.START) -> None:
        """Write a line that is no part of what the document says: of its foot."""
        self._write(self._shaped(clean(text), ink), place, ink, align, None)

    def paragraph(self, text: str, place: Place, ink: Ink, align: Align = Align.START) -> None:
        """Write a text in as many lines as it needs, and move below them."""
        self.side_by_side([(text, place, ink, align)])

    def side_by_side(self, texts: Sequence[tuple[str, Place, Ink, Align]]) -> None:
        """Write paragraphs whose first lines stand on one line, and move below the longest."""
        lines = [wrapped(text, place.width, ink.shelf, ink.size) for text, place, ink, _ in texts]
        height = max((ink.size for _text, _place, ink, _align in texts), default=0) * LEADING
        elements = [self._structure.paragraph(clean(text)) for text, _place, _ink, _align in texts]
        for beside in zip_longest(*lines):
            self.need(height)
            self.y += height
            for line, element, (text, place, ink, align) in zip(
                beside, elements, texts, strict=True
            ):
                if line:
                    self._write(self._shaped(line, ink, of=text), place, ink, align, element)

    def box(self, place: Place, height: float, colour: str) -> None:
        """Fill a box whose upper edge is at `y`."""
        corner = f"{figure(self._left(place))} {figure(self.paper.height - self.y - height)}"
        size = f"{figure(place.width)} {figure(height)}"
        self._draw(f"/Artifact BMC {colour_of(colour)} rg {corner} {size} re f EMC")

    def hairline(self, place: Place, colour: str = HAIRLINE, thickness: float = 0.5) -> None:
        """Draw a line across a place at `y`."""
        self.box(place, thickness, colour)

    def qr(self, data: str, place: Place, meaning: str) -> None:
        """Draw a QR code as wide as its place, as one crisp path, its upper edge at `y`.

        Args:
            data: What it says.
            place: Where to.
            meaning: What it is, for those who cannot see it.
        """
        modules = qr_modules(data)
        side, bottom = len(modules), self.paper.height - self.y - place.width
        scale = place.width / side
        # In units of a module: a code is thousands of boxes.
        boxes = "\n".join(
            f"{start} {side - down} {count} 1 re"
            for down, row in enumerate(modules, start=1)
            for start, count in dark_runs(row)
        )
        self._draw(self._structure.mark(self._structure.picture(clean(meaning))))
        self._draw(f"q {scale:.5f} 0 0 {scale:.5f} {figure(self._left(place))} {figure(bottom)} cm")
        self._draw(f"{colour_of(INK)} rg\n{boxes}\nf Q EMC")

    def picture(self, logo: Logo, place: Place, align: Align = Align.START) -> None:
        """Draw a logo in the size it has on a roll, and move below it."""
        width, height = logo.width * DOT, logo.height * DOT
        self.need(height)
        self.y += height
        left, bottom = self._left(place.within(width, align)), self.paper.height - self.y
        self._pictures.append(logo)
        matrix = f"{figure(width)} 0 0 {figure(height)} {figure(left)} {figure(bottom)} cm"
        self._draw(f"/Artifact BMC q {matrix} /I{len(self._pictures)} Do Q EMC")

    def finished(self) -> bytes:
        """Return the PDF file."""
        self.end_page()
        out = BytesIO()
        file, document = PdfFile(out), self._document
        pages = file.reserve()
        sheets = [file.reserve() for _sheet in self._sheets]
        fonts, pictures = self._fonts.add_to(file), self._add_pictures(file)
        resources = f"<< /Font << {fonts} >> /XObject << {pictures} >> >>"
        end = self.paper.height - self.length
        box = f"[0 {figure(end)} {figure(self.paper.width)} {figure(self.paper.height)}]"
        for at, (number, drawn) in enumerate(zip(sheets, self._sheets, strict=True)):
            contents = file.stream("\n".join(drawn).encode("ascii"))
            file.put(
                number,
                f"<< /Type /Page /Parent {pages} 0 R /MediaBox {box} /Resources {resources} "
                f"/Contents {contents} 0 R /StructParents {at} >>",
            )
        kids = " ".join(f"{number} 0 R" for number in sheets)
        file.put(pages, f"<< /Type /Pages /Count {len(sheets)} /Kids [{kids}] >>")
        title, direction = clean(document.title), "R2L" if document.right_to_left else "L2R"
        language = document.language.replace("_", "-")  # as RFC 5646 spells it
        root = file.add(
            f"<< /Type /Catalog /Pages {pages} 0 R /Lang {text_string(language)} "
            f"/ViewerPreferences << /DisplayDocTitle true /Direction /{direction} >> "
            f"/MarkInfo << /Marked true >> "
            f"/StructTreeRoot {self._structure.add_to(file, sheets)} 0 R "
            f"{archive_entries(file, title, language)} >>"
        )
        file.finish(root, add_information(file, title))
        return out.getvalue()

    def _add_pictures(self, file: PdfFile) -> str:
        numbers = [
            file.stream(
                logo.dots,
                f"/Type /XObject /Subtype /Image /Width {logo.width} /Height {logo.height} "
                "/ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0]",
            )
            for logo in self._pictures
        ]
        return " ".join(f"/I{at} {number} 0 R" for at, number in enumerate(numbers, start=1))

    def _new_sheet(self) -> None:
        self._sheets.append([])
        self._structure.begin_sheet()

    def _draw(self, operators: str) -> None:
        self._sheets[-1].append(operators)

    def _shaped(self, line: str, ink: Ink, of: str = "") -> ShapedLine:
        """Return a line in its glyphs; it is read from the side where its paragraph is."""
        mirrored = self._document.right_to_left
        from_right = (has_right_to_left if mirrored else is_right_to_left)(of or line)
        return shaped(line, ink.shelf, from_right=from_right)

    def _write(
        self, line: ShapedLine, place: Place, ink: Ink, align: Align, element: Element | None
    ) -> None:
        left, squeeze = self._spot(line, place, ink, align)
        begin = "/Artifact BMC" if element is None else self._structure.mark(element)
        colour = colour_of(ink.colour)
        self._draw(
            f"{begin} BT {colour} rg {colour} RG {figure(squeeze * 100)} Tz "
            f"{figure(left)} {figure(self.paper.height - self.y)} Td "
            f"{self._fonts.line(line, ink.size, bold=ink.shelf == BOLD)} ET EMC"
        )

    def _spot(self, line: ShapedLine, place: Place, ink: Ink, align: Align) -> tuple[float, float]:
        """Return where a line begins, and how much it is squeezed.

        That is for one letter alone which is wider than its place.
        """
        width = line.width * ink.size
        squeeze = min(1.0, place.width / width) if width else 1.0
        return self._left(place.within(width * squeeze, align)), squeeze

    def _left(self, place: Place) -> float:
        if self._document.right_to_left:
            return self.paper.width - self.paper.margin - place.start - place.width
        return self.paper.margin + place.start
