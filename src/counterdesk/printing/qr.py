"""QR codes as rows of dark and light modules."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_ALPHANUMERIC_ROOM: Final = (
    (10, 311), (14, 528), (18, 816), (22, 1_153), (26, 1_637),
    (30, 1_994), (35, 2_632), (40, 3_391),
)  # fmt: skip
"""Versions, and the letters each holds at level M. Source: ISO/IEC 18004, table 7."""

_ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")

_DARK: Final = re.compile(b"\x01+")

_MASK: Final = 4
"""Trying all eight masks takes 20 ms of the cashier's time and no reader needs it."""


@lru_cache(maxsize=8)
def qr_modules(data: str) -> tuple[tuple[bool, ...], ...]:
    """Return the modules of a QR code at level M, without its quiet zone.

    Raises:
        ValueError: The data is too long for a QR code.
    """
    import segno  # noqa: PLC0415 - 30 ms that the start of the window need not pay

    code = segno.make_qr(data, error="m", mask=_MASK, boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


def dark_runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Return where dark modules start and how many follow each other."""
    return [(run.start(), run.end() - run.start()) for run in _DARK.finditer(bytes(row))]


def most_modules(data: str) -> int:
    """Return an upper bound of a code's side in modules, from the length of its text.

    Raises:
        ValueError: No QR code holds so many letters.
    """
    # A letter takes 5.5 bits, but 8 where one of them is not of the alphanumeric set.
    length = len(data) if set(data) <= _ALPHANUMERIC else len(data.encode()) * 3 // 2
    for version, room in _ALPHANUMERIC_ROOM:
        if length <= room:
            return 17 + 4 * version
    raise ValueError(f"{length} letters are too many for a QR code")
