"""The structure of a PDF: its texts in the order in which they are read, for those who listen.

Source: ISO 32000-1, section 14.7 and 14.8.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from counterdesk.core.text import has_right_to_left
from counterdesk.printing.pdf_file import PdfFile, text_string


@dataclass(slots=True)
class Element:
    """A paragraph or a picture; it may go on over lines and sheets."""

    role: str
    alternative: str = ""
    """What a picture shows, in words."""
    spoken: str = ""
    """A text in the order in which it is said, where its glyphs stand in another."""
    pieces: list[tuple[int, int]] = field(default_factory=list)
    """Sheet (from 0) and the number of the marked content on it."""


class Structure:
    """The elements of one file in reading order."""

    def __init__(self) -> None:
        self._elements: list[Element] = []
        self._marked: list[list[Element]] = []

    def begin_sheet(self) -> None:
        """Count marked content anew: a new sheet begins."""
        self._marked.append([])

    def paragraph(self, text: str) -> Element:
        """Return a new paragraph that follows what was made before."""
        # Arabic glyphs stand in a file as they stand on the sheet, from left to right.
        return self._begun(Element("P", spoken=text if has_right_to_left(text) else ""))

    def picture(self, alternative: str) -> Element:
        """Return a new picture that follows what was made before."""
        return self._begun(Element("Figure", alternative))

    def mark(self, element: Element) -> str:
        """Return the operator that begins a piece of an element on the current sheet."""
        sheet = self._marked[-1]
        element.pieces.append((len(self._marked) - 1, len(sheet)))
        sheet.append(element)
        return f"/{element.role} << /MCID {len(sheet) - 1} >> BDC"

    def add_to(self, file: PdfFile, sheets: list[int]) -> int:
        """Write the structure; return the number of its root.

        Args:
            file: Where to.
            sheets: The numbers of the sheets' objects.
        """
        root, whole = file.reserve(), file.reserve()
        numbers = {
            id(element): file.add(_written(element, whole, sheets)) for element in self._elements
        }
        kids = " ".join(f"{numbers[id(element)]} 0 R" for element in self._elements)
        file.put(whole, f"<< /Type /StructElem /S /Document /P {root} 0 R /K [{kids}] >>")
        parents = " ".join(
            f"{at} [{' '.join(f'{numbers[id(element)]} 0 R' for element in marked)}]"
            for at, marked in enumerate(self._marked)
        )
        tree = file.add(f"<< /Nums [{parents}] >>")
        file.put(root, f"<< /Type /StructTreeRoot /K [{whole} 0 R] /ParentTree {tree} 0 R >>")
        return root

    def _begun(self, element: Element) -> Element:
        self._elements.append(element)
        return element


def _written(element: Element, parent: int, sheets: list[int]) -> str:
    kids = " ".join(
        f"<< /Type /MCR /Pg {sheets[sheet]} 0 R /MCID {number} >>"
        for sheet, number in element.pieces
    )
    words = f"/Alt {text_string(element.alternative)}" if element.alternative else ""
    words += f"/ActualText {text_string(element.spoken)}" if element.spoken else ""
    return f"<< /Type /StructElem /S /{element.role} /P {parent} 0 R {words} /K [{kids}] >>"
