"""A logo drawn for tests: a drop in a ring over waves; no utility's own."""

from __future__ import annotations

from base64 import b64encode

from counterdesk.core.documents import Align, Logo


def drawn_logo(width: int = 200, height: int = 100, align: Align = Align.CENTRE) -> Logo:
    """Return a black ring round a drop, in the middle of so many dots, with waves below."""
    rows = ("".join("01"[_black(x, y, width, height)] for x in range(width)) for y in range(height))
    across = -(-width // 8)
    raw = b"".join(int(row.ljust(across * 8, "0"), 2).to_bytes(across, "big") for row in rows)
    return Logo(width, height, b64encode(raw).decode(), align)


def full_of(row: bytes) -> Logo:
    """Return a logo of two rows, each of these bytes."""
    return Logo(len(row) * 8, 2, b64encode(row * 2).decode())


def _black(x: int, y: int, width: int, height: int) -> bool:
    right, down = x - width / 2 + 0.5, y - height * 0.4 + 0.5
    radius, outer = (right**2 + down**2) ** 0.5, height * 0.38
    ring = outer * 0.85 <= radius <= outer
    drop = abs(right) * 2 <= (down + outer * 0.6) * 0.8 and radius <= outer * 0.6
    wave = y > height * 0.82 and (x // 8 + y // 6) % 2 == 0
    return ring or drop or wave
