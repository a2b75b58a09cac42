"""One connection to the centre that never waits for ever and can be cut from another thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from counterdesk.sync.link import CentreAway, CentreRefused

CONNECT_S = 5
ANSWER_S = 30
"""An answer that takes longer is given up: what hangs is not told from what is slow."""

_WHILE_IDLE: dict[str, str | int | None] = {
    "connect_timeout": CONNECT_S,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "application_name": "counterdesk",
}
"""So that a line with nobody at its other end is noticed within half a minute, also while idle."""

_ON_ARRIVAL = f"""
    set statement_timeout = '{ANSWER_S - 5}s';
    set lock_timeout = '10s';
    set idle_in_transaction_session_timeout = '{ANSWER_S}s';
    set timezone = 'UTC';
    listen cd_feed;
"""
_REFUSED = "28"
"""The class of errors about who one is. Source: PostgreSQL manual, appendix A."""

_NOT_ABOUT_US = (
    "too many", "connection slots", "starting up", "shutting down", "recovery mode",
    "closed the connection", "could not receive", "could not send", "timeout", "SYSCALL",
)  # fmt: skip
"""What a server says of itself, and libpq of a line that broke in the middle of a login."""


class Line(psycopg.Connection[Any]):
    """A connection whose waits end: when the answer takes too long, or when somebody cuts it."""

    cut = False
    """Set from any thread: what is under way here ends within a tenth of a second."""

    def wait(self, gen: Any, *arguments: Any, **named: Any) -> Any:
        """Wait for an answer of the server."""
        return super().wait(self._watched(gen), *arguments, **named)

    def _watched(self, gen: Any) -> Generator[Any, Any, Any]:
        give_up_at = time.monotonic() + ANSWER_S
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if self.cut:
                    raise CentreAway("the line was cut from here")
                if time.monotonic() > give_up_at:
                    raise CentreAway(f"no answer within {ANSWER_S} s")
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value


def open_line(conninfo: str, on_feed: Callable[[], None]) -> Line:
    """Connect, and listen to the feed.

    Args:
        conninfo: As libpq reads it; what it says of timeouts stands.
        on_feed: Called when the centre tells that something changed.

    Raises:
        CentreAway: Nobody answered, or not in time.
        CentreRefused: The centre does not let this counter in.
    """
    try:
        line = Line.connect(_patient(conninfo), autocommit=True)
    except psycopg.Error as error:
        raise _refusal_of_connecting(error) from error
    try:
        line.add_notify_handler(lambda _notify: on_feed())
        line.execute(_ON_ARRIVAL)
    except psycopg.Error as error:
        line.close()
        raise in_words(error) from error
    except BaseException:
        line.close()
        raise
    return line


def in_words(error: psycopg.Error) -> CentreAway | CentreRefused:
    """Return what an error of a call means to a counter."""
    state = error.sqlstate or ""
    if state.startswith(_REFUSED):
        return CentreRefused(_first_line(error))
    return CentreAway(f"{_first_line(error)} ({state})" if state else _first_line(error))


def _patient(conninfo: str) -> str:
    return make_conninfo("", **(_WHILE_IDLE | conninfo_to_dict(conninfo)))


def _refusal_of_connecting(error: psycopg.Error) -> CentreAway | CentreRefused:
    """Tell refused from away, though libpq gives no code for a connection that came to nothing.

    A server that asked for the password and then ended it did not like the answer, but for the
    few things that are not about this counter.
    """
    # Without where it was tried: that stands in the settings, and people want to know why.
    said = _first_line(error).rpartition("failed: ")[2].removeprefix("FATAL:").strip()
    at = error.pgconn
    asked = at is not None and (at.used_password or at.needs_password)
    if asked and not any(sign in said for sign in _NOT_ABOUT_US):
        return CentreRefused(said)
    return CentreAway(said)


def _first_line(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
