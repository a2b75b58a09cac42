"""The structure of a PDF: its texts in the order in which they are read, for those who listen.

Source: ISO 32000-1, section 14.7 and 14.8.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from counterdesk.printing.pdf_file import PdfFile, text_string


@dataclass(slots=True)
class Element:
    """A paragraph or a picture; it may go on over lines and sheets."""

    role: str
    alternative: str = ""
    """What a picture shows, in words."""
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

    def element(self, role: str, alternative: str = "") -> Element:
        """Return a new element that follows those made before."""
        self._elements.append(Element(role, alternative))
        return self._elements[-1]

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


def _written(element: Element, parent: int, sheets: list[int]) -> str:
    kids = " ".join(
        f"<< /Type /MCR /Pg {sheets[sheet]} 0 R /MCID {number} >>"
        for sheet, number in element.pieces
    )
    words = f"/Alt {text_string(element.alternative)}" if element.alternative else ""
    return f"<< /Type /StructElem /S /{element.role} /P {parent} 0 R {words} /K [{kids}] >>"
