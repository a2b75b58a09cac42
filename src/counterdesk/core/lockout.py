"""How long a login stays shut after wrong guesses."""

from __future__ import annotations

from counterdesk.core.errors import UserError

FREE_TRIES = 5
MOST_TRIES = 10
FIRST_WAIT_SECONDS = 30
_SECOND_NS = 1_000_000_000


class LockedOut(UserError):
    """Too many wrong tries: only a supervisor opens this login again."""

    def __init__(self, message: str, field: str, login: str) -> None:
        super().__init__(message, field)
        self.login = login


def needs_unlock(failed: int) -> bool:
    """Tell whether so many failures leave the login to a supervisor."""
    return failed >= MOST_TRIES


def wait_seconds(failed: int, last_ns: int, now_ns: int) -> int:
    """Return how many seconds the next try must still wait; 0 when it need not.

    The wall clock plays no part: whoever guesses may set it. The monotonic clock counts from the
    machine's start, so after a restart it stands below `last_ns` and at least that much time has
    passed in any case; what is counted is never more than what has really passed.

    Args:
        failed: Tries counted so far that no right secret followed.
        last_ns: The monotonic clock when the last of them was counted.
        now_ns: The monotonic clock now.
    """
    if failed < FREE_TRIES:
        return 0
    passed_ns = now_ns - last_ns if now_ns >= last_ns else now_ns
    wait_ns = FIRST_WAIT_SECONDS * _SECOND_NS << failed - FREE_TRIES
    return -(min(0, passed_ns - wait_ns) // _SECOND_NS)
