"""Writers of the feed and counters that read it, all at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from tests.sync.centres import CentreUnderTest, CounterLogin

_LOCK = "lock table cd.turn in exclusive mode;"


@dataclass
class Reader:
    """A counter's cursor, and all that it was told."""

    connection: psycopg.Connection
    sync_seq: int = 0
    tag: str | None = None
    seen: list[dict[str, Any]] = field(default_factory=list)

    def page(self, limit: int = 500) -> dict[str, Any]:
        """Ask for the next page and follow it."""
        asked = (self.sync_seq, self.tag, limit)
        row = self.connection.execute("select cd.feed_page(%s, %s, %s)", asked).fetchone()
        assert row is not None
        page: dict[str, Any] = row[0]
        if page["status"] == "OK":
            self.sync_seq, self.tag = page["sync_seq"], page["tag"]
            self.seen += page["rows"]
        return page

    def keys(self) -> list[str]:
        """Return the keys of all rows seen."""
        return [row["key"] for row in self.seen]


def publish_naively(centre: CentreUnderTest) -> None:
    """Let the feed draw its numbers as any sequence does: the control, which must fail."""
    definition = centre.value("select pg_get_functiondef('cd.publish'::regproc)")
    assert _LOCK in definition
    centre.execute(definition.replace(_LOCK, ""))


def missed_under_load(
    centre: CentreUnderTest, login: CounterLogin, *, writers: int, changes: int, seed: int
) -> set[str]:
    """Let many write while two read on, and return the keys that a reader was never told."""
    over = threading.Event()
    with ThreadPoolExecutor(writers + 2) as pool:
        reading = [pool.submit(_read_on, login, over) for _ in range(2)]
        writing = [
            pool.submit(_write, centre, Random(f"{seed}/{place}"), changes)
            for place in range(writers)
        ]
        written = _all(writing)
        over.set()
        return set.union(*(written - set(future.result()) for future in reading))


def _all(writing: list[Future[set[str]]]) -> set[str]:
    return set().union(*(future.result() for future in writing))


def _write(centre: CentreUnderTest, chance: Random, changes: int) -> set[str]:
    keys = [str(UUID(int=chance.getrandbits(128))) for _ in range(changes)]
    with psycopg.connect(centre.conninfo) as connection:
        for key in keys:
            connection.execute("select cd.publish(array['consumer'], array[%s])", (key,))
            time.sleep(chance.expovariate(2_000))  # what a commit takes on a busy disk
            connection.commit()
    return set(keys)


def _read_on(login: CounterLogin, over: threading.Event) -> list[str]:
    with reader(login) as one:
        while not over.is_set():
            one.page()
        while one.page()["rows"]:
            pass
        return one.keys()


@contextmanager
def reader(login: CounterLogin) -> Iterator[Reader]:
    """Open a cursor at the beginning of the feed."""
    with psycopg.connect(login.conninfo, autocommit=True) as connection:
        yield Reader(connection)
