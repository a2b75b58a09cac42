"""How much room the disk has left for money."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

WARN_BELOW_BYTES = 2 << 30
STOP_PULLS_BELOW_BYTES = 1 << 30
STOP_BELOW_BYTES = 200 << 20

FreeBytes = Callable[[Path], int]
"""Tells how many bytes are free where a folder lies."""


def free_bytes(folder: Path) -> int:
    """Return the free bytes of the disk that a folder lies on."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class DiskState:
    """The room left for data."""

    free_bytes: int

    @property
    def warns(self) -> bool:
        """Whether somebody should make room soon."""
        return self.free_bytes < WARN_BELOW_BYTES

    @property
    def stops_pulls(self) -> bool:
        """Whether nothing is fetched from the centre any more: the room is for payments."""
        return self.free_bytes < STOP_PULLS_BELOW_BYTES

    @property
    def stops(self) -> bool:
        """Whether no payment is taken any more: what is left is for closing the shift."""
        return self.free_bytes < STOP_BELOW_BYTES
