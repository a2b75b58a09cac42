"""The thread of sync: woken by a commit, idle otherwise, and gone at once when it must end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import delete

from counterdesk.core.errors import UserError
from counterdesk.models.ledger import State
from counterdesk.store.store import Store
from counterdesk.sync.credit_holds import HoldAnswer
from counterdesk.sync.link import CentreAway
from counterdesk.sync.postgres_link import PostgresLink
from counterdesk.sync.status import SyncState, SyncStatus
from counterdesk.sync.worker import SyncWorker
from tests.sync.centres import CentreUnderTest
from tests.sync.scripted_link import HangingLink, ScriptedLink
from tests.sync.tills import account, import_accounts, login_of, new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "data", "C01")
    yield opened
    opened.close()


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def act(store: Store) -> None:
    store.write(lambda s: s.record("thing.done", {})).result()


@pytest.mark.req("SYNC-5")
def test_a_commit_is_sent_at_once_and_a_change_at_the_centre_is_known_at_once(
    store: Store, centre: CentreUnderTest
) -> None:
    told: list[SyncStatus] = []
    worker = SyncWorker(store, PostgresLink(login_of(centre, store).conninfo), told.append)
    worker.start()
    until(lambda: bool(told) and told[-1].state is SyncState.ONLINE and not told[-1].waiting)
    act(store)
    sent = "select count(*) from cd.event where kind = 'thing.done'"
    until(lambda: centre.value(sent) == 1, 5)
    centre.execute("update cd.setting set value = '77' where name = 'notes_limit'")
    centre.execute("select cd.publish(array['setting'], array['notes_limit'])")
    until(lambda: store.settings.notes_limit == 77, 5)
    import_accounts(centre, [account(1, 100)])
    worker.stop()
    assert worker.wake not in store.on_commit
    assert not worker._thread.is_alive()


def test_its_own_commits_do_not_keep_it_busy(store: Store) -> None:
    link = _Idling()
    worker = SyncWorker(store, link, chance=Random(1))
    worker.start()
    until(lambda: link.calls.count("wait") > 0)
    act(store)
    until(lambda: link.calls.count("push") > 1)
    time.sleep(0.3)
    calls = len(link.calls)
    time.sleep(0.3)
    assert len(link.calls) == calls
    worker.stop()


@pytest.mark.req("MON-6")
def test_a_question_about_credit_is_answered_at_once(store: Store, centre: CentreUnderTest) -> None:
    told: list[SyncStatus] = []
    answers: list[HoldAnswer] = []
    worker = SyncWorker(store, PostgresLink(login_of(centre, store).conninfo), told.append)
    worker.hold_credit(uuid4(), ((uuid4(), 5),), answers.append)
    assert answers.pop().away, "nobody has answered yet in this run"
    worker.start()
    until(lambda: bool(told) and told[-1].state is SyncState.ONLINE and not told[-1].waiting)
    visit, unknown = uuid4(), uuid4()
    worker.hold_credit(visit, ((unknown, 5),), answers.append)
    until(lambda: bool(answers), 5)
    assert [one.note_id for one in answers[0].refused] == [unknown]
    worker.release_credit(visit)
    worker.stop()


@pytest.mark.req("SYNC-1")
def test_what_waits_is_counted_while_the_centre_is_away(store: Store) -> None:
    link, told = ScriptedLink(), list[SyncStatus]()
    link.failures["hello"] = [CentreAway("gone")] * 100
    worker = SyncWorker(store, link, told.append)
    worker.start()
    until(lambda: bool(told))
    before = told[-1].waiting
    act(store)
    until(lambda: told[-1].waiting == before + 1)
    assert link.calls.count("hello") <= 3
    worker.stop()


def test_it_ends_at_once_though_the_network_hangs(store: Store) -> None:
    link = HangingLink()
    worker = SyncWorker(store, link)
    worker.start()
    until(lambda: "hello" in link.calls)
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 2
    assert not worker._thread.is_alive()


def test_it_ends_at_once_while_it_rests(store: Store) -> None:
    link = ScriptedLink()
    link.failures["hello"] = [CentreAway("gone")] * 100
    worker = SyncWorker(store, link)
    worker.start()
    until(lambda: "hello" in link.calls)
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 2


def test_a_fault_does_not_end_it(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    link, told = ScriptedLink(), list[SyncStatus]()
    link.failures["hello"] = [ZeroDivisionError()]
    worker = SyncWorker(store, link, told.append)
    worker.start()
    until(lambda: bool(told) and told[-1].state is SyncState.ONLINE)
    assert "a fault" in caplog.text
    assert "should not happen" in told[0].reason
    worker.stop()


def test_files_that_cannot_be_read_for_a_while_do_not_end_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, told = _Idling(), list[SyncStatus]()
    worker = SyncWorker(store, link, told.append)
    worker.start()
    until(lambda: bool(told) and told[-1].state is SyncState.ONLINE and not told[-1].waiting)
    with monkeypatch.context() as bad:
        bad.setattr(store, "read", _unreadable)
        act(store)
        until(lambda: "could not read" in told[-1].reason)
    worker.try_now()
    until(lambda: told[-1].state is SyncState.ONLINE and not told[-1].waiting)
    worker.stop()


def test_a_line_that_fails_at_listening_does_not_end_it(store: Store) -> None:
    link, told = _Deaf(), list[SyncStatus]()
    worker = SyncWorker(store, link, told.append)
    worker.start()
    until(lambda: bool(told) and "should not happen" in told[-1].reason)
    link.deaf = False
    worker.try_now()
    until(lambda: told[-1].state is SyncState.ONLINE)
    worker.stop()


def test_stopping_one_that_was_never_started_does_nothing(store: Store) -> None:
    SyncWorker(store, ScriptedLink()).stop()
    store.write(lambda s: s.execute(delete(State))).result()


def _unreadable(*_arguments: object) -> Future[object]:
    failed = Future[object]()
    failed.set_exception(UserError("The disk could not read ledger.db."))
    return failed


class _Idling(ScriptedLink):
    """It waits as a real line does: until it is woken."""

    def wait(self, timeout_s: float) -> bool:
        self.calls.append("wait")
        self.closed.wait(timeout_s)
        return False

    def wake(self) -> None:
        self.closed.set()
        self.closed.clear()


class _Deaf(_Idling):
    """The system gives it nothing to listen with."""

    deaf = True

    def wait(self, timeout_s: float) -> bool:
        if self.deaf:
            raise OSError("too many open files")
        return super().wait(timeout_s)
