"""Somebody at the window asks the centre now, or stops a first fill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterdesk.store.store import Store
from counterdesk.sync.link import CentreAway
from counterdesk.sync.records import accounts_page
from counterdesk.sync.status import SyncState, SyncStatus
from counterdesk.sync.worker import SyncWorker
from tests.sync.scripted_link import ScriptedLink
from tests.sync.test_worker import until
from tests.sync.tills import Till, account, new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "data", "C01")
    yield opened
    opened.close()


def till_to_fill(store: Store) -> Till:
    """A till that has begun its first fill, of two pages."""
    link = ScriptedLink()
    link.pages = [accounts_page([account(1, 100)]), accounts_page([account(2, 100)])]
    till = Till(store, link)
    while till.sync.step().seconds == 0 and "accounts" not in link.calls:
        pass
    return till


def test_a_pause_is_cut_short_by_whoever_cannot_wait(store: Store) -> None:
    link, told = ScriptedLink(), list[SyncStatus]()
    link.failures["hello"] = [CentreAway("gone")] * 6
    worker = SyncWorker(store, link, told.append)
    worker.start()
    for asked in range(1, 7):  # the last pauses would last a minute
        until(lambda asked=asked: link.calls.count("hello") >= asked)  # type: ignore[misc]
        worker.try_now()
    until(lambda: bool(told) and told[-1].state is SyncState.ONLINE, 10)
    worker.stop()


def test_a_stopped_fill_leaves_no_trace_and_says_so(store: Store) -> None:
    till = till_to_fill(store)
    assert till.status.fill_done == 1
    till.sync.hold_fill()
    till.settle()
    assert (till.status.state, till.status.fill_done) == (SyncState.FILLING, 0)
    assert "stopped here" in till.status.reason
    assert not store.folder.reference.with_name("ref.db.new").exists()
    till.sync.close()


def test_what_was_done_goes_out_while_no_fill_is_wanted(store: Store) -> None:
    till = till_to_fill(store)
    till.sync.hold_fill()
    store.write(lambda s: s.record("thing.done", {})).result()
    till.settle()
    assert till.status.waiting == 0
    till.sync.close()


def test_a_stopped_fill_is_done_when_it_is_asked_for_again(store: Store) -> None:
    till = till_to_fill(store)
    till.sync.hold_fill()
    till.settle()
    till.sync.ask_now()
    till.settle()
    assert till.status.state is SyncState.ONLINE
    assert till.owed("WU-1") == till.owed("WU-2") == 100
    till.sync.close()


@pytest.mark.req("SYNC-2")
def test_what_was_in_a_push_without_an_answer_is_told(store: Store) -> None:
    link = ScriptedLink()
    link.lost_answers["push"] = [CentreAway("gone")]
    till = Till(store, link)
    till.settle()
    assert till.status.state is SyncState.OFFLINE
    assert till.status.sent_through == till.status.waiting == 1
    till.sync.close()
