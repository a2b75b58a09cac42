"""What a PDF says of itself, so that it can be kept for years: PDF/A-1b, and what its colours are.

Source: ISO 19005-1, sections 6.2.2 (output intent) and 6.7 (metadata); ICC.1:2001-04 (profile).
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

from counterdesk import __version__
from counterdesk.printing.pdf_file import PdfFile, text_string

_PRODUCER: Final = f"CounterDesk {__version__}"
_GAMMA: Final = 2.2
_SRGB: Final = {
    b"rXYZ": (0.4360, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
    b"wtpt": (0.9642, 1.0, 0.8249),
}
"""Source: IEC 61966-2-1, adapted to D50 as in the ICC's own sRGB profile."""


def add_information(file: PdfFile, title: str) -> int:
    """Write the information dictionary; return its number."""
    words = f"/Title {text_string(title)} /Producer {text_string(_PRODUCER)}"
    return file.add(f"<< {words} /Creator {text_string('CounterDesk')} >>")


def archive_entries(file: PdfFile, title: str, language: str) -> str:
    """Write metadata and colours; return what the catalogue says of them."""
    packet = _XMP.format(title=escape(title), language=escape(language), producer=_PRODUCER)
    metadata = file.stream(packet.encode(), "/Type /Metadata /Subtype /XML", packed=False)
    profile = file.stream(_srgb_profile(), "/N 3")
    name = text_string("sRGB IEC61966-2.1")
    intent = (
        f"<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier {name} "
        f"/Info {name} /DestOutputProfile {profile} 0 R >>"
    )
    return f"/Metadata {metadata} 0 R /OutputIntents [{intent}]"


@lru_cache(maxsize=1)
def _srgb_profile() -> bytes:
    """Return sRGB as a small ICC profile of version 2: three primaries and one curve."""
    words = b"sRGB"
    tags = {
        b"desc": b"desc" + struct.pack(">4xI", len(words) + 1) + words + bytes(1 + 8 + 3 + 67),
        b"cprt": b"text" + bytes(4) + b"No copyright\0",
        **{name: b"XYZ " + struct.pack(">4x3i", *map(_fixed, xyz)) for name, xyz in _SRGB.items()},
    }
    curve = b"curv" + struct.pack(">4xIH", 1, round(_GAMMA * 256))
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">2I", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    return _profile_head(start + len(body)) + table + body


def _profile_head(size: int) -> bytes:
    made = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    head = struct.pack(">I4xI", size, 0x0210_0000) + b"mntrRGB XYZ " + made + b"acsp"
    white = struct.pack(">3i", *map(_fixed, _SRGB[b"wtpt"]))
    return head.ljust(68, b"\0") + white + bytes(128 - 80)


def _fixed(value: float) -> int:
    return round(value * 65_536)


_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>CounterDesk</xmp:CreatorTool>
<pdfaid:part>1</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""
