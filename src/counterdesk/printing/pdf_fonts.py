"""Typefaces inside a PDF file: only the glyphs that stand in it, each saying what it means.

Every glyph of a file gets a code of its own for each text that it stands for, so that whoever
searches or copies gets the letters back, also where scripts join or reorder them.

Source: ISO 32000-1, section 9.7; ISO 19005-1, section 6.3.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

import uharfbuzz as hb

from counterdesk.printing.pdf_file import PdfFile
from counterdesk.printing.shaping import Glyph, typeface

_DROPPED: Final = tuple(
    int.from_bytes(tag)
    for tag in (b"GSUB", b"GPOS", b"GDEF", b"name", b"post", b"OS/2", b"cmap", b"vhea", b"vmtx")
)
"""Tables that help to set text: it is set already."""

_SYMBOLIC: Final = 4
_MOST_MAPPINGS: Final = 100
"""Source: Adobe Technical Note 5014, section 7: no more lines in one block."""


class EmbeddedFont:
    """One typeface in one file.

    Args:
        typeface_name: A shipped typeface.
        place: Its place among the typefaces of the file, from 1.
    """

    def __init__(self, typeface_name: str, place: int) -> None:
        self.resource = f"F{place}"
        self._typeface = typeface_name
        self._base = f"CDESK{chr(ord('A') + place - 1)}+{typeface_name}"
        self._font = typeface(typeface_name)
        self._scale: float = 1000 / self._font.face.upem
        self._codes: dict[tuple[int, str], int] = {}

    def code(self, glyph: Glyph) -> int:
        """Return the code that writes a glyph."""
        return self._codes.setdefault((glyph.number, glyph.text), len(self._codes) + 1)

    def width(self, number: int) -> int:
        """Return how far a glyph moves on by itself, in thousandths of its size."""
        advance: int = self._font.get_glyph_h_advance(number)
        return round(advance * self._scale)

    def add_to(self, file: PdfFile) -> int:
        """Write the font; return its number."""
        numbers = [number for number, _text in self._codes]
        raw, places = _subset(self._typeface, frozenset(numbers))
        given = b"\0\0" + b"".join(places[number].to_bytes(2, "big") for number in numbers)
        descriptor, codes = self._descriptor(file, raw), file.stream(given)
        widths = " ".join(str(self.width(number)) for number in numbers)
        descendant = file.add(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{self._base} "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {descriptor} 0 R /CIDToGIDMap {codes} 0 R /W [1 [{widths}]] >>"
        )
        meaning = file.stream(_to_unicode(self._codes))
        return file.add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{self._base} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant} 0 R] /ToUnicode {meaning} 0 R >>"
        )

    def _descriptor(self, file: PdfFile, raw: bytes) -> int:
        extents = self._font.get_font_extents("ltr")
        up, down = round(extents.ascender * self._scale), round(extents.descender * self._scale)
        data = file.stream(raw, f"/Length1 {len(raw)}")
        present = file.stream(_bits(len(self._codes) + 1))
        return file.add(
            f"<< /Type /FontDescriptor /FontName /{self._base} /Flags {_SYMBOLIC} /ItalicAngle 0 "
            f"/FontBBox [-1000 {down} 3000 {up}] /Ascent {up} /Descent {down} /CapHeight 714 "
            f"/StemV 80 /FontFile2 {data} 0 R /CIDSet {present} 0 R >>"
        )


def _bits(count: int) -> bytes:
    """Return so many set bits, filled to whole bytes."""
    size = -(-count // 8)
    return (((1 << count) - 1) << (size * 8 - count)).to_bytes(size, "big")


def _subset(name: str, numbers: AbstractSet[int]) -> tuple[bytes, dict[int, int]]:
    """Return a typeface of these glyphs alone, and the new number of each."""
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(numbers)
    wanted.drop_table_tag_set.update(_DROPPED)
    wanted.flags = hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    plan = hb.SubsetPlan(typeface(name).face, wanted)
    return plan.execute().blob.data, dict(plan.old_to_new_glyph_mapping)


def _to_unicode(codes: dict[tuple[int, str], int]) -> bytes:
    lines = [
        f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>"
        for (_number, text), code in codes.items()
        if text
    ]
    blocks = [lines[at : at + _MOST_MAPPINGS] for at in range(0, len(lines), _MOST_MAPPINGS)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return _TO_UNICODE.format(body=body).encode()


_TO_UNICODE: Final = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{body}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
