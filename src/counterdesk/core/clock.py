"""Time as CounterDesk sees it: UTC instants, and calendar dates of the office."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """The door through which time comes in; tests and the demo hold another one."""

    def now_utc(self) -> datetime:
        """Return this instant, timezone-aware, in UTC."""

    def monotonic_ns(self) -> int:
        """Return nanoseconds of a clock that never goes back while the machine runs."""


class SystemClock:
    """The machine's own clock."""

    def now_utc(self) -> datetime:
        """Return the machine's idea of this instant, in UTC."""
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Return the machine's monotonic clock in nanoseconds."""
        return time.monotonic_ns()


class ShiftedClock:
    """A clock that runs like the machine's but starts at a chosen instant."""

    def __init__(self, start_utc: datetime) -> None:
        self._offset = start_utc - datetime.now(UTC)

    def now_utc(self) -> datetime:
        """Return the chosen start plus the time that has passed since then, in UTC."""
        return datetime.now(UTC) + self._offset

    def monotonic_ns(self) -> int:
        """Return the machine's monotonic clock in nanoseconds."""
        return time.monotonic_ns()


def office_date(instant_utc: datetime, time_zone: str) -> date:
    """Return the calendar date of an instant in the office's time zone.

    Args:
        instant_utc: A timezone-aware instant.
        time_zone: An IANA name such as "Asia/Kolkata".
    """
    return instant_utc.astimezone(ZoneInfo(time_zone)).date()
