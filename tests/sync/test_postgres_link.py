"""The line to a real PostgreSQL: what it says, and how it fails."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from counterdesk.core.events import GENESIS, canonical_bytes, chain_hash
from counterdesk.core.settings import settings_from
from counterdesk.demo.sample import sample_settings
from counterdesk.store.session import JournalEntry
from counterdesk.sync.link import CentreAway, CentreRefused, Cursor, NotGranted, PushStatus
from counterdesk.sync.postgres_link import PostgresLink
from tests.sync.centres import CentreUnderTest, CounterLogin
from tests.sync.tills import account, import_accounts, publish

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def login(centre: CentreUnderTest) -> CounterLogin:
    return centre.add_counter("C01")


@pytest.fixture
def link(login: CounterLogin) -> Iterator[PostgresLink]:
    link = PostgresLink(login.conninfo)
    yield link
    link.close()


@contextmanager
def soon(act: Callable[[], object]) -> Iterator[None]:
    """Do something on another thread a little later; it is done when the body has ended."""
    later = threading.Timer(0.2, act)
    later.start()
    try:
        yield
    finally:
        later.join()


def events(login: CounterLogin, count: int) -> list[JournalEntry]:
    made, last = [], GENESIS
    for seq in range(1, count + 1):
        body = canonical_bytes({
            "v": 1, "kind": "thing.done", "seq": seq, "event_id": uuid4(),
            "counter_id": login.counter_id, "business_date": None, "data": {},
            "totals": {"currency": "USD", "cash_delta_minor": 0, "tenders": {}},
        })  # fmt: skip
        last = chain_hash(last, body)
        made.append(JournalEntry(seq, last, b"s" * 64, body))
    return made


@pytest.mark.req("SYNC-3")
def test_events_arrive_byte_for_byte_and_come_back_so(
    link: PostgresLink, login: CounterLogin
) -> None:
    sent = events(login, 3)
    answer = link.push(sent, NOW)
    assert (answer.status, answer.last_seq, answer.taken) == (PushStatus.OK, 3, 3)
    assert answer.last_hash == sent[-1].hash
    again = link.push(sent, NOW)
    assert (again.status, again.taken, again.duplicates) == (PushStatus.OK, 0, 3)
    assert link.my_events(1, 10) == tuple(sent[1:])


def test_a_greeting_says_where_both_stand(link: PostgresLink, centre: CentreUnderTest) -> None:
    answer = link.push((), NOW)
    assert (answer.last_seq, answer.last_hash, answer.schema) == (0, GENESIS, 1)
    assert answer.epoch == centre.value("select epoch from cd.site")
    assert abs(answer.server_time_utc - datetime.now(UTC)).total_seconds() < 60
    publish(centre, "consumer", uuid4())
    assert link.push((), NOW).head_seq == 1


def test_the_feed_is_told_page_by_page(link: PostgresLink, centre: CentreUnderTest) -> None:
    import_accounts(centre, [account(1, 500)])
    first = link.feed_page(Cursor(), 1)
    assert [(row.kind, row.row and row.row["name"]) for row in first.rows] == [
        ("consumer", "Nóra Number 1")
    ]
    second = link.feed_page(first.cursor, 10)
    assert [row.kind for row in second.rows] == ["charge"]
    assert second.cursor == link.feed_head()
    assert link.feed_page(Cursor(2, uuid4()), 10).resync


def test_accounts_come_whole_and_in_order(link: PostgresLink, centre: CentreUnderTest) -> None:
    assert link.feed_head() == Cursor()
    import_accounts(centre, [account(place, 100, 200) for place in (1, 2, 3)])
    page = link.accounts_page(None, 2)
    assert [row[1] for row in page.consumers] == ["WU-1", "WU-2"]
    assert sorted(row[3] for row in page.charges) == [
        "INV-00101",
        "INV-00102",
        "INV-00201",
        "INV-00202",
    ]
    rest = link.accounts_page(account(2).consumer.consumer_id, 2)
    assert [row[1] for row in rest.consumers] == ["WU-3"]
    assert link.accounts_page(account(3).consumer.consumer_id, 2).consumers == ()


def test_settings_and_what_else_the_office_tells(
    link: PostgresLink, centre: CentreUnderTest
) -> None:
    import_accounts(centre, [account(1)])
    told = link.office_facts()
    assert settings_from(told.settings) == sample_settings()
    assert (told.consumers, told.snapshots, told.exceptions) == (1, (), ())


@pytest.mark.req("NUM-2")
def test_the_same_lease_asked_for_twice_is_one(link: PostgresLink) -> None:
    request = uuid4()
    lease = link.lease_numbers(request, "receipt", 0, 50)
    assert (lease.first, lease.last) == (1, 50)
    assert link.lease_numbers(request, "receipt", 0, 50) == lease
    with pytest.raises(NotGranted):
        link.lease_numbers(uuid4(), "no such series", 0, 50)
    assert link.push((), NOW).status is PushStatus.OK


def test_a_credit_note_that_is_not_there_is_not_held(link: PostgresLink) -> None:
    assert not link.reserve_credit(uuid4(), uuid4(), 100, 60).held
    link.release_credit(uuid4())


@pytest.mark.req("SYNC-5")
def test_waiting_ends_when_the_feed_says_something(
    link: PostgresLink, centre: CentreUnderTest
) -> None:
    link.push((), NOW)
    with soon(lambda: publish(centre, "consumer", uuid4())):
        assert link.wait(20)
    assert not link.wait(0)


def test_what_the_feed_said_during_another_call_is_not_lost(
    link: PostgresLink, centre: CentreUnderTest
) -> None:
    link.push((), NOW)
    publish(centre, "consumer", uuid4())
    link.push((), NOW)
    assert link.wait(0)


def test_waiting_ends_when_it_is_woken_even_beforehand(link: PostgresLink) -> None:
    link.wake()
    assert not link.wait(60)
    with soon(link.wake):
        assert not link.wait(60)
    link.close()
    link.wake()
    assert not link.wait(60)


@pytest.mark.req("SYNC-3")
def test_a_backend_that_is_killed_is_noticed_and_the_next_call_connects_anew(
    link: PostgresLink, centre: CentreUnderTest
) -> None:
    link.push((), NOW)
    kill_backends(centre)
    with pytest.raises(CentreAway):
        link.push((), NOW)
    assert link.push((), NOW).status is PushStatus.OK
    with soon(lambda: kill_backends(centre)), pytest.raises(CentreAway):
        link.wait(60)
    assert link.push((), NOW).status is PushStatus.OK


def test_nobody_listening_is_away(login: CounterLogin) -> None:
    link = PostgresLink(make_conninfo(login.conninfo, host="127.0.0.1", port=1))
    with pytest.raises(CentreAway):
        link.push((), NOW)


def test_a_server_that_says_nothing_is_away(login: CounterLogin) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        port = deaf.getsockname()[1]
        conninfo = make_conninfo(login.conninfo, host="127.0.0.1", port=port, connect_timeout=2)
        with pytest.raises(CentreAway):
            PostgresLink(conninfo).push((), NOW)


@pytest.mark.req("SYNC-6")
def test_a_wrong_password_and_a_revoked_counter_are_refused(
    link: PostgresLink, login: CounterLogin, centre: CentreUnderTest
) -> None:
    with pytest.raises(CentreRefused, match="password"):
        PostgresLink(lambda: make_conninfo(login.conninfo, password="wrong")).push((), NOW)
    assert link.push((), NOW).status is PushStatus.OK
    centre.execute("update cd.counter set status = 'revoked'")
    for call in (lambda: link.push((), NOW), lambda: link.feed_page(Cursor(), 1)):
        with pytest.raises(CentreRefused, match="counter"):
            call()


def test_a_login_that_was_taken_away_is_refused(
    login: CounterLogin, centre: CentreUnderTest
) -> None:
    user = psycopg.conninfo.conninfo_to_dict(login.conninfo)["user"]
    centre.execute(f"alter role {user} nologin")
    with pytest.raises(CentreRefused):
        PostgresLink(login.conninfo).push((), NOW)


def test_a_call_that_hangs_ends_when_the_line_is_cut(
    link: PostgresLink, centre: CentreUnderTest
) -> None:
    link.push((), NOW)
    with psycopg.connect(centre.conninfo) as holding:
        holding.execute("select from cd.counter for update")
        began = time.monotonic()
        with soon(link.close), pytest.raises(CentreAway, match="cut"):
            link.push((), NOW)
        assert time.monotonic() - began < 5
    assert link.push((), NOW).status is PushStatus.OK


def test_a_wait_ends_when_the_line_is_cut(link: PostgresLink) -> None:
    link.push((), NOW)
    with soon(link.close), pytest.raises(CentreAway, match="cut"):
        link.wait(60)


def kill_backends(centre: CentreUnderTest) -> None:
    """End every other connection to this database, and wait until it is gone."""
    others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    with psycopg.connect(centre.conninfo, autocommit=True) as connection:
        others += f" and pid <> {centre.value('select pg_backend_pid()')}"
        connection.execute(f"select pg_terminate_backend(pid, 5000) {others}").fetchall()
