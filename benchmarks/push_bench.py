"""What the centre takes for a payment, against single INSERTs, and 50 counters at once."""

from __future__ import annotations

import json
import re
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from benchmarks.centre_to_measure import centre_to_measure
from counterdesk.demo.sample import sample_account, sample_id
from counterdesk.store.session import JournalEntry
from counterdesk.sync.link import PUSH_EVENTS
from counterdesk.sync.postgres_link import PostgresLink
from tests.sync.centres import CentreUnderTest, CounterLogin
from tests.sync.pushing import Desk, push, put_account
from tests.sync.written import payment

_EVENTS = 3_000
_COUNTERS = 50
_EACH = 200


def figures() -> dict[str, float]:
    """Return events a second, and milliseconds until everyone is greeted."""
    with centre_to_measure() as (centre, _folder), closing(Desk(centre, "C01")) as one:
        town = Town(centre, _EVENTS + _COUNTERS * _EACH)
        found = _one_counter(centre, town, one)
        desks = [Desk(centre, f"D{place:02}") for place in range(_COUNTERS)]
        found |= _many_counters(town, desks)
        for desk in desks:
            desk.close()
        return found | _reconnects([desk.login for desk in desks])


class Town:
    """As many bills as there will be payments, and the payments: real ones, of today."""

    def __init__(self, centre: CentreUnderTest, count: int) -> None:
        self._centre = centre
        put_account(centre, sample_account())
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


def _one_counter(centre: CentreUnderTest, town: Town, desk: Desk) -> dict[str, float]:
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


def _many_counters(town: Town, desks: Sequence[Desk]) -> dict[str, float]:
    for desk in desks:
        town.add_to(desk, _EACH)

    def push_all(desk: Desk) -> list[float]:
        return [_push(desk, batch) for batch in _batches(desk.chain.entries)]

    started = time.perf_counter()
    with ThreadPoolExecutor(_COUNTERS) as pool:
        times = [took for made in pool.map(push_all, desks) for took in made]
    whole = time.perf_counter() - started
    return {
        "push, 50 counters at once (events/s)": _COUNTERS * _EACH / whole,
        "push, 50 counters at once, slowest push (ms)": max(times) * 1_000,
    }


def _reconnects(logins: Sequence[CounterLogin]) -> dict[str, float]:
    """From the moment the line is back for all: connect, greet, and have the answer."""
    together = threading.Barrier(len(logins))

    def greet(login: CounterLogin) -> float:
        link = PostgresLink(login.conninfo)
        together.wait()
        started = time.perf_counter()
        link.push((), datetime.now(UTC))
        took = time.perf_counter() - started
        link.close()
        return took * 1_000

    with ThreadPoolExecutor(len(logins)) as pool:
        times = list(pool.map(greet, logins))
    return {
        "50 reconnects at once, greeted, p50 (ms)": statistics.median(times),
        "50 reconnects at once, all greeted (ms)": max(times),
    }
