"""The whole PostgreSQL is killed while counters push: nothing that it acknowledged is gone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from counterdesk.demo.sample import sample_account
from counterdesk.store.session import JournalEntry
from counterdesk.sync.centre.embedded import EmbeddedServer
from counterdesk.sync.link import PUSH_EVENTS, CentreAway, PushStatus
from counterdesk.sync.postgres_link import PostgresLink
from tests.sync.centres import CentreUnderTest, make_template
from tests.sync.pushing import Chain, put_account
from tests.sync.written import payment

_COUNTERS, _EVENTS, _KILLS = 3, 1_000, 4
_PATIENCE_S = 60

pytestmark = pytest.mark.faults


class Pusher:
    """A counter that sends on and on, whatever happens to the centre."""

    def __init__(self, centre: CentreUnderTest, code: str) -> None:
        login = centre.add_counter(code)
        self.link = PostgresLink(login.conninfo)
        self.chain = Chain(login.counter_id)
        self.acknowledged = 0
        self.away = 0
        for _visit in range(_EVENTS):
            self.chain.add(payment(amount_minor=1))

    def run(self) -> None:
        """Send until all is acknowledged; what was once is so for ever."""
        until = time.monotonic() + _PATIENCE_S
        while self.acknowledged < _EVENTS:
            assert time.monotonic() < until, "the queue does not drain"
            start = self.acknowledged
            try:
                answer = self.link.push((), datetime.now(UTC))
                assert answer.last_seq >= start, "what was acknowledged is forgotten"
                some = self.chain.entries[answer.last_seq : answer.last_seq + PUSH_EVENTS // 5]
                answer = self.link.push(some, datetime.now(UTC))
            except CentreAway:
                self.away += 1
                time.sleep(0.05)
                continue
            assert answer.status is PushStatus.OK
            self.acknowledged = answer.last_seq


@contextmanager
def own_server() -> Iterator[EmbeddedServer]:
    """A PostgreSQL that nobody else uses."""
    with TemporaryDirectory(prefix="counterdesk-") as folder:
        server = EmbeddedServer(Path(folder) / "pg")
        make_template(server)
        try:
            yield server
        finally:
            server.stop()


def kill_and_start_again(server: EmbeddedServer) -> None:
    """Kill the first process; the others see that it is gone and end. Then recover."""
    running = server._server.get_postmaster_info()
    assert running.process is not None
    others = running.process.children(recursive=True)
    os.kill(running.pid, signal.SIGKILL)
    for one in others:
        one.wait(_PATIENCE_S)
    (running.pgdata / "postmaster.pid").unlink()  # a system that started anew would not have it
    server._server.ensure_postgres_running()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.req("SYNC-3")
def test_nothing_that_was_acknowledged_is_gone_when_the_postmaster_is_killed() -> None:
    with own_server() as server:
        centre = CentreUnderTest(server)
        put_account(centre, sample_account())
        paid_before = centre.value("select sum(paid_minor) from cd.charge")
        pushers = [Pusher(centre, f"C{place:02}") for place in range(_COUNTERS)]
        centre._connection.close()  # it would not outlive the first kill
        with ThreadPoolExecutor(_COUNTERS) as pool:
            running = [pool.submit(one.run) for one in pushers]
            for _kill in range(_KILLS):
                time.sleep(0.4)
                kill_and_start_again(server)
            for ended in running:
                ended.result()
        assert all(one.away for one in pushers)
        with psycopg.connect(centre.conninfo) as connection:
            for one in pushers:
                assert kept(connection, one) == one.chain.entries
            sums = "select count(*), (select sum(paid_minor) from cd.charge) from cd.event"
            counted = connection.execute(sums).fetchone()
            assert counted == (_COUNTERS * _EVENTS, paid_before + _COUNTERS * _EVENTS)
        for one in pushers:
            one.link.close()


def kept(connection: psycopg.Connection, one: Pusher) -> list[JournalEntry]:
    rows = connection.execute(
        "select seq, hash, signature, body from cd.event where counter_id = %s order by seq",
        (one.chain.counter_id,),
    )
    return [JournalEntry(*row) for row in rows]
