"""After an outage everybody comes back in the same second."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import pytest

from counterdesk.sync.link import Cursor, PushAnswer, PushStatus
from counterdesk.sync.postgres_link import PostgresLink
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Chain
from tests.sync.written import payment

_TILLS = 50
Result = TypeVar("Result")


def together(acts: list[Callable[[], Result]]) -> list[Result]:
    """Let all begin at the same moment, and return what came of each."""
    ready = threading.Barrier(len(acts))

    def act(one: Callable[[], Result]) -> Result:
        ready.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


@pytest.mark.req("SYNC-3")
def test_fifty_tills_that_come_back_at_once_are_all_served(town: CentreUnderTest) -> None:
    paid_before = town.value("select sum(paid_minor) from cd.charge")
    logins = [town.add_counter(f"C{place:02}") for place in range(_TILLS)]
    links = [PostgresLink(login.conninfo) for login in logins]
    chains = [Chain(login.counter_id) for login in logins]
    for chain in chains:
        for _visit in range(3):
            chain.add(payment(amount_minor=10))
    try:
        greeted = together([partial(one.push, (), _now()) for one in links])
        assert {one.status for one in greeted} == {PushStatus.OK}
        town.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename in (select role_name from cd.counter)"
        )
        for one in links:
            one.close()
        sent = together([
            partial(send, one, chain) for one, chain in zip(links, chains, strict=True)
        ])  # fmt: skip
        assert {(one.status, one.taken) for one in sent} == {(PushStatus.OK, 3)}
    finally:
        for one in links:
            one.close()
    assert town.value("select count(*) from cd.event") == 3 * _TILLS
    paid = town.value("select sum(paid_minor) from cd.charge")
    assert paid - paid_before == 30 * _TILLS


def send(link: PostgresLink, chain: Chain) -> PushAnswer:
    """What a till does first: greet, send, ask what is new."""
    link.push((), _now())
    answer = link.push(chain.entries, _now())
    link.feed_page(Cursor(), 500)
    return answer


def _now() -> datetime:
    return datetime.now(UTC)
