"""Counters that push while their connections are killed and cut, and answers get lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest

from counterdesk.demo.sample import sample_id
from counterdesk.store.session import JournalEntry
from tests.sync.centres import MATTERS, CentreUnderTest, CounterLogin
from tests.sync.feeding import missed_under_load, reader
from tests.sync.pushing import Chain, push, push_and_hang_up
from tests.sync.written import payment

BILLS = 20


class Pusher:
    """One counter: it pushes what is not acknowledged, whatever happens to its line."""

    def __init__(self, login: CounterLogin, chain: Chain, chance: Random) -> None:
        self.login, self.chain, self._chance = login, chain, chance
        self.acknowledged = 0
        self.cut = 0

    def run(self) -> None:
        """Push until everything is acknowledged."""
        while self.acknowledged < self.chain.seq:
            try:
                with psycopg.connect(self.login.conninfo, autocommit=True) as connection:
                    self._push_on(connection)
            except psycopg.OperationalError:
                self.cut += 1

    def _push_on(self, connection: psycopg.Connection) -> None:
        self._hear(push(connection))
        while self.acknowledged < self.chain.seq:
            entries = self._some()
            if self._chance.random() < 0.1:
                push_and_hang_up(connection, entries)
                raise psycopg.OperationalError("nobody heard the answer")
            self._hear(push(connection, entries))

    def _some(self) -> list[JournalEntry]:
        """A few events, some of them known already."""
        start = max(0, self.acknowledged - self._chance.choice([0, 0, 0, 1, 7]))
        return self.chain.entries[start : start + self._chance.randint(1, 50)]

    def _hear(self, answer: dict[str, Any]) -> None:
        assert answer["status"] == "OK", answer
        assert answer["last_seq"] >= self.acknowledged, "what was acknowledged is forgotten"
        self.acknowledged = answer["last_seq"]


def push_under_fire(centre: CentreUnderTest, counters: int, events: int, seed: int) -> None:
    bills = _owe(centre)
    pushers = []
    for place in range(counters):
        chance = Random(f"{seed}/{place}")
        login = centre.add_counter(f"C{place:02}")
        chain = Chain(login.counter_id)
        for _ in range(events):
            chain.add(_visit(chance, bills))
        pushers.append(Pusher(login, chain, chance))
    _run(centre, pushers, Random(seed))
    assert sum(pusher.cut for pusher in pushers) > counters
    _assert_each_once(centre, pushers)


def _owe(centre: CentreUnderTest) -> list[UUID]:
    bills = [UUID(int=place + 1) for place in range(BILLS)]
    centre.execute(
        "insert into cd.charge (charge_id, consumer_id, kind, number, charged_on, due_on,"
        " amount_minor) select id, %s, 'Bill', 'B-' || n, '2025-04-01', '2025-05-01', 5000"
        " from unnest(%s::uuid[]) with ordinality as given (id, n)",
        (sample_id("WU-10001"), bills),
    )
    return bills


def _visit(chance: Random, bills: list[UUID]) -> dict[str, Any]:
    event = payment(amount_minor=chance.randint(1, 500))
    event["data"]["allocations"][0]["charge_id"] = str(chance.choice(bills))
    return event


def _run(centre: CentreUnderTest, pushers: list[Pusher], chance: Random) -> None:
    over = threading.Event()
    killer = threading.Thread(target=_kill_on, args=(centre.conninfo, chance, over))
    killer.start()
    try:
        with ThreadPoolExecutor(len(pushers)) as pool:
            list(pool.map(Pusher.run, pushers))
    finally:
        over.set()
        killer.join()


def _kill_on(conninfo: str, chance: Random, over: threading.Event) -> None:
    """End one counter's connection after the other, wherever it is."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        while not over.wait(chance.uniform(0.005, 0.2)):
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename in (select role_name from cd.counter) order by random() limit 1"
            )


def _assert_each_once(centre: CentreUnderTest, pushers: list[Pusher]) -> None:
    for pusher in pushers:
        kept = centre.execute(
            "select seq, hash, signature, body from cd.event where counter_id = %s order by seq",
            (pusher.login.counter_id,),
        )
        assert [JournalEntry(*row) for row in kept] == pusher.chain.entries
    written = sum(len(pusher.chain.entries) for pusher in pushers)
    assert centre.value("select count(*) from cd.payment_transaction") == written
    assert centre.value("select count(*) from cd.suspense") == 0
    assert centre.value(f"select count(*) from {MATTERS}") == 0
    sums = centre.execute(
        "select (select sum(due_minor) from cd.payment_transaction),"
        " (select sum(applied_minor) from cd.allocation)"
        " + (select coalesce(sum(amount_minor), 0) from cd.credit_note),"
        " (select sum(applied_minor) from cd.allocation) = (select sum(paid_minor) from cd.charge"
        " where number like 'B-%')"
    )
    assert sums[0][0] == sums[0][1]
    assert centre.value("select count(*) from cd.credit_note") > 0
    assert sums[0][2] is True
    assert centre.value("select count(*) from cd.charge where paid_minor > amount_minor") == 0


@pytest.mark.req("SYNC-3", "SYNC-4")
def test_every_event_arrives_once_under_fire(town: CentreUnderTest) -> None:
    push_under_fire(town, counters=3, events=200, seed=1)


@pytest.mark.faults
@pytest.mark.req("SYNC-3", "SYNC-4")
def test_twenty_thousand_events_arrive_once_under_fire(town: CentreUnderTest) -> None:
    push_under_fire(town, counters=10, events=2_000, seed=2)


@pytest.mark.faults
@pytest.mark.req("SYNC-5", "SYNC-3")
def test_readers_among_fifty_writers_miss_nothing(centre: CentreUnderTest) -> None:
    login = centre.add_counter("C01")
    assert missed_under_load(centre, login, writers=50, changes=200, seed=3) == set()
    with reader(login) as late:
        while late.page()["rows"]:
            pass
        assert len(late.keys()) == 10_000
