"""Which run of the machine this is: monotonic clocks compare within one only."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

_LINUX = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """Return an id of the machine's run; where the system tells none, of this process."""
    try:
        return _LINUX.read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid4())
