"""The feed misses nothing, tells each what it may know, and knows a cursor not its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest

from counterdesk.demo.sample import sample_id
from tests.sync.centres import CentreUnderTest
from tests.sync.feeding import Reader, missed_under_load, publish_naively, reader
from tests.sync.pushing import Desk
from tests.sync.written import payment

MakeDesk = Callable[[str], Desk]
BILL = str(sample_id("INV-2025-001234"))
PUBLISH = "select cd.publish(array['consumer'], array[%s])"


@pytest.fixture
def reading(desk: Desk) -> Iterator[Reader]:
    with reader(desk.login) as one:
        yield one


def overtaken(centre: CentreUnderTest, reading: Reader) -> set[str]:
    """One draws its place in the feed, another is done before it; what does a reader miss?"""
    slow, fast = str(uuid4()), str(uuid4())
    centre.execute(PUBLISH, (str(uuid4()),))
    reading.page()
    with psycopg.connect(centre.conninfo) as first, psycopg.connect(centre.conninfo) as second:
        first.execute(PUBLISH, (slow,))
        second.execute("set lock_timeout = '100ms'")
        try:
            second.execute(PUBLISH, (fast,))
        except psycopg.errors.LockNotAvailable:
            second.rollback()
        second.commit()
        reading.page()
        first.commit()
        second.execute("set lock_timeout = 0")
        second.execute(PUBLISH, (fast,))
        second.commit()
    reading.page()
    return {slow, fast} - set(reading.keys())


@pytest.mark.req("SYNC-5", "SYNC-3")
def test_nobody_s_place_in_the_feed_is_overtaken(centre: CentreUnderTest, reading: Reader) -> None:
    assert overtaken(centre, reading) == set()


def test_a_plain_sequence_would_be_overtaken(centre: CentreUnderTest, reading: Reader) -> None:
    publish_naively(centre)
    assert len(overtaken(centre, reading)) == 1


@pytest.mark.req("SYNC-5", "SYNC-3")
def test_readers_among_many_writers_miss_nothing(centre: CentreUnderTest, desk: Desk) -> None:
    assert missed_under_load(centre, desk.login, writers=8, changes=15, seed=1) == set()


@pytest.mark.req("SYNC-5")
def test_a_page_has_each_thing_once_as_it_stands_now(
    town: CentreUnderTest, desk: Desk, reading: Reader
) -> None:
    desk.send(payment(amount_minor=100))
    desk.send(payment(amount_minor=200))
    rows = {(row["kind"], row["key"]): row["row"] for row in reading.page()["rows"]}
    assert len(rows) == len(reading.seen) == 3
    bill = rows["charge", BILL]
    assert (bill["paid_minor"], bill["number"]) == (300, "INV-2025-001234")
    assert bill["applied_through"] == 2
    assert reading.page()["rows"] == []


@pytest.mark.req("SYNC-5")
def test_what_is_gone_is_told_as_gone(town: CentreUnderTest, reading: Reader) -> None:
    town.execute("update cd.charge set cancelled = true where charge_id = %s", (BILL,))
    town.execute(
        "select cd.publish(array['charge', 'consumer'], array[%s, %s])", (BILL, str(uuid4()))
    )
    assert [row["row"] for row in reading.page()["rows"]] == [None, None]


def test_pages_follow_each_other(town: CentreUnderTest, reading: Reader) -> None:
    keys = [str(uuid4()) for _ in range(25)]
    for key in keys:
        town.execute(PUBLISH, (key,))
    sizes = [len(reading.page(10)["rows"]) for _ in range(4)]
    assert (sizes, set(reading.keys())) == ([10, 10, 5, 0], set(keys))
    assert reading.page()["head_seq"] == reading.sync_seq


@pytest.mark.parametrize("limit", [-5, 0, None, 10**9])
def test_a_page_has_at_least_one_row_and_an_end(
    town: CentreUnderTest, reading: Reader, limit: int
) -> None:
    town.execute(
        "select cd.publish(array_fill('plan'::text, array[2100]),"
        " array(select i::text from generate_series(1, 2100) as i))"
    )
    assert 1 <= len(reading.page(limit)["rows"]) <= 2_000


@pytest.mark.req("SYNC-3", "SYNC-5")
def test_a_cursor_of_another_history_must_begin_anew(
    town: CentreUnderTest, desk: Desk, reading: Reader
) -> None:
    desk.send(payment())
    reading.page()
    # Restored to before that, and written past the old head by others.
    town.execute("update cd.change set tag = gen_random_uuid()")
    assert reading.page()["status"] == "RESYNC"
    for cursor in ((10**12, reading.tag), (reading.sync_seq, None), (-1, None), (None, None)):
        reading.sync_seq, reading.tag = cursor  # type: ignore[assignment]
        assert reading.page()["status"] == "RESYNC"


@pytest.mark.req("SYNC-5")
def test_a_cursor_below_a_pruned_feed_must_begin_anew(
    town: CentreUnderTest, desk: Desk, reading: Reader
) -> None:
    desk.send(payment())
    reading.page(1)
    desk.send(payment())
    town.execute("delete from cd.change where sync_seq < (select max(sync_seq) from cd.change)")
    assert reading.page()["status"] == "RESYNC"
    reading.sync_seq, reading.tag = 0, None
    assert reading.page()["status"] == "RESYNC"
    head = desk.connection.execute("select sync_seq, tag::text from cd.feed_head()").fetchone()
    assert head is not None
    reading.sync_seq, reading.tag = head
    assert reading.page()["status"] == "OK"


@pytest.mark.req("SYNC-5", "SYNC-3")
def test_a_clock_that_jumped_leaves_no_hole_in_the_feed(
    town: CentreUnderTest, reading: Reader
) -> None:
    for _ in range(5):
        town.execute(PUBLISH, (str(uuid4()),))
    old = "update cd.change set at = now() - interval '99 days' where sync_seq in (1, 3, 5)"
    town.execute(old)
    reading.page(2)
    assert town.value("select cd.prune_feed(30)") == 1
    assert len(reading.page()["rows"]) == 3


def test_the_feed_begins_before_its_first_change(town: CentreUnderTest, reading: Reader) -> None:
    assert reading.page() == {
        "status": "OK", "rows": [], "sync_seq": 0, "tag": None, "head_seq": 0,
    }  # fmt: skip
    assert reading.connection.execute("select * from cd.feed_head()").fetchall() == []
    town.execute(PUBLISH, (str(uuid4()),))
    assert len(reading.page()["rows"]) == 1


@pytest.mark.req("SYNC-2", "AUD-3")
def test_an_exception_is_told_to_its_own_counter_alone(desk_of: MakeDesk) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    one.send(b"no event")
    other.send(payment(), b"nor this")
    with reader(one.login) as first, reader(other.login) as second:
        first.page()
        second.page()
    told = [[row["row"] for row in r.seen if row["kind"] == "exception"] for r in (first, second)]
    assert [[row["seq"] for row in rows] for rows in told] == [[1], [2]]
    assert (first.sync_seq, first.tag) == (second.sync_seq, second.tag)


@pytest.mark.req("SYNC-3", "SYNC-5")
def test_a_page_is_of_one_moment_whoever_pushes(
    town: CentreUnderTest, desk: Desk, reading: Reader
) -> None:
    """What is paid, and through which event of the caller's, are never of two moments."""
    town.execute("update cd.charge set amount_minor = 1000000")
    desk.send(payment(amount_minor=1))
    with ThreadPoolExecutor(1) as pool:
        pushing = pool.submit(lambda: [desk.send(payment(amount_minor=1)) for _ in range(30)])
        while not pushing.done():
            reading.sync_seq, reading.tag = 0, None
            _assert_one_moment(reading)
    assert [answer["status"] for answer in pushing.result()] == ["OK"] * 30


def _assert_one_moment(reading: Reader) -> None:
    [bill] = [row["row"] for row in reading.page()["rows"] if row["kind"] == "charge"]
    assert bill["paid_minor"] == bill["applied_through"]


@pytest.mark.req("SYNC-5")
def test_a_full_notice_board_stops_nobody_s_money(town: CentreUnderTest, desk: Desk) -> None:
    """NOTIFY is a hint: without one the next poll finds the change."""
    definition = town.value("select pg_get_functiondef('cd.publish'::regproc)")
    assert "pg_notification_queue_usage() < 0.5" in definition
    with psycopg.connect(desk.login.conninfo, autocommit=True) as ear:
        ear.execute("listen cd_feed")
        desk.send(payment())
        assert [notice.channel for notice in ear.notifies(timeout=5, stop_after=1)] == ["cd_feed"]
        town.execute(definition.replace("usage() < 0.5", "usage() < -1"))
        desk.send(payment())
        assert list(ear.notifies(timeout=0.2)) == []
    with reader(desk.login) as late:
        assert len({row["key"] for row in late.page()["rows"] if row["kind"] == "payment"}) == 2
