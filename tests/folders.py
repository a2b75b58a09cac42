"""Where the tests keep their files: in memory, where the system has room for them there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 2 << 30  # what both workers of a run use is a tenth of it


def place_in_memory() -> Path | None:
    """Return a folder that lies in memory and has room; None for the usual place.

    What is lost when a disk or a process fails is shown by following each write, in `faults`.
    Everywhere else a disk only takes its time, a slow one most of the run's.
    """
    if not os.access(_IN_MEMORY, os.W_OK):
        return None
    return _IN_MEMORY if shutil.disk_usage(_IN_MEMORY).free >= _ROOM_BYTES else None
