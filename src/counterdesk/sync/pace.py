"""When a counter does what: often enough to be fresh, spread so that a thousand are no burden."""

from __future__ import annotations

from random import Random
from typing import Final

from counterdesk.core.clock import Clock

POLL_S: Final = 15.0
HELLO_S: Final = 600.0
"""So often the centre is greeted though nothing waits: it notes when it last saw this counter."""

LOOK_AGAIN_S: Final = 60.0
"""So often a counter that may not send asks whether the matter was settled at the centre."""

LONGEST_PAUSE_S: Final = 60.0
_LONGEST_DOUBLED: Final = 6
_SPREAD: Final = 0.2
_NS: Final = 1_000_000_000


class Pace:
    """The times of the next poll and greeting, and how long to rest after a failure."""

    def __init__(self, clock: Clock, chance: Random) -> None:
        """Everything is due at once.

        Args:
            clock: Only its monotonic side is looked at.
            chance: Spreads the times.
        """
        self._clock = clock
        self._chance = chance
        self._failures = 0
        self._poll_at = self._hello_at = clock.monotonic_ns()

    @property
    def poll_due(self) -> bool:
        """Whether it is time to ask for changes."""
        return self._clock.monotonic_ns() >= self._poll_at

    @property
    def hello_due(self) -> bool:
        """Whether it is time to greet."""
        return self._clock.monotonic_ns() >= self._hello_at

    def poll_now(self) -> None:
        """Ask for changes as soon as may be."""
        self._poll_at = self._clock.monotonic_ns()

    def polled(self) -> None:
        """There was nothing more to ask for."""
        self._poll_at = self._in(POLL_S)

    def hello_now(self) -> None:
        """Greet as soon as may be."""
        self._hello_at = self._clock.monotonic_ns()

    def greeted(self, *, stopped: bool) -> None:
        """The centre was greeted; `stopped`: it will not have what this counter has."""
        self._hello_at = self._in(LOOK_AGAIN_S if stopped else HELLO_S)

    def answered(self) -> None:
        """The centre answered: what failed before is forgotten."""
        self._failures = 0

    def after_failure(self) -> float:
        """Return how many seconds to rest: from one to sixty, doubling, spread."""
        self._failures = min(self._failures + 1, _LONGEST_DOUBLED)
        longest = min(LONGEST_PAUSE_S, 2.0**self._failures)
        return self._chance.uniform(longest / 2, longest)

    def until_next(self, *, polling: bool = True) -> float:
        """Return the seconds until something is due; `polling`: whether changes are asked for."""
        due = min(self._hello_at, self._poll_at) if polling else self._hello_at
        return max(0, due - self._clock.monotonic_ns()) / _NS

    def _in(self, seconds: float) -> int:
        spread = self._chance.uniform(1 - _SPREAD, 1 + _SPREAD)
        return self._clock.monotonic_ns() + int(seconds * spread * _NS)
