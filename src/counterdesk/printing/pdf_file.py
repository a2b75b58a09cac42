"""The objects of a PDF file, written one after the other; the same objects make the same bytes.

Source: ISO 32000-1, section 7; version 1.4 of the format, as PDF/A-1 asks.
"""

from __future__ import annotations

import zlib
from hashlib import sha256
from typing import BinaryIO, Final

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
    """Objects by their numbers, from 1; what is written goes out at once."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._places: list[int] = []
        self._length = 0
        self._mark = sha256()
        self._write(_HEADER)

    def reserve(self) -> int:
        """Return the number of an object that is put later."""
        self._places.append(0)
        return len(self._places)

    def put(self, number: int, body: str) -> None:
        """Write a reserved object."""
        self._put(number, body.encode("ascii"))

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
        number = self.reserve()
        self._put(number, head + content + b"\nendstream")
        return number

    def finish(self, root: int, info: int) -> None:
        """Write the end of the file; every reserved object is put by then.

        Args:
            root: The number of its catalogue.
            info: The number of its information dictionary.
        """
        mark = self._mark.hexdigest()[:32]
        count, start = len(self._places) + 1, self._length
        table = b"".join(b"%010d 00000 n \n" % place for place in self._places)
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % count + table)
        trailer = f"<< /Size {count} /Root {root} 0 R /Info {info} 0 R /ID [<{mark}> <{mark}>] >>"
        self._write(f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode("ascii"))

    def _put(self, number: int, body: bytes) -> None:
        self._places[number - 1] = self._length
        self._write(b"%d 0 obj\n" % number + body + b"\nendobj\n")

    def _write(self, raw: bytes) -> None:
        self._out.write(raw)
        self._length += len(raw)
        self._mark.update(raw)
