"""Pictures as the dots of a printer, without Qt: what is kept as dots needs no painting."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace

from counterdesk.core.documents import Align, Logo


@dataclass(frozen=True, slots=True)
class Raster:
    """Dots line by line, eight to a byte, 1 is black."""

    dots: bytes
    bytes_across: int
    height: int


def fitted(logo: Logo, dots: int) -> Logo:
    """Return a logo as it is, or as wide as the paper where it is wider: the nearest dots stay."""
    if logo.width <= dots:
        return logo
    height, across = max(1, logo.height * dots // logo.width), -(-dots // 8)
    rows = [f"{row:0{logo.width}b}" for row in _rows(logo)]
    smaller = bytearray()
    for down in range(height):
        row = rows[down * logo.height // height]
        kept = "".join(row[at * logo.width // dots] for at in range(dots))
        smaller += int(kept.ljust(across * 8, "0"), 2).to_bytes(across, "big")
    return replace(logo, width=dots, height=height, rows=b64encode(smaller).decode())


def left_of(logo: Logo, dots: int) -> int:
    """Return how far a logo stands from the left edge of so many dots; `START` is left."""
    gap = dots - logo.width
    return {Align.START: 0, Align.CENTRE: gap // 2, Align.END: gap}[logo.align]


def logo_drawn(logo: Logo, dots: int) -> Raster:
    """Return a logo in its place on paper of so many dots across."""
    across = -(-dots // 8)
    right = across * 8 - left_of(logo, dots) - logo.width
    lines = ((row << right).to_bytes(across, "big") for row in _rows(logo))
    return Raster(b"".join(lines), across, logo.height)


def _rows(logo: Logo) -> Iterator[int]:
    """Yield rows as numbers, without the bits that only fill their last byte."""
    raw, across = logo.dots, logo.bytes_across
    for start in range(0, len(raw), across):
        yield int.from_bytes(raw[start : start + across], "big") >> (across * 8 - logo.width)
