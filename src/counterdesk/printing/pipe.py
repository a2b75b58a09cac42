"""A line of bytes to a printer and back: what network, USB and serial port have in common."""

from __future__ import annotations

from typing import Protocol


class PartlySent(OSError):
    """The line failed, and some of the bytes in hand may have left."""


class Pipe(Protocol):
    """Open until `close`; everything may raise `OSError` when the line is gone."""

    def send(self, data: memoryview, seconds: float, /) -> int:
        """Send the beginning of some bytes; return how many left.

        Raises:
            PartlySent: The line failed while they were going out.
            OSError: None of them left, or not within the time.
        """

    def receive(self, seconds: float, /) -> bytes:
        """Return what the printer said; b"" where it says nothing within the time.

        Raises:
            OSError: The line is gone.
        """

    def close(self) -> None:
        """Hang up; never raises."""
