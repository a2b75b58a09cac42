"""The objects of a PDF file, written one after the other; the same objects make the same bytes.

Source: ISO 32000-1, section 7; version 1.4 of the format, as PDF/A-1 asks.
"""

from __future__ import annotations

import zlib
from hashlib import sha256
from typing import Final

_PACKING: Final = 4
"""More takes twice as long for a tenth of the bytes."""

_HEADER: Final = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


def text_string(text: str) -> str:
    """Return text of any script as a PDF string."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def figure(value: float) -> str:
    """Return a number as short as it is exact to a hundredth of a point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


class PdfFile:
    """Objects by their numbers, from 1."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def reserve(self) -> int:
        """Return the number of an object that is put later."""
        self._bodies.append(b"null")
        return len(self._bodies)

    def put(self, number: int, body: str) -> None:
        """Write a reserved object."""
        self._bodies[number - 1] = body.encode("ascii")

    def add(self, body: str) -> int:
        """Write an object, and return its number."""
        number = self.reserve()
        self.put(number, body)
        return number

    def stream(self, content: bytes, entries: str = "", *, packed: bool = True) -> int:
        """Write a stream, and return its number.

        Args:
            content: Its bytes, as they are read.
            entries: More of its dictionary: "/Type /XObject".
            packed: Compressed, unless a reader without a decoder shall find it.
        """
        if packed:
            content, entries = zlib.compress(content, _PACKING), f"/Filter /FlateDecode {entries}"
        head = f"<< {entries} /Length {len(content)} >>\nstream\n".encode("ascii")
        self._bodies.append(head + content + b"\nendstream")
        return len(self._bodies)

    def finished(self, root: int, info: int) -> bytes:
        """Return the file.

        Args:
            root: The number of its catalogue.
            info: The number of its information dictionary.
        """
        raw, places = bytearray(_HEADER), []
        for number, body in enumerate(self._bodies, start=1):
            places.append(len(raw))
            raw += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        mark = sha256(raw).hexdigest()[:32]
        count, start = len(places) + 1, len(raw)
        raw += b"xref\n0 %d\n0000000000 65535 f \n" % count
        raw += b"".join(b"%010d 00000 n \n" % place for place in places)
        trailer = f"<< /Size {count} /Root {root} 0 R /Info {info} 0 R /ID [<{mark}> <{mark}>] >>"
        raw += f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode("ascii")
        return bytes(raw)
