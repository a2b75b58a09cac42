"""The window's turn comes soon, whatever other threads compute.

One thread of Python runs at a time. Whoever wants to run asks the one that does, which by itself
goes on for 5 ms: a key is answered later by as much while a list is exported.
"""

from __future__ import annotations

import sys

_TURN_S = 0.001


def give_way() -> None:
    """Let threads that compute take turns by the millisecond; it costs them some hundredths."""
    sys.setswitchinterval(_TURN_S)
