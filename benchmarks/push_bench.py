"""What the centre takes for a payment, against single INSERTs, and how soon others know."""

from __future__ import annotations

import json
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg

from counterdesk.demo.sample import sample_account, sample_id
from counterdesk.store.session import JournalEntry
from counterdesk.sync.centre.embedded import EmbeddedServer
from counterdesk.sync.link import PUSH_EVENTS
from tests.sync.centres import CentreUnderTest, make_template
from tests.sync.feeding import reader
from tests.sync.pushing import Desk, push, put_account
from tests.sync.written import payment

_EVENTS = 3_000
_COUNTERS = 50
_EACH = 100
_TOLD = 200


def figures() -> dict[str, float]:
    """Return events a second, and milliseconds until another counter has read a change."""
    with _centre() as centre, closing(Desk(centre, "C01")) as one:
        town = _Town(centre)
        found = _one_counter(centre, town, one)
        found |= _many_counters(centre, town)
        return found | _feed(centre, town, one)


@contextmanager
def _centre() -> Iterator[CentreUnderTest]:
    # Beside the checkout: the system's folder for temporary files may lie in memory.
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        server = EmbeddedServer(Path(folder) / "pg")
        make_template(server)
        centre = CentreUnderTest(server)
        put_account(centre, sample_account())
        yield centre
        centre.drop()
        server.stop()


class _Town:
    """As many bills as there will be payments, and the payments: real ones, of today."""

    def __init__(self, centre: CentreUnderTest) -> None:
        self._centre = centre
        count = _EVENTS + _COUNTERS * _EACH + _TOLD
        centre.execute("delete from cd.number_pattern")
        formats = centre.value("select value from cd.setting where name = 'number_formats'")
        one = {"pattern": "T-{seq:07}", "yearly": False}  # as the payments are numbered below
        centre.set_setting("number_formats", dict.fromkeys(formats, one))
        centre.execute(
            "insert into cd.charge (charge_id, consumer_id, kind, number, charged_on, due_on,"
            " amount_minor) select lpad(to_hex(n), 32, '0')::uuid, %s, 'Bill', 'B-' || n,"
            " current_date, current_date, 14550 from generate_series(1, %s) as n",
            (sample_id("WU-10001"), count),
        )
        centre.execute("analyze")
        self._bills = iter(range(1, count + 1))
        self._today = datetime.now(UTC).date().isoformat()

    def add_to(self, desk: Desk, count: int) -> list[JournalEntry]:
        """Let a counter take payments under numbers of its own; return their events."""
        visits = [self._visit() for _ in range(count)]
        places = [int(number) for number in re.findall(r'"T-(\d+)"', json.dumps(visits))]
        self._centre.execute(
            "insert into cd.number_lease (request_id, counter_id, series, year, first, last, next)"
            " select gen_random_uuid(), %s, series, 0, %s, %s, %s from cd.number_pattern",
            (desk.counter_id, min(places), max(places), min(places)),
        )
        return [desk.chain.add(visit) for visit in visits]

    def _visit(self) -> dict[str, object]:
        visit: dict[str, object] = json.loads(
            json.dumps(payment())
            .replace("2025-04-20", self._today)
            .replace(str(sample_id("INV-2025-001234")), str(UUID(int=next(self._bills))))
        )
        return visit


def _one_counter(centre: CentreUnderTest, town: _Town, desk: Desk) -> dict[str, float]:
    """Take turns, so that both meet the same moods of the machine."""
    entries = town.add_to(desk, _EVENTS)
    centre.execute(
        "create table public.floor (seq int primary key, body bytea, hash bytea, signature bytea)"
    )
    pushed = plain = 0.0
    with psycopg.connect(centre.conninfo, autocommit=True) as floor:
        for batch in _batches(entries):
            pushed += _push(desk, batch)
            plain += _insert(floor, batch)
    rate, least = _EVENTS / pushed, _EVENTS / plain
    return {
        "push, one counter, 50 to a push (events/s)": rate,
        "floor: single INSERTs of the same bytes (events/s)": least,
        "push over floor (times)": rate / least,
    }


def _batches(entries: list[JournalEntry]) -> Iterator[list[JournalEntry]]:
    for start in range(0, len(entries), PUSH_EVENTS):
        yield entries[start : start + PUSH_EVENTS]


def _push(desk: Desk, entries: list[JournalEntry]) -> float:
    started = time.perf_counter()
    answer = push(desk.connection, entries)
    took = time.perf_counter() - started
    if answer["taken"] != len(entries):
        raise RuntimeError(answer)
    return took


def _insert(floor: psycopg.Connection, entries: list[JournalEntry]) -> float:
    started = time.perf_counter()
    for entry in entries:
        floor.execute(
            "insert into public.floor values (%s, %s, %s, %s)",
            (entry.seq, entry.body, entry.hash, entry.signature),
        )
    return time.perf_counter() - started


def _many_counters(centre: CentreUnderTest, town: _Town) -> dict[str, float]:
    desks = [Desk(centre, f"D{place:02}") for place in range(_COUNTERS)]
    for desk in desks:
        town.add_to(desk, _EACH)

    def push_all(desk: Desk) -> list[float]:
        return [_push(desk, batch) for batch in _batches(desk.chain.entries)]

    started = time.perf_counter()
    with ThreadPoolExecutor(_COUNTERS) as pool:
        times = [took for made in pool.map(push_all, desks) for took in made]
    whole = time.perf_counter() - started
    for desk in desks:
        desk.close()
    return {
        "push, 50 counters at once (events/s)": _COUNTERS * _EACH / whole,
        "push, 50 counters at once, slowest push (ms)": max(times) * 1_000,
    }


def _feed(centre: CentreUnderTest, town: _Town, desk: Desk) -> dict[str, float]:
    """From the moment a payment is pushed until another counter has read its rows."""
    told, asked = [], []
    with closing(Desk(centre, "C02")) as other, reader(other.login) as reading:
        reading.connection.execute("listen cd_feed")
        while reading.page()["rows"]:
            pass
        for entry in town.add_to(desk, _TOLD):
            started = time.perf_counter()
            push(desk.connection, [entry])
            list(reading.connection.notifies(timeout=20, stop_after=1))
            woken = time.perf_counter()
            if not reading.page()["rows"]:
                raise RuntimeError("woken for nothing")
            asked.append((time.perf_counter() - woken) * 1_000)
            told.append((time.perf_counter() - started) * 1_000)
    return {
        "push to another counter's page, woken by NOTIFY, p50 (ms)": statistics.median(told),
        "push to another counter's page, woken by NOTIFY, p99 (ms)": statistics.quantiles(
            told, n=100
        )[98],
        "one page of the feed; without NOTIFY the poll's 15 s come before it, p50 (ms)": (
            statistics.median(asked)
        ),
    }
