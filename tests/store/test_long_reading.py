"""Reading for long: beside all else, in one snapshot, and ended at once when nobody wants it."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest
from sqlalchemy import text

from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store

_ENDLESS = text(
    "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
)


class Endless:
    """Reads until it is stopped, in the middle of one question."""

    def __init__(self) -> None:
        self.stop, self.begun = threading.Event(), threading.Event()

    def work(self, read: ReadSession) -> None:
        self.begun.set()
        read.execute(_ENDLESS).all()


@pytest.fixture
def endless(store: Store) -> Endless:
    return Endless()


def test_a_question_is_ended_in_its_middle(store: Store, endless: Endless) -> None:
    asked = store.read_until(endless.stop, endless.work)
    assert endless.begun.wait(30)
    endless.stop.set()
    with pytest.raises(CancelledError):
        asked.result(30)
    again = store.read_until(threading.Event(), lambda read: read.counter.code)
    assert again.result(30) == "C07"


def test_others_read_search_and_write_meanwhile(store: Store, endless: Endless) -> None:
    asked = store.read_until(endless.stop, endless.work)
    assert endless.begun.wait(30)
    assert store.read(lambda read: read.counter.code).result(30) == "C07"
    assert store.search(lambda read: read.counter.code).result(30) == "C07"
    assert store.write(lambda session: session.record("test.happened", {})).result(30).seq
    endless.stop.set()
    with pytest.raises(CancelledError):
        asked.result(30)


def test_whoever_needs_the_files_does_not_wait_for_it(store: Store, endless: Endless) -> None:
    asked = store.read_until(endless.stop, endless.work)
    waits = store.read_until(threading.Event(), lambda read: read.counter.code)
    assert endless.begun.wait(30)
    store.reload_reference()
    with pytest.raises(CancelledError):
        asked.result(30)
    with pytest.raises(CancelledError):
        waits.result(30)


def test_what_waits_its_turn_can_be_stopped_too(store: Store, endless: Endless) -> None:
    asked = store.read_until(endless.stop, endless.work)
    stop, ran = threading.Event(), list[bool]()
    waits = store.read_until(stop, lambda _read: ran.append(True))
    stop.set()
    endless.stop.set()
    for future in (asked, waits):
        with pytest.raises(CancelledError):
            future.result(30)
    assert not ran


def test_a_snapshot_stays_what_it_was(store: Store) -> None:
    count = text("select count(*) from event")
    stop, begun, go_on = threading.Event(), threading.Event(), threading.Event()

    def twice(read: ReadSession) -> tuple[int, int]:
        first = read.execute(count).scalar_one()
        begun.set()
        assert go_on.wait(30)
        return first, read.execute(count).scalar_one()

    asked = store.read_until(stop, twice)
    assert begun.wait(30)
    store.write(lambda session: session.record("test.happened", {})).result()
    go_on.set()
    first, second = asked.result(30)
    assert first == second
